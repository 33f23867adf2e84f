import { type Motor } from '../motor'
import { type XPositions } from './drive'
import { type XModel, type XRegisterName } from './tables'
import { FULL_PWM, VELOCITY_UNIT_TICKS_PER_SEC, type XRegisterFile } from './xRegisters'

/** What the measuring registers are worked out from. */
export interface Seen {
  readonly model: XModel
  readonly registers: XRegisterFile
  readonly motor: Motor
  readonly positions: XPositions
  readonly decivolts: number
  readonly uptimeNanos: number
  readonly hardwareErrorBits: number
  readonly writeRegistered: boolean
}

/** e-Manual, "Moving Status(123)", bit 0; the size of the window is assumed. */
const IN_POSITION_TICKS = 4
const TICK_RANGE = 32_768

/** Writes everything a servo measures into its registers. */
export function measure(seen: Seen): void {
  const { model, registers, motor, positions } = seen
  const direction = positions.direction()
  const velocity = (direction * motor.ticksPerSec) / VELOCITY_UNIT_TICKS_PER_SEC
  const error = registers.getSigned('goalPosition') - positions.present()
  const torque = direction * motor.torque
  const moving = Math.abs(velocity) > registers.get('movingThreshold')
  const values: Partial<Record<XRegisterName, number>> = {
    registeredInstruction: seen.writeRegistered ? 1 : 0,
    hardwareErrorStatus: seen.hardwareErrorBits,
    realtimeTick: Math.floor(seen.uptimeNanos / 1e6) % TICK_RANGE,
    moving: moving ? 1 : 0,
    movingStatus: Math.abs(error) <= IN_POSITION_TICKS ? 1 : 0,
    presentPwm: torque * FULL_PWM,
    presentCurrent: torque * (model.hasCurrent ? model.stallCurrent : 1000),
    presentVelocity: velocity,
    presentPosition: positions.present(),
    velocityTrajectory: velocity,
    positionTrajectory: registers.getSigned('goalPosition'),
    presentInputVoltage: seen.decivolts,
    presentTemperature: motor.temperatureC
  }
  for (const name of registers.names) {
    const value = values[name]
    if (value !== undefined) registers.set(name, value)
  }
}
