import type { BundleDescription, StageMedians, Trial } from '@shared/domain/examination'
import type { PolicyInfo, RefinementSettings } from '@shared/domain/policy'

/** Rules that look at the curves decide K anew every time: estimates take this many iterations then. */
const TYPICAL_K = 8

/** Iterations an estimate of a whole prediction takes under these defaults. */
export const estimateK = ({ stopping, maxIterations }: RefinementSettings): number =>
  Math.min(maxIterations, stopping.kind === 'fixed' ? stopping.iterations : TYPICAL_K)

/** Estimated time of a whole prediction, milliseconds: encode + prelude + k · (step + coda). */
export const estimateMs = ({ encode, prelude, step, coda }: StageMedians, k: number): number =>
  encode + prelude + k * (step + coda)

/** What names a trial within an examination. */
export const trialKey = ({ provider, precision }: Pick<Trial, 'provider' | 'precision'>): string =>
  `${provider} ${precision}`

/** How a trial is called where there are no columns. */
export const trialTitle = ({ provider, precision }: Pick<Trial, 'provider' | 'precision'>): string =>
  `${provider.toUpperCase()}, ${precision}`

/** The trial to offer first: the first in the order of preference that was accepted. */
export const bestTrial = (trials: readonly Trial[]): Trial | null =>
  trials.find(({ outcome }) => outcome.ok) ?? null

/** Rounded weights have other states by design: only their actions are held to the tolerance. */
export const selfTestPassed = (test: PolicyInfo['selfTest']): boolean =>
  test.maxActionError <= test.tolerance && (!test.judgesStates || test.maxStateError <= test.tolerance)

/** One line of the table of trials. */
export interface TrialRow {
  readonly key: string
  readonly trial: Trial
  /** Null where it was refused. */
  readonly estimateMs: number | null
  readonly fastest: boolean
  /** The exporter's measured error of a normalised action with this precision; null when the bundle has none. */
  readonly actionError: number | null
}

/** Trials as the table shows them; the fastest accepted one is marked where there are several. */
export function trialRows(trials: readonly Trial[], bundle: BundleDescription): TrialRow[] {
  const k = estimateK(bundle.defaults)
  const estimates = trials.map(({ outcome }) => (outcome.ok ? estimateMs(outcome.stages, k) : null))
  const known = estimates.filter((estimate) => estimate !== null)
  const least = known.length > 1 ? Math.min(...known) : null
  return trials.map((trial, index) => {
    const estimate = estimates[index] ?? null
    return {
      key: trialKey(trial),
      trial,
      estimateMs: estimate,
      fastest: estimate !== null && estimate === least,
      actionError:
        bundle.variants.find(({ precision }) => precision === trial.precision)?.maxActionError ?? null
    }
  })
}
