/** Shifts the whole plan while it may be edited: by where it goes on the bench, away from the operator or towards them. */
export type NudgeAction = 'nudgeLeft' | 'nudgeRight' | 'nudgeAway' | 'nudgeTowards' | 'nudgeUp' | 'nudgeDown'

/** What a key asks for. `stop` works always; everything else is dead while typing or in a dialog. */
export type KeyAction =
  | 'stop'
  | 'pause'
  | 'resume'
  | 'step'
  | 'step5'
  | 'back'
  | 'converge'
  | 'haltNow'
  | 'goBeyond'
  | 'reseed'
  | 'reject'
  | 'override'
  | NudgeAction
  | 'endSuccess'
  | 'endFailure'
  | 'discard'
  | 'mark'
  | 'acknowledge'
  | 'takeOver'
  | 'handBack'
  | 'keySheet'
  | 'closeDialog'

/** Alive in every view: the others belong to the Live view, where their effect can be seen. */
export const worksEverywhere = (action: KeyAction): boolean =>
  action === 'stop' ||
  action === 'pause' ||
  action === 'acknowledge' ||
  action === 'keySheet' ||
  action === 'closeDialog'

export interface KeyBinding<A extends string = KeyAction> {
  readonly action: A
  /** `KeyboardEvent.key` values, letters in lower case: they follow the keyboard layout. */
  readonly keys: readonly string[]
  /** `KeyboardEvent.code` where the layout has no such key; with Shift when `shift` is set. */
  readonly code: string | null
  readonly shift?: boolean
  readonly ctrl?: boolean
  readonly alt?: boolean
  /** What the key sheet and the buttons print. */
  readonly hint: string
  readonly title: string
  readonly group: 'Safety' | 'Refinement' | 'Plan' | 'Episode' | 'Window' | 'Replay'
  readonly repeats?: boolean
}

const nudgeBinding = (action: NudgeAction, key: string, sign: string, title: string): KeyBinding => ({
  action,
  keys: [key],
  code: null,
  alt: true,
  hint: `Alt ${sign}`,
  title,
  group: 'Plan',
  repeats: true
})

export const KEY_BINDINGS: readonly KeyBinding[] = [
  {
    action: 'stop',
    keys: ['escape', 'f12'],
    code: null,
    hint: 'Esc',
    title: 'Stop robot (also F12; always works)',
    group: 'Safety'
  },
  {
    action: 'pause',
    keys: [' '],
    code: 'Space',
    hint: 'Space',
    title: 'Pause (only pauses)',
    group: 'Safety'
  },
  {
    action: 'resume',
    keys: ['enter'],
    code: null,
    hint: 'Enter',
    title: 'Resume, or continue from the cursor',
    group: 'Refinement'
  },
  {
    action: 'step',
    keys: [']'],
    code: 'BracketRight',
    hint: ']',
    title: 'One more iteration',
    group: 'Refinement'
  },
  {
    action: 'step5',
    keys: ['}'],
    code: 'BracketRight',
    shift: true,
    hint: '}',
    title: 'Five more iterations',
    group: 'Refinement'
  },
  {
    action: 'back',
    keys: ['['],
    code: 'BracketLeft',
    hint: '[',
    title: 'Cursor one iteration back',
    group: 'Refinement',
    repeats: true
  },
  {
    action: 'converge',
    keys: ['c'],
    code: 'KeyC',
    hint: 'C',
    title: 'Run to convergence, then pause',
    group: 'Refinement'
  },
  {
    action: 'haltNow',
    keys: ['h'],
    code: 'KeyH',
    hint: 'H',
    title: 'Halt now: accept the current chunk',
    group: 'Refinement'
  },
  {
    action: 'goBeyond',
    keys: ['b'],
    code: 'KeyB',
    hint: 'B',
    title: 'Go beyond a fired rule',
    group: 'Refinement'
  },
  {
    action: 'reseed',
    keys: ['s'],
    code: 'KeyS',
    hint: 'S',
    title: 'Reseed: fresh starting latent',
    group: 'Refinement'
  },
  {
    action: 'reject',
    keys: ['r'],
    code: 'KeyR',
    hint: 'R',
    title: 'Reject the chunk and observe again',
    group: 'Refinement'
  },
  {
    action: 'override',
    keys: ['o'],
    code: 'KeyO',
    hint: 'O',
    title: 'Override: commit the edited chunk',
    group: 'Refinement'
  },
  nudgeBinding('nudgeLeft', 'arrowleft', '←', 'Nudge the plan 2 mm left'),
  nudgeBinding('nudgeRight', 'arrowright', '→', 'Nudge it right'),
  nudgeBinding('nudgeAway', 'arrowup', '↑', 'Nudge it away from you'),
  nudgeBinding('nudgeTowards', 'arrowdown', '↓', 'Nudge it towards you'),
  nudgeBinding('nudgeUp', 'pageup', 'PgUp', 'Nudge it up'),
  nudgeBinding('nudgeDown', 'pagedown', 'PgDn', 'Nudge it down'),
  {
    action: 'endSuccess',
    keys: ['e'],
    code: 'KeyE',
    hint: 'E',
    title: 'End episode: success',
    group: 'Episode'
  },
  {
    action: 'endFailure',
    keys: ['f'],
    code: 'KeyF',
    hint: 'F',
    title: 'End episode: failure',
    group: 'Episode'
  },
  {
    action: 'discard',
    keys: ['backspace'],
    code: null,
    hint: 'Backspace',
    title: 'Discard the episode (asks)',
    group: 'Episode'
  },
  {
    action: 'mark',
    keys: ['m'],
    code: 'KeyM',
    hint: 'M',
    title: 'Mark this moment in the recording',
    group: 'Episode'
  },
  {
    action: 'acknowledge',
    keys: ['a'],
    code: 'KeyA',
    hint: 'A',
    title: 'Acknowledge the most urgent alarm: seen, nothing more',
    group: 'Safety'
  },
  {
    action: 'takeOver',
    keys: ['t'],
    code: 'KeyT',
    shift: false,
    hint: 'T',
    title: 'Take over: drive by hand',
    group: 'Safety'
  },
  {
    action: 'handBack',
    keys: ['t'],
    code: 'KeyT',
    shift: true,
    hint: '⇧T',
    title: 'Hand back to the policy',
    group: 'Safety'
  },
  { action: 'keySheet', keys: ['?'], code: null, hint: '?', title: 'This sheet', group: 'Window' },
  {
    action: 'closeDialog',
    keys: ['.'],
    code: 'Period',
    ctrl: true,
    hint: 'Ctrl .',
    title: 'Close a dialog',
    group: 'Window'
  }
]

/** Printed key of each action (the cast: fromEntries forgets names, and every action has a binding). */
export const KEY_HINTS = Object.fromEntries(
  KEY_BINDINGS.map(({ action, hint }) => [action, hint])
) as Readonly<Record<KeyAction, string>>

const ARIA_NAMES: Readonly<Record<string, string>> = {
  Esc: 'Escape',
  '⌫': 'Backspace',
  '⇧T': 'Shift+T',
  'Ctrl .': 'Control+.',
  'Alt ←': 'Alt+ArrowLeft',
  'Alt →': 'Alt+ArrowRight',
  'Alt ↑': 'Alt+ArrowUp',
  'Alt ↓': 'Alt+ArrowDown',
  'Alt PgUp': 'Alt+PageUp',
  'Alt PgDn': 'Alt+PageDown'
}
/** A printed key as `aria-keyshortcuts` names it. */
export const ariaShortcut = (hint: string): string => ARIA_NAMES[hint] ?? hint

/** The parts of a KeyboardEvent that decide; `altGraph` as `getModifierState('AltGraph')` tells. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  readonly altGraph: boolean
  readonly repeat: boolean
}

const isLatin = (key: string): boolean => /^[\x20-\x7e]$/.test(key)

/**
 * The action of a key press. The printed character decides; the key's place counts only where the layout has
 * no such character there (Cyrillic С on the C key, ü on the bracket key). Ctrl, Alt and Meta belong to the
 * system where no binding names them, except AltGr for signs, which is how many layouts type brackets, and Stop, which no modifier disables.
 */
export const keyAction = (press: KeyPress): KeyAction | null => matchKey(press, KEY_BINDINGS)

/** As `keyAction`, among other bindings. */
export function matchKey<A extends string>(press: KeyPress, bindings: readonly KeyBinding<A>[]): A | null {
  const key = press.key.toLowerCase()
  const matched =
    bindings.find((binding) => binding.keys.includes(key) && modifiersFit(binding, press)) ??
    // With AltGr only what is printed counts: the key under € is no E.
    (press.altGraph
      ? undefined
      : bindings.find((binding) => placeFits(binding, press) && modifiersFit(binding, press)))
  if (matched === undefined) return null
  if (press.repeat && matched.repeats !== true) return null
  return matched.action
}

function placeFits(binding: KeyBinding<string>, press: KeyPress): boolean {
  if (binding.code === null || binding.code !== press.code) return false
  if (binding.ctrl !== true && (binding.shift ?? false) !== press.shiftKey) return false
  const bracket = binding.code.startsWith('Bracket')
  return bracket ? !/^[a-z]$/i.test(press.key) : !isLatin(press.key)
}

function modifiersFit(binding: KeyBinding<string>, press: KeyPress): boolean {
  if (binding.action === 'stop') return true
  if (press.metaKey) return false
  if (press.altGraph) return binding.ctrl !== true && !/^[a-z]/i.test(press.key)
  if (press.altKey !== (binding.alt ?? false)) return false
  // A letter alone means either case, unless it means another command with Shift.
  if (binding.shift !== undefined && /^[a-z]$/i.test(press.key) && press.shiftKey !== binding.shift)
    return false
  return press.ctrlKey === (binding.ctrl ?? false)
}
