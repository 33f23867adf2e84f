import type { PredictionView, SignalName, StoppingRule } from '@shared/domain/policy'
import { ruleThreshold } from './ruleText'

export type ScopePoint = readonly [k: number, value: number]

export interface ScopeCurve {
  readonly signal: SignalName
  readonly label: string
  readonly definition: string
  readonly points: readonly ScopePoint[]
}

/** Relative difference below which KL and action MSE count as one curve. */
const SAME_CURVE = 1e-6

const CURVE_TEXT: Readonly<Partial<Record<SignalName, { label: string; definition: string }>>> = {
  actionMse: { label: 'Action MSE', definition: 'mean (aₖ − aₖ₋₁)² over the normalised chunk' },
  kl: { label: 'KL', definition: 'Σ(aₖ − aₖ₋₁)² / (2σₐ²)' },
  cosine: { label: 'Action cosine', definition: '1 − cos(aₖ, aₖ₋₁)' },
  latentDelta: { label: 'Latent delta', definition: '‖Sₖ − Sₖ₋₁‖ / ‖Sₖ₋₁‖' }
}

/** Points of one signal: those a log axis can show. k = 1 has none, it has nothing to be compared with. */
export function signalPoints(
  prediction: Pick<PredictionView, 'iterations'>,
  signal: SignalName
): ScopePoint[] {
  const points: ScopePoint[] = []
  for (const iteration of prediction.iterations) {
    const value = iteration.signals[signal]
    if (value !== null && Number.isFinite(value) && value > 0) points.push([iteration.k, value])
  }
  return points
}

/** At the bundle's default σₐ = √(T·A/2), KL and action MSE are the same number. */
export function klEqualsActionMse(sigmaA: number, chunkLength: number, actionDims: number): boolean {
  const factor = (2 * sigmaA * sigmaA) / (chunkLength * actionDims)
  return Math.abs(factor - 1) < SAME_CURVE
}

/** The curves of a prediction: action change (one curve when KL equals it), latent change, and the rule's own. */
export function scopeCurves(
  prediction: PredictionView | null,
  rule: StoppingRule | null,
  sameKl: boolean
): ScopeCurve[] {
  const signals: SignalName[] = sameKl ? ['actionMse', 'latentDelta'] : ['actionMse', 'kl', 'latentDelta']
  const ruled = rule === null ? null : ruleThreshold(rule)
  if (ruled?.signal === 'cosine') signals.push('cosine')
  return signals.map((signal) => {
    const text = CURVE_TEXT[signal] ?? { label: signal, definition: '' }
    const merged = sameKl && signal === 'actionMse'
    return {
      signal,
      label: merged ? 'KL = action MSE' : text.label,
      definition: merged ? `${text.definition}; equals KL at this σₐ` : text.definition,
      points: prediction === null ? [] : signalPoints(prediction, signal)
    }
  })
}

/** Signal value at an iteration, for the legend. */
export const valueAt = (curve: ScopeCurve, k: number | null): number | null =>
  curve.points.find(([pointK]) => pointK === k)?.[1] ?? null

/** What the ghosts are, for the legend. */
export function ghostText(count: number, browsing: boolean): string {
  const predictions = count === 1 ? 'prediction' : 'predictions'
  if (browsing) return `${count} ${predictions} before it`
  return count === 1 ? 'last prediction' : `last ${count} predictions`
}

/** The chunk decoded at k, or the newest one before it where the coda was skipped. */
export function chunkAt(
  prediction: Pick<PredictionView, 'iterations'>,
  k: number
): { k: number; chunk: Float32Array } | null {
  for (let index = prediction.iterations.length - 1; index >= 0; index--) {
    const iteration = prediction.iterations[index]
    if (iteration !== undefined && iteration.k <= k && iteration.chunk !== null) {
      return { k: iteration.k, chunk: iteration.chunk }
    }
  }
  return null
}

/** The chunks decoded at the last `count` iterations before k, oldest first. */
export const earlierChunks = (
  prediction: Pick<PredictionView, 'iterations'>,
  k: number,
  count: number
): Float32Array[] =>
  prediction.iterations.flatMap((iteration) =>
    iteration.chunk !== null && iteration.k < k && iteration.k >= k - count ? [iteration.chunk] : []
  )
