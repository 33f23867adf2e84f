import type { GuardSettings, GuardTrigger } from '@shared/domain/guard'
import type { RefinementPhase } from '@shared/domain/policy'
import type { SimilarPrediction } from '@shared/ipc/recording'

/** The halting guard in words. */

export const questionOf = (phase: RefinementPhase | null): string | null =>
  phase?.kind === 'paused' ? (phase.question ?? null) : null

export const GUARD_TITLES: Readonly<Record<GuardTrigger, string>> = {
  noConvergence: 'No convergence',
  risingSignal: 'Rising signal',
  kTrend: 'K trend',
  band: 'Calibrated band',
  seedDisagreement: 'Seeds disagree',
  staleObservation: 'Old observation',
  limitBreach: 'Limit breach',
  blindCamera: 'Covered camera'
}

export const GUARD_TRIGGERS = Object.keys(GUARD_TITLES) as GuardTrigger[]

export const GUARD_HELP: Readonly<Record<GuardTrigger, string>> = {
  noConvergence: 'The iteration limit was reached and the rule had not fired.',
  risingSignal: 'The signal rose several iterations in a row, above a floor.',
  kTrend: 'Median K of the last five predictions over that of the episode’s first five.',
  band: 'The last iteration’s latent delta is above what recorded successes had at this place of the episode.',
  seedDisagreement: 'Chunks from other seeds differ: each costs as much as the prediction itself.',
  staleObservation: 'The observation is old when its chunk is decided.',
  limitBreach: 'A normalised action, or the step between two, is beyond its bound.',
  blindCamera: 'A camera’s picture has no contrast: covered, or dark.'
}

/** `off`, or what is on, in a few words. */
export function guardText(settings: GuardSettings): string {
  const on = GUARD_TRIGGERS.filter((trigger) => settings[trigger].on)
  if (on.length === 0) return 'off'
  const [first] = on
  return on.length === 1 && first ? GUARD_TITLES[first].toLowerCase() : `${on.length} triggers`
}

/** What became of predictions like this one. */
export function similarText(predictions: readonly SimilarPrediction[]): string {
  const [count, failed] = [predictions.length, predictions.filter(({ success }) => !success).length]
  if (count === 0) return 'No recorded episode has a prediction to compare with yet.'
  return `Of the ${count} most similar recorded predictions ${failed} ${failed === 1 ? 'was' : 'were'} in episodes that failed.`
}
