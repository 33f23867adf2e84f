import type { RunRequest, RunView } from '@shared/domain/run'

/** What Start will do: the scene in view is played unless it was played already or another one is asked for. */
export function startText(run: RunView | null, next: Pick<RunRequest, 'level' | 'seedBase'>): string {
  if (run !== null && (run.request.level !== next.level || run.request.seedBase !== next.seedBase)) {
    return 'Lays out the first scene of this level and seed; then the policy takes over'
  }
  return run?.phase.kind === 'ended'
    ? 'Lays out the next scene; then the policy takes over'
    : 'The policy takes over on this scene'
}
