import type { WorkspaceBox } from '@shared/domain/robot'
import { clamp } from '@shared/units'
import { chunkPath, type ActionScaling, type Vec3 } from './chunkPath'

/** Closer than this along an axis, metres, a waypoint stands where it was asked to stand. */
const SAME_METRES = 1e-9

/**
 * A copy of a T×A row-major normalised chunk with waypoint `index` (1…T) of its path at `target` [x, y] metres, or as near
 * as the workspace and ±1 of its action let it. The action after it makes up for the move, so that later waypoints
 * stay where they are as long as that action has room; where it has not, they come along by the rest.
 * Only x and y of these two actions change, and only along an axis on which the waypoint moves.
 */
export function moveWaypoint(
  chunk: Float32Array,
  info: ActionScaling,
  startMetres: Vec3,
  workspace: WorkspaceBox | null,
  index: number,
  target: readonly [x: number, y: number]
): Float32Array {
  const next = new Float32Array(chunk)
  const dims = info.actionDims.length
  const path = chunkPath(chunk, info, startMetres, workspace)
  const before = path[index - 1]?.metres
  const present = path[index]?.metres
  if (before === undefined || present === undefined) return next
  const after = path[index + 1]?.metres

  for (const axis of [0, 1] as const) {
    const asked =
      workspace === null ? target[axis] : clamp(target[axis], workspace.min[axis], workspace.max[axis])
    const scale = info.actionScale[axis] ?? 1
    if (scale === 0 || Math.abs(asked - present[axis]) < SAME_METRES) continue
    const offset = info.actionOffset[axis] ?? 0
    const set = (step: number, metres: number): void => {
      next[step * dims + axis] = clamp((metres - offset) / scale, -1, 1)
    }
    set(index - 1, asked - before[axis])
    if (after === undefined) continue
    const landed = chunkPath(next, info, startMetres, workspace)[index]?.metres[axis] ?? asked
    set(index, after[axis] - landed)
  }
  return next
}

/** One press of a nudge, metres. */
export const NUDGE_METRES = 0.002

/**
 * A copy of a chunk whose first action goes further along an axis by `metres`, and every waypoint with it. Ends at ±1: a
 * first action that has no room left gives the same chunk. What a policy asks for beyond ±1 is no room either.
 */
export function nudgePlan(
  chunk: Float32Array,
  info: ActionScaling,
  axis: 0 | 1 | 2,
  metres: number
): Float32Array {
  const next = new Float32Array(chunk)
  const scale = info.actionScale[axis] ?? 1
  const from = clamp(chunk[axis] ?? 0, -1, 1)
  const to = scale === 0 ? from : clamp(from + metres / scale, -1, 1)
  if (to !== from) next[axis] = to
  return next
}
