import { describe, expect, test } from 'vitest'
import { chunkAfter, conditioningOf, createFakeHost, type FakeHost } from './fakeHost'
import { AT, phase, prediction, withoutTime } from './phases'

/** Of the fake host's first observation. */
const CONDITIONING = conditioningOf(0)

describe('pause', () => {
  test.each([
    ['observing', (host: FakeHost) => host.engage()],
    ['encoding', (host: FakeHost) => host.begin()]
  ])('while %s stops at k = 0 as soon as it gets there', (_, arrive) => {
    const host = createFakeHost()
    arrive(host)
    host.command({ type: 'pause' })
    host.observe()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 0, reason: 'operator' })
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toHaveLength(1)
  })

  test('is taken back by resume before it takes effect', () => {
    const host = createFakeHost()
    host.engage()
    host.command({ type: 'pause' })
    host.command({ type: 'resume' })
    host.observe()
    host.settle()
    expect(host.commits()).toHaveLength(1)
  })

  test('drops the iteration under way, which is computed again with the same result', () => {
    const host = AT['refining 2']()
    host.command({ type: 'pause' })
    host.settle()
    expect(prediction(host).k).toBe(2)
    host.command({ type: 'step', count: 1 })
    host.settle()
    expect(prediction(host).iterations[2]?.chunk).toEqual(chunkAfter(prediction(host).seed, CONDITIONING, 3))
  })

  test('while a chunk executes pauses the next prediction', () => {
    const host = AT.decided()
    host.command({ type: 'pause' })
    host.finishChunk()
    host.observe()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 0, reason: 'operator' })
    expect(prediction(host).index).toBe(1)
  })

  test.each([
    ['next', 'never', 'decided'],
    ['every', 'every', 'paused']
  ] as const)('at prediction: %s', (pauseAt, after, then) => {
    const host = createFakeHost({ pauseAt })
    host.begin()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 1, reason: 'pauseAt' })
    expect(host.state().settings.pauseAt).toBe(after)
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toHaveLength(1)
    host.finishChunk()
    host.observe()
    host.settle()
    expect(phase(host).kind).toBe(then)
  })

  test('at prediction comes before a rule that fires at k = 1', () => {
    const host = createFakeHost({ pauseAt: 'every', stopping: { kind: 'fixed', iterations: 1 } })
    host.begin()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 1, reason: 'pauseAt' })
    host.command({ type: 'resume' })
    expect(host.commits()).toHaveLength(1)
  })
})

describe('step', () => {
  test.each([
    [0, 1, 1],
    [0, 5, 5],
    [2, 4, 6],
    [30, 32, 32]
  ])('from k = %d by %d is at %d, whether a rule fires or not', (from, count, to) => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 } })
    host.beginPausedAt(from)
    host.command({ type: 'step', count })
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: to, reason: 'stepped' })
    expect(prediction(host).iterations).toHaveLength(to)
    expect(prediction(host).converged).toEqual(to < 3 ? null : { k: 3, reason: 'rule' })
    expect(host.commits()).toHaveLength(0)
  })

  test('while refining counts the iteration under way', () => {
    const host = AT['refining 2']()
    host.command({ type: 'step', count: 1 })
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 3, reason: 'stepped' })
  })

  test('is refused at the limit', () => {
    const host = createFakeHost({ maxIterations: 4 })
    host.beginPausedAt(4)
    expect(host.command({ type: 'step', count: 1 })).toMatchObject([
      { type: 'refused', reason: expect.stringContaining('limit of 4 iterations') }
    ])
  })
})

describe('run to convergence, go beyond, resume', () => {
  test('pauses before execution, goes n further, then commits what is there', () => {
    const host = AT.converged()
    expect(host.commits()).toHaveLength(0)
    host.command({ type: 'goBeyond', count: 2 })
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 5, reason: 'stepped' })
    expect(prediction(host).converged).toEqual({ k: 3, reason: 'rule' })
    host.command({ type: 'resume' })
    expect(host.commits()).toMatchObject([{ k: 5, stopReason: 'operator', human: false }])
    expect(host.commits()[0]?.chunk).toEqual(chunkAfter(prediction(host).seed, CONDITIONING, 5))
  })

  test('resume during a step past the rule commits what is there, without another iteration', () => {
    const host = AT.converged()
    host.command({ type: 'goBeyond', count: 5 })
    host.compute()
    host.command({ type: 'resume' })
    expect(host.commits()).toMatchObject([{ k: 4, stopReason: 'operator', converged: { k: 3 } }])
  })

  test('going beyond ends at the limit', () => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 }, maxIterations: 4 })
    host.begin()
    host.command({ type: 'runToConvergence' })
    host.settle()
    host.command({ type: 'goBeyond', count: 9 })
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 4, reason: 'stepped' })
    expect(host.command({ type: 'goBeyond', count: 1 })[0]?.type).toBe('refused')
  })

  test('without convergence decides at maxIterations and says so', () => {
    const stopping = { kind: 'actionMse', threshold: 1e-300, minIterations: 2, patience: 1 } as const
    const host = createFakeHost({ stopping, maxIterations: 6 })
    host.begin()
    host.settle()
    expect(host.commits()).toMatchObject([
      { k: 6, stopReason: 'maxIterations', converged: { k: 6, reason: 'maxIterations' } }
    ])
  })
})

describe('rewind', () => {
  test.each([0, 1, 2, 3, 4])('to %d, then step, reproduces the next iteration bit for bit', (k) => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 32 } })
    host.beginPausedAt(5)
    const original = prediction(host).iterations
    host.command({ type: 'rewind', k })
    expect(phase(host)).toEqual({ kind: 'paused', k, reason: 'rewound' })
    expect(prediction(host).iterations).toEqual(original.slice(0, k))
    host.command({ type: 'step', count: 1 })
    host.settle()
    expect(withoutTime(prediction(host).iterations)).toEqual(withoutTime(original.slice(0, k + 1)))
  })

  test('before the iteration where the rule fired takes convergence back; resume refines on', () => {
    const host = AT.converged()
    host.command({ type: 'rewind', k: 1 })
    expect(prediction(host)).toMatchObject({ k: 1, converged: null })
    expect(prediction(host).stages).toMatchObject({ step: 0.5, coda: 0.25 })
    host.command({ type: 'resume' })
    expect(host.commits()).toHaveLength(0)
    host.settle()
    expect(host.commits()).toMatchObject([{ k: 3, stopReason: 'rule' }])
  })

  test('then halt now accepts the earlier chunk', () => {
    const host = AT.converged()
    host.command({ type: 'rewind', k: 2 })
    host.command({ type: 'haltNow' })
    expect(host.commits()).toMatchObject([{ k: 2, stopReason: 'operator', human: false }])
    expect(host.commits()[0]?.chunk).toEqual(chunkAfter(prediction(host).seed, CONDITIONING, 2))
  })
})

describe('reseed', () => {
  test.each([
    ['while paused stays paused', 'paused 2' as const, 0],
    ['while refining goes on', 'refining 2' as const, 1]
  ])('%s', (_, where, commits) => {
    const host = AT[where]()
    expect(host.command({ type: 'reseed', seed: 77 })[0]).toEqual({
      type: 'initialise',
      seed: 77,
      warm: false
    })
    expect(prediction(host)).toMatchObject({ k: 0, iterations: [], seed: 77, reseeds: 1 })
    host.settle()
    expect(host.commits()).toHaveLength(commits)
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toMatchObject([{ seed: 77, reseeds: 1, k: 3 }])
    expect(host.commits()[0]?.chunk).toEqual(chunkAfter(77, CONDITIONING, 3))
  })

  test('while encoding changes the seed that S_0 will be drawn from', () => {
    const host = AT.encoding()
    host.command({ type: 'reseed', seed: 77 })
    host.settle()
    expect(host.commits()[0]?.seed).toBe(77)
    expect(host.effects.filter((effect) => effect.type === 'initialise')).toEqual([
      { type: 'initialise', seed: 77, warm: false }
    ])
  })
})
