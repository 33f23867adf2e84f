import { computed, type ComputedRef } from 'vue'
import type { PathDrawing } from '../drawing/drawPath'
import { chunkPath } from '../model/chunkPath'
import { earlierChunks } from '../model/scopeModel'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useShownIteration } from './useShownIteration'

const GHOSTS = 3

/**
 * The shown chunk as a path over the bench: the cursor's iteration (or the edit) over the ones before it. The
 * cameras are live: a plan of the past, or of another episode, has no place on them.
 */
export function usePathDrawing(): ComputedRef<PathDrawing | null> {
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const { k, decoded, human, horizon, executed } = useShownIteration()
  const present = computed(
    () => !refinement.browsing && robot.snapshot?.run.episode === refinement.shown?.episode
  )

  return computed(() => {
    const { info, shown } = refinement
    if (info === null || shown === null || !present.value) return null
    const chunk = human.value ?? decoded.value?.chunk
    if (chunk === undefined) return null
    const toPath = (of: Float32Array) => chunkPath(of, info, shown.startMetres, robot.actionBox)
    return {
      points: toPath(chunk),
      horizon: horizon.value,
      executed: executed.value ?? 0,
      human: human.value !== null,
      ghosts: earlierChunks(shown, k.value, GHOSTS).map(toPath)
    }
  })
}
