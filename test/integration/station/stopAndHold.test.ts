import { describe, expect, test } from 'vitest'
import { METRES_PER_UNIT } from '@shared/domain/benchWorld'
import type { PolicyToRobot, UiToRobot } from '@shared/ipc/ports'
import { createStationBench, type StationBench } from './support/stationBench'

const STOP: UiToRobot = { type: 'stop', reason: 'Esc' }
const HOLD: UiToRobot = { type: 'hold' }

function midAction(): StationBench {
  const bench = createStationBench()
  bench.start()
  bench.tickIntoAction(2, 2)
  return bench
}

/** Where the bench's physics has the gripper, metres. */
const gripper = (bench: StationBench): number[] => bench.sim.bench.proprioception().slice(0, 3)

describe('stop', () => {
  test('latches in the middle of an action: nothing moves any more', () => {
    const bench = midAction()
    const frozen = bench.joints()
    const { epoch } = bench.station.motion()
    bench.ui(STOP)
    bench.tick(100)
    expect(bench.joints()).toEqual(frozen)
    expect(bench.station.motion()).toMatchObject({
      phase: { kind: 'stopped', cause: { code: 'operator', message: 'Esc' } },
      epoch: epoch + 1,
      engaged: false,
      queue: null
    })
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 2, dropped: 'stopped: Esc' }])
  })

  test.each<UiToRobot>([
    { type: 'resume' },
    { type: 'pause' },
    { type: 'hold' },
    { type: 'home' },
    { type: 'discardEpisode' },
    { type: 'start', request: { level: 'mid', seedBase: 11, continuous: false, episodes: null } },
    { type: 'newScene', request: { level: 'mid', seedBase: 12, continuous: false, episodes: null } }
  ])('%o does not lift it', (command) => {
    const bench = midAction()
    bench.ui(STOP)
    const frozen = bench.joints()
    bench.ui(command)
    bench.tick(100)
    expect(bench.phase()).toBe('stopped')
    expect(bench.joints()).toEqual(frozen)
  })

  test.each<PolicyToRobot>([
    { type: 'ready', controlRateHz: 10 },
    { type: 'observe', epoch: 2 },
    { type: 'hold', code: 'nonFinite', message: 'NaN' }
  ])('nor does the policy with %o', (message) => {
    const bench = midAction()
    bench.ui(STOP)
    const frozen = bench.joints()
    bench.fromPolicy(message)
    bench.tick(100)
    expect(bench.station.motion().phase).toMatchObject({ kind: 'stopped', cause: { code: 'operator' } })
    expect(bench.joints()).toEqual(frozen)
  })

  test.each<UiToRobot | null>([null, { type: 'pause' }, { type: 'hold' }])(
    'only a stop can be reset: after %o it is refused',
    (command) => {
      const bench = midAction()
      if (command) bench.ui(command)
      const before = bench.station.motion()
      bench.ui({ type: 'reset' })
      expect(bench.station.motion()).toEqual(before)
      expect(bench.refusals()).toEqual(['reset: The robot is not stopped'])
    }
  )

  test('reset moves nothing; resume after it engages the running episode again', () => {
    const bench = midAction()
    bench.ui(STOP)
    const frozen = bench.joints()
    bench.ui({ type: 'reset' })
    bench.tick(100)
    expect(bench.phase()).toBe('holding')
    expect(bench.joints()).toEqual(frozen)
    expect(bench.policy.engagements()).toHaveLength(1)

    bench.ui({ type: 'resume' })
    expect(bench.policy.engagements()[1]).toMatchObject({ episode: 0, firstPrediction: 1, scene: 1 })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, actionsExecuted: 8, dropped: null })
  })

  test('an episode ended while stopped is followed by nothing after the reset', () => {
    const bench = createStationBench({ betweenEpisodesMs: 100 })
    bench.start({ continuous: true })
    bench.tickIntoAction(2, 2)
    bench.ui(STOP)
    bench.ui({ type: 'endEpisode', success: false })
    bench.ui({ type: 'reset' })
    bench.tick(100)
    expect(bench.station.run().phase.kind).toBe('ended')
    expect(bench.policy.engagements()).toHaveLength(1)
  })

  test('between two episodes of a continuous run keeps the next from starting', () => {
    const bench = createStationBench({ betweenEpisodesMs: 1000 })
    bench.start({ continuous: true })
    bench.tickUntil(() => bench.outcomes.length === 1)
    bench.ui(STOP)
    bench.ui({ type: 'reset' })
    bench.tick(100)
    expect(bench.station.run().phase.kind).toBe('ended')
    expect(bench.policy.engagements()).toHaveLength(1)
  })
})

describe.each([
  ['stop', STOP],
  ['hold', HOLD]
] as const)('a %s in the middle of an action', (_, command) => {
  test('settles the world exactly once, where the arm is', () => {
    const bench = midAction()
    const version = bench.sim.bench.version()
    bench.ui(command)
    bench.tick(50)
    expect(bench.sim.bench.version()).toBe(version + 1)
    expect(bench.driver.written.slice(-51).filter(({ settles }) => settles)).toHaveLength(1)
    const tool = bench.snapshots().at(-1)?.endEffectorMetres ?? []
    gripper(bench).forEach((metres, axis) => expect(metres).toBeCloseTo(tool[axis] ?? NaN, 9))
  })

  test('is seen by the next observation', () => {
    const bench = midAction()
    const before = bench.policy.observations().length
    bench.ui(command)
    if (command.type === 'stop') bench.ui({ type: 'reset' })
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.policy.observations().length > before)
    const [observation] = bench.policy.observations().slice(before)
    expect(observation?.proprioception).toEqual(bench.sim.bench.proprioception())
    gripper(bench).forEach((metres, axis) =>
      expect(observation?.commandedMetres[axis]).toBeCloseTo(metres, 9)
    )
    const { x } = bench.sim.bench.scene().gripper
    expect(x * METRES_PER_UNIT).toBeCloseTo(observation?.commandedMetres[0] ?? NaN, 9)
  })

  test('while paused in it settles the world too', () => {
    const bench = midAction()
    const version = bench.sim.bench.version()
    bench.ui({ type: 'pause' })
    bench.tick(5)
    expect(bench.sim.bench.version()).toBe(version)
    bench.ui(command)
    bench.tick(5)
    expect(bench.sim.bench.version()).toBe(version + 1)
  })

  test('settles it as soon as the arm can be written to again', () => {
    const bench = midAction()
    const version = bench.sim.bench.version()
    bench.driver.failing.writes = 3
    bench.ui(command)
    expect(bench.sim.bench.version()).toBe(version)
    bench.tick(10)
    expect(bench.sim.bench.version()).toBe(version + 1)
  })

  test('between two actions settles nothing', () => {
    const bench = createStationBench()
    bench.start()
    bench.tickIntoAction(2, 0)
    const version = bench.sim.bench.version()
    bench.ui(command)
    bench.tick(10)
    expect(bench.sim.bench.version()).toBe(version)
  })
})

describe('hold', () => {
  test('keeps its first cause and goes on with a new prediction', () => {
    const bench = midAction()
    bench.ui(HOLD)
    bench.fromPolicy({ type: 'hold', code: 'nonFinite', message: 'later' })
    expect(bench.station.motion().phase).toEqual({
      kind: 'held',
      cause: { code: 'operator', message: 'Held by the operator' }
    })
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, actionsExecuted: 8, dropped: null })
  })
})
