import { describe, expect, test } from 'vitest'
import { createStationBench, type StationBench } from './support/stationBench'

/** Into the middle of the third action of the first chunk. */
function midAction(): StationBench {
  const bench = createStationBench()
  bench.start()
  bench.tickIntoAction(2, 2)
  return bench
}

describe('pause', () => {
  test('freezes the joints from the very next tick on', () => {
    const bench = midAction()
    const frozen = bench.joints()
    bench.ui({ type: 'pause' })
    const writtenBefore = bench.driver.written.length
    bench.tick(200)
    const written = bench.driver.written.slice(writtenBefore)
    expect(written).toHaveLength(200)
    for (const command of written) expect(command).toEqual({ position: frozen, settles: false })
    expect(bench.joints()).toEqual(frozen)
  })

  test('raises the epoch once, however often it is given', () => {
    const bench = midAction()
    const { epoch } = bench.station.motion()
    for (let times = 0; times < 3; times++) bench.ui({ type: 'pause' })
    expect(bench.station.motion().epoch).toBe(epoch + 1)
    expect(bench.policy.heard.filter(({ type }) => type === 'paused')).toHaveLength(1)
  })

  test('the policy pauses it for a breakpoint of this epoch, and of no other', () => {
    const bench = midAction()
    const { epoch } = bench.station.motion()
    bench.station.fromPolicy({ type: 'pause', epoch: epoch - 1 })
    expect(bench.phase()).toBe('executing')
    bench.station.fromPolicy({ type: 'pause', epoch })
    expect(bench.phase()).toBe('paused')
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 8, dropped: null }])
  })

  test('a pause of minutes does not make the chunk expire', () => {
    const bench = midAction()
    bench.ui({ type: 'pause' })
    bench.elapse(300_000)
    bench.tick()
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 8, dropped: null }])
  })
})

describe('resume', () => {
  test('finishes the rest of the same queue', () => {
    const bench = midAction()
    bench.ui({ type: 'pause' })
    bench.tick(10)
    bench.ui({ type: 'resume' })
    expect(bench.phase()).toBe('executing')
    expect(bench.station.motion().queue).toMatchObject({ prediction: 0, action: 2 })
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ prediction: 0, actionsExecuted: 8, dropped: null }])
  })

  test('an episode with pauses is the episode without them', () => {
    const plain = createStationBench()
    plain.start()
    plain.tickUntil(() => plain.outcomes.length === 1)
    const paused = createStationBench()
    paused.start()
    let ticks = 0
    paused.tickUntil(() => {
      if (ticks++ % 7 === 3) {
        paused.ui({ type: 'pause' })
        paused.tick(3)
        paused.ui({ type: 'resume' })
      }
      return paused.outcomes.length === 1
    })
    expect(paused.outcomes).toEqual(plain.outcomes)
    expect(paused.sim.bench.view()).toEqual(plain.sim.bench.view())
    expect(paused.executions().map(({ actionsExecuted }) => actionsExecuted)).toEqual(
      plain.executions().map(({ actionsExecuted }) => actionsExecuted)
    )
    expect(new Set(paused.snapshots().map(({ verdict }) => verdict.kind))).toEqual(new Set(['pass']))
  })

  test('right after the pause, before another tick, keeps the queue too', () => {
    const bench = midAction()
    bench.ui({ type: 'pause' })
    bench.ui({ type: 'resume' })
    expect(bench.phase()).toBe('executing')
    bench.tickUntil(() => bench.executions().length === 1)
    expect(bench.executions()).toMatchObject([{ actionsExecuted: 8, dropped: null }])
  })

  test('after the arm was moved drops the queue and observes again', () => {
    const bench = midAction()
    bench.ui({ type: 'pause' })
    const pushed = bench.joints().map((value, joint) => (joint === 0 ? value + 0.1 : value))
    // Somebody's hand: holding commands reach the arm no more, and it reads elsewhere.
    bench.sim.write({ position: pushed, settles: false }, bench.now())
    bench.driver.failing.writes = 1
    bench.tick()
    bench.ui({ type: 'resume' })
    expect(bench.executions()).toMatchObject([
      { prediction: 0, actionsExecuted: 2, dropped: 'the arm moved while paused' }
    ])
    expect(bench.policy.engagements().at(-1)).toMatchObject({ firstPrediction: 1 })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, actionsExecuted: 8, dropped: null })
  })
})

describe('a chunk on its way while the operator pauses', () => {
  function withCommitUnderway(): StationBench {
    const bench = createStationBench()
    bench.delayCommits = true
    bench.start()
    bench.tickUntil(() => bench.underway.length === 1)
    bench.delayCommits = false
    return bench
  }

  test('is dropped and reported, and the policy predicts anew after the resume', () => {
    const bench = withCommitUnderway()
    const still = bench.joints()
    bench.ui({ type: 'pause' })
    bench.land()
    bench.tick(20)
    expect(bench.joints()).toEqual(still)
    expect(bench.executions()).toMatchObject([
      { prediction: 0, actionsExecuted: 0, queueMs: 0, executeMs: 0, dropped: 'chunk of epoch 1, now 2' }
    ])
    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, actionsExecuted: 8, dropped: null })
  })

  test.each([
    ['paused', { type: 'pause' }],
    ['held', { type: 'hold' }],
    ['stopped', { type: 'stop', reason: 'test' }]
  ] as const)('even under the right epoch it does not move a robot that is %s', (phase, command) => {
    const bench = withCommitUnderway()
    const [chunk] = bench.underway.splice(0)
    if (!chunk) throw new Error('no chunk is under way')
    const still = bench.joints()
    bench.ui(command)
    bench.fromPolicy({ type: 'commit', chunk: { ...chunk, epoch: bench.station.motion().epoch } })
    bench.tick(20)
    expect(bench.phase()).toBe(phase)
    expect(bench.joints()).toEqual(still)
    expect(bench.executions()).toHaveLength(1)
    expect(bench.executions()[0]?.dropped).toBeTruthy()
  })

  test('does not disturb the account of the chunk that is executing', () => {
    const undisturbed = createStationBench()
    undisturbed.start()
    undisturbed.tickUntil(() => undisturbed.executions().length === 1)

    const bench = withCommitUnderway()
    const [chunk] = bench.underway.splice(0)
    if (!chunk) throw new Error('no chunk is under way')
    bench.fromPolicy({ type: 'commit', chunk })
    bench.tickIntoAction(3, 2)
    bench.fromPolicy({ type: 'commit', chunk: { ...chunk, epoch: chunk.epoch - 1, prediction: 99 } })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()).toMatchObject([
      { prediction: 99, actionsExecuted: 0, queueMs: 0, executeMs: 0 },
      { ...undisturbed.executions()[0] }
    ])
  })
})
