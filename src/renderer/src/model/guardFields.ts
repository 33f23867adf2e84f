import type { GuardSettings, GuardTrigger } from '@shared/domain/guard'

/** A number of the guard's settings that people set. */
export interface GuardField {
  /** Beside it, and for those who listen. */
  readonly text: string
  readonly label: string
  readonly min: number
  readonly max: number
  readonly integer: boolean
  read(settings: GuardSettings): number
  write(settings: GuardSettings, value: number): GuardSettings
}

type Numbers<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T]
type Range = Pick<GuardField, 'text' | 'label' | 'min' | 'max'> & { readonly integer?: boolean }

const ofTrigger = <T extends GuardTrigger>(
  trigger: T,
  key: Numbers<GuardSettings[T]> & string,
  range: Range
): GuardField => ({
  integer: false,
  ...range,
  // The type of `key` says that it is one.
  read: (settings) => settings[trigger][key] as number,
  write: (settings, value) => ({ ...settings, [trigger]: { ...settings[trigger], [key]: value } })
})

const ofAll = (key: Numbers<GuardSettings>, range: Range): GuardField => ({
  integer: true,
  ...range,
  read: (settings) => settings[key],
  write: (settings, value) => ({ ...settings, [key]: value })
})

/** Shown while their trigger is on. */
export const TRIGGER_FIELDS: Readonly<Partial<Record<GuardTrigger, readonly GuardField[]>>> = {
  kTrend: [ofTrigger('kTrend', 'ratio', { text: 'ratio above', label: 'K trend ratio', min: 1, max: 20 })],
  risingSignal: [
    ofTrigger('risingSignal', 'times', {
      text: 'times in a row',
      label: 'Rises in a row',
      min: 2,
      max: 16,
      integer: true
    })
  ],
  seedDisagreement: [
    ofTrigger('seedDisagreement', 'seeds', {
      text: 'seeds besides its own',
      label: 'Seeds compared',
      min: 1,
      max: 8,
      integer: true
    }),
    ofTrigger('seedDisagreement', 'limit', {
      text: 'RMS above',
      label: 'Disagreement limit',
      min: 1e-6,
      max: 4
    })
  ],
  staleObservation: [
    ofTrigger('staleObservation', 'milliseconds', {
      text: 'older than, ms',
      label: 'Observation age limit',
      min: 1,
      max: 60_000
    })
  ],
  limitBreach: [
    ofTrigger('limitBreach', 'action', {
      text: 'normalised action above',
      label: 'Action limit',
      min: 0.01,
      max: 100
    }),
    ofTrigger('limitBreach', 'step', { text: 'step above', label: 'Step limit', min: 0.01, max: 100 })
  ]
}

/** Of all triggers together. */
export const BUDGET_FIELDS: readonly GuardField[] = [
  ofAll('rearmAfter', {
    text: 'predictions before it asks the same again',
    label: 'Asks again after',
    min: 0,
    max: 32
  }),
  ofAll('holdsPerEpisode', {
    text: 'holds per episode, at most',
    label: 'Holds per episode',
    min: 0,
    max: 1000
  }),
  ofAll('holdsPerMinute', { text: 'holds per minute, at most', label: 'Holds per minute', min: 0, max: 60 })
]
