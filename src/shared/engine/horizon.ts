import type { HorizonRule } from '../domain/policy'
import { assertNever } from '../domain/result'
import { clamp } from '../units'

/**
 * How much the predictions of one task needed so far: exact integer sums of K and K², so that memory stays
 * constant and a long run loses no precision.
 */
export interface IterationStatistics {
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
}

export const NO_STATISTICS: IterationStatistics = { count: 0, sum: 0, sumOfSquares: 0 }

export const countIterations = (statistics: IterationStatistics, k: number): IterationStatistics => ({
  count: statistics.count + 1,
  sum: statistics.sum + k,
  sumOfSquares: statistics.sumOfSquares + k * k
})

export interface HorizonInput {
  /** K, iterations this prediction used. */
  readonly iterations: number
  /** T, actions in a chunk. */
  readonly chunkLength: number
  /** Of this task's predictions, this one included (as in the reference code). */
  readonly statistics: IterationStatistics
}

/** The chunk length the built-in numbers of `linearDecay` and `bucket` are written for. */
const REFERENCE_CHUNK_LENGTH = 8
/** Reference default horizon: `bucket` uses it until it has seen enough predictions. */
const REFERENCE_HORIZON = 5

/**
 * How many actions of the chunk are executed, 1…T. Numbers a person wrote into the rule count actions and are
 * only clamped; the built-in ones of `linearDecay` and `bucket` are for T = 8 and scale with T.
 * Source: RD-VLA (arXiv 2602.07845) and its reference evaluation code.
 */
export function chooseHorizon(rule: HorizonRule, input: HorizonInput): number {
  const { iterations, chunkLength } = input
  const within = (actions: number): number => clamp(actions, 1, chunkLength)
  const scaled = (actions: number): number =>
    within(Math.round((actions * chunkLength) / REFERENCE_CHUNK_LENGTH))
  switch (rule.kind) {
    case 'fixed':
      return within(rule.actions)
    case 'linearDecay':
      return scaled(linearDecay(iterations))
    case 'threshold': {
      const deep = iterations > rule.kStar
      const short = rule.direction === 'paper' ? deep : !deep
      return within(short ? rule.short : rule.long)
    }
    case 'bucket':
      return scaled(bucket(rule, input))
    default:
      return assertNever(rule)
  }
}

/** More thinking = less certain = shorter. */
function linearDecay(iterations: number): number {
  if (iterations <= 6) return 8
  if (iterations <= 8) return 7
  return Math.max(2, 7 - (iterations - 8))
}

/**
 * The quarter of the running μ ± σ (population σ) that K falls into. The paper's direction mirrors the
 * comparisons of the reference code ("shorter when K is greater"), so predictions that all need the same K
 * (σ = 0) get the longest horizon in both directions.
 */
function bucket(rule: Extract<HorizonRule, { kind: 'bucket' }>, input: HorizonInput): number {
  const { iterations, statistics } = input
  if (statistics.count < rule.warmup || statistics.count === 0) return REFERENCE_HORIZON
  const { count, sum, sumOfSquares } = statistics
  const mean = sum / count
  // One value has no spread; the reference code then takes 1.
  const sigma = count > 1 ? Math.sqrt(count * sumOfSquares - sum * sum) / count : 1
  if (rule.direction === 'reference-code') {
    if (iterations < mean - sigma) return 2
    if (iterations < mean) return 4
    return iterations < mean + sigma ? 6 : 8
  }
  if (iterations > mean + sigma) return 2
  if (iterations > mean) return 4
  return iterations > mean - sigma ? 6 : 8
}
