import { shallowReadonly, shallowRef, watch, type ShallowRef } from 'vue'
import { useThrottled } from './useThrottled'

/** Follows `read` at once, then at most every `intervalMs` with the newest; values that `isUrgent` don't wait. */
export function useThrottledValue<T>(
  read: () => T,
  intervalMs: number,
  isUrgent: () => boolean = () => false
): Readonly<ShallowRef<T>> {
  const shown = shallowRef(read()) as ShallowRef<T>
  const follow = useThrottled((value: T) => (shown.value = value), intervalMs)
  watch(read, (value) => {
    follow(value)
    if (isUrgent()) shown.value = value
  })
  return shallowReadonly(shown)
}
