import type { Calibration, MotorEeprom } from '@shared/domain/calibration'
import { halfTurnHoming, presentTicks, type MotorBus } from '@shared/domain/calibratedUnits'
import type { CalibrationProgress } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { RobotJoint, RobotSpec } from '@shared/domain/robot'
import type { BusLine } from '../drivers/busLine'
import { readEeprom, writeEeprom, type NamedMotor } from '../drivers/motorSetup'

/**
 * Calibrates one arm as LeRobot does (so_follower.py, koch_follower.py): torque off, every joint in the middle of its
 * range makes half a turn the middle, then its ends are where a hand moves it. Motors and file get the same numbers.
 */
export interface CalibrationWizard {
  step(): 'middle' | 'ranges'
  /** Present ticks by motor: what the hand reaches counts once the middle is set. */
  observe(ticks: ReadonlyMap<string, number>): void
  /** The arm stands in the middle of all its ranges. */
  middle(): Promise<Result<void, Fault>>
  /** Fault `rangeTooNarrow` names the joints that weren't moved to both ends; nothing is written then. */
  save(): Promise<Result<Calibration, Fault>>
  /** Gives the motors back what they had. */
  cancel(): Promise<Result<void, Fault>>
  motors(): CalibrationProgress['motors']
}

export interface CalibrationWizardOptions {
  /** One arm. */
  readonly spec: RobotSpec
  readonly line: Pick<BusLine, 'bus' | 'family'>
}

const LAST_TICK = 4095
/** Half of it is one homing register's reach. */
const MAX_FEETECH_OFFSET = 2047
/** Less than some 20° is no joint's range. */
const LEAST_TICKS = 200
/** A joint that may turn this far, rad, has no ends to move it to. */
const WHOLE_TURN_RAD = 5.5
/** Joints that LeRobot lets turn without end although they have ends, by its folder of the robot. */
const WHOLE_TURN: Readonly<Record<string, readonly string[]>> = {
  koch_follower: ['shoulder_pan', 'wrist_roll'],
  koch_leader: ['shoulder_pan', 'wrist_roll']
}

interface WizardMotor extends NamedMotor {
  readonly joint: RobotJoint
  readonly drivesBackwards: boolean
  readonly wholeTurn: boolean
}

const turnsWholly = ({ lerobot }: RobotSpec, { name, min, max }: RobotJoint): boolean =>
  max - min >= WHOLE_TURN_RAD || (lerobot?.folders ?? []).some((folder) => WHOLE_TURN[folder]?.includes(name))

const motorsOfArm = (spec: RobotSpec): readonly WizardMotor[] =>
  spec.joints.flatMap((joint) =>
    joint.motors.map(({ name, id, reversed }) => ({
      name,
      id,
      joint,
      drivesBackwards: reversed,
      wholeTurn: turnsWholly(spec, joint)
    }))
  )

/** Remembers what the motors have and clears it; torque must be off. */
export async function beginCalibration({
  spec,
  line
}: CalibrationWizardOptions): Promise<Result<CalibrationWizard, Fault>> {
  const family: MotorBus = spec.driver === 'dynamixel' ? 'dynamixel' : 'feetech'
  const motors = motorsOfArm(spec)
  const before = await readEeprom(line, motors)
  if (!before.ok) return before
  const silent = motors.filter(({ name }) => !before.value[name])
  if (silent.length > 0)
    return err(
      fault('motorSilent', `${names(silent)} did not answer`, 'Check cables and power, then calibrate again.')
    )
  const kept = before.value as Readonly<Record<string, MotorEeprom>>
  const homing = new Map<string, number>()
  const ticks = new Map<string, number>()
  const reached = new Map<string, { min: number; max: number }>()
  let step: 'middle' | 'ranges' = 'middle'

  /** As it turns: Dynamixel motors are told in the motor, Feetech ones turn as they are. */
  const driveMode = ({ drivesBackwards }: WizardMotor): number =>
    family === 'dynamixel' && drivesBackwards ? 1 : 0

  async function writeAll(
    range: (motor: WizardMotor) => {
      homing_offset: number
      range_min: number
      range_max: number
      drive_mode: number
    }
  ): Promise<Result<void, Fault>> {
    for (const motor of motors) {
      const written = await writeEeprom(line, motor, range(motor))
      if (!written.ok) return written
    }
    return ok(undefined)
  }

  const cleared = await writeAll((motor) => ({
    homing_offset: 0,
    range_min: 0,
    range_max: LAST_TICK,
    drive_mode: driveMode(motor)
  }))
  if (!cleared.ok) return cleared

  const rangeOf = (motor: WizardMotor): { min: number; max: number } =>
    motor.wholeTurn ? { min: 0, max: LAST_TICK } : (reached.get(motor.name) ?? { min: 0, max: 0 })

  return ok({
    step: () => step,

    observe(now) {
      for (const { name } of motors) {
        const value = now.get(name)
        if (value === undefined) continue
        ticks.set(name, value)
        if (step !== 'ranges') continue
        const range = reached.get(name)
        reached.set(name, {
          min: Math.min(range?.min ?? value, value),
          max: Math.max(range?.max ?? value, value)
        })
      }
    },

    async middle() {
      for (const motor of motors) {
        const present = await line.bus.read(motor.id, line.family.presentPosition)
        if (!present.ok)
          return err(fault('motorSilent', present.error.message, 'Check its cable, then try again.'))
        const actual = present.value - presentTicks(0, homing.get(motor.name) ?? 0, family)
        const offset = halfTurnHoming(actual, family)
        homing.set(
          motor.name,
          family === 'feetech' ? Math.max(-MAX_FEETECH_OFFSET, Math.min(MAX_FEETECH_OFFSET, offset)) : offset
        )
      }
      const written = await writeAll((motor) => ({
        homing_offset: homing.get(motor.name) ?? 0,
        range_min: 0,
        range_max: LAST_TICK,
        drive_mode: driveMode(motor)
      }))
      if (!written.ok) return written
      reached.clear()
      step = 'ranges'
      return ok(undefined)
    },

    async save() {
      const narrow = motors.filter((motor) => rangeOf(motor).max - rangeOf(motor).min < LEAST_TICKS)
      if (narrow.length > 0)
        return err(
          fault(
            'rangeTooNarrow',
            `${names(narrow)} ${narrow.length === 1 ? 'was' : 'were'} hardly moved`,
            'Move every joint to both of its ends, then save.'
          )
        )
      const calibration: Calibration = Object.fromEntries(
        motors.map((motor) => [
          motor.name,
          {
            id: motor.id,
            drive_mode: driveMode(motor),
            homing_offset: homing.get(motor.name) ?? 0,
            range_min: rangeOf(motor).min,
            range_max: rangeOf(motor).max
          }
        ])
      )
      const written = await writeAll((motor) => calibration[motor.name] as Calibration[string])
      return written.ok ? ok(calibration) : written
    },

    cancel: () =>
      writeAll(({ name }) => {
        const { drive_mode, ...had } = kept[name] as MotorEeprom
        return { ...had, drive_mode: drive_mode ?? 0 }
      }),

    motors: () =>
      motors.map((motor) => ({
        motor: motor.name,
        ticks: ticks.get(motor.name) ?? 0,
        ...rangeOf(motor),
        wholeTurn: motor.wholeTurn
      }))
  })
}

const names = (motors: readonly NamedMotor[]): string =>
  motors.map(({ name, id }) => `${name} (${id})`).join(', ')

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})
