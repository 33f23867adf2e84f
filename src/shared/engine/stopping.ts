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
  if (fires(rule, iterations, context)) return { stop: true, reason: 'rule' }
  if (iterations.length >= context.maxIterations) return { stop: true, reason: 'maxIterations' }
  return { stop: false }
}

function fires(rule: StoppingRule, iterations: readonly StoppingPoint[], context: StoppingContext): boolean {
  const k = iterations.length
  if (rule.kind === 'fixed') return k >= rule.iterations
  if (k < rule.minIterations || k - rule.patience + 1 < FIRST_TESTED_K) return false
  return iterations.slice(k - rule.patience).every((point) => isHit(rule, point, context))
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
