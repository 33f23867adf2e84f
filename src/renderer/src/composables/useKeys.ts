import { onScopeDispose } from 'vue'
import { keyAction, worksEverywhere, type KeyAction } from '../model/keyMap'
import { useUiStore } from '../stores/ui'
import type { Operator } from './useOperator'

const TYPING =
  'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]'
const LAYERS = '[role=dialog], [role=alertdialog], [role=menu]'
const INTERACTIVE =
  'button, a[href], [role=button], [role=switch], [role=tab], [role=slider], [role=menuitemradio]'

/**
 * The window's keys. The listener captures before anything else and swallows what it acts on, so that Escape
 * stops the robot and never closes a layer, and Space pauses whatever has the focus.
 */
export function useKeys(operator: Operator): void {
  const ui = useUiStore()
  const commands: Record<Exclude<KeyAction, 'stop' | 'closeDialog'>, () => void> = {
    pause: operator.pause,
    resume: operator.resume,
    step: () => operator.step(1),
    step5: () => operator.step(5),
    back: operator.back,
    converge: operator.converge,
    haltNow: operator.haltNow,
    goBeyond: () => operator.goBeyond(1),
    reseed: operator.reseed,
    reject: operator.reject,
    override: operator.commitEdit,
    nudgeLeft: () => operator.nudge({ axis: 0, sign: -1 }),
    nudgeRight: () => operator.nudge({ axis: 0, sign: 1 }),
    nudgeAway: () => operator.nudge({ axis: 1, sign: -1 }),
    nudgeTowards: () => operator.nudge({ axis: 1, sign: 1 }),
    nudgeUp: () => operator.nudge({ axis: 2, sign: 1 }),
    nudgeDown: () => operator.nudge({ axis: 2, sign: -1 }),
    endSuccess: () => operator.endEpisode(true),
    endFailure: () => operator.endEpisode(false),
    discard: operator.askDiscard,
    mark: operator.mark,
    acknowledge: operator.acknowledge,
    takeOver: operator.takeOver,
    handBack: operator.handBack,
    keySheet() {
      ui.dialog = 'keys'
    }
  }

  const swallow = (event: KeyboardEvent): void => {
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, code, shiftKey, ctrlKey, altKey, metaKey, repeat } = event
    const altGraph = event.getModifierState('AltGraph')
    const action = keyAction({ key, code, shiftKey, ctrlKey, altKey, metaKey, altGraph, repeat })
    // A held Escape repeats no command, but must not close anything either.
    if (action === 'stop' || key === 'Escape') {
      swallow(event)
      if (action === 'stop') operator.stop()
      return
    }
    if (action === null || event.isComposing) return
    const target = event.target instanceof Element ? event.target : null
    if (action === 'closeDialog') {
      swallow(event)
      ui.dialog = null
      ui.layersClosed++
      return
    }
    if (ui.dialog !== null || target?.closest(TYPING) || target?.closest(LAYERS)) return
    // Where neither the effect nor a refusal would be seen, a key does what it does on any page.
    if (ui.view !== 'live' && !worksEverywhere(action)) return
    // In a replay Space is its own, unless there is a robot to pause.
    const isReplaying = ui.view === 'episodes' && ui.replayId !== null
    if (action === 'pause' && isReplaying && !operator.isRobotLive()) return
    // Someone who moves by Tab means the control that has the focus ring, not the global Enter.
    if (action === 'resume' && target?.matches(INTERACTIVE) && target.matches(':focus-visible')) return
    swallow(event)
    commands[action]()
  }

  // Buttons act on the release of Space: it would click what Space has just paused.
  const onKeyUp = (event: KeyboardEvent): void => {
    const target = event.target instanceof Element ? event.target : null
    if (event.key !== ' ' || ui.dialog !== null || target?.closest(TYPING) || target?.closest(LAYERS)) return
    swallow(event)
  }

  window.addEventListener('keydown', onKeyDown, { capture: true })
  window.addEventListener('keyup', onKeyUp, { capture: true })
  onScopeDispose(() => {
    window.removeEventListener('keydown', onKeyDown, { capture: true })
    window.removeEventListener('keyup', onKeyUp, { capture: true })
  })
}
