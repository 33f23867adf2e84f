import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  compareWithMotors,
  compareWithSpec,
  parseCalibration,
  serializeCalibration,
  type Calibration,
  type MotorEeprom
} from '@shared/domain/calibration'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/robot/${name}`, import.meta.url), 'utf8')

function parsed(text: string): Calibration {
  const result = parseCalibration(text, 'arm.json')
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const motor = { id: 1, drive_mode: 0, homing_offset: -5, range_min: 700, range_max: 3400 }

describe('calibration file', () => {
  test.each(['so101_follower.json', 'koch_leader.json'])('%s is written back byte for byte', (name) => {
    const text = fixture(name)
    expect(serializeCalibration(parsed(text))).toBe(text)
  })

  test('any calibration survives its file, in its order', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/), { minLength: 1, maxLength: 9 })
    const ticks = fc.integer({ min: -5000, max: 5000 })
    fc.assert(
      fc.property(
        names,
        fc.array(fc.tuple(ticks, ticks), { minLength: 9, maxLength: 9 }),
        (motors, numbers) => {
          const calibration = Object.fromEntries(
            motors.map((name, index) => {
              const [offset, min] = numbers[index] as [number, number]
              return [
                name,
                {
                  id: index,
                  drive_mode: index % 2,
                  homing_offset: offset,
                  range_min: min,
                  range_max: min + 1
                }
              ]
            })
          )
          const again = parsed(serializeCalibration(calibration))
          expect(again).toEqual(calibration)
          expect(Object.keys(again)).toEqual(motors)
        }
      )
    )
  })

  test('what a newer LeRobot adds to a motor is kept', () => {
    const text = JSON.stringify({ gripper: { ...motor, torque_limit: 500 } }, null, 4)
    expect(serializeCalibration(parsed(text))).toBe(text)
  })

  test.each([
    ['no JSON', '{"gripper": {"id": 1,}}', 'calibrationNotJson', 'arm.json is not JSON'],
    ['no object', '[]', 'calibrationShape', 'the file: '],
    ['no motors', '{}', 'calibrationShape', 'it has no motors'],
    [
      'a missing field',
      JSON.stringify({ gripper: { ...motor, range_max: undefined } }),
      'calibrationShape',
      'gripper.range_max: is missing'
    ],
    [
      'a fraction',
      JSON.stringify({ wrist_flex: { ...motor, homing_offset: 1.5 } }),
      'calibrationShape',
      'wrist_flex.homing_offset'
    ],
    [
      'an empty range',
      JSON.stringify({ elbow_flex: { ...motor, range_min: 3400 } }),
      'calibrationShape',
      'elbow_flex.range_min: 3400 is not below range_max 3400'
    ],
    ['a name that Python has not', JSON.stringify({ '1': motor }), 'calibrationShape', '1: ']
  ])('%s is named', (_, text, code, words) => {
    const result = parseCalibration(text, 'arm.json')
    if (result.ok) throw new Error('expected a fault')
    expect(result.error.code).toBe(code)
    expect(result.error.message).toContain('arm.json')
    expect(result.error.message).toContain(words)
    expect(result.error.tip).not.toBe('')
  })
})

describe('comparison with the motors', () => {
  const calibration = parsed(fixture('so101_follower.json'))
  const eeproms = (): Record<string, MotorEeprom | null> =>
    Object.fromEntries(
      Object.entries(calibration).map(([name, value]) => [name, { ...value, drive_mode: null }])
    )

  test('finds nothing where they agree; Feetech motors have no drive mode to compare', () => {
    expect(compareWithMotors(calibration, eeproms())).toEqual([])
  })

  test('says every difference in words, with both values', () => {
    const motors = eeproms()
    motors['gripper'] = {
      ...calibration['gripper'],
      homing_offset: 0,
      range_max: 4095,
      drive_mode: 1
    } as MotorEeprom
    motors['elbow_flex'] = null
    delete motors['wrist_roll']
    motors['tail'] = { id: 7, drive_mode: 0, homing_offset: 0, range_min: 0, range_max: 4095 }
    const found = compareWithMotors(calibration, motors)
    expect(found.map(({ motor: name, field }) => [name, field])).toEqual([
      ['elbow_flex', 'motor'],
      ['wrist_roll', 'motor'],
      ['gripper', 'drive_mode'],
      ['gripper', 'homing_offset'],
      ['gripper', 'range_max'],
      ['tail', 'motor']
    ])
    expect(found.map(({ message }) => message)).toContain(
      'gripper: the homing offset is 1083 in the file and 0 in the motor'
    )
  })
})

test('a calibration of another kind of arm is told by its motors', () => {
  const calibration = parsed(fixture('so101_follower.json'))
  const motorsOf = (...motors: [string, number][]) => [
    {
      motors: motors.map(([name, id]) => ({
        name,
        id,
        model: 'sts3215',
        reversed: false,
        follows: null,
        noLoadRadPerSec: 4.7
      }))
    }
  ]
  expect(compareWithSpec(calibration, motorsOf(['shoulder_pan', 1], ['gripper', 6]))).toEqual([])
  expect(compareWithSpec(calibration, motorsOf(['waist', 1], ['gripper', 9]))).toEqual([
    { motor: 'waist', field: 'motor', message: 'waist is not in the calibration file' },
    { motor: 'gripper', field: 'id', message: 'gripper has id 6 in the file and 9 in the robot' }
  ])
})
