import type { IterationRecord, StoppingRule } from '../domain/policy'
import { assertNever } from '../domain/result'
import { millisToNanos } from '../units'

/** What a stopping rule looks at: also the shape a logged curve is brought into. */
export type StoppingPoint = Pick<IterationRecord, 'k' | 'signals' | 'completedNanos'>

export interface StoppingContext {
  /** Capture time of the observation, nanoseconds: where deadlines count from. */
  readonly observationNanos: number
  /** Bounds every rule, 1…MAX_ITERATIONS. */
  readonly maxIterations: number
}

export type StoppingVerdict =
  { readonly stop: false } | { readonly stop: true; readonly reason: 'rule' | 'maxIterations' }

/** Where a curve stopped first, and why. */
export interface StoppingMark {
  readonly k: number
  readonly reason: 'rule' | 'maxIterations'
}

/**
 * Whether refinement stops after the last of `iterations` (k = 1, 2, … without gaps). Looks at that point only,
 * with as many before it as the rule's patience asks for: curves are not monotone, so an earlier hit says
 * nothing about this one. Pure, and all time is in the points: a logged curve decides as it did live.
 */
export function evaluateStopping(
  rule: StoppingRule,
  iterations: readonly StoppingPoint[],
  context: StoppingContext
): StoppingVerdict {
  return evaluateAt(rule, iterations, iterations.length, context)
}

/** The first iteration at which the rule stops the curve; null while it doesn't. */
export function findStop(
  rule: StoppingRule,
  iterations: readonly StoppingPoint[],
  context: StoppingContext
): StoppingMark | null {
  for (let k = 1; k <= iterations.length; k++) {
    const verdict = evaluateAt(rule, iterations, k, context)
    if (verdict.stop) return { k, reason: verdict.reason }
  }
  return null
}

function evaluateAt(
  rule: StoppingRule,
  iterations: readonly StoppingPoint[],
  k: number,
  context: StoppingContext
): StoppingVerdict {
  if (fires(rule, iterations, k, context)) return { stop: true, reason: 'rule' }
  if (k >= context.maxIterations) return { stop: true, reason: 'maxIterations' }
  return { stop: false }
}

function fires(
  rule: StoppingRule,
  iterations: readonly StoppingPoint[],
  k: number,
  context: StoppingContext
): boolean {
  if (rule.kind === 'fixed') return k >= rule.iterations
  if (k < rule.minIterations || k - rule.patience + 1 < FIRST_TESTED_K) return false
  return iterations.slice(k - rule.patience, k).every((point) => isHit(rule, point, context))
}

/** k = 1 has no signals; no rule but `fixed` stops there. */
const FIRST_TESTED_K = 2

/** Whether one point meets the rule. Null and NaN never do (a NaN makes every comparison false). */
function isHit(
  rule: Exclude<StoppingRule, { kind: 'fixed' }>,
  point: StoppingPoint,
  context: StoppingContext
): boolean {
  switch (rule.kind) {
    case 'actionMse':
    case 'kl':
    case 'cosine':
    case 'latentDelta': {
      const signal = point.signals[rule.kind]
      return signal !== null && signal < rule.threshold
    }
    case 'deadline':
      return point.completedNanos - context.observationNanos >= millisToNanos(rule.milliseconds)
    default:
      return assertNever(rule)
  }
}
