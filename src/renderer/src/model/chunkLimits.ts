import type { WorkspaceBox } from '@shared/domain/robot'
import { actionAxes } from './actionDims'
import { AXIS_NAMES, chunkPath, type ActionScaling, type Vec3 } from './chunkPath'

/** What execution would clamp of an edited chunk, at the action (`step`, 0…T−1) and dimension that are to blame. */
export type ChunkLimit =
  /** The normalised action is at ±1: it can't go further that way. */
  | { readonly kind: 'saturated'; readonly step: number; readonly dim: number; readonly label: string }
  /** The waypoint after this action would be outside the workspace, and ends at its face. */
  | {
      readonly kind: 'workspace'
      readonly step: number
      readonly dim: 0 | 1 | 2
      readonly side: 'min' | 'max'
    }

/**
 * The limits that `edited` reaches and `original` does not: policies go to the ends of their actions and to the faces of
 * the workspace by themselves, as they learnt to. Grippers are open or closed: their ends are no limits. In the
 * order of the actions. Speeds are no limit either: an action that a joint is too slow for takes longer.
 */
export function chunkLimits(
  original: Float32Array,
  edited: Float32Array,
  info: ActionScaling,
  startMetres: Vec3,
  workspace: WorkspaceBox | null
): ChunkLimit[] {
  const known = new Set(limitsOf(original, info, startMetres, workspace).map(limitText))
  return limitsOf(edited, info, startMetres, workspace).filter((limit) => !known.has(limitText(limit)))
}

function limitsOf(
  chunk: Float32Array,
  info: ActionScaling,
  startMetres: Vec3,
  workspace: WorkspaceBox | null
): ChunkLimit[] {
  const axes = actionAxes(info)
  return chunkPath(chunk, info, startMetres, workspace)
    .slice(1)
    .flatMap(({ faces }, step): ChunkLimit[] => [
      ...faces.map(({ axis, side }) => ({ kind: 'workspace' as const, step, dim: axis, side })),
      ...axes.flatMap(({ gripper, label }, dim) =>
        !gripper && Math.abs(chunk[step * axes.length + dim] ?? 0) >= 1
          ? [{ kind: 'saturated' as const, step, dim, label }]
          : []
      )
    ])
}

/** One limit as the commit bar says it; actions and waypoints count from 1. */
export const limitText = (limit: ChunkLimit): string =>
  limit.kind === 'workspace'
    ? `waypoint ${limit.step + 1}: at the workspace’s edge (${AXIS_NAMES[limit.dim]} ${limit.side})`
    : `action ${limit.step + 1} ${limit.label}: at its limit`

/** All of them in one short sentence: the first one and how many there are besides; null where there are none. */
export function limitsText(limits: readonly ChunkLimit[]): string | null {
  const [first, ...others] = limits
  if (first === undefined) return null
  return others.length === 0 ? limitText(first) : `${limitText(first)} · ${others.length} more`
}
