import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Vec3 } from '@shared/kinematics/verticalTool'
import { fiveJoints, HALF, oblique, planar, sixJoints, type TestArm } from './chains'

const distance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const solve = (arm: TestArm, position: Vec3, present: readonly number[]) =>
  arm.kinematics.inverse({ position, orientation: { kind: 'free' } }, present)

/** A posture within the limits, the gripper at 0.5. */
const postures = ({ joints }: TestArm) =>
  fc.tuple(
    ...joints.map(({ kind, min, max }) =>
      kind === 'gripper' ? fc.constant(0.5) : fc.double({ min, max, noNaN: true })
    )
  )
/** And one at most `by` from it, within the limits. */
const neighbours = (arm: TestArm, by: number) =>
  fc
    .tuple(
      postures(arm),
      fc.array(fc.double({ min: -by, max: by, noNaN: true }), { minLength: 7, maxLength: 7 })
    )
    .map(([there, offsets]) => ({
      there,
      here: there.map((value, index) => {
        const { kind, min, max } = arm.joints[index] as (typeof arm.joints)[number]
        return kind === 'gripper' ? value : Math.min(max, Math.max(min, value + (offsets[index] ?? 0)))
      })
    }))

const arms = [
  ['five joints', fiveJoints],
  ['six joints', sixJoints],
  ['oblique', oblique]
] as const

describe('inverse kinematics of a chain', () => {
  test('two links reach a corner by the law of cosines', () => {
    const solved = solve(planar, [0.3, 0.2, 0], [0.1, 1.2, 0.5])
    if (!solved.ok) throw new Error(solved.error.message)
    expect(solved.value).toEqual([expect.closeTo(0, 7), expect.closeTo(HALF, 7), 0.5])
  })

  test('stays on the branch it starts from', () => {
    const up = solve(planar, [0.3, 0.2, 0], [1.2, -1.2, 0])
    if (!up.ok) throw new Error(up.error.message)
    expect(up.value[1]).toBeCloseTo(-HALF, 7)
  })

  test.each(arms)('%s: a target that a nearby posture reaches is reached', (_, arm) => {
    fc.assert(
      fc.property(neighbours(arm, 0.1), ({ there, here }) => {
        const target = arm.kinematics.forward(there).position
        const solved = solve(arm, target, here)
        if (!solved.ok) throw new Error(solved.error.message)
        expect(distance(arm.kinematics.forward(solved.value).position, target)).toBeLessThan(1e-6)
        expect(solved.value[solved.value.length - 1]).toBe(0.5)
      }),
      { numRuns: 2000 }
    )
  })

  test.each(arms)(
    '%s: whatever is asked, joints stay within their limits and numbers stay numbers',
    (_, arm) => {
      const anywhere = fc.double({ min: -3, max: 3, noNaN: true })
      const goals = fc.oneof(
        fc.constant({ kind: 'free' as const }),
        fc.constant({ kind: 'keep' as const }),
        anywhere.map((pitchRad) => ({ kind: 'pitch' as const, pitchRad }))
      )
      fc.assert(
        fc.property(
          fc.tuple(anywhere, anywhere, anywhere),
          postures(arm),
          goals,
          (position, here, orientation) => {
            const solved = arm.kinematics.inverse({ position, orientation }, here)
            if (!solved.ok) {
              expect(['unreachable', 'jointLimit']).toContain(solved.error.code)
              if ('remainingMetres' in solved.error)
                expect(solved.error.remainingMetres).toBeGreaterThan(1e-8)
              return
            }
            expect(distance(arm.kinematics.forward(solved.value).position, position)).toBeLessThan(1e-6)
            solved.value.forEach((value, index) => {
              expect(value).toBeGreaterThanOrEqual(arm.joints[index]?.min ?? NaN)
              expect(value).toBeLessThanOrEqual(arm.joints[index]?.max ?? NaN)
            })
          }
        ),
        { numRuns: 500 }
      )
    }
  )

  test('a present posture outside the limits comes back inside', () => {
    const solved = solve(fiveJoints, [0.3, 0, 0.1], [0, 0, 0, 5, -9, 0])
    if (!solved.ok) throw new Error(solved.error.message)
    solved.value.forEach((value, index) => {
      expect(Math.abs(value)).toBeLessThanOrEqual(fiveJoints.joints[index]?.max ?? NaN)
    })
  })

  test('the same question has the same answer', () => {
    const ask = () => solve(oblique, [0.1, 0.1, 0.2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0])
    const first = ask()
    solve(oblique, [0.2, 0, 0], [0, 0, 0, 0, 0, 0, 0])
    expect(ask()).toEqual(first)
  })
})

describe('a target that is not reached', () => {
  test('is named when it is no number', () => {
    for (const position of [
      [NaN, 0, 0],
      [0, Infinity, 0]
    ] as const) {
      expect(solve(planar, [...position], [0, 0, 0])).toMatchObject({
        ok: false,
        error: { code: 'nonFiniteTarget' }
      })
    }
    const nowhere = fiveJoints.kinematics.inverse(
      { position: [0.3, 0, 0.1], orientation: { kind: 'pitch', pitchRad: NaN } },
      [0, 0, 0, 0, 0, 0]
    )
    expect(nowhere).toMatchObject({ ok: false, error: { code: 'nonFiniteTarget' } })
    expect(solve(planar, [0.3, 0.2, 0], [NaN, 0, 0])).toMatchObject({ ok: false })
  })

  test('says how far the stretched arm is from it', () => {
    const solved = solve(planar, [0.7, 0, 0], [0.2, 0.4, 0])
    if (solved.ok || solved.error.code !== 'unreachable') throw new Error('expected unreachable')
    expect(solved.error.remainingMetres).toBeCloseTo(0.2, 3)
    expect(solved.error.message).toContain('20.0 cm')
  })

  test('names the joint that would have to go beyond its limit', () => {
    // Straight behind the base: only the pan can turn there, and it stops at 1.9 rad.
    const solved = solve(fiveJoints, [-0.2, -0.1, 0.25], [1.8, 0, 0.2, 0, 0, 0])
    if (solved.ok || solved.error.code !== 'jointLimit') throw new Error('expected jointLimit')
    expect(solved.error.joint).toBe('joint_0')
    expect(solved.error.remainingMetres).toBeGreaterThan(0.01)
  })
})

describe('orientation', () => {
  const pitchOf = (arm: TestArm, joints: readonly number[]): number => {
    const { rotation } = arm.kinematics.forward(joints)
    return Math.atan2(rotation[8] ?? NaN, Math.hypot(rotation[2] ?? NaN, rotation[5] ?? NaN))
  }

  test('five joints point straight down where they can', () => {
    const solved = fiveJoints.kinematics.inverse(
      { position: [0.25, 0.05, 0.05], orientation: { kind: 'pitch', pitchRad: -HALF } },
      [0, -0.4, 0.6, 1, 0, 0]
    )
    if (!solved.ok) throw new Error(solved.error.message)
    expect(pitchOf(fiveJoints, solved.value)).toBeCloseTo(-HALF, 5)
    expect(distance(fiveJoints.kinematics.forward(solved.value).position, [0.25, 0.05, 0.05])).toBeLessThan(
      1e-6
    )
  })

  test('six joints keep the orientation they have, to the rotation', () => {
    const here = [0.2, -0.5, 0.6, 0.3, 0.7, -0.2, 0]
    const { position, rotation } = sixJoints.kinematics.forward(here)
    const target: Vec3 = [position[0] + 0.03, position[1] - 0.02, position[2] + 0.01]
    const solved = sixJoints.kinematics.inverse({ position: target, orientation: { kind: 'keep' } }, here)
    if (!solved.ok) throw new Error(solved.error.message)
    const reached = sixJoints.kinematics.forward(solved.value)
    expect(distance(reached.position, target)).toBeLessThan(1e-6)
    Array.from(reached.rotation).forEach((value, index) =>
      expect(value).toBeCloseTo(rotation[index] ?? NaN, 4)
    )
  })

  test('is reached for what a nearby posture of six joints has', () => {
    fc.assert(
      fc.property(neighbours(sixJoints, 0.05), ({ there, here }) => {
        const { position, rotation } = sixJoints.kinematics.forward(there)
        const solved = sixJoints.kinematics.inverse(
          { position, orientation: { kind: 'rotation', rotation } },
          here
        )
        // Orientation comes second: it may be given up, the position may not.
        if (!solved.ok) throw new Error(solved.error.message)
        expect(distance(sixJoints.kinematics.forward(solved.value).position, position)).toBeLessThan(1e-6)
      }),
      { numRuns: 1000 }
    )
  })

  test('that cannot be had costs no position', () => {
    // Sideways with a level tool: five joints cannot keep the heading.
    const here = [0, 0, 0, 0, 0, 0]
    const solved = fiveJoints.kinematics.inverse(
      { position: [0.3, -0.15, 0.2], orientation: { kind: 'keep' } },
      here
    )
    if (!solved.ok) throw new Error(solved.error.message)
    expect(distance(fiveJoints.kinematics.forward(solved.value).position, [0.3, -0.15, 0.2])).toBeLessThan(
      1e-6
    )
  })

  test('kept tick by tick along a line, a tool hardly tips', () => {
    let joints: readonly number[] = [0, -0.4, 0.6, 1.2, 0, 0]
    const start = fiveJoints.kinematics.forward(joints).position
    const pitch = pitchOf(fiveJoints, joints)
    for (let tick = 1; tick <= 100; tick++) {
      const position: Vec3 = [start[0] + tick * 0.0005, start[1], start[2] + tick * 0.0002]
      const solved = fiveJoints.kinematics.inverse({ position, orientation: { kind: 'keep' } }, joints)
      if (!solved.ok) throw new Error(solved.error.message)
      solved.value.forEach((value, index) =>
        expect(Math.abs(value - (joints[index] ?? NaN))).toBeLessThan(0.05)
      )
      joints = solved.value
    }
    expect(pitchOf(fiveJoints, joints)).toBeCloseTo(pitch, 2)
  })
})
