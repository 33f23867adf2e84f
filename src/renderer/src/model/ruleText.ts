import { assertNever } from '@shared/domain/result'
import type { HorizonRule, RefinementSettings, SignalName, StoppingRule } from '@shared/domain/policy'
import { scientific } from './format'

export const STOPPING_KINDS = ['actionMse', 'kl', 'latentDelta', 'cosine', 'fixed', 'deadline'] as const
export const HORIZON_KINDS = ['fixed', 'linearDecay', 'threshold', 'bucket'] as const

export const STOPPING_TITLES: Readonly<Record<StoppingRule['kind'], string>> = {
  fixed: 'Fixed K',
  actionMse: 'Action MSE',
  kl: 'KL',
  cosine: 'Action cosine',
  latentDelta: 'Latent delta',
  deadline: 'Deadline'
}

export const STOPPING_HELP: Readonly<Record<StoppingRule['kind'], string>> = {
  fixed: 'Always run this many iterations.',
  actionMse: 'Stop when the decoded chunk hardly changes: mean squared difference to the last iteration.',
  kl: 'Stop on Σ(aₖ − aₖ₋₁)² / (2σ²): KL of two Gaussians of equal covariance.',
  cosine: 'Stop when the chunk keeps its direction: 1 − cos(aₖ, aₖ₋₁).',
  latentDelta: 'Stop when the latent state settles: ‖Sₖ − Sₖ₋₁‖ / ‖Sₖ₋₁‖.',
  deadline: 'Stop when this much time has passed since the observation was taken.'
}

export const HORIZON_TITLES: Readonly<Record<HorizonRule['kind'], string>> = {
  fixed: 'Fixed',
  linearDecay: 'Linear decay',
  threshold: 'Threshold',
  bucket: 'Bucket'
}

export const HORIZON_HELP: Readonly<Record<HorizonRule['kind'], string>> = {
  fixed: 'Always execute this many actions of a chunk.',
  linearDecay: 'More thinking means less certain: the horizon shrinks as K grows.',
  threshold: 'Two lengths, chosen by whether K exceeds k*.',
  bucket: 'Four lengths by how K compares with this task’s running mean and spread.'
}

/** One line that says what is in force. */
export function stoppingText(rule: StoppingRule): string {
  switch (rule.kind) {
    case 'fixed':
      return `K = ${rule.iterations}`
    case 'deadline':
      return `${rule.milliseconds} ms${patienceText(rule)}`
    case 'actionMse':
    case 'kl':
    case 'cosine':
    case 'latentDelta':
      return `${STOPPING_TITLES[rule.kind]} < ${scientific(rule.threshold)}${patienceText(rule)}`
    default:
      return assertNever(rule)
  }
}

function patienceText(rule: { minIterations: number; patience: number }): string {
  // Every rule is tested from k = 2: that is no news.
  const minimum = rule.minIterations > 2 ? `, k ≥ ${rule.minIterations}` : ''
  return rule.patience > 1 ? `${minimum}, ${rule.patience}× in a row` : minimum
}

export function horizonText(rule: HorizonRule): string {
  switch (rule.kind) {
    case 'fixed':
      return `${rule.actions} actions`
    case 'linearDecay':
      return 'linear decay'
    case 'threshold':
      return rule.direction === 'paper'
        ? `K > ${rule.kStar} → ${rule.short}, else ${rule.long}`
        : `K > ${rule.kStar} → ${rule.long}, else ${rule.short}`
    case 'bucket':
      return `bucket, warm-up ${rule.warmup}`
    default:
      return assertNever(rule)
  }
}

/** Signal and threshold of a rule that has one: what the scope can draw and drag. */
export function ruleThreshold(rule: StoppingRule): { signal: SignalName; threshold: number } | null {
  return 'threshold' in rule ? { signal: rule.kind, threshold: rule.threshold } : null
}

/** The same rule with another threshold; rules without one are returned as they are. */
export const withThreshold = (rule: StoppingRule, threshold: number): StoppingRule =>
  'threshold' in rule ? { ...rule, threshold } : rule

/** A rule of another kind that keeps what the two have in common. */
export function stoppingOfKind(kind: StoppingRule['kind'], from: StoppingRule): StoppingRule {
  const minIterations = 'minIterations' in from ? from.minIterations : 2
  const patience = 'patience' in from ? from.patience : 1
  switch (kind) {
    case 'fixed':
      return { kind, iterations: 12 }
    case 'deadline':
      return { kind, milliseconds: 100, minIterations, patience }
    case 'actionMse':
    case 'kl': {
      // Alike in size; the other signals are not, so their thresholds aren't carried over.
      const alike = from.kind === 'actionMse' || from.kind === 'kl'
      return { kind, threshold: alike ? from.threshold : 1e-3, minIterations, patience }
    }
    case 'cosine':
      return { kind, threshold: from.kind === kind ? from.threshold : 1e-3, minIterations, patience }
    case 'latentDelta':
      return { kind, threshold: from.kind === kind ? from.threshold : 5e-2, minIterations, patience }
    default:
      return assertNever(kind)
  }
}

/** A horizon rule of a kind with the published defaults scaled to a chunk of `chunkLength` (8 in the paper). */
export function horizonOfKind(kind: HorizonRule['kind'], chunkLength: number): HorizonRule {
  switch (kind) {
    case 'fixed':
      return { kind, actions: Math.min(5, chunkLength) }
    case 'linearDecay':
      return { kind }
    case 'threshold':
      return {
        kind,
        kStar: 8,
        short: Math.max(1, Math.round(chunkLength / 2)),
        long: chunkLength,
        direction: 'paper'
      }
    case 'bucket':
      return { kind, warmup: 5, direction: 'paper' }
    default:
      return assertNever(kind)
  }
}

export const STOP_REASON_TEXT = {
  rule: 'rule met',
  maxIterations: 'iteration limit',
  operator: 'halted by operator',
  override: 'edited by operator'
} as const

/** How a prediction begins, and how often it is decoded. */
export const startText = ({
  warmStart,
  decodeBelow
}: Pick<RefinementSettings, 'warmStart' | 'decodeBelow'>): string =>
  [warmStart ? 'warm' : 'seeded', ...(decodeBelow === null ? [] : [`coda below ${decodeBelow}`])].join(', ')
