import { describe, expect, test } from 'vitest'
import type { RunRequest } from '@shared/domain/run'
import { createStationBench, type StationBench } from './support/stationBench'

const request: RunRequest = { level: 'mid', seedBase: 11, continuous: false, episodes: null }

function executing(): StationBench {
  const bench = createStationBench()
  bench.start()
  bench.tickIntoAction(1, 2)
  return bench
}

describe('discard', () => {
  test('lays the same scene out again, with prediction indices from 0', () => {
    const bench = createStationBench()
    const fresh = bench.sim.bench.view()
    bench.start()
    bench.tickUntil(() => bench.executions().length === 2)
    const { sceneSeed } = bench.station.run()
    bench.ui({ type: 'discardEpisode' })
    expect(bench.sim.bench.view()).toEqual(fresh)
    expect(bench.station.run()).toMatchObject({
      phase: { kind: 'ready' },
      episode: 0,
      sceneSeed,
      actionsExecuted: 0,
      finished: 0
    })
    expect(bench.outcomes).toEqual([])
    const still = bench.joints()
    bench.tick(20)
    expect(bench.joints()).toEqual(still)

    bench.start()
    expect(bench.policy.engagements().at(-1)).toMatchObject({ sceneSeed, scene: 2, firstPrediction: 0 })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toMatchObject([{ success: true }])
  })

  test.each([['pause'], ['hold']] as const)('works after a %s in the middle of an action', (type) => {
    const bench = executing()
    bench.ui({ type })
    bench.tick(2)
    bench.ui({ type: 'discardEpisode' })
    bench.start()
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toMatchObject([{ success: true }])
    expect(bench.executions()[0]).toMatchObject({ actionsExecuted: 1 })
  })

  test('needs a running episode, and the stop to be reset', () => {
    const bench = createStationBench()
    bench.ui({ type: 'discardEpisode' })
    bench.start()
    bench.ui({ type: 'stop', reason: 'Esc' })
    bench.ui({ type: 'discardEpisode' })
    expect(bench.refusals()).toEqual([
      'discardEpisode: No episode is running',
      'discardEpisode: Reset the stop first'
    ])
  })
})

describe('start and new scene', () => {
  test('a new scene is refused while a run is on', () => {
    const bench = executing()
    const { version } = bench.sim.bench
    const before = version()
    bench.ui({ type: 'newScene', request: { ...request, seedBase: 99 } })
    expect(bench.refusals()).toEqual(['newScene: An episode is running: end or discard it first'])
    expect(version()).toBe(before)
    expect(bench.station.run().sceneSeed).toBe(11)
  })

  test('a new scene is what was asked for, and the run is started on it', () => {
    const bench = createStationBench()
    bench.ui({ type: 'newScene', request: { ...request, level: 'hard', seedBase: 99 } })
    expect(bench.station.run()).toMatchObject({ sceneSeed: 99, chainDepth: 5, phase: { kind: 'ready' } })
    bench.ui({ type: 'start', request: { ...request, level: 'hard', seedBase: 99 } })
    expect(bench.policy.engagements()).toMatchObject([{ sceneSeed: 99, scene: 2, firstPrediction: 0 }])
  })

  test('starting twice is refused', () => {
    const bench = executing()
    bench.start()
    bench.ui({ type: 'pause' })
    bench.start()
    expect(bench.refusals()).toEqual([
      'start: The robot is executing: wait until it is done, or pause it',
      'start: The robot is paused: resume first'
    ])
    expect(bench.policy.engagements()).toHaveLength(1)
  })

  test('start after an ended episode goes on to the next scene', () => {
    const bench = executing()
    bench.ui({ type: 'endEpisode', success: true })
    bench.start()
    expect(bench.station.run()).toMatchObject({ episode: 1, sceneSeed: 12, finished: 1, successes: 1 })
    expect(bench.policy.engagements()[1]).toMatchObject({ episode: 1, sceneSeed: 12, firstPrediction: 0 })
  })
})

describe('continuous runs', () => {
  test('go on to the next scene after a while, and stop after as many episodes as asked for', () => {
    const bench = createStationBench({ betweenEpisodesMs: 500 })
    bench.start({ continuous: true, episodes: 3 })
    bench.tickUntil(() => bench.outcomes.length === 1)
    const endedNanos = bench.now()
    bench.tickUntil(() => bench.station.run().phase.kind === 'running')
    expect(bench.now() - endedNanos).toBe(500_000_000)
    bench.tickUntil(() => bench.outcomes.length === 3)
    bench.tick(200)
    expect(bench.station.run()).toMatchObject({
      phase: { kind: 'ended' },
      episode: 2,
      finished: 3,
      successes: 3
    })
    expect(
      bench.policy.engagements().map(({ sceneSeed, firstPrediction }) => [sceneSeed, firstPrediction])
    ).toEqual([
      [11, 0],
      [12, 0],
      [13, 0]
    ])
  })

  test('wait while the robot is paused', () => {
    const bench = createStationBench({ betweenEpisodesMs: 100 })
    bench.start({ continuous: true })
    bench.tickUntil(() => bench.outcomes.length === 1)
    bench.ui({ type: 'pause' })
    bench.tick(50)
    expect(bench.station.run().phase.kind).toBe('ended')
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.outcomes.length === 2)
  })

  test('wait for a lost policy', () => {
    const bench = createStationBench({ betweenEpisodesMs: 100 })
    bench.start({ continuous: true })
    bench.tickUntil(() => bench.outcomes.length === 1)
    bench.losePolicy()
    bench.tick(50)
    expect(bench.station.run().phase.kind).toBe('ended')
    bench.returnPolicy()
    bench.tickUntil(() => bench.outcomes.length === 2)
  })

  test('do not go on once the arm was sent home', () => {
    const bench = createStationBench({ betweenEpisodesMs: 100 })
    bench.start({ continuous: true })
    bench.tickUntil(() => bench.outcomes.length === 1)
    bench.ui({ type: 'home' })
    bench.tick(500)
    expect(bench.phase()).toBe('holding')
    expect(bench.station.run().phase.kind).toBe('ended')
  })
})

describe('the end of an episode', () => {
  test('comes with the action budget when nothing was decided', () => {
    const bench = createStationBench({ level: 'easy' })
    bench.delayCommits = true
    bench.start()
    const { actionBudget } = bench.station.run()
    while (bench.outcomes.length === 0) {
      bench.tickUntil(() => bench.underway.length === 1 || bench.outcomes.length === 1)
      const [chunk] = bench.underway.splice(0)
      if (!chunk) break
      const actions = chunk.actions.map(() => ({
        deltaMetres: [0, 0, 0] as [number, number, number],
        gripperOpening: null
      }))
      bench.fromPolicy({ type: 'commit', chunk: { ...chunk, actions, horizon: 7 } })
    }
    expect(bench.outcomes).toEqual([
      {
        success: false,
        reason: 'timeout',
        message: `Undecided after ${actionBudget} actions`,
        judge: 'bench'
      }
    ])
    expect(bench.station.run().actionsExecuted).toBe(actionBudget)
    // The budget ended in the middle of a chunk: its rest is accounted for, once.
    const last = bench.executions().at(-1)
    expect(last).toMatchObject({ actionsExecuted: actionBudget % 7 || 7 })
    expect(bench.executions().reduce((sum, { actionsExecuted }) => sum + actionsExecuted, 0)).toBe(
      actionBudget
    )
  })

  test.each([
    [true, 'success'],
    [false, 'failure']
  ])('by the operator: success %o', (success, reason) => {
    const bench = executing()
    const frozen = bench.joints()
    bench.ui({ type: 'endEpisode', success })
    bench.tick(20)
    expect(bench.outcomes).toEqual([
      { success, reason, message: `Ended by the operator as a ${reason}`, judge: 'operator' }
    ])
    expect(bench.joints()).toEqual(frozen)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 1, dropped: `episode ended: ${reason}` }])
    expect(bench.station.run()).toMatchObject({ finished: 1, successes: success ? 1 : 0 })
    bench.ui({ type: 'endEpisode', success })
    expect(bench.refusals()).toEqual(['endEpisode: No episode is running'])
  })
})
