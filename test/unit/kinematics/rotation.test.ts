import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  IDENTITY,
  rotationFromRpy,
  solveSymmetric3,
  writeAxisRotation,
  writeProduct,
  writeRotationBetween
} from '@shared/kinematics/rotation'
import { HALF } from './chains'

const near = (values: ArrayLike<number>) => Array.from(values).map((value) => expect.closeTo(value, 12))
const angle = fc.double({ min: -3.2, max: 3.2, noNaN: true })
const axes = fc
  .tuple(angle, angle, angle)
  .filter((v) => Math.hypot(...v) > 0.1)
  .map((v) => v.map((value) => value / Math.hypot(...v)) as [number, number, number])

describe('rotations', () => {
  test.each([
    ['roll turns y to z', [HALF, 0, 0], [1, 0, 0, 0, 0, -1, 0, 1, 0]],
    ['pitch turns z to x', [0, HALF, 0], [0, 0, 1, 0, 1, 0, -1, 0, 0]],
    ['yaw turns x to y', [0, 0, HALF], [0, -1, 0, 1, 0, 0, 0, 0, 1]],
    ['roll first, then yaw, around fixed axes', [HALF, 0, HALF], [0, 0, 1, 1, 0, 0, 0, 1, 0]]
  ] as const)('%s', (_, rpy, expected) => {
    expect(rotationFromRpy([...rpy])).toEqual(near(expected))
  })

  test('an axis rotation is undone by its opposite, and keeps its axis', () => {
    fc.assert(
      fc.property(axes, angle, (axis, by) => {
        const there = new Float64Array(9)
        const back = new Float64Array(9)
        const both = new Float64Array(9)
        writeAxisRotation(there, axis, by)
        writeAxisRotation(back, axis, -by)
        writeProduct(both, there, back)
        expect(Array.from(both)).toEqual(near(IDENTITY))
        const [x, y, z] = axis
        const turned = [0, 3, 6].map(
          (row) => (there[row] ?? 0) * x + (there[row + 1] ?? 0) * y + (there[row + 2] ?? 0) * z
        )
        expect(turned).toEqual(near(axis))
      })
    )
  })

  test('the rotation between two orientations leads from one to the other, half turns included', () => {
    fc.assert(
      fc.property(
        axes,
        fc.oneof(angle, fc.constantFrom(0, Math.PI, 1e-12, -Math.PI)),
        angle,
        (axis, by, roll) => {
          const from = rotationFromRpy([roll, 0.3, -roll])
          const turn = new Float64Array(9)
          const to = new Float64Array(9)
          writeAxisRotation(turn, axis, by)
          writeProduct(to, turn, from)
          const vector = new Float64Array(3)
          const length = writeRotationBetween(vector, from, to)
          expect(length).toBeLessThanOrEqual(Math.PI)
          expect(Math.hypot(...vector)).toBeCloseTo(length, 9)
          const again = new Float64Array(9)
          const unit = length > 0 ? vector.map((value) => value / length) : Float64Array.of(1, 0, 0)
          writeAxisRotation(again, [unit[0] ?? 0, unit[1] ?? 0, unit[2] ?? 0], length)
          Array.from(again).forEach((value, index) => expect(value).toBeCloseTo(turn[index] ?? NaN, 6))
        }
      )
    )
  })

  test('a symmetric system is solved', () => {
    const x = new Float64Array(3)
    solveSymmetric3(Float64Array.of(4, 2, 0, 2, 3, 1, 0, 1, 2), Float64Array.of(8, 11, 8), x)
    expect(Array.from(x)).toEqual(near([1, 2, 3]))
  })
})
