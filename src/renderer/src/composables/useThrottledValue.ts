import { shallowReadonly, shallowRef, watch, type ShallowRef } from 'vue'
import { useChartTurn } from './useChartTurn'
import { useThrottled } from './useThrottled'

/** Follows `read` when it is its turn, then at most every `intervalMs` with the newest; values that `isUrgent` don't wait. */
export function useThrottledValue<T>(
  read: () => T,
  intervalMs: number,
  isUrgent: () => boolean = () => false
): Readonly<ShallowRef<T>> {
  const turn = useChartTurn()
  const shown = shallowRef(read()) as ShallowRef<T>
  const follow = useThrottled((value: T) => (shown.value = value), intervalMs)
  let newest = shown.value
  watch(read, (value) => {
    newest = value
    if (turn === null) follow(value)
    // Of those that waited together only the newest is drawn.
    else void turn().then(() => newest === value && follow(value))
    if (isUrgent()) shown.value = value
  })
  return shallowReadonly(shown)
}
