import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ArmGeometry } from '@shared/domain/robot'
import { forwardKinematics, inverseKinematics, type Vec3 } from '@shared/kinematics/verticalTool'

/** At the origin, links of 0.3 m and 0.2 m, tool 0.1 m: easy to check by hand. */
const simple: ArmGeometry = {
  kind: 'verticalTool',
  base: [0, 0, 0],
  upperArmMetres: 0.3,
  forearmMetres: 0.2,
  toolMetres: 0.1
}
const HALF = Math.PI / 2

const distance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12))

const length = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const geometries = fc
  .record({
    base: fc.tuple(length(-1, 1), length(-1, 1), length(-1, 1)),
    upperArmMetres: length(0.05, 0.8),
    forearmMetres: length(0.05, 0.8),
    toolMetres: length(0, 0.3)
  })
  .map((fields): ArmGeometry => ({ kind: 'verticalTool', ...fields }))

describe('forward kinematics', () => {
  test.each([
    ['stretched away from the operator', [0, 0, 0, 0], [0, -0.3, 0], [0, -0.5, 0], [0, -0.6, 0]],
    [
      'positive yaw turns counter-clockwise, towards −x',
      [HALF, 0, 0, 0],
      [-0.3, 0, 0],
      [-0.5, 0, 0],
      [-0.6, 0, 0]
    ],
    ['positive shoulder lifts', [0, HALF, 0, 0], [0, 0, 0.3], [0, 0, 0.5], [0, 0, 0.6]],
    ['negative elbow bends down', [0, HALF, -HALF, 0], [0, 0, 0.3], [0, -0.2, 0.3], [0, -0.3, 0.3]],
    ['wrist makes the tool vertical', [0, HALF, -HALF, -HALF], [0, 0, 0.3], [0, -0.2, 0.3], [0, -0.2, 0.2]]
  ])('%s', (_, joints, elbow, wrist, tool) => {
    const pose = forwardKinematics(simple, joints)
    expect(pose.shoulder).toEqual(simple.base)
    expect(pose.elbow).toEqual(near(elbow))
    expect(pose.wrist).toEqual(near(wrist))
    expect(pose.tool).toEqual(near(tool))
  })

  test.each([[[0, 0, 0]], [[0, 0, 0, 0, 1]]])('wants exactly four joints: %j', (joints) => {
    expect(() => forwardKinematics(simple, joints)).toThrow(RangeError)
  })
})

describe('inverse kinematics', () => {
  test('inverts the hand-made pose', () => {
    const joints = inverseKinematics(simple, [0, -0.2, 0.2])
    expect(joints).toEqual({ ok: true, value: near([0, HALF, -HALF, -HALF]) })
  })

  test('round trip within 1e-12 m, elbow up, tool vertical, for every reachable target', () => {
    const cases = fc.tuple(geometries, length(-Math.PI, Math.PI), length(-HALF, HALF), length(-3.1, -0.001))
    fc.assert(
      fc.property(cases, ([geometry, base, shoulder, elbow]) => {
        const target = forwardKinematics(geometry, [base, shoulder, elbow, -HALF - shoulder - elbow]).tool
        fc.pre(Math.hypot(target[0] - geometry.base[0], target[1] - geometry.base[1]) > 1e-3)
        const joints = inverseKinematics(geometry, target)
        if (!joints.ok) throw new Error(joints.error.message)
        const pose = forwardKinematics(geometry, joints.value)
        expect(distance(pose.tool, target)).toBeLessThanOrEqual(1e-12)
        expect(joints.value[2]).toBeLessThanOrEqual(0)
        expect(pose.wrist[2] - pose.tool[2]).toBeCloseTo(geometry.toolMetres, 12)
        expect(distance(pose.shoulder, pose.elbow)).toBeCloseTo(geometry.upperArmMetres, 12)
        expect(distance(pose.elbow, pose.wrist)).toBeCloseTo(geometry.forearmMetres, 12)
      }),
      { numRuns: 2000 }
    )
  })

  test('reaches to the very edge of the stretched arm', () => {
    const joints = inverseKinematics(simple, [0.5, 0, -0.1])
    if (!joints.ok) throw new Error(joints.error.message)
    expect(distance(forwardKinematics(simple, joints.value).tool, [0.5, 0, -0.1])).toBeLessThanOrEqual(1e-12)
  })

  test.each([
    ['beyond the stretched arm', [0.6, 0, 0], 'targetTooFar'],
    ['too high', [0.1, 0, 0.6], 'targetTooFar'],
    ['inside the folded arm', [0.05, 0, -0.1], 'targetTooClose'],
    ['on the yaw axis', [0, 0, 0.2], 'targetTooClose'],
    ['not a number', [Number.NaN, 0, 0], 'nonFiniteTarget'],
    ['infinite', [0, Infinity, 0], 'nonFiniteTarget']
  ] as const)('%s is a named error', (_, target, code) => {
    expect(inverseKinematics(simple, target)).toMatchObject({ ok: false, error: { code } })
  })

  test('never throws and never answers with NaN', () => {
    const any = fc.double()
    fc.assert(
      fc.property(geometries, fc.tuple(any, any, any), (geometry, target) => {
        const joints = inverseKinematics(geometry, target)
        if (joints.ok) expect(joints.value.every(Number.isFinite)).toBe(true)
        else expect(joints.error.message).not.toBe('')
      })
    )
  })
})
