import fc from 'fast-check'
import { expect, test } from 'vitest'
import { affineScale, normaliseInto } from '../../../src/main/policy/statistics'

test('bounds map low to −1 and high to +1, in either order', () => {
  const scale = affineScale({ kind: 'bounds', low: [0, 1], high: [0.25, 0] })
  const low = new Float32Array(2)
  const high = new Float32Array(2)
  normaliseInto(low, [0, 1], scale)
  normaliseInto(high, [0.25, 0], scale)
  expect([...low, ...high]).toEqual([-1, -1, 1, 1])
})

test('mean and std are a shift and a scale', () => {
  const target = new Float32Array(1)
  normaliseInto(target, [5], affineScale({ kind: 'meanStd', mean: [3], std: [4] }))
  expect(target[0]).toBe(0.5)
})

test('a masked dimension goes through as it is', () => {
  const target = new Float32Array(2)
  const map = affineScale({ kind: 'bounds', low: [0, 0], high: [10, 10], mask: [true, false] })
  normaliseInto(target, [5, 0.25], map)
  expect([...target]).toEqual([0, 0.25])
})

test('offset + scale · normalised gives the SI value back', () => {
  const bound = fc.double({ min: -10, max: 10, noNaN: true })
  fc.assert(
    fc.property(bound, bound, bound, (low, high, value) => {
      fc.pre(Math.abs(high - low) > 1e-3)
      const map = affineScale({ kind: 'bounds', low: [low], high: [high] })
      const target = new Float32Array(1)
      normaliseInto(target, [value], map)
      const back = (map.offset[0] ?? NaN) + (map.scale[0] ?? NaN) * (target[0] ?? NaN)
      expect(Math.abs(back - value)).toBeLessThan(1e-5)
    })
  )
})

test('a missing value shows as NaN instead of a plausible number', () => {
  const target = new Float32Array(2)
  normaliseInto(target, [1], affineScale({ kind: 'bounds', low: [0, 0], high: [1, 1] }))
  expect(target[1]).toBeNaN()
})
