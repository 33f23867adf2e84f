import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSerialChain } from '@shared/kinematics/serialChain'
import { fiveJoints, HALF, oblique, planar, sixJoints } from './chains'

const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))

describe('forward kinematics of a chain', () => {
  test.each([
    ['stretched along x', [0, 0], [0.5, 0, 0]],
    ['turned as a whole', [HALF, 0], [0, 0.5, 0]],
    ['bent at the elbow', [0, HALF], [0.3, 0.2, 0]],
    ['bent back', [HALF, HALF], [-0.2, 0.3, 0]],
    ['folded', [0, Math.PI], [0.1, 0, 0]]
  ])('two links %s', (_, joints, tool) => {
    expect(planar.kinematics.forward([...joints, 0]).position).toEqual(near(tool))
  })

  test.each([
    ['level and forward at 0', [0, 0, 0, 0, 0], [0.39, 0, 0.215]],
    ['positive pan turns clockwise seen from above', [HALF, 0, 0, 0, 0], [0.04, -0.35, 0.215]],
    ['positive lift leans forward', [0, HALF, 0, 0, 0], [0.07 + 0.105, 0, 0.11 - 0.32]],
    ['positive wrist lowers the tool', [0, 0, 0, HALF, 0], [0.23 - 0.01, 0, 0.225 - 0.16]],
    ['roll turns the tool around its own axis', [0, 0, 0, 0, HALF], [0.39, -0.01, 0.225]]
  ])('five joints: %s', (_, joints, tool) => {
    expect(fiveJoints.kinematics.forward([...joints, 0]).position).toEqual(near(tool))
  })

  test('the third column of the orientation is where the gripper points', () => {
    const approach = (joints: readonly number[]) => {
      const { rotation } = fiveJoints.kinematics.forward([...joints, 0])
      return [rotation[2], rotation[5], rotation[8]]
    }
    expect(approach([0, 0, 0, 0, 0])).toEqual(near([1, 0, 0]))
    expect(approach([0, 0, 0, HALF, 0.7])).toEqual(near([0, 0, -1]))
    expect(approach([HALF, 0, 0, 0, 0])).toEqual(near([0, -1, 0]))
  })

  test('links end at the tool', () => {
    expect(planar.kinematics.links([0, HALF, 0])).toEqual([
      near([0, 0, 0]),
      near([0.3, 0, 0]),
      near([0.3, 0.2, 0])
    ])
  })

  test('a posture that is too short is a bug', () => {
    expect(() => fiveJoints.kinematics.forward([0, 0])).toThrow(RangeError)
  })
})

describe('Jacobian', () => {
  test.each([
    ['planar', planar],
    ['five joints', fiveJoints],
    ['six joints', sixJoints],
    ['oblique', oblique]
  ])('of %s is the slope of the forward kinematics', (_, { geometry }) => {
    const count = geometry.links.length
    const chain = createSerialChain(geometry)
    const jacobian = new Float64Array(3 * count)
    const step = 1e-6
    const postures = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: count,
      maxLength: count
    })
    const at = (joints: readonly number[], joint: number, by: number): readonly number[] => {
      chain.update(joints.map((value, index) => (index === joint ? value + by : value)))
      return Array.from(chain.position)
    }
    fc.assert(
      fc.property(postures, (joints) => {
        chain.update(joints)
        chain.writeLinearJacobian(jacobian)
        for (let joint = 0; joint < count; joint++) {
          const ahead = at(joints, joint, step)
          const behind = at(joints, joint, -step)
          ahead.forEach((value, row) => {
            const slope = (value - (behind[row] ?? NaN)) / (2 * step)
            expect(jacobian[row * count + joint]).toBeCloseTo(slope, 8)
          })
        }
      })
    )
  })
})
