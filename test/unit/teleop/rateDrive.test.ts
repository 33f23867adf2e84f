import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEADMAN_MILLIS, type DriveRates } from '@shared/domain/teleop'
import { createRateDrive } from '@shared/teleop/rateDrive'
import type { DrivenPose } from '@shared/teleop/teleopStep'
import { millisToNanos } from '@shared/units'
import { trayArm } from '../../../src/main/robot/specs/trayArm'

const TICK_SEC = 0.02
const { joints, workspace } = trayArm
const home = joints.map((joint) => joint.home)
const middle = ([0, 1, 2] as const).map(
  (axis) => ((workspace.min[axis] ?? 0) + (workspace.max[axis] ?? 0)) / 2
) as [number, number, number]
const pose = (change: Partial<DrivenPose> = {}): DrivenPose => ({
  sent: home,
  tool: middle,
  tickSec: TICK_SEC,
  ...change
})
const drive = () => createRateDrive({ spec: trayArm, toArm: (way) => way })
const tool = (linear: [number, number, number], gripper = 0): DriveRates => ({
  kind: 'tool',
  linear,
  gripper
})

test('a held key moves the tool by one tick’s way, and the latency counts once', () => {
  const driving = drive()
  expect(driving.input(tool([1, 0, -0.5], -0.5), 7, 0)).toBeNull()
  const { target, inputNanos } = driving.next(pose(), 0)
  if (target.kind !== 'tool') throw new Error('not a tool target')
  expect(inputNanos).toBe(7)
  expect(target.xyz[0]).toBeCloseTo(middle[0] + 0.15 * TICK_SEC, 12)
  expect(target.xyz[2]).toBeCloseTo(middle[2] - 0.075 * TICK_SEC, 12)
  expect(target.gripper).toBeCloseTo((home.at(-1) ?? 0) - 0.5 * TICK_SEC, 12)
  expect(driving.next(pose(), 0).inputNanos).toBeNull()
})

test('the way is the bench’s, turned into the arm’s frame', () => {
  const driving = createRateDrive({ spec: trayArm, toArm: ([x, y, z]) => [-y, x, z] })
  driving.input(tool([1, 0, 0]), null, 0)
  const { target } = driving.next(pose(), 0)
  expect(target).toMatchObject({ kind: 'tool', xyz: [middle[0], middle[1] + 0.15 * TICK_SEC, middle[2]] })
})

describe('let go', () => {
  test.each([
    ['by a zero', (driving: ReturnType<typeof drive>) => void driving.input(tool([0, 0, 0]), null, 0), 0],
    ['by silence', () => undefined, DEADMAN_MILLIS + 1]
  ])('%s: the arm is asked for what was sent', (_, release, millis) => {
    const driving = drive()
    driving.input(tool([1, 1, 1]), null, 0)
    release(driving)
    expect(driving.active(millisToNanos(millis))).toBe(false)
    expect(driving.next(pose(), millisToNanos(millis)).target).toEqual({ kind: 'joints', position: home })
  })

  test('not before the dead man says so', () => {
    const driving = drive()
    driving.input(tool([1, 0, 0]), null, 0)
    expect(driving.active(millisToNanos(DEADMAN_MILLIS))).toBe(true)
  })
})

test('a joint that isn’t there is refused and moves nothing', () => {
  const driving = drive()
  expect(driving.input({ kind: 'joint', joint: 'tail', rate: 1 }, null, 0)).toMatch(/no joint tail/)
  expect(driving.next(pose(), 0).target).toEqual({ kind: 'joints', position: home })
})

test('whatever is held, a joint stays inside its limits, comes in from outside, and says why it stops', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...joints.map(({ name }) => name)),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -0.5, max: 1.5, noNaN: true }),
      (name, rate, share) => {
        const index = joints.findIndex((joint) => joint.name === name)
        const own = joints[index]
        if (!own) throw new Error('no such joint')
        const from = own.min + share * (own.max - own.min)
        const sent = home.map((value, at) => (at === index ? from : value))
        const driving = drive()
        driving.input({ kind: 'joint', joint: name, rate }, null, 0)
        const { target } = driving.next(pose({ sent }), 0)
        if (target.kind !== 'joints') throw new Error('not a joint target')
        const to = target.position[index] ?? NaN
        expect(to).toBeGreaterThanOrEqual(Math.min(own.min, from))
        expect(to).toBeLessThanOrEqual(Math.max(own.max, from))
        expect(Math.abs(to - from)).toBeLessThanOrEqual(0.5 * own.maxVelocityPerSec * TICK_SEC + 1e-12)
        if (to === from && Math.abs(rate) > 1e-6) expect(driving.blocked()).toMatch(/at its limit/)
      }
    )
  )
})

test('the workspace’s face stops the tool and says so', () => {
  const driving = drive()
  const tip: [number, number, number] = [workspace.max[0], middle[1], middle[2]]
  driving.input(tool([1, 0, 0]), null, 0)
  expect(driving.next(pose({ tool: tip }), 0).target).toMatchObject({ xyz: tip })
  expect(driving.blocked()).toMatch(/workspace ends here along x/)
})
