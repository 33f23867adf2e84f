import { expect, test } from 'vitest'
import { LEVEL_CHAINS, type BenchLevel } from '@shared/domain/bench'
import { createStationBench } from './support/stationBench'

const LEVELS: BenchLevel[] = ['easy', 'mid', 'hard', 'all', 'beyond']

test.each(LEVELS)('the expert solves every %s scene through station and gate, never clamped', (level) => {
  const bench = createStationBench({ level })
  const episodes = LEVEL_CHAINS[level].length
  bench.start({ continuous: true, episodes })
  bench.tickUntil(() => bench.outcomes.length === episodes)

  expect(bench.outcomes.map(({ reason, judge }) => `${reason} by ${judge}`)).toEqual(
    Array.from({ length: episodes }, () => 'placed by bench')
  )
  expect(new Set(bench.snapshots().map(({ verdict }) => verdict.kind))).toEqual(new Set(['pass']))
  expect(bench.executions().every(({ clampedTicks }) => clampedTicks === 0)).toBe(true)
  expect(bench.refusals()).toEqual([])
})

test('a chunk executes for as long as its actions take, and says so', () => {
  const bench = createStationBench()
  bench.start()
  bench.tickUntil(() => bench.executions().length === 1)
  expect(bench.executions()).toEqual([
    {
      episode: 0,
      prediction: 0,
      human: false,
      actionsExecuted: 8,
      queueMs: 20,
      // From the first of 8 × 5 ticks to the last.
      executeMs: 780,
      clampedTicks: 0,
      dropped: null
    }
  ])
})

test('only the horizon of a chunk is executed', () => {
  const bench = createStationBench()
  bench.delayCommits = true
  bench.start()
  bench.tickUntil(() => bench.underway.length === 1)
  const [chunk] = bench.underway.splice(0)
  if (!chunk) throw new Error('no chunk was committed')
  bench.fromPolicy({ type: 'commit', chunk: { ...chunk, horizon: 3 } })
  bench.tickUntil(() => bench.executions().length === 1)
  expect(bench.executions()).toMatchObject([{ actionsExecuted: 3, dropped: null }])
  expect(bench.station.run().actionsExecuted).toBe(3)
})

test('each prediction sees the scene as the chunk before it left it', () => {
  const bench = createStationBench()
  bench.start()
  bench.tickUntil(() => bench.policy.observations().length === 3)
  const [first, second, third] = bench.policy.observations()
  expect(second?.images).not.toEqual(first?.images)
  expect(third?.images).not.toEqual(second?.images)
  expect(third?.proprioception).toEqual(bench.sim.bench.proprioception())
  expect(new Set(bench.policy.observations().map(({ epoch }) => epoch)).size).toBe(1)
})

test('an arm finer or coarser than the control rate still executes every action in time', () => {
  for (const controlRateHz of [7, 10, 50, 200]) {
    const bench = createStationBench({ policyReady: false })
    bench.fromPolicy({ type: 'ready', controlRateHz })
    bench.delayCommits = true
    bench.start()
    bench.tickUntil(() => bench.underway.length === 1)
    const [chunk] = bench.underway.splice(0)
    if (!chunk) throw new Error('no chunk was committed')
    const still = { deltaMetres: [0, 0, 0] as [number, number, number], gripperOpening: null }
    const actions = Array.from({ length: 40 }, () => still)
    bench.fromPolicy({ type: 'commit', chunk: { ...chunk, actions, horizon: 40 } })
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 40, dropped: null }])
  }
})
