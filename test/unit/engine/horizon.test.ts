import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HorizonRule } from '@shared/domain/policy'
import {
  chooseHorizon,
  countIterations,
  NO_STATISTICS,
  type IterationStatistics
} from '@shared/engine/horizon'

const statisticsOf = (ks: readonly number[]): IterationStatistics => ks.reduce(countIterations, NO_STATISTICS)
const choose = (rule: HorizonRule, iterations: number, chunkLength = 8, ks: readonly number[] = []): number =>
  chooseHorizon(rule, { iterations, chunkLength, statistics: statisticsOf(ks) })

describe('fixed', () => {
  test.each([
    [5, 8, 5],
    [8, 8, 8],
    [20, 8, 8],
    [20, 25, 20],
    [1, 25, 1]
  ])('%d actions of a chunk of %d: %d', (actions, chunkLength, expected) => {
    expect(choose({ kind: 'fixed', actions }, 3, chunkLength)).toBe(expected)
  })
})

describe('linearDecay', () => {
  test.each([
    [0, 8],
    [1, 8],
    [6, 8],
    [7, 7],
    [8, 7],
    [9, 6],
    [10, 5],
    [11, 4],
    [12, 3],
    [13, 2],
    [14, 2],
    [32, 2]
  ])('K = %d → %d of 8', (k, expected) => {
    expect(choose({ kind: 'linearDecay' }, k)).toBe(expected)
  })

  test.each([
    [6, 25, 25],
    [7, 25, 22],
    [9, 25, 19],
    [13, 25, 6],
    [7, 4, 4],
    [13, 4, 1],
    [13, 1, 1]
  ])('K = %d with T = %d scales to %d', (k, chunkLength, expected) => {
    expect(choose({ kind: 'linearDecay' }, k, chunkLength)).toBe(expected)
  })
})

describe('threshold', () => {
  const rule = (direction: 'paper' | 'reference-code', kStar: number): HorizonRule => ({
    kind: 'threshold',
    kStar,
    short: 4,
    long: 8,
    direction
  })
  test.each([
    ['paper', 8, 8, 8],
    ['paper', 8, 9, 4],
    ['paper', 8, 1, 8],
    ['reference-code', 4, 4, 4],
    ['reference-code', 4, 5, 8],
    ['reference-code', 4, 1, 4]
  ] as const)('%s with k* = %d: K = %d → %d', (direction, kStar, k, expected) => {
    expect(choose(rule(direction, kStar), k)).toBe(expected)
  })

  test('counts actions, so it is clamped to T and not scaled', () => {
    expect(choose(rule('paper', 8), 9, 25)).toBe(4)
    expect(choose(rule('paper', 8), 1, 5)).toBe(5)
  })
})

describe('bucket', () => {
  const rule = (direction: 'paper' | 'reference-code', warmup = 5): HorizonRule => ({
    kind: 'bucket',
    warmup,
    direction
  })
  // μ = 6, population σ = 2 (sample σ would be 2.19): bands < 4, < 6, < 8, beyond.
  const ks = [4, 8, 4, 8, 4, 8]

  test.each([
    ['reference-code', 3, 2],
    ['reference-code', 4, 4],
    ['reference-code', 5, 4],
    ['reference-code', 6, 6],
    ['reference-code', 7, 6],
    ['reference-code', 8, 8],
    ['reference-code', 9, 8],
    ['paper', 3, 8],
    ['paper', 4, 8],
    ['paper', 5, 6],
    ['paper', 6, 6],
    ['paper', 7, 4],
    ['paper', 8, 4],
    ['paper', 9, 2]
  ] as const)('%s: K = %d → %d', (direction, k, expected) => {
    expect(choose(rule(direction), k, 8, ks)).toBe(expected)
  })

  test.each(['paper', 'reference-code'] as const)('%s: 5 of 8 until it has seen enough', (direction) => {
    expect(choose(rule(direction), 9, 8, [1, 2, 3, 4])).toBe(5)
    expect(choose(rule(direction), 9, 8, [1, 2, 3, 4, 9])).not.toBe(5)
    expect(choose(rule(direction), 9, 8, [])).toBe(5)
    expect(choose(rule(direction), 9, 16, [1])).toBe(10)
  })

  test.each(['paper', 'reference-code'] as const)(
    '%s: the longest where all need the same K',
    (direction) => {
      expect(choose(rule(direction), 7, 8, [7, 7, 7, 7, 7, 7])).toBe(8)
    }
  )

  test('a single prediction has σ = 1', () => {
    expect(choose(rule('reference-code', 1), 7, 8, [7])).toBe(6)
    expect(choose(rule('paper', 1), 7, 8, [7])).toBe(6)
  })

  test('scales with T', () => {
    expect(choose(rule('paper'), 9, 25, ks)).toBe(6)
    expect(choose(rule('paper'), 3, 25, ks)).toBe(25)
  })
})

test('every rule gives 1…T whole actions', () => {
  const direction = fc.constantFrom('paper' as const, 'reference-code' as const)
  const actions = fc.integer({ min: 1, max: 256 })
  const rules: fc.Arbitrary<HorizonRule> = fc.oneof(
    fc.record({ kind: fc.constant('fixed' as const), actions }),
    fc.constant({ kind: 'linearDecay' as const }),
    fc.record({
      kind: fc.constant('threshold' as const),
      kStar: fc.integer({ min: 1, max: 32 }),
      short: actions,
      long: actions,
      direction
    }),
    fc.record({ kind: fc.constant('bucket' as const), warmup: fc.integer({ min: 1, max: 6 }), direction })
  )
  const k = fc.integer({ min: 0, max: 32 })
  fc.assert(
    fc.property(
      rules,
      k,
      fc.integer({ min: 1, max: 64 }),
      fc.array(k),
      (rule, iterations, chunkLength, ks) => {
        const horizon = choose(rule, iterations, chunkLength, ks)
        expect(Number.isInteger(horizon)).toBe(true)
        expect(horizon).toBeGreaterThanOrEqual(1)
        expect(horizon).toBeLessThanOrEqual(chunkLength)
      }
    )
  )
})
