import type { PolicyInfo } from '@shared/domain/policy'
import type { WorkspaceBox } from '@shared/domain/robot'
import { clamp } from '@shared/units'

export type Vec3 = readonly [number, number, number]

export interface PathPoint {
  readonly metres: Vec3
  /** Set where the gripper command changes at this action. */
  readonly grip: 'close' | 'open' | null
}

/** SI opening below which a gripper counts as closed. */
const CLOSED_BELOW = 0.5

/**
 * Where an action chunk would take the gripper: T+1 points in metres, the first one the start. Deltas add up
 * from `startMetres` and are held inside the workspace, as the robot host does when it executes them.
 * `chunk` is T×A row-major and normalised; its first three dimensions are x, y, z deltas (robot action semantics).
 */
export function chunkPath(
  chunk: ArrayLike<number>,
  info: Pick<PolicyInfo, 'actionDims' | 'actionScale' | 'actionOffset'>,
  startMetres: Vec3,
  workspace: WorkspaceBox | null
): PathPoint[] {
  const dims = info.actionDims.length
  const steps = Math.floor(chunk.length / dims)
  const gripperIndex = info.actionDims.findIndex((dim) => /grip/i.test(dim.name))
  const si = (step: number, dim: number): number =>
    (info.actionOffset[dim] ?? 0) + (info.actionScale[dim] ?? 1) * (chunk[step * dims + dim] ?? 0)

  const points: PathPoint[] = [{ metres: startMetres, grip: null }]
  let position: Vec3 = startMetres
  let wasClosed: boolean | null = null
  for (let step = 0; step < steps; step++) {
    const move = (axis: 0 | 1 | 2): number => {
      const next = position[axis] + si(step, axis)
      return workspace === null ? next : clamp(next, workspace.min[axis], workspace.max[axis])
    }
    position = [move(0), move(1), move(2)]
    let grip: PathPoint['grip'] = null
    if (gripperIndex >= 0) {
      const closed = si(step, gripperIndex) < CLOSED_BELOW
      if (wasClosed !== null && closed !== wasClosed) grip = closed ? 'close' : 'open'
      wasClosed = closed
    }
    points.push({ metres: position, grip })
  }
  return points
}
