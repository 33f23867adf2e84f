import { computed, watch } from 'vue'
import { useRefinementStore } from '../stores/refinement'
import { useUiStore } from '../stores/ui'
import { useShownIteration } from './useShownIteration'

/**
 * Cursor and edit belong to the prediction they were made on: another one on show starts without them. To be
 * used where it outlives the views, so that nothing comes back to a stale cursor.
 */
export function useFreshPrediction(): void {
  const refinement = useRefinementStore()
  const ui = useUiStore()
  const { lastK, editable } = useShownIteration()

  const identity = computed(() => {
    const { shown } = refinement
    return shown === null
      ? null
      : `${shown.episode} ${shown.index} ${shown.observationNanos} ${shown.reseeds}`
  })
  // At once, not with the next frame: a key pressed in between must not act on the old cursor.
  watch(
    identity,
    () => {
      ui.cursorK = null
      ui.editedChunk = null
    },
    { flush: 'sync' }
  )
  watch(
    [lastK, editable],
    () => {
      ui.editedChunk = null
    },
    { flush: 'sync' }
  )
}
