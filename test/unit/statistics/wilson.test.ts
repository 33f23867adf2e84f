import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wilsonInterval } from '@shared/statistics/wilson'

// Worked out by hand from the formula with z = 1.96; 0/10 and 10/10 are the textbook's own examples.
test.each([
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [81, 263, 0.2553, 0.3662],
  [168, 180, 0.8871, 0.9615]
])('%d of %d', (successes, trials, low, high) => {
  const interval = wilsonInterval(successes, trials)
  expect(interval[0]).toBeCloseTo(low, 3)
  expect(interval[1]).toBeCloseTo(high, 3)
})

test('always holds the proportion and stays within [0, 1]', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (trials, share) => {
        const successes = Math.round(trials * share)
        const [low, high] = wilsonInterval(successes, trials)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low - 1e-12).toBeLessThanOrEqual(successes / trials)
        expect(high + 1e-12).toBeGreaterThanOrEqual(successes / trials)
      }
    )
  )
})

test('knows nothing without trials', () => expect(wilsonInterval(0, 0)).toEqual([0, 1]))
