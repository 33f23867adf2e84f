import { horizonRule, stoppingRule, type HorizonRule, type StoppingRule } from './policy'
import { err, ok, type Result } from './result'

/** Stopping rules as one writes them on a command line: `fixed:8`, `actionMse:3e-5`, `deadline:50`. */
export function parseRule(text: string): Result<StoppingRule, string> {
  const [kind = '', value = ''] = text.split(':')
  const amount = Number(value)
  if (value === '' || !Number.isFinite(amount)) {
    return err(`“${text}” is not a rule; write kind:value, for example fixed:8 or actionMse:3e-5`)
  }
  const key = kind === 'fixed' ? 'iterations' : kind === 'deadline' ? 'milliseconds' : 'threshold'
  const parsed = stoppingRule.safeParse({ kind, [key]: amount })
  return parsed.success
    ? ok(parsed.data)
    : err(`“${text}” is not a rule: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
}

/** The inverse; bounds besides the rule's own number (least iterations, patience) are not told. */
export function ruleText(rule: StoppingRule): string {
  if (rule.kind === 'fixed') return `fixed:${rule.iterations}`
  return rule.kind === 'deadline' ? `deadline:${rule.milliseconds}` : `${rule.kind}:${rule.threshold}`
}

/**
 * Horizon rules as one writes them: `4` or `fixed:4`, `linearDecay`, `threshold:8:4:8:paper` (k*, short, long), `bucket:5:paper`
 * (warm-up); the direction is `paper` or `reference-code`.
 */
export function parseHorizon(text: string): Result<HorizonRule, string> {
  const [kind = '', ...values] = /^\d+$/.test(text) ? ['fixed', text] : text.split(':')
  const given: Readonly<Record<string, object>> = {
    fixed: { actions: Number(values[0]) },
    linearDecay: {},
    threshold: {
      kStar: Number(values[0]),
      short: Number(values[1]),
      long: Number(values[2]),
      direction: values[3]
    },
    bucket: { warmup: Number(values[0]), direction: values[1] }
  }
  const parsed = horizonRule.safeParse({ kind, ...given[kind] })
  return parsed.success
    ? ok(parsed.data)
    : err(`“${text}” is no horizon: write 4, linearDecay, threshold:8:4:8:paper or bucket:5:reference-code`)
}

/** The inverse. */
export function horizonRuleText(rule: HorizonRule): string {
  switch (rule.kind) {
    case 'fixed':
      return `fixed:${rule.actions}`
    case 'linearDecay':
      return 'linearDecay'
    case 'threshold':
      return `threshold:${rule.kStar}:${rule.short}:${rule.long}:${rule.direction}`
    case 'bucket':
      return `bucket:${rule.warmup}:${rule.direction}`
  }
}
