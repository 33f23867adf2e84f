import { z } from 'zod'
import type { Fault } from './fault'
import { issueText, jsonFault, parseJson } from './jsonFile'
import { err, ok, type Result } from './result'
import type { RobotJoint } from './robot'

/**
 * LeRobot's calibration of an arm, as its files and motors have it (src/lerobot/motors/motors_bus.py, Apache 2.0:
 * its behaviour, not its code). Ticks are 4096 to a turn for Feetech and Dynamixel alike.
 */

/** Field names are the file's. */
export const motorCalibration = z.looseObject({
  id: z.int().min(0).max(253),
  /** Bit 0: the motor turns the other way. */
  drive_mode: z.int().min(0).max(255),
  /** Ticks; see `presentTicks`. */
  homing_offset: z.int(),
  /** Ticks that the joint can reach, as the motor reports them with its homing offset. */
  range_min: z.int(),
  range_max: z.int()
})
export type MotorCalibration = z.infer<typeof motorCalibration>

/** By motor name, in the file's order. */
export type Calibration = Readonly<Record<string, MotorCalibration>>

/** Names that Python code has; a number would lose its place in the order. */
const calibrationFile = z.record(z.string().regex(/^[A-Za-z_]\w*$/), motorCalibration)

/**
 * A calibration from the text of its file. One fault names the file and everything that is wrong in it, by motor
 * and field; codes `calibrationNotJson`, `calibrationShape`.
 */
export function parseCalibration(text: string, fileName: string): Result<Calibration, Fault> {
  const json = parseJson(text)
  if (!json.ok) return err(jsonFault('calibrationNotJson', 'robot', fileName, json.error))
  const parsed = calibrationFile.safeParse(json.value)
  const issues = parsed.success ? rangeIssues(parsed.data) : parsed.error.issues.map(issueText)
  if (parsed.success && issues.length === 0) return ok(parsed.data)
  return err({
    severity: 'high',
    source: 'robot',
    code: 'calibrationShape',
    message: `Calibration ${fileName}: ${issues.join('; ')}`,
    tip: 'Calibrate the arm again, or restore the file from a copy; LeRobot writes the same file.'
  })
}

function rangeIssues(calibration: Calibration): string[] {
  const motors = Object.entries(calibration)
  if (motors.length === 0) return ['the file: it has no motors']
  return motors.flatMap(([motor, { range_min, range_max }]) =>
    range_min < range_max ? [] : [`${motor}.range_min: ${range_min} is not below range_max ${range_max}`]
  )
}

/** As LeRobot writes it: four spaces, no newline at the end. */
export const serializeCalibration = (calibration: Calibration): string => JSON.stringify(calibration, null, 4)

/** What a motor keeps by itself; `drive_mode` is null where it has no such register (Feetech). */
export interface MotorEeprom {
  readonly id: number
  readonly drive_mode: number | null
  readonly homing_offset: number
  readonly range_min: number
  readonly range_max: number
}

export interface CalibrationDifference {
  readonly motor: string
  readonly field: keyof MotorEeprom | 'motor'
  /** In words, with both values. */
  readonly message: string
}

const FIELDS = {
  id: 'id',
  drive_mode: 'drive mode',
  homing_offset: 'homing offset',
  range_min: 'range minimum',
  range_max: 'range maximum'
} as const satisfies Record<keyof MotorEeprom, string>

/**
 * Where the file and the motors disagree: an arm that moves by one while its motors follow the other goes where
 * nobody meant. Motors that didn't answer are null. Empty when all agree.
 */
export function compareWithMotors(
  calibration: Calibration,
  motors: Readonly<Record<string, MotorEeprom | null>>
): readonly CalibrationDifference[] {
  const inFile = Object.entries(calibration).flatMap(([motor, file]): CalibrationDifference[] => {
    const eeprom = motors[motor]
    if (!eeprom) {
      return [
        { motor, field: 'motor', message: `${motor} is in the calibration file, but no such motor answers` }
      ]
    }
    return Object.entries(FIELDS).flatMap(([name, words]) => {
      const field = name as keyof typeof FIELDS
      const has = eeprom[field]
      if (has === null || has === file[field]) return []
      return [
        {
          motor,
          field,
          message: `${motor}: the ${words} is ${file[field]} in the file and ${has} in the motor`
        }
      ]
    })
  })
  const onlyMotors = Object.keys(motors)
    .filter((motor) => !Object.hasOwn(calibration, motor))
    .map((motor): CalibrationDifference => ({
      motor,
      field: 'motor',
      message: `${motor} answers, but the calibration file doesn't have it`
    }))
  return [...inFile, ...onlyMotors]
}

/** Where the file doesn't fit the robot: a motor it lacks, or one that the robot has under another id. */
export function compareWithSpec(
  calibration: Calibration,
  joints: readonly Pick<RobotJoint, 'motors'>[]
): readonly CalibrationDifference[] {
  return joints
    .flatMap(({ motors }) => motors)
    .flatMap(({ name: motor, id }): CalibrationDifference[] => {
      const file = Object.hasOwn(calibration, motor) ? calibration[motor] : undefined
      if (!file) return [{ motor, field: 'motor', message: `${motor} is not in the calibration file` }]
      if (file.id === id) return []
      return [
        { motor, field: 'id', message: `${motor} has id ${file.id} in the file and ${id} in the robot` }
      ]
    })
}
