import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_ITERATIONS, type StoppingRule } from '@shared/domain/policy'
import { evaluateStopping, type StoppingContext } from '@shared/engine/stopping'
import { curveOf } from './curves'
import { findStop } from './findStop'

const context: StoppingContext = { observationNanos: 0, maxIterations: MAX_ITERATIONS }
const mse = (minIterations = 2, patience = 1): StoppingRule => ({
  kind: 'actionMse',
  threshold: 1e-3,
  minIterations,
  patience
})
const HIGH = 0.1
const LOW = 1e-5
const score = fc.oneof(
  fc.double({ min: 1e-6, max: 1, noNaN: true }),
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY)
)

describe('threshold rules', () => {
  test.each<[string, StoppingRule, (number | null)[], number | null]>([
    ['stops at the first hit', mse(), [HIGH, HIGH, LOW, LOW], 4],
    ['may stop at k = 2', mse(), [LOW], 2],
    ['equality is no hit', mse(), [1e-3], null],
    ['a curve that never converges', mse(), [HIGH, HIGH, HIGH, HIGH, HIGH], null],
    ['not before minIterations', mse(5), [LOW, LOW, LOW, LOW], 5],
    ['a hit before minIterations that is gone by then', mse(4), [LOW, LOW, HIGH, LOW], 5],
    ['patience 2', mse(2, 2), [HIGH, LOW, LOW], 4],
    ['patience 3 from k = 2', mse(2, 3), [LOW, LOW, LOW], 4],
    ['patience starts again after a rise', mse(2, 2), [LOW, HIGH, LOW, HIGH, LOW, LOW], 7],
    ['hits before minIterations count for patience', mse(4, 3), [LOW, LOW, LOW], 4],
    ['patience longer than the curve', mse(2, 5), [LOW, LOW, LOW, LOW], null],
    ['null is no hit', mse(), [null, null, LOW], 4],
    ['null breaks patience', mse(2, 2), [LOW, null, LOW, LOW], 5],
    ['NaN is no hit', mse(), [Number.NaN, LOW], 3],
    ['NaN breaks patience', mse(2, 2), [LOW, Number.NaN, LOW], null],
    ['only null', mse(), [null, null, null], null]
  ])('%s', (_, rule, scores, expected) => {
    expect(findStop(rule, curveOf('actionMse', scores), context)?.k ?? null).toBe(expected)
  })

  test.each(['actionMse', 'kl', 'cosine', 'latentDelta'] as const)('%s looks at its own signal', (kind) => {
    const rule: StoppingRule = { kind, threshold: 1e-3, minIterations: 2, patience: 1 }
    expect(findStop(rule, curveOf(kind, [HIGH, LOW]), context)).toEqual({ k: 3, reason: 'rule' })
    const other = kind === 'kl' ? 'cosine' : 'kl'
    expect(findStop(rule, curveOf(other, [HIGH, LOW]), context)).toBeNull()
  })

  test('a later rise takes nothing back, but is judged by itself', () => {
    const curve = curveOf('actionMse', [LOW, HIGH])
    expect(evaluateStopping(mse(), curve, context)).toEqual({ stop: false })
    expect(findStop(mse(), curve, context)).toEqual({ k: 2, reason: 'rule' })
  })

  test('nothing stops before its first iteration', () => {
    expect(evaluateStopping(mse(), [], context)).toEqual({ stop: false })
  })
})

describe('fixed', () => {
  test.each([
    [1, 32, 1, 'rule'],
    [4, 32, 4, 'rule'],
    [12, 8, 8, 'maxIterations'],
    [8, 8, 8, 'rule']
  ])('K = %d with at most %d stops at %d: %s', (iterations, maxIterations, k, reason) => {
    const rule: StoppingRule = { kind: 'fixed', iterations }
    const curve = curveOf('actionMse', new Array<number>(31).fill(LOW))
    expect(findStop(rule, curve, { ...context, maxIterations })).toEqual({ k, reason })
  })
})

describe('deadline', () => {
  const rule = (milliseconds: number, patience = 1): StoppingRule => ({
    kind: 'deadline',
    milliseconds,
    minIterations: 2,
    patience
  })
  // Iteration k is complete k ms after time 0.
  const curve = curveOf('actionMse', [HIGH, HIGH, HIGH, HIGH, HIGH])

  test.each([
    ['at the first iteration that is complete by then', rule(3), 0, 3],
    ['counted from capture', rule(3), 1_000_000, 4],
    ['never at k = 1', rule(0.5), 0, 2],
    ['with patience', rule(3, 2), 0, 4],
    ['k = 1 does not count for patience', rule(0.5, 2), 0, 3],
    ['not reached', rule(100), 0, null]
  ])('%s', (_, deadline, observationNanos, expected) => {
    expect(findStop(deadline, curve, { ...context, observationNanos })?.k ?? null).toBe(expected)
  })
})

describe('any curve', () => {
  const rules = fc.record({
    kind: fc.constant('actionMse' as const),
    threshold: fc.double({ min: 1e-5, max: 0.5, noNaN: true }),
    minIterations: fc.integer({ min: 2, max: 12 }),
    patience: fc.integer({ min: 1, max: 6 })
  })
  const curves = fc.array(score, { maxLength: 31 })

  test('stops where, and only where, patience points in a row are below the threshold', () => {
    fc.assert(
      fc.property(rules, curves, (rule, scores) => {
        const stop = findStop(rule, curveOf('actionMse', scores), { ...context, maxIterations: 1000 })
        // Another way to say it: count the run of hits while walking along.
        let run = 0
        let expected: number | null = null
        for (const [index, value] of scores.entries()) {
          run = value !== null && value < rule.threshold ? run + 1 : 0
          if (expected === null && run >= rule.patience && index + 2 >= rule.minIterations)
            expected = index + 2
        }
        expect(stop?.k ?? null).toBe(expected)
      })
    )
  })

  test('is bounded by maxIterations', () => {
    fc.assert(
      fc.property(rules, curves, fc.integer({ min: 1, max: 32 }), (rule, scores, maxIterations) => {
        const stop = findStop(rule, curveOf('actionMse', scores), { ...context, maxIterations })
        if (scores.length + 1 >= maxIterations) expect(stop?.k).toBeLessThanOrEqual(maxIterations)
        if (stop?.reason === 'maxIterations') expect(stop.k).toBe(maxIterations)
      })
    )
  })
})
