import type { IterationRecord, PredictionView, RefinementSettings } from '../domain/policy'
import { findStop } from './stopping'

/** Changes to a prediction, each giving a new one that is consistent in itself. */

export interface PredictionStart {
  readonly index: number
  readonly episode: number
  readonly epoch: number
  readonly seed: number
  readonly observationNanos: number
  readonly startMetres: readonly [number, number, number]
  readonly observeMs: number
}

export function newPrediction(start: PredictionStart): PredictionView {
  const { index, episode, epoch, seed, observationNanos, startMetres, observeMs } = start
  return {
    index,
    episode,
    epoch,
    seed,
    reseeds: 0,
    observationNanos,
    startMetres: [...startMetres],
    k: 0,
    iterations: [],
    stages: { observe: observeMs, encode: 0, prelude: 0, step: 0, coda: 0 },
    converged: null,
    human: false
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

export const withIteration = (
  prediction: PredictionView,
  iteration: IterationRecord,
  settings: RefinementSettings
): PredictionView => withIterations(prediction, [...prediction.iterations, iteration], settings)

/** Back to S_k: later iterations are forgotten. */
export const rewound = (
  prediction: PredictionView,
  k: number,
  settings: RefinementSettings
): PredictionView => withIterations(prediction, prediction.iterations.slice(0, k), settings)

export const reseeded = (
  prediction: PredictionView,
  seed: number,
  settings: RefinementSettings
): PredictionView => ({
  ...withIterations(prediction, [], settings),
  seed,
  reseeds: prediction.reseeds + 1
})

/** Looks at the whole curve again under other settings. */
export const judgedBy = (prediction: PredictionView, settings: RefinementSettings): PredictionView =>
  withIterations(prediction, prediction.iterations, settings)

/** Everything that follows from the iterations, derived anew so that it can't disagree with them. */
function withIterations(
  prediction: PredictionView,
  iterations: IterationRecord[],
  settings: RefinementSettings
): PredictionView {
  const { observationNanos } = prediction
  const { stopping, maxIterations } = settings
  return {
    ...prediction,
    iterations,
    k: iterations.length,
    converged: findStop(stopping, iterations, { observationNanos, maxIterations }),
    stages: {
      ...prediction.stages,
      step: iterations.reduce((sum, iteration) => sum + iteration.stepMs, 0),
      coda: iterations.reduce((sum, iteration) => sum + iteration.codaMs, 0)
    }
  }
}
