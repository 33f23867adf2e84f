import { computed, onScopeDispose, watch } from 'vue'
import { AT_REST, isDriveKey, ratesOfKeys, ratesOfPad } from '../model/driveKeys'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'
import { useHoldToRun } from './useHoldToRun'
import type { Operator } from './useOperator'

const TYPING = 'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select'
const POLL_MS = 20

/** Keyboard and gamepad while they drive: held keys and sticks become rates, and letting go of them stops the arm. */
export function useDriving(operator: Operator): void {
  const robot = useRobotStore()
  const ui = useUiStore()
  const source = computed(() => robot.snapshot?.teleop?.source ?? null)
  const held = new Set<string>()
  const speed = (): number => ui.driveSpeed / 100
  const keys = useHoldToRun<true>((value, inputMs) =>
    operator.drive('keyboard', value === null ? AT_REST : ratesOfKeys(held, speed()), inputMs)
  )

  const letGo = (inputMs: number): void => {
    held.clear()
    keys.release(inputMs)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (source.value !== 'keyboard' || !isDriveKey(event.code)) return
    const target = event.target instanceof Element ? event.target : null
    if (ui.view !== 'live' || ui.dialog !== null || target?.closest(TYPING)) return
    if (event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.repeat) return
    held.add(event.code)
    keys.press(true, event.timeStamp)
  }
  const onKeyUp = (event: KeyboardEvent): void => {
    if (!held.delete(event.code)) return
    if (held.size === 0) keys.release(event.timeStamp)
    else keys.press(true, event.timeStamp)
  }
  const onBlur = (): void => letGo(performance.now())

  let padDrives = false
  const poll = setInterval(() => {
    if (source.value !== 'gamepad') return
    const pad = navigator.getGamepads().find((candidate) => candidate?.connected)
    const isHere = document.hasFocus() && ui.view === 'live' && ui.dialog === null
    const rates = pad && isHere ? ratesOfPad(pad, speed()) : null
    if (rates === null && !padDrives) return
    padDrives = rates !== null
    operator.drive('gamepad', rates ?? AT_REST, pad?.timestamp ?? null)
  }, POLL_MS)

  // Whoever drives next, and whatever is looked at next, begins at rest.
  const release = watch([source, () => ui.view, () => ui.dialog], onBlur)
  window.addEventListener('keydown', onKeyDown, { capture: true })
  window.addEventListener('keyup', onKeyUp, { capture: true })
  window.addEventListener('blur', onBlur)
  onScopeDispose(() => {
    clearInterval(poll)
    release()
    window.removeEventListener('keydown', onKeyDown, { capture: true })
    window.removeEventListener('keyup', onKeyUp, { capture: true })
    window.removeEventListener('blur', onBlur)
  })
}
