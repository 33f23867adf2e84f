import { assertNever } from '@shared/domain/result'
import type { EpisodeOutcome, RunView } from '@shared/domain/run'

export interface RunLine {
  readonly text: string
  /** `judged`: ended by a person, which is nothing abnormal however it went. */
  readonly kind: 'idle' | 'running' | 'success' | 'failure' | 'judged'
}

/** Where the episode is, in one line. */
export function runLine(run: RunView | null): RunLine {
  if (run === null) return { text: 'Waiting for the robot', kind: 'idle' }
  const request = `level ${run.request.level} · seed ${run.request.seedBase}`
  switch (run.phase.kind) {
    case 'ready':
      return { text: `Ready · ${request}`, kind: 'idle' }
    case 'running':
      return { text: `Running · ${request}`, kind: 'running' }
    case 'ended': {
      const { outcome } = run.phase
      const failure = outcome.judge === 'operator' ? 'judged' : 'failure'
      return { text: outcomeText(outcome), kind: outcome.success ? 'success' : failure }
    }
    default:
      return assertNever(run.phase)
  }
}

/** What a person judged has no other reason than that. */
function outcomeText({ success, judge, message }: EpisodeOutcome): string {
  return `${success ? 'Success' : 'Failure'} · ${judge === 'operator' ? 'judged by operator' : message}`
}
