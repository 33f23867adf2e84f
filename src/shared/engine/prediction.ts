import type { IterationRecord, PredictionView, RefinementSettings } from '../domain/policy'
import { evaluateStopping } from './stopping'

/** Changes to a prediction, each giving a new one that is consistent in itself. */

export interface PredictionStart {
  readonly index: number
  readonly episode: number
  readonly epoch: number
  readonly seed: number
  readonly observationNanos: number
  readonly startMetres: readonly [number, number, number]
  readonly warmStart: PredictionView['warmStart']
  readonly gripperOpening: number | null
  readonly contrast: number | null
  readonly observeMs: number
}

export function newPrediction(start: PredictionStart): PredictionView {
  const { startMetres, observeMs, ...given } = start
  return {
    ...given,
    reseeds: 0,
    startMetres: [...startMetres],
    k: 0,
    iterations: [],
    stages: { observe: observeMs, encode: 0, prelude: 0, step: 0, coda: 0 },
    converged: null,
    human: false,
    disagreement: null,
    guard: null,
    breakpointHits: []
  }
}

export const withEncoding = (
  prediction: PredictionView,
  encode: number,
  prelude: number
): PredictionView => ({
  ...prediction,
  stages: { ...prediction.stages, encode, prelude }
})

export function withIteration(
  prediction: PredictionView,
  iteration: IterationRecord,
  settings: RefinementSettings
): PredictionView {
  const next = withIterations(prediction, [...prediction.iterations, iteration])
  return prediction.converged ? next : judgedBy(next, settings)
}

/** Back to S_k: later iterations are forgotten. */
export function rewound(prediction: PredictionView, k: number, settings: RefinementSettings): PredictionView {
  const back = withIterations(prediction, prediction.iterations.slice(0, k))
  return prediction.converged && prediction.converged.k <= k ? back : judgedBy(back, settings)
}

export const reseeded = (prediction: PredictionView, seed: number): PredictionView => ({
  ...withIterations(prediction, []),
  converged: null,
  disagreement: null,
  guard: null,
  warmStart: null,
  seed,
  reseeds: prediction.reseeds + 1
})

/**
 * Whether the rule fires at the newest iteration. A rule that was changed on the way never looks further back:
 * what it would have accepted at an earlier k is not what would be executed now.
 */
export function judgedBy(prediction: PredictionView, settings: RefinementSettings): PredictionView {
  const { k, iterations, observationNanos } = prediction
  const { stopping, maxIterations } = settings
  const verdict = evaluateStopping(stopping, iterations, { observationNanos, maxIterations })
  return { ...prediction, converged: verdict.stop ? { k, reason: verdict.reason } : null }
}

/** The operator changed a rule that this prediction is decided by. */
export const ruledByHuman = (prediction: PredictionView, settings: RefinementSettings): PredictionView => ({
  ...judgedBy(prediction, settings),
  human: true
})

/** Everything that follows from the iterations alone, derived anew so that it can't disagree with them. */
function withIterations(prediction: PredictionView, iterations: IterationRecord[]): PredictionView {
  return {
    ...prediction,
    iterations,
    k: iterations.length,
    breakpointHits: prediction.breakpointHits.filter(({ k }) => k <= iterations.length),
    stages: {
      ...prediction.stages,
      step: iterations.reduce((sum, iteration) => sum + iteration.stepMs, 0),
      coda: iterations.reduce((sum, iteration) => sum + iteration.codaMs, 0)
    }
  }
}
