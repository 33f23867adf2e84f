import { LEVEL_CHAINS } from '@shared/domain/bench'
import type { EpisodeOutcome, RunRequest, RunView } from '@shared/domain/run'

/** The life of a run: ready → running → ended, episode after episode. Pure. */

/** The scene an episode of a run is played on. */
export function episodeScene(
  request: RunRequest,
  episode: number
): { sceneSeed: number; chainDepth: number } {
  const chains = LEVEL_CHAINS[request.level]
  return {
    sceneSeed: (request.seedBase + episode) >>> 0,
    chainDepth: chains[episode % chains.length] ?? 0
  }
}

export interface EpisodeFacts {
  readonly instruction: string
  readonly actionBudget: number
}

/** A fresh run on its first scene. */
export function newRun(request: RunRequest, facts: EpisodeFacts): RunView {
  return { ...newEpisode(request, 0, facts), finished: 0, successes: 0 }
}

function newEpisode(
  request: RunRequest,
  episode: number,
  facts: EpisodeFacts
): Omit<RunView, 'finished' | 'successes'> {
  return {
    phase: { kind: 'ready' },
    request,
    episode,
    actionsExecuted: 0,
    ...episodeScene(request, episode),
    ...facts
  }
}

export const nextEpisode = (run: RunView, facts: EpisodeFacts): RunView => ({
  ...run,
  ...newEpisode(run.request, run.episode + 1, facts)
})

export const startEpisode = (run: RunView): RunView => ({ ...run, phase: { kind: 'running' } })

export const countAction = (run: RunView): RunView => ({ ...run, actionsExecuted: run.actionsExecuted + 1 })

export const endEpisode = (run: RunView, outcome: EpisodeOutcome): RunView => ({
  ...run,
  phase: { kind: 'ended', outcome },
  finished: run.finished + 1,
  successes: run.successes + (outcome.success ? 1 : 0)
})

/** Whether the next episode of this run starts by itself. */
export const goesOn = (run: RunView): boolean =>
  run.phase.kind === 'ended' &&
  run.request.continuous &&
  (run.request.episodes === null || run.finished < run.request.episodes)

export const sameRequest = (a: RunRequest, b: RunRequest): boolean =>
  a.level === b.level && a.seedBase === b.seedBase
