import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQuantileWindow } from '@shared/statistics/quantileWindow'

test('tells quantiles of the newest values by nearest rank', () => {
  const window = createQuantileWindow(4)
  expect(window.quantile(0.5)).toBeNull()
  for (const value of [100, 1, 4, 2, 3]) window.add(value)
  expect([0, 0.25, 0.5, 0.75, 0.99, 1].map(window.quantile)).toEqual([1, 1, 2, 3, 4, 4])
})

test('a quantile is a value that was added, and grows with q', () => {
  const numbers = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const window = createQuantileWindow(20)
      for (const value of values) window.add(value)
      const newest = values.slice(-20)
      expect(newest).toContain(window.quantile(q))
      expect(window.quantile(1)).toBe(Math.max(...newest))
      expect(window.quantile(q)).toBeGreaterThanOrEqual(window.quantile(0) ?? Infinity)
    })
  )
})
