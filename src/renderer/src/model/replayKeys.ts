import type { KeyBinding } from './keyMap'

/** Transport keys of a replay. */
export type ReplayAction =
  | 'playPause'
  | 'slower'
  | 'faster'
  | 'previousPrediction'
  | 'nextPrediction'
  | 'previousIteration'
  | 'nextIteration'
  | 'previousFrame'
  | 'nextFrame'
  | 'toStart'
  | 'toEnd'

const binding = (
  action: ReplayAction,
  keys: readonly string[],
  hint: string,
  title: string,
  code: string | null = null
): KeyBinding<ReplayAction> => ({
  action,
  keys,
  code,
  hint,
  title,
  group: 'Replay',
  repeats: action !== 'playPause'
})

export const REPLAY_BINDINGS: readonly KeyBinding<ReplayAction>[] = [
  binding('playPause', [' ', 'k'], 'K', 'Play or pause (also Space)', 'KeyK'),
  binding('slower', ['j'], 'J', 'Slower', 'KeyJ'),
  binding('faster', ['l'], 'L', 'Faster', 'KeyL'),
  binding('previousPrediction', ['arrowleft'], '←', 'Previous prediction'),
  binding('nextPrediction', ['arrowright'], '→', 'Next prediction'),
  binding('previousIteration', ['['], '[', 'Previous iteration', 'BracketLeft'),
  binding('nextIteration', [']'], ']', 'Next iteration', 'BracketRight'),
  binding('previousFrame', [','], ',', 'Previous frame', 'Comma'),
  binding('nextFrame', ['.'], '.', 'Next frame', 'Period'),
  binding('toStart', ['home'], 'Home', 'To the start'),
  binding('toEnd', ['end'], 'End', 'To the end')
]

/** Printed key of each action (the cast: fromEntries forgets names, and every action has a binding). */
export const REPLAY_HINTS = Object.fromEntries(
  REPLAY_BINDINGS.map(({ action, hint }) => [action, hint])
) as Readonly<Record<ReplayAction, string>>
