import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JointLimits } from '@shared/domain/devices'
import { limitsOf, limitsProblem, withLimits } from '../../../src/main/robot/ownLimits'
import { trayArm } from '../../../src/main/robot/specs/trayArm'

const file = limitsOf(trayArm)
const [first] = file
if (!first) throw new Error('an arm without joints')
const own = (change: Partial<JointLimits>): JointLimits => ({ ...first, ...change })

test('a robot file’s own change nothing', () => {
  expect(withLimits(trayArm, null)).toBe(trayArm)
  expect(withLimits(trayArm, file)).toEqual(trayArm)
  expect(limitsProblem(trayArm, file)).toBeNull()
})

test.each<[string, JointLimits, RegExp]>([
  ['another arm’s joint', own({ name: 'tail' }), /no joint tail/],
  ['no range', own({ min: 0.5, max: 0.5 }), /least position is not below/],
  ['further out', own({ min: first.min - 0.01 }), /least position is wider/],
  ['further in and out', own({ max: first.max + 0.01 }), /greatest position is wider/],
  ['faster', own({ maxVelocityPerSec: first.maxVelocityPerSec * 1.1 }), /speed is wider/],
  ['sharper', own({ maxAccelerationPerSec2: first.maxAccelerationPerSec2 * 1.1 }), /acceleration is wider/]
])('%s is refused in words', (_, limits, message) => {
  expect(limitsProblem(trayArm, [limits])).toMatch(message)
})

test('whatever they say, the arm gets no more than its file allows, and its postures lie inside', () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true })
  const positive = fc.double({ min: 0.01, max: 1000, noNaN: true })
  fc.assert(
    fc.property(number, number, positive, positive, (a, b, maxVelocityPerSec, maxAccelerationPerSec2) => {
      const limits = own({
        min: Math.min(a, b),
        max: Math.max(a, b),
        maxVelocityPerSec,
        maxAccelerationPerSec2
      })
      fc.pre(limits.min < first.max && limits.max > first.min)
      const joint = withLimits(trayArm, [limits]).joints[0]
      if (!joint) throw new Error('no joint')
      expect(joint.min).toBeGreaterThanOrEqual(first.min)
      expect(joint.max).toBeLessThanOrEqual(first.max)
      expect(joint.maxVelocityPerSec).toBeLessThanOrEqual(first.maxVelocityPerSec)
      expect(joint.maxAccelerationPerSec2).toBeLessThanOrEqual(first.maxAccelerationPerSec2)
      for (const posture of [joint.home, joint.rest]) {
        expect(posture).toBeGreaterThanOrEqual(joint.min)
        expect(posture).toBeLessThanOrEqual(joint.max)
      }
    })
  )
})
