import { onScopeDispose } from 'vue'

/**
 * Calls `apply` at once and then at most every `intervalMs` with the newest value (older ones are dropped);
 * a value still waiting when the scope ends is applied then.
 */
export function useThrottled<T>(apply: (value: T) => void, intervalMs: number): (value: T) => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  let waiting: { value: T } | null = null

  const release = (): void => {
    timer = null
    if (waiting === null) return
    const { value } = waiting
    waiting = null
    timer = setTimeout(release, intervalMs)
    apply(value)
  }
  onScopeDispose(() => {
    if (timer !== null) clearTimeout(timer)
    if (waiting !== null) apply(waiting.value)
  })

  return (value) => {
    if (timer !== null) {
      waiting = { value }
      return
    }
    timer = setTimeout(release, intervalMs)
    apply(value)
  }
}
