import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DEFAULT_DECADES,
  growDecades,
  iterationAxisEnd,
  logFraction,
  nudgeLog,
  valueAtFraction
} from '../../../../src/renderer/src/model/axisExtents'

describe('log axis', () => {
  test('keeps its identity while everything fits', () => {
    expect(growDecades(DEFAULT_DECADES, [1e-3, 0.5, null, 0, -1, Number.NaN])).toBe(DEFAULT_DECADES)
  })

  test.each([
    [[3e-8], { minExponent: -8, maxExponent: 0 }],
    [[12], { minExponent: -6, maxExponent: 2 }],
    [[1e-30, 1e30], { minExponent: -12, maxExponent: 4 }]
  ])('grows in whole decades for %j', (values, expected) => {
    expect(growDecades(DEFAULT_DECADES, values)).toEqual(expected)
  })

  test('never shrinks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: 1e-10, max: 1e3 })),
        fc.array(fc.double()),
        (a, b) => {
          const first = growDecades(DEFAULT_DECADES, a)
          const second = growDecades(first, b)
          expect(second.minExponent).toBeLessThanOrEqual(first.minExponent)
          expect(second.maxExponent).toBeGreaterThanOrEqual(first.maxExponent)
        }
      )
    )
  })

  test('position and value are inverse to two digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (value) => {
        const back = valueAtFraction(logFraction(value, DEFAULT_DECADES), DEFAULT_DECADES)
        expect(back / value).toBeGreaterThan(0.94)
        expect(back / value).toBeLessThan(1.06)
      })
    )
  })

  test.each([
    [1e-3, 1, false, 1.1e-3],
    [1e-3, -1, false, 9.9e-4],
    [9.9e-4, 1, false, 1e-3],
    [3e-5, 1, true, 4e-5],
    [3e-5, -1, true, 2e-5],
    [1e-5, -1, true, 9e-6],
    [9e-6, 1, true, 1e-5]
  ] as const)('%d nudged by %d (coarse %s) → %d', (value, direction, coarse, expected) => {
    expect(nudgeLog(value, direction, coarse)).toBeCloseTo(expected, 12)
  })
})

test.each([
  [0, 8],
  [8, 8],
  [9, 12],
  [17, 24],
  [32, 32],
  [99, 32]
])('k axis for K = %d ends at %d', (k, end) => expect(iterationAxisEnd(k)).toBe(end))
