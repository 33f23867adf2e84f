import { type Drive, type Motor } from '../motor'
import { type XModel } from './tables'
import {
  ACCELERATION_UNIT_TICKS_PER_SEC2,
  driveModeBits,
  FULL_PWM,
  operatingModes,
  VELOCITY_UNIT_TICKS_PER_SEC,
  type XRegisterFile
} from './xRegisters'

const TURN_TICKS = 4096
/** e-Manual, "Homing Offset(20)": beyond, Position Control Mode ignores it. */
const LARGEST_OFFSET_IN_POSITION_MODE = 1024

/**
 * Between registers and joint. Present = ±actual + Homing_Offset, the sign of actual from Drive_Mode, that of the offset
 * never reversed (e-Manual, "Homing Offset(20)").
 */
export interface XPositions {
  /** Present_Position with the fraction of a tick that the control loop sees. */
  present(): number
  /** 1, or −1 in reverse mode. */
  direction(): 1 | -1
  /** Present_Position falls back into one turn: e-Manual, "Present Position(132)". */
  forgetTurns(): void
}

export function createXPositions(registers: XRegisterFile, motor: Motor): XPositions {
  let turnTicks = 0
  const direction = (): 1 | -1 => (registers.get('driveMode') & driveModeBits.reverse ? -1 : 1)
  function offset(): number {
    const value = registers.getSigned('homingOffset')
    const ignored =
      registers.get('operatingMode') === operatingModes.position &&
      Math.abs(value) > LARGEST_OFFSET_IN_POSITION_MODE
    return ignored ? 0 : value
  }
  return {
    direction,
    present: () => direction() * motor.sensedTicks - turnTicks + offset(),
    forgetTurns() {
      turnTicks = Math.floor((direction() * motor.sensedTicks) / TURN_TICKS) * TURN_TICKS
    }
  }
}

/** Velocity and acceleration of the way to a goal: e-Manual, "What is the Profile". */
export interface Profile {
  readonly maxTicksPerSec: number
  readonly maxTicksPerSec2: number
}

/**
 * Velocity-based: 0 is as fast as the motor can. Time-based: Profile_Velocity is the whole way's time in ms,
 * Profile_Acceleration the part that it accelerates and again decelerates in.
 */
export function profileOf(registers: XRegisterFile, model: XModel, wayTicks: number): Profile {
  const [velocity, acceleration] = [registers.get('profileVelocity'), registers.get('profileAcceleration')]
  if (velocity === 0) return { maxTicksPerSec: model.maxTicksPerSec, maxTicksPerSec2: Infinity }
  if (registers.get('driveMode') & driveModeBits.timeBasedProfile) {
    const rampMillis = Math.min(acceleration, velocity / 2)
    const maxTicksPerSec = Math.max(1, (1000 * Math.abs(wayTicks)) / (velocity - rampMillis))
    const maxTicksPerSec2 = rampMillis > 0 ? (1000 * maxTicksPerSec) / rampMillis : Infinity
    return { maxTicksPerSec, maxTicksPerSec2 }
  }
  return {
    maxTicksPerSec: velocity * VELOCITY_UNIT_TICKS_PER_SEC,
    maxTicksPerSec2: acceleration > 0 ? acceleration * ACCELERATION_UNIT_TICKS_PER_SEC2 : Infinity
  }
}

/** What the operating mode makes of the goals. `heldAt`: the position where an expired watchdog stopped. */
export function driveOf(
  registers: XRegisterFile,
  model: XModel,
  positions: XPositions,
  profile: Profile,
  heldAt: number | null
): Drive {
  if (registers.get('torqueEnable') !== 1) return { kind: 'free' }
  const direction = positions.direction()
  const fromCurrent = (current: number): number => current / model.stallCurrent
  const pwm = Math.min(Math.abs(registers.getSigned('goalPwm')), registers.get('pwmLimit')) / FULL_PWM
  const limits = { ...profile, maxTorque: pwm }
  const towards = (goal: number, maxTorque: number): Drive => ({
    kind: 'position',
    errorTicks: direction * (goal - positions.present()),
    ...limits,
    maxTorque: Math.min(pwm, maxTorque)
  })
  if (heldAt !== null) return towards(heldAt, 1)
  switch (registers.get('operatingMode')) {
    case operatingModes.current:
      return { kind: 'torque', torque: direction * fromCurrent(registers.getSigned('goalCurrent')) }
    case operatingModes.velocity: {
      const ticksPerSec = direction * registers.getSigned('goalVelocity') * VELOCITY_UNIT_TICKS_PER_SEC
      const ramp = registers.get('profileAcceleration') * ACCELERATION_UNIT_TICKS_PER_SEC2 || Infinity
      return { kind: 'velocity', ticksPerSec, ...limits, maxTicksPerSec: Infinity, maxTicksPerSec2: ramp }
    }
    case operatingModes.pwm:
      return { kind: 'torque', torque: (direction * registers.getSigned('goalPwm')) / FULL_PWM }
    case operatingModes.currentBasedPosition:
      return towards(
        registers.getSigned('goalPosition'),
        fromCurrent(Math.abs(registers.getSigned('goalCurrent')))
      )
    default:
      return towards(registers.getSigned('goalPosition'), 1)
  }
}
