import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StoppingRule } from '@shared/domain/policy'
import { phaseOf } from '@shared/engine/snapshot'
import { chunkAfter, conditioningOf, createFakeHost, type FakeHost } from './fakeHost'

const RULE: StoppingRule = { kind: 'actionMse', threshold: 1e-3, minIterations: 2, patience: 1 }

/** One prediction after the other, each executed. */
function predict(host: FakeHost, count: number): void {
  for (let done = 0; done < count; done++) {
    host.observe()
    host.settle()
    host.finishChunk()
  }
}
const warmStarts = (host: FakeHost) => host.commits().map(({ warmStart }) => warmStart)

describe('warm start', () => {
  test('begins in the middle of the prediction before, and says so', () => {
    const host = createFakeHost({ warmStart: true, stopping: { kind: 'fixed', iterations: 5 } })
    host.engage()
    predict(host, 3)
    expect(warmStarts(host)).toEqual([null, { prediction: 0, k: 3 }, { prediction: 1, k: 3 }])
    const cold = createFakeHost({ stopping: { kind: 'fixed', iterations: 5 } })
    cold.engage()
    predict(cold, 2)
    expect(host.commits()[0]?.chunk).toEqual(cold.commits()[0]?.chunk)
    expect(host.commits()[1]?.chunk).not.toEqual(cold.commits()[1]?.chunk)
  })

  test.each<[string, (host: FakeHost) => void]>([
    ['an episode ends', (host) => host.engage({ episode: 1 })],
    [
      'a person takes over and hands back',
      (host) => {
        host.disengage()
        host.engage({ firstPrediction: 1 })
      }
    ],
    ['it is switched off', (host) => host.command({ type: 'settings', settings: { warmStart: false } })]
  ])('nothing is kept when %s', (_, happens) => {
    const host = createFakeHost({ warmStart: true })
    host.engage()
    predict(host, 1)
    happens(host)
    predict(host, 1)
    expect(warmStarts(host)).toEqual([null, null])
  })

  test('a person’s chunk says nothing of the latent, and a reseed wants a fresh one', () => {
    const host = createFakeHost({ warmStart: true })
    host.begin()
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 4 } } })
    host.settle()
    host.finishChunk()
    host.observe()
    host.settle()
    expect(warmStarts(host)).toEqual([null, null])
    host.finishChunk()
    host.observe()
    host.command({ type: 'reseed', seed: 7 })
    host.settle()
    expect(host.commits()[2]).toMatchObject({ seed: 7, reseeds: 1, warmStart: null })
  })
})

describe('deferred coda', () => {
  test('leaves out what nobody needs, honestly, and decides on what was decoded', () => {
    const host = createFakeHost({ decodeBelow: 0.05, stopping: RULE })
    host.begin()
    host.settle()
    const [record] = host.commits()
    if (!record) throw new Error('nothing was decided')
    const gaps = record.iterations.filter(({ chunk }) => chunk === null)
    expect(gaps.length).toBeGreaterThan(0)
    for (const { signals } of gaps)
      expect([signals.actionMse, signals.kl, signals.cosine]).toEqual([null, null, null])
    expect(record.iterations.every(({ k, signals }) => k < 2 || signals.latentDelta !== null)).toBe(true)
    expect(record.chunk).toEqual(chunkAfter(record.seed, conditioningOf(0), record.k))
  })

  test('a fixed depth is decoded once, at its end', () => {
    const host = createFakeHost({ decodeBelow: 0.5, stopping: { kind: 'fixed', iterations: 6 } })
    host.begin()
    host.settle()
    expect(host.commits()[0]?.iterations.map(({ chunk }) => chunk !== null)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true
    ])
  })

  test('the last iteration that is allowed is decoded', () => {
    const host = createFakeHost({ decodeBelow: 1e-9, stopping: RULE, maxIterations: 5 })
    host.begin()
    host.settle()
    expect(host.commits()[0]).toMatchObject({ k: 5, stopReason: 'maxIterations' })
  })

  test('halting where nothing is decoded is refused with what to do; a step decodes', () => {
    const host = createFakeHost({ decodeBelow: 1e-9, stopping: RULE })
    host.begin()
    for (let step = 0; step < 4; step++) host.compute()
    host.command({ type: 'pause' })
    expect(host.command({ type: 'haltNow' })[0]).toMatchObject({
      type: 'refused',
      reason: expect.stringMatching(/no decoded chunk at k = \d: step first/)
    })
    host.command({ type: 'step', count: 1 })
    host.settle()
    host.command({ type: 'haltNow' })
    expect(host.commits()).toHaveLength(1)
  })

  test('a rule that is changed to one that is met already gets its chunk by one more iteration', () => {
    const host = createFakeHost({ decodeBelow: 1e-9, stopping: RULE })
    host.begin()
    for (let step = 0; step < 6; step++) host.compute()
    const before = phaseOf(host.state())
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 2 } } })
    host.settle()
    expect(host.commits()[0]?.k).toBe(before.kind === 'refining' ? before.k + 1 : NaN)
  })
})

const rule = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), iterations: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    kind: fc.constantFrom('actionMse' as const, 'kl' as const, 'cosine' as const, 'latentDelta' as const),
    threshold: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    minIterations: fc.integer({ min: 2, max: 6 }),
    patience: fc.integer({ min: 1, max: 4 })
  })
)

test('whatever the rules, what is committed is what the last iteration decodes to, and nothing is held', () => {
  fc.assert(
    fc.property(
      fc.record({
        first: rule,
        others: fc.array(rule, { maxLength: 3 }),
        maxIterations: fc.integer({ min: 1, max: 16 }),
        decodeBelow: fc.option(fc.double({ min: 1e-9, max: 1, noNaN: true })),
        changeAfter: fc.array(fc.nat(12), { maxLength: 6 })
      }),
      ({ first, others, maxIterations, decodeBelow, changeAfter }) => {
        const host = createFakeHost({ stopping: first, maxIterations, decodeBelow })
        host.begin()
        for (const [index, steps] of changeAfter.entries()) {
          for (let step = 0; step < steps; step++) host.compute()
          const stopping = others[index]
          if (stopping) host.command({ type: 'settings', settings: { stopping } })
        }
        host.settle()
        const [record] = host.commits()
        expect(phaseOf(host.state()).kind).toBe('decided')
        expect(record?.chunk).toEqual(chunkAfter(record?.seed ?? 0, conditioningOf(0), record?.k ?? 0))
      }
    )
  )
})
