import { describe, expect, test } from 'vitest'
import { createStationBench, type StationBench } from './support/stationBench'

function executing(options: Parameters<typeof createStationBench>[0] = {}): StationBench {
  const bench = createStationBench(options)
  bench.start()
  bench.tickIntoAction(1, 2)
  return bench
}

const causeOf = (bench: StationBench): { code: string; message: string } | null => {
  const { phase } = bench.station.motion()
  return phase.kind === 'held' ? phase.cause : null
}

describe('heartbeat', () => {
  test('lost: a supervised robot holds within the limit', () => {
    const bench = executing({ supervised: true })
    bench.heartbeats = false
    bench.tick(50)
    expect(causeOf(bench)).toBeNull()
    bench.tick(1)
    expect(causeOf(bench)).toEqual({
      code: 'heartbeatLost',
      message: 'The operator window has been silent for more than 1000 ms'
    })
  })

  test('back again: the operator resumes', () => {
    const bench = executing({ supervised: true })
    bench.heartbeats = false
    bench.tick(100)
    bench.heartbeats = true
    bench.tick()
    expect(bench.phase()).toBe('held')
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toMatchObject([{ success: true }])
  })

  test('a new window is no sign of life before its own heartbeat', () => {
    const bench = executing({ supervised: true })
    bench.heartbeats = false
    bench.tick(45)
    bench.station.greetUi()
    bench.tick(45)
    expect(causeOf(bench)).toMatchObject({ code: 'heartbeatLost' })
  })

  test('a window that closes or reloads holds the robot at once', () => {
    const bench = executing({ supervised: true })
    bench.station.uiLost()
    const frozen = bench.joints()
    bench.tick(50)
    expect(causeOf(bench)).toMatchObject({ code: 'uiLost' })
    expect(bench.joints()).toEqual(frozen)
  })

  test.each(['closes', 'hangs'] as const)(
    'a window that %s between two episodes keeps the next from starting by itself',
    (how) => {
      const bench = createStationBench({ supervised: true, level: 'easy', betweenEpisodesMs: 1500 })
      bench.start({ continuous: true })
      bench.tickUntil(() => bench.outcomes.length === 1)
      bench.tick(10)
      bench.heartbeats = false
      if (how === 'closes') bench.station.uiLost()
      const joints = bench.joints()
      bench.tick(200)
      expect(bench.joints()).toEqual(joints)
      expect(bench.station.run().phase.kind).toBe('ended')
      // A window that watches again may start it.
      bench.heartbeats = true
      bench.tick()
      bench.start({ continuous: true })
      expect(bench.station.run().phase.kind).toBe('running')
    }
  )

  test('a window that hangs is sent nothing that it would have to catch up with', () => {
    const bench = createStationBench({ supervised: true })
    bench.tick(10)
    bench.heartbeats = false
    bench.tick(200)
    expect(bench.snapshots().length).toBeLessThan(70)
    bench.heartbeats = true
    bench.tick(2)
    expect(bench.snapshots().at(-1)?.tick).toBe(212)
  })

  test('nobody has to watch an unsupervised robot', () => {
    const bench = executing({ supervised: false })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toMatchObject([{ success: true }])
  })

  test('an idle robot need not be watched', () => {
    const bench = createStationBench({ supervised: true })
    bench.heartbeats = false
    bench.tick(200)
    expect(bench.phase()).toBe('holding')
  })
})

describe('a chunk whose ticks are withheld', () => {
  test('expires: the rest of it is dropped and the robot held', () => {
    const bench = executing()
    const frozen = bench.joints()
    bench.elapse(2000)
    bench.tick(10)
    expect(causeOf(bench)).toEqual({
      code: 'expired',
      message: 'The command expired before it could be sent'
    })
    expect(bench.joints()).toEqual(frozen)
    expect(bench.executions()).toMatchObject([
      { prediction: 0, actionsExecuted: 1, dropped: 'The command expired before it could be sent' }
    ])
  })

  test('is measured from its commit, not from when it could at last be read', () => {
    const bench = createStationBench()
    bench.delayCommits = true
    bench.start()
    bench.tickUntil(() => bench.underway.length === 1)
    bench.elapse(10_000)
    bench.land()
    bench.tick()
    expect(bench.phase()).toBe('held')
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 0 }])
  })

  test('is finished when it is only a little late', () => {
    const bench = executing()
    bench.elapse(400)
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 8, dropped: null }])
  })

  test('a plan from an observation of ten minutes ago is not executed', () => {
    const bench = createStationBench()
    bench.delayCommits = true
    bench.start()
    bench.tickUntil(() => bench.underway.length === 1)
    bench.elapse(601_000)
    bench.land()
    expect(causeOf(bench)?.code).toBe('staleObservation')
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 0, executeMs: 0 }])
    expect(bench.executions()[0]?.dropped).toContain('too old')
  })
})

describe.each([
  // With a third lost reading the gate can't tell any more whether a fast command would jump.
  { calls: 'reads', retried: 2 },
  { calls: 'writes', retried: 4 }
] as const)('$calls that fail', ({ calls, retried }) => {
  test(`${retried} times in a row are retried; the episode goes on without a difference`, () => {
    const plain = createStationBench()
    plain.start()
    plain.tickUntil(() => plain.outcomes.length === 1)

    const bench = executing()
    let ticks = 0
    bench.tickUntil(() => {
      if (ticks++ % 30 === 0) bench.driver.failing[calls] = retried
      return bench.outcomes.length === 1
    })
    expect(bench.outcomes).toEqual(plain.outcomes)
    expect(bench.sim.bench.view()).toEqual(plain.sim.bench.view())
  })

  test('five times in a row hold the robot with the message', () => {
    const bench = executing()
    bench.driver.failing[calls] = 1000
    bench.tick(4)
    expect(causeOf(bench)).toBeNull()
    bench.tick(2)
    expect(causeOf(bench)).toEqual({
      code: 'driver',
      message: 'The arm did not answer 5 times in a row: elbow did not answer'
    })
  })

  test('are not resumed from without a repair, only after it', () => {
    const bench = executing()
    bench.driver.failing[calls] = 1000
    bench.tick(20)
    bench.ui({ type: 'resume' })
    bench.tick(10)
    expect(causeOf(bench)?.code).toBe('driver')
    bench.driver.failing[calls] = 0
    // Once around to read and write, and once more to look at what came of it.
    bench.tick(2)
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.outcomes.length === 1)
    expect(bench.outcomes).toHaveLength(1)
  })
})

describe('a command that could not be written', () => {
  test('is not taken for sent: while paused the arm stays where it is', () => {
    const bench = executing()
    bench.driver.failing.writes = 2
    bench.tick(2)
    const frozen = bench.joints()
    bench.ui({ type: 'pause' })
    bench.tick(10)
    expect(bench.joints()).toEqual(frozen)
  })

  test('ends no action: the bench counts as many steps as actions', () => {
    const bench = createStationBench()
    const version = bench.sim.bench.version()
    bench.start()
    bench.tickIntoAction(1, 4)
    bench.driver.failing.writes = 1
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.sim.bench.version() - version).toBe(8)
  })
})

describe('an arm that cannot be read when the scene is laid out', () => {
  function unread(): StationBench {
    const bench = executing()
    bench.driver.failing.reads = 3
    bench.ui({ type: 'discardEpisode' })
    return bench
  }

  test('is not observed until it was read', () => {
    const bench = unread()
    const seen = bench.policy.observations().length
    bench.start()
    bench.tick(2)
    expect(bench.policy.observations()).toHaveLength(seen)
    bench.tick(1)
    expect(bench.policy.observations()).toHaveLength(seen + 1)
    const [x, y, z] = bench.sim.bench.proprioception()
    const { commandedMetres } = bench.policy.observations().at(-1) ?? { commandedMetres: [] }
    ;[x, y, z].forEach((metres, axis) => expect(commandedMetres[axis]).toBeCloseTo(metres, 9))
  })

  test('executes no chunk', () => {
    const bench = unread()
    bench.start()
    const still = { deltaMetres: [0, 0, 0] as [number, number, number], gripperOpening: null }
    const { epoch } = bench.station.motion()
    const times = { observationNanos: bench.now(), committedNanos: bench.now() }
    const chunk = { epoch, episode: 0, prediction: 0, ...times, actions: [still], horizon: 1, human: false }
    bench.fromPolicy({ type: 'commit', chunk })
    expect(causeOf(bench)?.code).toBe('unread')
    expect(bench.executions().at(-1)).toMatchObject({
      actionsExecuted: 0,
      dropped: 'The arm has not answered since the scene was laid out'
    })
  })

  test('does not go home', () => {
    const bench = unread()
    bench.ui({ type: 'home' })
    expect(bench.phase()).toBe('holding')
    expect(bench.refusals()).toEqual(['home: The arm does not answer'])
    bench.tick(3)
    bench.ui({ type: 'home' })
    expect(bench.phase()).toBe('homing')
  })

  test('is commanded nothing until it was read, then stays where it was put', () => {
    const bench = executing()
    bench.tickIntoAction(5, 1)
    bench.driver.failing.reads = 3
    bench.ui({ type: 'discardEpisode' })
    const placed = bench.joints()
    const writtenBefore = bench.driver.written.length
    bench.tick(2)
    expect(bench.driver.written).toHaveLength(writtenBefore)
    bench.tick(10)
    expect(bench.joints()).toEqual(placed)
    expect(bench.driver.written.length).toBeGreaterThan(writtenBefore)
  })
})
