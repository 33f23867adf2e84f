import { sts3215 } from './feetech/sts3215'
import { X_SERIES_MODELS, xSeries } from './dynamixel/tables'
import type { Register } from './registers'
import type { ServoFamilyName } from './servoFamily'

/** Settings that a motor of an arm should have, beyond its id and calibration. */

export interface MotorSetting {
  readonly register: Register
  /** What it should be, for what it is: some are single bits. */
  readonly wants: (has: number) => number
}

export interface MotorRole {
  readonly family: ServoFamilyName
  readonly isGripper: boolean
  /** LeRobot's name. */
  readonly model: string
}

const is = (register: Register, value: number): MotorSetting => ({ register, wants: () => value })
/** Set, it lets the motor count on past a turn. */
const PHASE_MULTI_TURN = 0x10

const FEETECH: readonly MotorSetting[] = [
  is(sts3215.returnDelayTime, 0),
  is(sts3215.maximumAcceleration, 254),
  is(sts3215.acceleration, 254),
  { register: sts3215.phase, wants: (has) => has & ~PHASE_MULTI_TURN },
  is(sts3215.operatingMode, 0),
  // Softer than the factory's 32: arms shook with that.
  is(sts3215.pCoefficient, 16),
  is(sts3215.iCoefficient, 0),
  is(sts3215.dCoefficient, 32)
]
/** A gripper pushes against what it holds: half the torque, and it gives up before it burns. */
const FEETECH_GRIPPER: readonly MotorSetting[] = [
  is(sts3215.maxTorqueLimit, 500),
  is(sts3215.protectionCurrent, 250),
  is(sts3215.overloadTorque, 25)
]

const EXTENDED_POSITION = 4
const CURRENT_BASED_POSITION = 5

export function settingsOf({ family, isGripper, model }: MotorRole): readonly MotorSetting[] {
  if (family === 'feetech') return isGripper ? [...FEETECH, ...FEETECH_GRIPPER] : FEETECH
  const measuresCurrent = X_SERIES_MODELS.some(
    ({ name, amperesPerUnit }) => name.toLowerCase() === model && amperesPerUnit !== null
  )
  const mode = isGripper && measuresCurrent ? CURRENT_BASED_POSITION : EXTENDED_POSITION
  return [is(xSeries.returnDelayTime, 0), is(xSeries.operatingMode, mode)]
}
