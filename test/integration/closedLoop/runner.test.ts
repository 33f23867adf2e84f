import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RefinementCommand } from '@shared/domain/policy'
import { deriveSeed } from '@shared/random/xoshiro'
import { INFERENCE_FAULT } from './fakeBackend'
import { createRunnerBench, type RunnerBench } from './runnerBench'

const types = (messages: readonly { readonly type: string }[]): string[] => messages.map(({ type }) => type)

/** Engaged, observed and computed until nothing is left to compute. */
async function predicting(settings: Parameters<typeof createRunnerBench>[0] = {}): Promise<RunnerBench> {
  const bench = createRunnerBench(settings)
  bench.engage()
  bench.observe()
  await bench.settled()
  return bench
}

describe('one prediction', () => {
  test('performs the effects in order', async () => {
    const bench = await predicting()
    expect(bench.order).toEqual([
      '→ observe',
      'encode 0',
      `initialise ${deriveSeed(42, 0)}`,
      'iterate 1',
      'iterate 2',
      'iterate 3',
      '→ commit'
    ])
    expect(bench.phase()).toEqual({ kind: 'decided', k: 3 })
    expect(bench.records).toHaveLength(1)
    expect(types(bench.toUi)).toEqual(['prediction'])
  })

  test('commits the decided chunk in SI units under its epoch', async () => {
    const bench = await predicting()
    const commit = bench.toRobot.find((message) => message.type === 'commit')
    const [record] = bench.records
    if (!record) throw new Error('no prediction')
    expect(commit?.chunk).toEqual({
      epoch: 1,
      episode: 0,
      prediction: 0,
      observationNanos: 0,
      committedNanos: 0,
      actions: bench.backend.toActions(record.chunk),
      horizon: 2,
      human: false
    })
  })

  test('is followed by the next one once it was executed', async () => {
    const bench = await predicting()
    bench.execute(0)
    expect(types(bench.toRobot)).toEqual(['observe', 'commit', 'observe'])
    bench.observe()
    await bench.settled()
    expect(bench.records.map(({ index, seed }) => [index, seed])).toEqual([
      [0, deriveSeed(42, 0)],
      [1, deriveSeed(42, 1)]
    ])
  })
})

describe('a pace of ten seconds', () => {
  const paced = (): Promise<RunnerBench> => predicting({ paceMs: 10_000 })
  const iterations = (bench: RunnerBench): number =>
    bench.backend.calls.filter((call) => call.startsWith('iterate')).length

  test('lets one iteration pass each time', async () => {
    const bench = await paced()
    expect(bench.k()).toBe(0)
    await bench.elapse(9_999)
    expect(bench.k()).toBe(0)
    await bench.elapse(1)
    expect(bench.k()).toBe(1)
    await bench.elapse(10_000)
    expect(bench.k()).toBe(2)
  })

  test('does not keep the operator from pausing and stepping', async () => {
    const bench = await paced()
    await bench.elapse(10_000)
    await bench.elapse(4_000)
    bench.runner.command({ type: 'pause' })
    expect(bench.phase()).toEqual({ kind: 'paused', k: 1, reason: 'operator' })
    bench.runner.command({ type: 'step', count: 1 })
    expect(bench.phase()).toEqual({ kind: 'refining', k: 1 })
    await bench.elapse(6_000)
    expect(bench.phase()).toEqual({ kind: 'paused', k: 2, reason: 'stepped' })
    // Two waits ended: the one before the pause computes nothing any more.
    expect(iterations(bench)).toBe(2)
  })

  test('ends at once when the operator takes the pace away', async () => {
    const bench = await paced()
    bench.runner.command({ type: 'settings', settings: { paceMs: 0 } })
    await bench.settled()
    expect(bench.phase()).toEqual({ kind: 'decided', k: 3 })
    await bench.elapse(60_000)
    expect(iterations(bench)).toBe(3)
  })

  test.each<[RefinementCommand, string[]]>([
    [{ type: 'reseed', seed: 7 }, ['initialise 7']],
    [{ type: 'rewind', k: 0 }, []],
    [{ type: 'reject' }, []]
  ])('%o acts at once, and what was waited for is never computed', async (command, calls) => {
    const bench = await paced()
    await bench.elapse(10_000)
    const before = bench.backend.calls.length
    bench.runner.command({ type: 'pause' })
    bench.runner.command(command)
    await bench.settled()
    expect(bench.backend.calls.slice(before)).toEqual(calls)
    await bench.elapse(60_000)
    expect(bench.backend.calls.slice(before)).toEqual(calls)
  })
})

describe('faults', () => {
  test.each(['fault', 'throw'] as const)(
    'of the encoder (%s) hold the robot and are reported once',
    async (how) => {
      const bench = createRunnerBench()
      bench.engage()
      bench.backend.sabotage(how)
      bench.observe()
      await bench.settled()
      expect(types(bench.toRobot)).toEqual(['observe', 'hold'])
      expect(bench.faults).toHaveLength(1)
      expect(bench.records).toEqual([])
    }
  )

  test.each(['fault', 'throw'] as const)('of an iteration (%s) too', async (how) => {
    const bench = await predicting({ pauseAt: 'every' })
    bench.backend.sabotage(how)
    bench.runner.command({ type: 'resume' })
    await bench.settled()
    expect(types(bench.toRobot)).toEqual(['observe', 'hold'])
    expect(bench.faults).toHaveLength(1)
  })

  test('say what the backend said, and leave the prediction held until it is rejected', async () => {
    const bench = await predicting({ pauseAt: 'every' })
    bench.backend.sabotage('fault')
    bench.runner.command({ type: 'resume' })
    await bench.settled()
    expect(bench.faults).toEqual([INFERENCE_FAULT])
    expect(bench.phase()).toEqual({ kind: 'held', k: 1, cause: INFERENCE_FAULT.message })
    expect(bench.toRobot.at(-1)).toEqual({
      type: 'hold',
      code: 'inferenceFailed',
      message: INFERENCE_FAULT.message
    })
  })

  test('do not end the runner: engaged again it predicts', async () => {
    const bench = createRunnerBench()
    bench.engage()
    bench.backend.sabotage('throw')
    bench.observe()
    await bench.settled()
    bench.engage()
    bench.observe()
    await bench.settled()
    expect(bench.records).toHaveLength(1)
  })
})

describe('observations', () => {
  test('of an older epoch are ignored', async () => {
    const bench = createRunnerBench()
    bench.engage()
    bench.engage()
    bench.observe({ epoch: 1 })
    await bench.settled()
    expect(bench.phase()).toEqual({ kind: 'observing' })
    expect(bench.backend.calls).toEqual([])
  })

  test('that come late are not encoded in the place of the one that was asked for', async () => {
    const bench = createRunnerBench()
    bench.engage()
    bench.backend.suspend()
    bench.observe({ capturedNanos: 10 })
    await Promise.resolve()
    // The next prediction's encoding waits for this one's to end.
    bench.engage()
    bench.observe({ capturedNanos: 20 })
    bench.observe({ epoch: 1, capturedNanos: 11 })
    bench.observe({ capturedNanos: 21 })
    bench.backend.release()
    await bench.settled()
    expect(bench.backend.calls.filter((call) => call.startsWith('encode'))).toEqual([
      'encode 10',
      'encode 20'
    ])
    expect(bench.records).toMatchObject([{ observationNanos: 20, epoch: 2 }])
  })
})

describe('prediction indices and seeds', () => {
  test('go on after an engagement on the same scene, also past what was never committed', async () => {
    const bench = await predicting({ pauseAt: 'every' })
    expect(bench.k()).toBe(1)
    bench.runner.fromRobot({ type: 'disengage', epoch: 2, reason: 'held' })
    bench.engage({ epoch: 3, firstPrediction: 0 })
    bench.observe()
    await bench.settled()
    bench.runner.command({ type: 'resume' })
    await bench.settled()
    expect(bench.records.map(({ index, seed }) => [index, seed])).toEqual([[1, deriveSeed(42, 1)]])
  })

  test('follow the robot where it knows of more', async () => {
    const bench = createRunnerBench()
    bench.engage({ firstPrediction: 5 })
    bench.observe()
    await bench.settled()
    expect(bench.records.map(({ index, seed }) => [index, seed])).toEqual([[5, deriveSeed(42, 5)]])
  })

  test('start anew on a new scene, even of the same seed', async () => {
    const bench = await predicting()
    bench.execute(0)
    bench.engage({ scene: 2 })
    bench.observe()
    await bench.settled()
    bench.engage({ scene: 3, episode: 1, sceneSeed: 43 })
    bench.observe()
    await bench.settled()
    expect(bench.records.map(({ index, seed }) => [index, seed])).toEqual([
      [0, deriveSeed(42, 0)],
      [0, deriveSeed(42, 0)],
      [0, deriveSeed(43, 0)]
    ])
  })
})

describe('computations', () => {
  const command: fc.Arbitrary<RefinementCommand> = fc.oneof(
    fc.constantFrom<RefinementCommand>(
      { type: 'pause' },
      { type: 'resume' },
      { type: 'step', count: 2 },
      { type: 'runToConvergence' },
      { type: 'haltNow' },
      { type: 'goBeyond', count: 1 },
      { type: 'rewind', k: 1 },
      { type: 'reject' },
      { type: 'settings', settings: { paceMs: 50 } },
      { type: 'settings', settings: { paceMs: 0 } }
    ),
    fc.nat(9).map((seed): RefinementCommand => ({ type: 'reseed', seed }))
  )
  const happening = fc.oneof(
    { weight: 6, arbitrary: command },
    { weight: 1, arbitrary: fc.constant('engage' as const) },
    { weight: 4, arbitrary: fc.constant('observe' as const) },
    { weight: 2, arbitrary: fc.constantFrom('suspend' as const, 'release' as const) },
    { weight: 4, arbitrary: fc.constant('elapse' as const) }
  )

  test('never overlap, whatever comes while one is under way', async () => {
    let iterations = 0
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 10, maxLength: 60 }), async (happenings) => {
        const bench = await predicting({ pauseAt: 'every' })
        for (const event of happenings) {
          if (event === 'engage') bench.engage()
          else if (event === 'observe') bench.observe()
          else if (event === 'suspend') bench.backend.suspend()
          else if (event === 'release') bench.backend.release()
          else if (event !== 'elapse') bench.runner.command(event)
          else if (bench.backend.isSuspended()) void bench.elapse(50)
          else await bench.elapse(50)
          await Promise.resolve()
        }
        bench.backend.release()
        await bench.settled()
        expect(bench.backend.mostAtOnce()).toBe(1)
        expect(bench.faults).toEqual([])
        // An iteration builds on S_0 or on the iteration before it.
        let computed = -1
        for (const call of bench.backend.calls) {
          const k = call.startsWith('iterate') ? Number(call.split(' ')[1]) : 0
          expect(k).toBeLessThanOrEqual(computed + 1)
          if (call.startsWith('initialise')) computed = 0
          else if (k > 0) computed = k
          iterations += k > 0 ? 1 : 0
        }
      }),
      { numRuns: 300 }
    )
    // Otherwise little was under way that could overlap.
    expect(iterations).toBeGreaterThan(600)
  })

  test('the same happenings give the same predictions', async () => {
    const [first, second] = await Promise.all([predicting(), predicting()])
    expect(second.records).toEqual(first.records)
  })
})
