import { describe, expect, test } from 'vitest'
import { CHUNK_SIZE, createFakeHost, SETTINGS, type FakeHost } from './fakeHost'
import { AT, phase, prediction } from './phases'

const edited = Array.from({ length: CHUNK_SIZE }, (_, i) => i / CHUNK_SIZE)

describe('override', () => {
  test('commits the edited chunk as human', () => {
    const host = AT['paused 2']()
    host.command({ type: 'override', chunk: edited })
    const [record] = host.commits()
    expect(record).toMatchObject({ k: 2, stopReason: 'override', human: true, horizon: 8 })
    expect(record?.chunk).toEqual(Float32Array.from(edited))
    expect(prediction(host).human).toBe(true)
  })

  test.each([
    [3, 3],
    [256, 8]
  ])('with a horizon of %d executes %d', (horizon, expected) => {
    const host = AT['paused 2']()
    host.command({ type: 'override', chunk: edited, horizon })
    expect(host.commits()[0]?.horizon).toBe(expected)
  })

  test.each([
    ['the wrong size', edited.slice(1), '31 values, expected 32 (8 actions × 4)'],
    ['a NaN', edited.map((value, i) => (i === 4 ? Number.NaN : value)), 'value 4 is not a finite number'],
    ['a number too large for float32', edited.map((value, i) => (i === 4 ? 1e39 : value)), 'value 4 is not']
  ])('of %s is refused', (_, chunk, reason) => {
    const host = AT['paused 2']()
    expect(host.command({ type: 'override', chunk })).toMatchObject([
      { type: 'refused', reason: expect.stringContaining(reason) }
    ])
    expect(host.commits()).toHaveLength(0)
  })
})

describe('reject', () => {
  test('drops the prediction and observes again for the next, with another seed', () => {
    const host = AT['refining 2']()
    const { seed } = prediction(host)
    expect(host.command({ type: 'reject' })).toEqual([
      { type: 'rejected', episode: 0, prediction: 0 },
      { type: 'observe', epoch: host.robot.epoch }
    ])
    host.observe()
    host.settle()
    expect(host.commits()).toMatchObject([{ index: 1 }])
    expect(host.commits()[0]?.seed).not.toBe(seed)
  })

  test.each([
    ['paused', (host: FakeHost) => host.command({ type: 'pause' })],
    ['stepping', (host: FakeHost) => host.command({ type: 'step', count: 5 })],
    ['running to convergence', (host: FakeHost) => host.command({ type: 'runToConvergence' })]
  ])('while %s: the next prediction does not run on by itself', (_, before) => {
    const host = AT['refining 2']()
    before(host)
    host.command({ type: 'reject' })
    host.observe()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 0, reason: 'operator' })
  })

  test('answers a hold', () => {
    const host = AT.held()
    host.command({ type: 'reject' })
    expect(phase(host).kind).toBe('observing')
  })
})

describe('settings', () => {
  test('are merged and checked', () => {
    const host = AT['paused 2']()
    host.command({ type: 'settings', settings: { paceMs: 100, stopping: undefined } })
    expect(host.state().settings).toEqual({
      ...SETTINGS,
      stopping: { kind: 'fixed', iterations: 3 },
      paceMs: 100
    })
    const before = host.state()
    const [refused] = host.command({ type: 'settings', settings: { maxIterations: 99 } })
    expect(refused).toMatchObject({ type: 'refused', reason: expect.stringContaining('maxIterations') })
    expect(host.state()).toBe(before)
  })

  test('a rule that the newest iteration satisfies leaves a pause alone; resume then commits', () => {
    const host = AT['paused 2']()
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 1 } } })
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 2, reason: 'stepped' })
    expect(prediction(host).converged).toEqual({ k: 2, reason: 'rule' })
    host.command({ type: 'resume' })
    expect(host.commits()).toMatchObject([
      { k: 2, rule: { kind: 'fixed', iterations: 1 }, stopReason: 'rule', human: true }
    ])
  })

  test('a rule that the newest iteration satisfies decides at once while refining', () => {
    const host = AT['refining 2']()
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 1 } } })
    expect(host.commits()).toMatchObject([{ k: 2, stopReason: 'rule', converged: { k: 2, reason: 'rule' } }])
  })

  test('a rule that only an earlier iteration satisfied decides nothing: that chunk is past', () => {
    const host = AT['paused 2']()
    const mse = (): number[] =>
      prediction(host).iterations.map(({ signals }) => signals.actionMse ?? Infinity)
    const lowest = (): number => Math.min(...mse().slice(0, -1))
    // Curves are not monotone: go on to a bump.
    do {
      host.command({ type: 'step', count: 1 })
      host.settle()
    } while (!((mse().at(-1) ?? 0) > lowest()))
    const threshold = (lowest() + (mse().at(-1) ?? 0)) / 2
    host.command({
      type: 'settings',
      settings: { stopping: { kind: 'actionMse', threshold, minIterations: 2, patience: 1 } }
    })
    expect(prediction(host).converged).toBeNull()
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toMatchObject([{ stopReason: 'rule', human: true }])
    expect(host.commits()[0]?.iterations.at(-1)?.signals.actionMse).toBeLessThan(threshold)
  })

  test('what only changes the pace keeps a rule that had fired', () => {
    const host = AT.converged()
    host.command({ type: 'goBeyond', count: 1 })
    host.settle()
    const { converged } = prediction(host)
    host.command({ type: 'settings', settings: { paceMs: 5 } })
    expect(prediction(host)).toMatchObject({ converged, human: false })
  })

  test('a stricter rule takes convergence back', () => {
    const host = AT.converged()
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 5 } } })
    expect(prediction(host).converged).toBeNull()
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toMatchObject([{ k: 5, stopReason: 'rule' }])
  })

  test('do not rewrite what is decided', () => {
    const host = AT.decided()
    const before = prediction(host)
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 9 } } })
    expect(prediction(host)).toBe(before)
  })
})

describe('pace', () => {
  test('an iteration begins no sooner than n ms after the one before it', () => {
    const host = createFakeHost({ paceMs: 100, stopping: { kind: 'fixed', iterations: 4 } })
    host.begin()
    host.settle()
    const times = host.commits()[0]?.iterations.map(({ completedNanos }) => completedNanos) ?? []
    expect(times).toHaveLength(4)
    // The fake computes for 1 ms.
    for (const [i, nanos] of times.slice(1).entries()) expect(nanos - (times[i] ?? 0)).toBe(101_000_000)
  })

  test('a step after a long look is not delayed', () => {
    const host = createFakeHost({ paceMs: 100 })
    host.beginPausedAt(2)
    host.advance(5000)
    host.command({ type: 'step', count: 1 })
    expect(host.compute()).toBe(true)
    expect(prediction(host).k).toBe(3)
  })

  test('a faster pace does not wait for the old one', () => {
    const host = createFakeHost({ paceMs: 10_000 })
    host.begin()
    while (host.compute());
    expect(phase(host)).toEqual({ kind: 'refining', k: 0 })
    host.command({ type: 'settings', settings: { paceMs: 0 } })
    while (host.compute());
    expect(host.commits()).toHaveLength(1)
  })
})
