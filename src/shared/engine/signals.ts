import type { Signals } from '../domain/policy'

/** Latent metrics of one iteration, measured by the host (latents never enter the engine). */
export interface LatentMetrics {
  /** ‖S_k − S_{k−1}‖₂ / ‖S_{k−1}‖₂ */
  readonly latentDelta: number
  /** ‖S_k − S_{k−1}‖₂ */
  readonly latentL2: number
  /** 1 − cos(S_k, S_{k−1}) */
  readonly latentCosine: number
  /** ‖(S_k − S_{k−1}) − (S_{k−1} − S_{k−2})‖₂ / ‖S_{k−1}‖₂; null below k = 2, where S_{k−2} doesn't exist. */
  readonly latentAcceleration: number | null
}

/** Signals of k = 1: there is nothing to compare with. */
export const NO_SIGNALS: Signals = {
  actionMse: null,
  kl: null,
  actionL2: null,
  cosine: null,
  latentDelta: null,
  latentL2: null,
  latentCosine: null,
  latentAcceleration: null
}

/** σ_a at which `kl` equals `actionMse`: √(T·A/2). */
export const defaultSigmaA = (chunkLength: number, actionDims: number): number =>
  Math.sqrt((chunkLength * actionDims) / 2)

/**
 * Signals of iteration k (formulas: `signals` in domain/policy.ts).
 *
 * @param k 1 gives null everywhere; `latentAcceleration` is null below 3
 * @param previousChunk a_{k−1}, T×A normalised; null where its coda was not evaluated
 * @param chunk a_k, same shape; null where its coda was not evaluated
 * @param sigmaA σ_a of the bundle, normalised action units, > 0
 */
export function computeSignals(
  k: number,
  previousChunk: Float32Array | null,
  chunk: Float32Array | null,
  sigmaA: number,
  latent: LatentMetrics
): Signals {
  if (k < 2) return NO_SIGNALS
  const { latentDelta, latentL2, latentCosine } = latent
  return {
    ...(previousChunk && chunk ? actionSignals(previousChunk, chunk, sigmaA) : NO_ACTION_SIGNALS),
    latentDelta,
    latentL2,
    latentCosine,
    latentAcceleration: k < 3 ? null : latent.latentAcceleration
  }
}

type ActionSignals = Pick<Signals, 'actionMse' | 'kl' | 'actionL2' | 'cosine'>

const NO_ACTION_SIGNALS: ActionSignals = { actionMse: null, kl: null, actionL2: null, cosine: null }

function actionSignals(previous: Float32Array, chunk: Float32Array, sigmaA: number): ActionSignals {
  if (previous.length !== chunk.length || chunk.length === 0) {
    throw new RangeError(`Cannot compare chunks of ${previous.length} and ${chunk.length} values`)
  }
  let squaredDifference = 0
  let dot = 0
  let squaredPrevious = 0
  let squaredChunk = 0
  for (const [i, value] of chunk.entries()) {
    const before = previous[i] ?? 0
    squaredDifference += (value - before) ** 2
    dot += value * before
    squaredPrevious += before * before
    squaredChunk += value * value
  }
  const norms = Math.sqrt(squaredPrevious) * Math.sqrt(squaredChunk)
  return {
    actionMse: squaredDifference / chunk.length,
    kl: squaredDifference / (2 * sigmaA * sigmaA),
    actionL2: Math.sqrt(squaredDifference),
    // The angle to a zero chunk is undefined. Rounding may put the cosine a hair above 1.
    cosine: norms === 0 ? null : Math.max(0, 1 - dot / norms)
  }
}

/** Index of the first NaN or infinite value; null when all are finite. */
export function firstNonFinite(values: ArrayLike<number>): number | null {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return i
  }
  return null
}

/** Name of the first non-finite latent metric; null when all (that exist) are finite. */
export function firstNonFiniteMetric(latent: LatentMetrics): keyof LatentMetrics | null {
  if (!Number.isFinite(latent.latentDelta)) return 'latentDelta'
  if (!Number.isFinite(latent.latentL2)) return 'latentL2'
  if (!Number.isFinite(latent.latentCosine)) return 'latentCosine'
  const acceleration = latent.latentAcceleration
  return acceleration === null || Number.isFinite(acceleration) ? null : 'latentAcceleration'
}
