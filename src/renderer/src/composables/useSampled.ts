import { shallowReadonly, shallowRef, watch, type ShallowRef } from 'vue'
import { useUiStore } from '../stores/ui'

/**
 * What `read` gave at the last tick of the clock. Ten times a second is what eyes can read, and the age of
 * something newer than the clock would always be zero.
 */
export function useSampled<T>(read: () => T): Readonly<ShallowRef<T>> {
  const ui = useUiStore()
  const sample = shallowRef(read())
  watch(
    () => ui.nowMs,
    () => {
      sample.value = read()
    }
  )
  return shallowReadonly(sample)
}
