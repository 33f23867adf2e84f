import { computed, type ComputedRef } from 'vue'
import type { PathDrawing } from '../drawing/drawPath'
import { chunkPath } from '../model/chunkPath'
import { chunkAt } from '../model/scopeModel'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'

const GHOSTS = 3

/** The shown chunk as a path over the bench: the cursor's iteration (or the edit) over the ones before it. */
export function usePathDrawing(): ComputedRef<PathDrawing | null> {
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const ui = useUiStore()
  const executed = computed(() => {
    const record = refinement.shownEntry?.record
    const queue = robot.snapshot?.queue ?? null
    if (record == null) return 0
    return queue?.prediction === record.index && robot.snapshot?.run.episode === record.episode
      ? queue.action
      : (refinement.shownEntry?.execution?.actionsExecuted ?? 0)
  })

  return computed(() => {
    const { info, shown } = refinement
    if (info === null || shown === null || shown.k < 1) return null
    const k = Math.min(ui.cursorK ?? shown.k, shown.k)
    const record = refinement.shownEntry?.record ?? null
    const committed = record?.stopReason === 'override' && k === record.k ? record.chunk : null
    const chunk = ui.editedChunk ?? committed ?? chunkAt(shown, k)?.chunk
    if (chunk == null) return null
    const workspace = robot.spec?.workspace ?? null
    const toPath = (of: Float32Array) => chunkPath(of, info, shown.startMetres, workspace)
    return {
      points: toPath(chunk),
      horizon: record?.horizon ?? null,
      executed: executed.value,
      human: ui.editedChunk !== null || committed !== null,
      ghosts: shown.iterations
        .filter((iteration) => iteration.k < k && iteration.k >= k - GHOSTS)
        .flatMap((iteration) => (iteration.chunk === null ? [] : [toPath(iteration.chunk)]))
    }
  })
}
