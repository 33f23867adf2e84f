import type { StoppingRule } from '@shared/domain/policy'
import { evaluateStopping, type StoppingContext, type StoppingPoint } from '@shared/engine/stopping'

/** The first iteration at which the rule stops a curve, and why; null while it doesn't. */
export function findStop(
  rule: StoppingRule,
  curve: readonly StoppingPoint[],
  context: StoppingContext
): { k: number; reason: 'rule' | 'maxIterations' } | null {
  for (let k = 1; k <= curve.length; k++) {
    const verdict = evaluateStopping(rule, curve.slice(0, k), context)
    if (verdict.stop) return { k, reason: verdict.reason }
  }
  return null
}
