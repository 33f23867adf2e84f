import { stoppingRule, type StoppingRule } from './policy'
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
