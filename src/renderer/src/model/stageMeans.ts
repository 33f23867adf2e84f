import type { PredictionView } from '@shared/domain/policy'

export interface StageMean {
  readonly name: keyof PredictionView['stages']
  readonly what: string
  readonly ms: number
  /** Share of the slowest one, 0…1. */
  readonly share: number
}

const STAGES = [
  { name: 'observe', what: 'asking the robot process for images and pose', perIteration: false },
  { name: 'encode', what: 'backbone, once per prediction', perIteration: false },
  { name: 'prelude', what: 'conditioning, once per prediction', perIteration: false },
  { name: 'step', what: 'per iteration', perIteration: true },
  { name: 'coda', what: 'per iteration', perIteration: true }
] as const

/** Mean stage latencies over predictions, step and coda per iteration; empty without predictions. */
export function stageMeans(predictions: readonly Pick<PredictionView, 'stages' | 'k'>[]): StageMean[] {
  if (predictions.length === 0) return []
  const means = STAGES.map(({ name, what, perIteration }) => {
    const sum = predictions.reduce(
      (total, { stages, k }) => total + stages[name] / (perIteration ? Math.max(1, k) : 1),
      0
    )
    return { name, what, ms: sum / predictions.length }
  })
  const slowest = Math.max(...means.map(({ ms }) => ms))
  return means.map((mean) => ({ ...mean, share: slowest > 0 ? mean.ms / slowest : 0 }))
}
