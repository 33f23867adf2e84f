import { z } from 'zod'
import type { StoppingRule } from '@shared/domain/policy'

/**
 * Step logs of the RD-VLA reference evaluation (`*_step_log.jsonl`): one row per prediction. Lists have K_t − 1 entries, the
 * first of which is k = 2. What that code calls `kl_divergence` is the mean squared difference of actions.
 */
const finite = z.number()
const row = z.object({
  task_id: z.int(),
  task_name: z.string().max(2000),
  episode_id: z.int(),
  prediction_step: z.int().min(0),
  method: z.string().max(100).nullable(),
  threshold: finite.nullable(),
  fixed_K: z.int().nullable(),
  K_t: z.int().min(1).max(1024),
  conv_score_list: z.array(finite.nullable()).nullable(),
  action_delta_list: z.array(finite.nullable()).nullable(),
  latency_ms: finite.nullable(),
  success: z.boolean().nullable()
})
export type StepLogRow = z.infer<typeof row>

export interface StepLogEpisode {
  readonly taskId: number
  readonly episodeId: number
  readonly taskName: string
  readonly success: boolean | null
  /** In order. */
  readonly rows: readonly StepLogRow[]
}

export interface StepLog {
  readonly episodes: readonly StepLogEpisode[]
  /** Lines that are no rows; the last one of a log that was cut off is one. */
  readonly refused: readonly { readonly line: number; readonly reason: string }[]
}

export function parseStepLog(text: string): StepLog {
  const episodes = new Map<string, StepLogRow[]>()
  const refused: { line: number; reason: string }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = parsedLine(line)
    if (typeof parsed === 'string') {
      refused.push({ line: index + 1, reason: parsed })
      continue
    }
    const key = `${parsed.task_id} ${parsed.episode_id}`
    const rows = episodes.get(key)
    if (rows) rows.push(parsed)
    else episodes.set(key, [parsed])
  }
  return { episodes: [...episodes.values()].map(episodeOf), refused }
}

function parsedLine(line: string): StepLogRow | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'it is no complete JSON'
  }
  const parsed = row.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`
  }
  const { K_t: k, conv_score_list: scores, action_delta_list: deltas } = parsed.data
  const wrong = [scores, deltas].find((list) => list !== null && list.length !== k - 1)
  return wrong ? `K_t is ${k}, but a list has ${wrong.length} entries, not ${k - 1}` : parsed.data
}

function episodeOf(rows: StepLogRow[]): StepLogEpisode {
  const sorted = [...rows].sort((a, b) => a.prediction_step - b.prediction_step)
  const [first] = sorted as [StepLogRow, ...StepLogRow[]]
  return {
    taskId: first.task_id,
    episodeId: first.episode_id,
    taskName: first.task_name,
    success: first.success,
    rows: sorted
  }
}

const MAX_ITERATIONS = 32

/** The rule that a row was stopped by, as far as this app has one; null where it hasn't. */
export function ruleOf({ method, threshold, fixed_K: fixed }: StepLogRow): StoppingRule | null {
  if (fixed !== null) return { kind: 'fixed', iterations: Math.min(MAX_ITERATIONS, Math.max(1, fixed)) }
  if (threshold === null || !(threshold > 0)) return null
  if (method === 'kl_divergence') return { kind: 'actionMse', threshold, minIterations: 2, patience: 1 }
  return method?.startsWith('cos') ? { kind: 'cosine', threshold, minIterations: 2, patience: 1 } : null
}

/** The signal that the scores of a row are. */
export const scoreOf = ({ method }: StepLogRow): 'actionMse' | 'cosine' | null =>
  method === 'kl_divergence' ? 'actionMse' : method?.startsWith('cos') ? 'cosine' : null
