import { z } from 'zod'

/** The halting guard's settings and what it says; what it does is in `shared/guard`. */

export const guardTrigger = z.enum([
  'noConvergence',
  'risingSignal',
  'kTrend',
  'band',
  'seedDisagreement',
  'staleObservation',
  'limitBreach',
  'blindCamera'
])
export type GuardTrigger = z.infer<typeof guardTrigger>

/** K, or the signal of the last iteration. */
export const bandScore = z.enum(['k', 'actionMse', 'latentDelta'])
export type BandScore = z.infer<typeof bandScore>

const on = z.boolean()

export const guardSettings = z.object({
  /** `maxIterations` was reached and the rule had not fired. */
  noConvergence: z.object({ on }),
  /** The signal rose this many iterations in a row, none before k = `from` (early curves rise), and is above `floor`: noise. */
  risingSignal: z.object({
    on,
    signal: z.enum(['actionMse', 'latentDelta']),
    times: z.int().min(2).max(16),
    from: z.int().min(2).max(32).default(4),
    floor: z.number().min(0)
  }),
  /** Median K of the last five predictions over that of the episode's first five; armed again below `rearm`. */
  kTrend: z.object({ on, ratio: z.number().min(1), rearm: z.number().min(1) }),
  /** A score above what was calibrated for this place in the episode; the last bound holds from there on. */
  band: z.object({ on, score: bandScore, bounds: z.array(z.number()).max(512) }),
  /** Pairwise RMS distance of chunks, the own one and of so many more seeds, normalised actions. */
  seedDisagreement: z.object({ on, seeds: z.int().min(1).max(8), limit: z.number().positive() }),
  /** Age of the observation when its chunk is decided, milliseconds. */
  staleObservation: z.object({ on, milliseconds: z.number().positive() }),
  /** A normalised action, or a step between two of them, beyond this. */
  limitBreach: z.object({ on, action: z.number().positive(), step: z.number().positive() }),
  /** A camera whose picture has no contrast: standard deviation of its values (of 255) below this. */
  blindCamera: z.object({ on, contrast: z.number().min(0).max(128) }),
  /**
   * Hysteresis of doubts: a trigger that held asks again once it had nothing to say of so many predictions in a row; 0: at
   * once. The same prediction from another seed is asked about anew, and facts (`limitBreach`, `blindCamera`,
   * `staleObservation`) always are.
   */
  rearmAfter: z.int().min(0).max(32).default(1),
  /** No more holds than this, whatever the triggers say: a person who is asked too often stops to look. */
  holdsPerEpisode: z.int().min(0).max(1000),
  holdsPerMinute: z.int().min(0).max(60)
})
export type GuardSettings = z.infer<typeof guardSettings>

/** Off, with bounds to begin with: published where refinement.md has them, else far from what the bench's policy does. */
export const GUARD_OFF: GuardSettings = {
  noConvergence: { on: false },
  risingSignal: { on: false, signal: 'actionMse', times: 4, from: 4, floor: 1e-3 },
  kTrend: { on: false, ratio: 1.8, rearm: 1.4 },
  band: { on: false, score: 'latentDelta', bounds: [] },
  seedDisagreement: { on: false, seeds: 2, limit: 0.15 },
  staleObservation: { on: false, milliseconds: 1000 },
  limitBreach: { on: false, action: 1.5, step: 2.5 },
  blindCamera: { on: false, contrast: 4 },
  rearmAfter: 1,
  holdsPerEpisode: 6,
  holdsPerMinute: 6
}

/** What the guard has to say of a prediction. */
export const guardVerdict = z.object({
  trigger: guardTrigger,
  value: z.number(),
  bound: z.number(),
  /** For people, without a full stop. */
  message: z.string(),
  /** How the value came to be: signals by k, or K by prediction. */
  trend: z.array(z.number()),
  /** False: it would have asked, but did so lately (hysteresis), or the budget of holds is used up. */
  holds: z.boolean()
})
export type GuardVerdict = z.infer<typeof guardVerdict>
