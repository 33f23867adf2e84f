import type { PolicyInfo } from '@shared/domain/policy'
import type { WorkspaceBox } from '@shared/domain/robot'
import { clamp } from '@shared/units'

export type Vec3 = readonly [number, number, number]

export const AXIS_NAMES = ['x', 'y', 'z'] as const

/** How a bundle's normalised actions become metres. */
export type ActionScaling = Pick<PolicyInfo, 'actionDims' | 'actionScale' | 'actionOffset'>

/** A face of the workspace box. */
export interface WorkspaceFace {
  readonly axis: 0 | 1 | 2
  readonly side: 'min' | 'max'
}

/** Rounding slack at the faces of the workspace, metres. */
const FACE_SLACK_METRES = 1e-6

export interface PathPoint {
  readonly metres: Vec3
  /** Where the action would have left the workspace, and was held at its faces. */
  readonly faces: readonly WorkspaceFace[]
  /** Set where the gripper command changes at this action. */
  readonly grip: 'close' | 'open' | null
}

/** SI opening below which a gripper counts as closed. */
const CLOSED_BELOW = 0.5

/**
 * Where an action chunk would take the gripper: T+1 points in metres, the first one the start. Deltas add up
 * from `startMetres` and are held inside the workspace, as the robot host does when it executes them.
 * `chunk` is T×A row-major and normalised, and counts up to ±1; its first three dimensions are x, y, z deltas (robot action semantics).
 */
export function chunkPath(
  chunk: ArrayLike<number>,
  info: ActionScaling,
  startMetres: Vec3,
  workspace: WorkspaceBox | null
): PathPoint[] {
  const dims = info.actionDims.length
  const steps = Math.floor(chunk.length / dims)
  const gripperIndex = info.actionDims.findIndex((dim) => /grip/i.test(dim.name))
  const si = (step: number, dim: number): number =>
    (info.actionOffset[dim] ?? 0) + (info.actionScale[dim] ?? 1) * clamp(chunk[step * dims + dim] ?? 0, -1, 1)

  const points: PathPoint[] = [{ metres: startMetres, faces: [], grip: null }]
  let position: Vec3 = startMetres
  let wasClosed: boolean | null = null
  for (let step = 0; step < steps; step++) {
    const faces: WorkspaceFace[] = []
    const move = (axis: 0 | 1 | 2): number => {
      const next = position[axis] + si(step, axis)
      if (workspace === null) return next
      const held = clamp(next, workspace.min[axis], workspace.max[axis])
      if (Math.abs(next - held) > FACE_SLACK_METRES) faces.push({ axis, side: next < held ? 'min' : 'max' })
      return held
    }
    position = [move(0), move(1), move(2)]
    let grip: PathPoint['grip'] = null
    if (gripperIndex >= 0) {
      const closed = si(step, gripperIndex) < CLOSED_BELOW
      if (wasClosed !== null && closed !== wasClosed) grip = closed ? 'close' : 'open'
      wasClosed = closed
    }
    points.push({ metres: position, faces, grip })
  }
  return points
}
