import { onScopeDispose, ref, type Ref } from 'vue'

/** Something that goes on only while a person holds it: told again and again, and once more when it is let go. */
export interface HoldToRun<T> {
  readonly held: Ref<T | null>
  press(value: T, inputMs: number): void
  release(inputMs: number): void
}

/** Well within the robot host's dead man. */
const REPEAT_MS = 50

/** `send(null)`: let go. Whatever takes the window from the person lets go too. */
export function useHoldToRun<T>(send: (value: T | null, inputMs: number | null) => void): HoldToRun<T> {
  const held = ref(null) as Ref<T | null>
  let timer: ReturnType<typeof setInterval> | null = null

  function release(inputMs: number): void {
    if (timer !== null) clearInterval(timer)
    timer = null
    if (held.value === null) return
    held.value = null
    send(null, inputMs)
  }
  function press(value: T, inputMs: number): void {
    held.value = value
    send(value, inputMs)
    timer ??= setInterval(() => {
      if (held.value !== null) send(held.value, null)
    }, REPEAT_MS)
  }

  const letGo = (): void => release(performance.now())
  const letGoWhenHidden = (): void => {
    if (document.visibilityState === 'hidden') letGo()
  }
  window.addEventListener('blur', letGo)
  document.addEventListener('visibilitychange', letGoWhenHidden)
  onScopeDispose(() => {
    window.removeEventListener('blur', letGo)
    document.removeEventListener('visibilitychange', letGoWhenHidden)
    letGo()
  })
  return { held, press, release }
}
