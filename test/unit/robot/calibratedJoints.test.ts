import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Calibration } from '@shared/domain/calibration'
import type { RobotSpec } from '@shared/domain/robot'
import { armsOf, parseRobotSpec } from '@shared/domain/robotSpecFile'
import { calibratedJoints } from '../../../src/main/robot/calibratedJoints'
import { trayArm } from '../../../src/main/robot/specs/trayArm'

function builtIn(name: string): RobotSpec {
  const path = resolve(import.meta.dirname, `../../../resources/robots/${name}.json`)
  const spec = parseRobotSpec(readFileSync(path, 'utf8'), name)
  if (!spec.ok) throw new Error(spec.error.message)
  return spec.value
}

const full = ({ joints }: RobotSpec): Calibration =>
  Object.fromEntries(
    joints.flatMap(({ motors }) =>
      motors.map(({ name, id }) => [
        name,
        { id, drive_mode: 0, homing_offset: 0, range_min: 1000, range_max: 3000 }
      ])
    )
  )

function jointsOf(spec: RobotSpec, arm = 0) {
  const one = armsOf(spec)[arm]
  if (one === undefined) throw new Error('no such arm')
  const joints = calibratedJoints(one, full(spec), arm)
  if (!joints.ok) throw new Error(joints.error.message)
  return joints.value
}

describe('joints of a calibrated arm', () => {
  const spec = builtIn('so101-follower')

  test('are where their motors are: the middle of the range is the joint’s centre, a gripper’s range its opening', () => {
    for (const [index, { motors }] of jointsOf(spec).entries()) {
      const joint = spec.joints[index]
      expect(motors[0].toValue(2000)).toBeCloseTo(joint?.centre ?? NaN, 12)
      for (const ticks of [1000, 1500, 2000, 3000])
        expect(motors[0].toTicks(motors[0].toValue(ticks))).toBe(ticks)
    }
    const gripper = jointsOf(spec).at(-1)?.motors[0]
    expect([gripper?.toValue(1000), gripper?.toValue(3000)]).toEqual([0, 1])
  })

  test('never ask a motor out of its calibrated range', () => {
    for (const { motors } of jointsOf(spec)) {
      for (const value of [-10, 10]) {
        expect(motors[0].toTicks(value)).toBeGreaterThanOrEqual(1000)
        expect(motors[0].toTicks(value)).toBeLessThanOrEqual(3000)
      }
    }
  })

  test('with motors that the calibration does not know are refused by name', () => {
    const [arm] = armsOf(spec)
    const { elbow_flex: _, ...rest } = full(spec)
    const refused = arm && calibratedJoints(arm, rest, 0)
    expect(refused).toMatchObject({ ok: false, error: { code: 'notCalibrated' } })
    expect(refused?.ok === false && refused.error.message).toContain('elbow_flex')
  })
})

test('a pair’s joints have their arm’s name and bus, and the motor that is read comes before its shadow', () => {
  const pair = builtIn('viperx-300-pair')
  const [left, right] = [jointsOf(pair, 0), jointsOf(pair, 1)]
  expect(left[0]?.name).toBe('left_waist')
  expect(right[0]?.name).toBe('right_waist')
  const shoulder = right.find(({ name }) => name === 'right_shoulder')
  expect(shoulder?.motors.map(({ name, bus }) => [name, bus])).toEqual([
    ['right_shoulder', 1],
    ['right_shoulder_shadow', 1]
  ])
})

test('the bench’s arm has no motors', () => {
  const [arm] = armsOf(trayArm)
  expect(arm && calibratedJoints(arm, {}, 0)).toMatchObject({ ok: false, error: { code: 'noMotors' } })
})
