import { computed, type ComputedRef } from 'vue'
import { countChanges, withValue } from '../model/chunkEdit'
import { chunkLimits, type ChunkLimit } from '../model/chunkLimits'
import { moveWaypoint, NUDGE_METRES, nudgePlan } from '../model/waypointEdit'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'
import { useShownIteration } from './useShownIteration'

export interface Nudge {
  readonly axis: 0 | 1 | 2
  readonly sign: 1 | -1
}

/** What people do to the chunk on show while the policy waits; ChunkPanel, the top camera and the keys share it. */
export interface ChunkEdit {
  readonly editable: ComputedRef<boolean>
  /** The chunk as it is edited, or as it was decoded; null while there is none. */
  readonly chunk: ComputedRef<Float32Array | null>
  /** Values that differ from what was decoded. */
  readonly changes: ComputedRef<number>
  /** What execution would clamp of the edit, and not of what was decoded. */
  readonly limits: ComputedRef<readonly ChunkLimit[]>
  setValue(step: number, dim: number, normalised: number): void
  /** Waypoint 1…T of `from`, the chunk when the hand took it, to [x, y] metres on the bench. */
  moveWaypoint(from: Float32Array, index: number, target: readonly [x: number, y: number]): void
  /** Why the plan can't be nudged that way; null when it can. */
  whyNoNudge(nudge: Nudge): string | null
  nudge(nudge: Nudge): void
}

export function useChunkEdit(): ChunkEdit {
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const ui = useUiStore()
  const { decoded, editable } = useShownIteration()

  const original = computed(() => decoded.value?.chunk ?? null)
  const chunk = computed(() => ui.editedChunk ?? original.value)
  const set = (next: Float32Array): void => {
    if (!editable.value || original.value === null) return
    ui.editedChunk = countChanges(original.value, next) === 0 ? null : next
  }
  const nudged = ({ axis, sign }: Nudge): Float32Array | null => {
    if (chunk.value === null || refinement.info === null) return null
    return nudgePlan(chunk.value, refinement.info, axis, sign * NUDGE_METRES)
  }
  const whyNoNudge = (nudge: Nudge): string | null => {
    const next = nudged(nudge)
    if (!editable.value || next === null || chunk.value === null) return 'Pause at a decoded chunk first'
    return countChanges(chunk.value, next) === 0 ? 'The first action is at its limit that way' : null
  }

  return {
    editable,
    chunk,
    changes: computed(() =>
      ui.editedChunk === null || original.value === null ? 0 : countChanges(original.value, ui.editedChunk)
    ),
    limits: computed(() => {
      const { info, shown } = refinement
      if (info === null || shown === null || original.value === null || ui.editedChunk === null) return []
      return chunkLimits(original.value, ui.editedChunk, info, shown.startMetres, robot.actionBox)
    }),
    setValue(step, dim, normalised) {
      const dims = refinement.info?.actionDims.length
      if (chunk.value !== null && dims !== undefined) set(withValue(chunk.value, dims, step, dim, normalised))
    },
    moveWaypoint(from, index, target) {
      const { info, shown } = refinement
      if (info !== null && shown !== null)
        set(moveWaypoint(from, info, shown.startMetres, robot.actionBox, index, target))
    },
    whyNoNudge,
    nudge(nudge) {
      const next = nudged(nudge)
      if (next !== null && whyNoNudge(nudge) === null) set(next)
    }
  }
}
