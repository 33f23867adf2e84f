import { createRegisterFile, type RegisterFile } from '../registers'
import { type XModel, type XRegisterName } from './tables'

export type XRegisterFile = RegisterFile<XRegisterName>

export const createXRegisters = (model: XModel): XRegisterFile => createRegisterFile(model.table)

/** Error numbers of status packets: e-Manual, Protocol 2.0, "Error". */
export const errors = {
  none: 0,
  resultFail: 1,
  instruction: 2,
  crc: 3,
  dataRange: 4,
  dataLength: 5,
  dataLimit: 6,
  access: 7
} as const
export type ErrorNumber = (typeof errors)[keyof typeof errors]

/** Added to the error number while Hardware_Error_Status is not 0. */
export const ALERT_BIT = 0x80

/** Bits of Hardware_Error_Status (70) and Shutdown (63): e-Manual, "Shutdown(63)". */
export const hardwareErrorBits = { voltage: 1, overheat: 4, encoder: 8, shock: 16, overload: 32 } as const

export const operatingModes = {
  current: 0,
  velocity: 1,
  position: 3,
  extendedPosition: 4,
  currentBasedPosition: 5,
  pwm: 16
} as const

/** Drive_Mode (10): e-Manual, "Drive Mode(10)". */
export const driveModeBits = { reverse: 1, timeBasedProfile: 4, torqueOnByGoal: 8 } as const

/** 0.229 rev/min, the unit of all velocities, and 214.577 rev/min² of accelerations, in ticks and seconds. */
export const VELOCITY_UNIT_TICKS_PER_SEC = (0.229 * 4096) / 60
export const ACCELERATION_UNIT_TICKS_PER_SEC2 = (214.577 * 4096) / 3600
/** PWM registers' full scale: e-Manual, "PWM Limit(36)". */
export const FULL_PWM = 885
