import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useMessagesStore } from '../stores/messages'
import { useThrottled } from './useThrottled'

export interface Draft {
  /** What the hand set last, until the host confirms or refuses it; then what is in force. */
  readonly value: ComputedRef<number | null>
  set(value: number): void
}

/** A refinement setting under the hand: it answers at once, and never outlives the host's own word. */
export function useDraft(
  inForce: () => number | null,
  send: (value: number) => void,
  intervalMs: number
): Draft {
  const messages = useMessagesStore()
  const draft = shallowRef<number | null>(null)
  const sendThrottled = useThrottled(send, intervalMs)

  watch(inForce, (now) => {
    if (now === null || now === draft.value) draft.value = null
  })
  watch(
    () => messages.messages.find(({ code }) => code === 'refused-settings'),
    (refusal) => {
      if (refusal !== undefined) draft.value = null
    }
  )
  return {
    value: computed(() => draft.value ?? inForce()),
    set(value) {
      draft.value = value
      sendThrottled(value)
    }
  }
}
