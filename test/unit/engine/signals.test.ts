import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  computeSignals,
  defaultSigmaA,
  firstNonFinite,
  firstNonFiniteMetric,
  NO_SIGNALS,
  type LatentMetrics
} from '@shared/engine/signals'

const latent: LatentMetrics = {
  latentDelta: 0.25,
  latentL2: 2,
  latentCosine: 0.01,
  latentAcceleration: 0.5
}
const chunk = (...values: number[]): Float32Array => Float32Array.from(values)
const values = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })

describe('computeSignals', () => {
  test('has nothing to say at k = 1', () => {
    expect(computeSignals(1, null, chunk(1, 2), 1, latent)).toEqual(NO_SIGNALS)
    expect(Object.values(NO_SIGNALS).every((signal) => signal === null)).toBe(true)
  })

  test('follows the formulas', () => {
    const signals = computeSignals(3, chunk(1, 0, 0, 0), chunk(0.5, 0.5, 0, 0), 2, latent)
    expect(signals.actionMse).toBeCloseTo(0.5 / 4, 12)
    expect(signals.kl).toBeCloseTo(0.5 / (2 * 4), 12)
    expect(signals.actionL2).toBeCloseTo(Math.SQRT1_2, 12)
    expect(signals.cosine).toBeCloseTo(1 - Math.SQRT1_2, 12)
    expect(signals).toMatchObject(latent)
  })

  test.each([
    ['a previous chunk that was not decoded', null, chunk(1)],
    ['a chunk that was not decoded', chunk(1), null]
  ])('%s leaves only the latent signals', (_, previous, present) => {
    expect(computeSignals(4, previous, present, 1, latent)).toEqual({
      ...latent,
      actionMse: null,
      kl: null,
      actionL2: null,
      cosine: null
    })
  })

  test('has no acceleration below k = 3, whatever the host measured', () => {
    expect(computeSignals(2, chunk(1), chunk(1), 1, latent).latentAcceleration).toBeNull()
    expect(computeSignals(3, chunk(1), chunk(1), 1, latent).latentAcceleration).toBe(0.5)
  })

  test('has no cosine with a zero chunk', () => {
    expect(computeSignals(2, chunk(0, 0), chunk(0, 1), 1, latent).cosine).toBeNull()
    expect(computeSignals(2, chunk(0, 1), chunk(0, 0), 1, latent).cosine).toBeNull()
  })

  test('kl equals actionMse at the default σ_a, and actionL2² / (T·A) always', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const signals = computeSignals(2, chunk(...a), chunk(...b), defaultSigmaA(4, 2), latent)
        expect(signals.kl).toBeCloseTo(signals.actionMse ?? Number.NaN, 12)
        expect((signals.actionL2 ?? Number.NaN) ** 2 / 8).toBeCloseTo(signals.actionMse ?? Number.NaN, 12)
      })
    )
  })

  test('the cosine distance is never negative, and 0 for the same chunk', () => {
    fc.assert(
      fc.property(values, (a) => {
        const { cosine } = computeSignals(2, chunk(...a), chunk(...a), 1, latent)
        if (cosine !== null) expect(cosine).toBeGreaterThanOrEqual(0)
        expect(cosine ?? 0).toBeCloseTo(0, 12)
      })
    )
  })

  test('refuses chunks of different sizes', () => {
    expect(() => computeSignals(2, chunk(1), chunk(1, 2), 1, latent)).toThrow(RangeError)
  })
})

describe('finiteness', () => {
  test.each([
    [[0, -1, 1], null],
    [[], null],
    [[0, Number.NaN, Number.NaN], 1],
    [[Number.POSITIVE_INFINITY], 0],
    [[0, 0, Number.NEGATIVE_INFINITY], 2]
  ])('of %j: first bad index %s', (numbers, expected) => {
    expect(firstNonFinite(Float32Array.from(numbers))).toBe(expected)
  })

  test.each(['latentDelta', 'latentL2', 'latentCosine', 'latentAcceleration'] as const)('of %s', (name) => {
    expect(firstNonFiniteMetric({ ...latent, [name]: Number.NaN })).toBe(name)
    expect(firstNonFiniteMetric({ ...latent, [name]: Number.POSITIVE_INFINITY })).toBe(name)
  })

  test('an acceleration that does not exist is not a fault', () => {
    expect(firstNonFiniteMetric({ ...latent, latentAcceleration: null })).toBeNull()
  })
})
