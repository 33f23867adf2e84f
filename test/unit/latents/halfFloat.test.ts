import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHalf, fromHalfPlanes, toHalf, toHalfPlanes } from '@shared/latents/halfFloat'

// IEEE 754-2008, binary16.
test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [1e9, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [1.5 * 2 ** -25, 0x0001],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [0.1, 0x2e66],
  [Infinity, 0x7c00],
  [NaN, 0x7e00]
])('%d is %i', (value, half) => expect(toHalf(value)).toBe(half))

test('every half is itself', () => {
  for (let half = 0; half < 0x10000; half++) {
    if ((half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0) expect(fromHalf(half)).toBeNaN()
    else expect(toHalf(fromHalf(half))).toBe(half)
  }
})

test('what comes back from planes is the nearest half', () => {
  const values = fc.float32Array({ noNaN: true, min: Math.fround(-60000), max: 60000 })
  fc.assert(
    fc.property(values, (floats) => {
      const back = fromHalfPlanes(toHalfPlanes(floats))
      expect(back.length).toBe(floats.length)
      floats.forEach((value, index) =>
        expect(Math.abs((back[index] as number) - value)).toBeLessThanOrEqual(
          Math.max(Math.abs(value) * 2 ** -11, 2 ** -25)
        )
      )
    })
  )
})
