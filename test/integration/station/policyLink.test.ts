import { describe, expect, test } from 'vitest'
import { createStationBench, type StationBench } from './support/stationBench'

function executing(): StationBench {
  const bench = createStationBench()
  bench.start()
  bench.tickIntoAction(1, 2)
  return bench
}

describe('readiness', () => {
  test('a run starts only once the policy is ready', () => {
    const bench = createStationBench({ policyReady: false })
    bench.start()
    expect(bench.refusals()).toEqual([
      'start: The policy is not ready: wait until it is loaded, or see Messages'
    ])
    expect(bench.station.run().phase.kind).toBe('ready')
    bench.fromPolicy({ type: 'ready', controlRateHz: 10 })
    bench.start()
    expect(bench.station.run().phase.kind).toBe('running')
    expect(bench.policy.engagements()).toHaveLength(1)
  })
})

describe('a policy that asks for a person', () => {
  test('holds the robot with its cause', () => {
    const bench = executing()
    const frozen = bench.joints()
    bench.fromPolicy({ type: 'hold', code: 'nonFinite', message: 'non-finite action chunk at k = 3' })
    bench.tick(20)
    expect(bench.station.motion().phase).toEqual({
      kind: 'held',
      cause: { code: 'nonFinite', message: 'non-finite action chunk at k = 3' }
    })
    expect(bench.joints()).toEqual(frozen)
    expect(bench.policy.heard.at(-1)).toMatchObject({ type: 'disengage' })
  })
})

describe('a lost policy', () => {
  test('costs the prediction, not the robot: held, and the episode goes on with the next index', () => {
    const bench = executing()
    const frozen = bench.joints()
    bench.losePolicy()
    bench.tick(50)
    expect(bench.station.motion().phase).toEqual({
      kind: 'held',
      cause: { code: 'policyLost', message: 'The policy process ended' }
    })
    expect(bench.joints()).toEqual(frozen)
    expect(bench.snapshots().at(-1)?.policyConnected).toBe(false)
    expect(bench.executions()).toMatchObject([{ prediction: 0, actionsExecuted: 1 }])

    bench.returnPolicy()
    bench.tick(50)
    expect(bench.phase()).toBe('held')
    expect(bench.policy.engagements()).toHaveLength(1)

    bench.ui({ type: 'resume' })
    expect(bench.policy.engagements()[1]).toMatchObject({ episode: 0, scene: 1, firstPrediction: 1 })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toMatchObject([{ judge: 'bench' }])
  })

  test('is engaged again by itself when the operator resumed before it came back', () => {
    const bench = executing()
    bench.losePolicy()
    bench.ui({ type: 'resume' })
    const { epoch } = bench.station.motion()
    expect(bench.policy.engagements()).toHaveLength(1)
    bench.returnPolicy()
    expect(bench.policy.engagements()[1]).toMatchObject({ epoch, firstPrediction: 1 })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, dropped: null })
  })

  test('holds nothing when no run is on', () => {
    const bench = createStationBench()
    bench.losePolicy()
    bench.tick(10)
    expect(bench.phase()).toBe('holding')
    bench.start()
    expect(bench.refusals()).toEqual([
      'start: The policy is not ready: wait until it is loaded, or see Messages'
    ])
  })

  test('does not lift a stop', () => {
    const bench = executing()
    bench.ui({ type: 'stop', reason: 'Esc' })
    bench.losePolicy()
    bench.returnPolicy()
    bench.tick(10)
    expect(bench.phase()).toBe('stopped')
  })
})

describe('observations', () => {
  test('of an older epoch are never answered', () => {
    const bench = createStationBench()
    bench.start()
    bench.tickUntil(() => bench.policy.observations().length === 1)
    const seen = bench.policy.observations().length
    bench.tickUntil(() => bench.phase() === 'executing')
    bench.ui({ type: 'hold' })
    bench.fromPolicy({ type: 'observe', epoch: bench.station.motion().epoch - 1 })
    bench.ui({ type: 'resume' })
    bench.fromPolicy({ type: 'observe', epoch: bench.station.motion().epoch - 1 })
    bench.tick(20)
    expect(bench.policy.observations()).toHaveLength(seen)
  })

  test('wait until the queue is empty', () => {
    const bench = executing()
    const seen = bench.policy.observations().length
    bench.fromPolicy({ type: 'observe', epoch: bench.station.motion().epoch })
    bench.tick(5)
    expect(bench.policy.observations()).toHaveLength(seen)
    bench.ui({ type: 'pause' })
    bench.fromPolicy({ type: 'observe', epoch: bench.station.motion().epoch })
    bench.tick(5)
    expect(bench.policy.observations()).toHaveLength(seen)
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 1)
    bench.tick()
    expect(bench.policy.observations()).toHaveLength(seen + 1)
  })

  test('can be had while paused with nothing queued: looking moves nothing', () => {
    const bench = createStationBench()
    bench.start()
    bench.ui({ type: 'pause' })
    const still = bench.joints()
    bench.tick(5)
    expect(bench.policy.observations()).toHaveLength(1)
    expect(bench.joints()).toEqual(still)
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ prediction: 0, actionsExecuted: 8, dropped: null }])
  })
})
