import { describe, expect, test } from 'vitest'
import { LEVEL_CHAINS, type BenchLevel } from '@shared/domain/bench'
import type { EpisodeOutcome, RunRequest, RunView } from '@shared/domain/run'
import {
  countAction,
  endEpisode,
  episodeScene,
  goesOn,
  newRun,
  nextEpisode,
  sameRequest,
  startEpisode
} from '../../../src/main/robot/runLifecycle'

const request: RunRequest = { level: 'mid', seedBase: 100, continuous: true, episodes: 2 }
const facts = { instruction: 'put the red block in the blue bin', actionBudget: 40 }
const outcome = (success: boolean): EpisodeOutcome => ({ success, reason: 'x', message: 'x', judge: 'bench' })

const played = (...successes: boolean[]): RunView =>
  successes.reduce<RunView>(
    (run, success, index) =>
      endEpisode(startEpisode(index === 0 ? run : nextEpisode(run, facts)), outcome(success)),
    newRun(request, facts)
  )

describe('scenes', () => {
  test.each<BenchLevel>(['easy', 'mid', 'hard', 'all', 'beyond'])(
    '%s goes through its chain depths',
    (level) => {
      const depths = LEVEL_CHAINS[level]
      const scenes = Array.from({ length: 2 * depths.length }, (_, episode) =>
        episodeScene({ ...request, level }, episode)
      )
      expect(scenes.map(({ chainDepth }) => chainDepth)).toEqual([...depths, ...depths])
      expect(scenes.map(({ sceneSeed }) => sceneSeed)).toEqual(scenes.map((_, episode) => 100 + episode))
    }
  )

  test('seeds wrap at 32 bits', () => {
    expect(episodeScene({ ...request, seedBase: 0xffff_ffff }, 1).sceneSeed).toBe(0)
  })
})

test('a new run is ready on its first scene', () => {
  expect(newRun(request, facts)).toEqual({
    phase: { kind: 'ready' },
    request,
    episode: 0,
    sceneSeed: 100,
    chainDepth: 2,
    actionsExecuted: 0,
    finished: 0,
    successes: 0,
    ...facts
  })
})

test('actions are counted within an episode, successes over the run', () => {
  const acted = countAction(countAction(startEpisode(newRun(request, facts))))
  expect(acted.actionsExecuted).toBe(2)
  const next = nextEpisode(endEpisode(acted, outcome(true)), facts)
  expect(next).toMatchObject({
    phase: { kind: 'ready' },
    episode: 1,
    actionsExecuted: 0,
    finished: 1,
    successes: 1
  })
})

test.each<[string, RunView, boolean]>([
  ['a run that has episodes left', played(true), true],
  ['one that failed', played(false), true],
  ['one that has had them all', played(true, false), false],
  ['one without an end', { ...played(true, true), request: { ...request, episodes: null } }, true],
  ['one that is not continuous', { ...played(true), request: { ...request, continuous: false } }, false],
  ['one whose episode is running', startEpisode(newRun(request, facts)), false]
])('%s goes on by itself: %#', (_, run, expected) => {
  expect(goesOn(run)).toBe(expected)
})

test('requests are the same run when they lay out the same scenes', () => {
  expect(sameRequest(request, { ...request, continuous: false, episodes: null })).toBe(true)
  expect(sameRequest(request, { ...request, seedBase: 101 })).toBe(false)
  expect(sameRequest(request, { ...request, level: 'hard' })).toBe(false)
})
