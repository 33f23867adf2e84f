import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RobotSpec } from '@shared/domain/robot'
import { createLeaderMap } from '@shared/teleop/leaderMap'
import type { DrivenPose } from '@shared/teleop/teleopStep'
import { trayArm } from '../../../src/main/robot/specs/trayArm'

const TICK_SEC = 0.02
const follower = trayArm
const home = follower.joints.map((joint) => joint.home)
const pose = (sent: readonly number[]): DrivenPose => ({ sent, tool: [0, 0, 0.2], tickSec: TICK_SEC })
const shifted = (by: number): number[] => home.map((value) => value + by)
/** The same mechanism under names of its own. */
const stranger: RobotSpec = {
  ...trayArm,
  joints: trayArm.joints.map((joint) => ({
    ...joint,
    name: joint.kind === 'gripper' ? joint.name : `other_${joint.name}`
  }))
}

describe('a leader with the same joints', () => {
  test('counts only once it is near enough, joint by joint', () => {
    const map = createLeaderMap({ leader: follower, follower, mode: 'match' })
    expect(map.space).toBe('joints')
    expect(map.isMatched(home, home)).toBe(true)
    expect(map.isMatched(shifted(0.08), home)).toBe(true)
    expect(map.isMatched(shifted(0.1), home)).toBe(false)
    expect(
      map.isMatched(
        home.map(() => NaN),
        home
      )
    ).toBe(false)
    expect(map.gaps(shifted(0.1), home).map(({ gap }) => gap)).toEqual(home.map(() => expect.closeTo(0.1, 9)))
  })

  test('what remains of the gap is faded out, not jumped over', () => {
    const map = createLeaderMap({ leader: follower, follower, mode: 'match' })
    const leader = shifted(-0.05)
    map.engage(leader, pose(home))
    let sent: readonly number[] = home
    const steps: number[] = []
    for (let tick = 0; tick < 30; tick++) {
      const { target } = map.next(leader, tick, pose(sent))
      if (target.kind !== 'joints') throw new Error('not joints')
      steps.push(Math.abs((target.position[0] ?? NaN) - (sent[0] ?? NaN)))
      sent = target.position
    }
    expect(Math.max(...steps)).toBeLessThan(0.0021)
    expect(sent[0]).toBeCloseTo(leader[0] ?? NaN, 9)
  })

  test('as a clutch it moves the follower as far as it was moved itself', () => {
    const map = createLeaderMap({ leader: follower, follower, mode: 'clutch' })
    expect(map.gaps(shifted(0.4), home)).toEqual([])
    expect(map.isMatched(shifted(0.4), home)).toBe(true)
    map.engage(shifted(0.4), pose(home))
    const { target, inputNanos } = map.next(shifted(0.45), 9, pose(home))
    expect(target).toMatchObject({ kind: 'joints' })
    if (target.kind === 'joints') expect(target.position[0]).toBeCloseTo((home[0] ?? 0) + 0.05, 9)
    expect(inputNanos).toBe(9)
  })

  test('never asks the follower out of its limits, and brings it in from outside', () => {
    const anywhere = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
      minLength: home.length,
      maxLength: home.length
    })
    fc.assert(
      fc.property(
        anywhere,
        anywhere,
        anywhere,
        fc.constantFrom('match', 'clutch'),
        (begun, now, sent, mode) => {
          const map = createLeaderMap({ leader: follower, follower, mode })
          map.engage(begun, pose(sent))
          const { target } = map.next(now, 0, pose(sent))
          if (target.kind !== 'joints') throw new Error('not joints')
          follower.joints.forEach(({ min, max }, index) => {
            const at = sent[index] ?? NaN
            expect(target.position[index]).toBeGreaterThanOrEqual(Math.min(min, at))
            expect(target.position[index]).toBeLessThanOrEqual(Math.max(max, at))
          })
        }
      )
    )
  })

  test('a reading that is none moves nothing', () => {
    const map = createLeaderMap({ leader: follower, follower, mode: 'match' })
    map.engage(home, pose(home))
    expect(
      map.next(
        home.map(() => NaN),
        5,
        pose(home)
      )
    ).toEqual({
      target: { kind: 'joints', position: home },
      inputNanos: null
    })
  })

  test('is driven to the follower within its own limits', () => {
    const map = createLeaderMap({ leader: follower, follower, mode: 'match' })
    const target = map.alignmentTarget(
      home.map(() => 99),
      home
    )
    expect(target).toEqual(follower.joints.map(({ max }) => max))
  })
})

describe('any other leader', () => {
  test('leads the tool by its movements', () => {
    const map = createLeaderMap({ leader: stranger, follower, mode: 'match' })
    expect(map.space).toBe('tool')
    expect(map.isMatched(shifted(0.3), home)).toBe(true)
    map.engage(home, { ...pose(home), tool: [0, 0, 0.2] })
    const { target } = map.next(home, 0, pose(home))
    if (target.kind !== 'tool') throw new Error('not a tool')
    target.xyz.forEach((value, axis) => expect(value).toBeCloseTo([0, 0, 0.2][axis] ?? NaN, 9))
  })
})

test('counts nothing before it is engaged', () => {
  const map = createLeaderMap({ leader: follower, follower, mode: 'match' })
  expect(() => map.next(home, 0, pose(home))).toThrow(RangeError)
})
