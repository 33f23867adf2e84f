import { expect, test } from 'vitest'
import { latentAcceleration, latentL2 } from '../../../src/main/policy/latentSignals'

const f = (...values: number[]): Float32Array => Float32Array.from(values)

test('L2 is the length of the difference', () => expect(latentL2(f(4, 6), f(1, 2))).toBe(5))

test.each([
  ['even motion has no acceleration', f(2, 4), f(1, 2), f(0, 0), 0],
  ['a turn back counts twice the step', f(3, 0), f(3, 4), f(3, 0), 8 / 5]
])('%s', (_, current, previous, before, expected) =>
  expect(latentAcceleration(current, previous, before)).toBeCloseTo(expected, 12)
)
