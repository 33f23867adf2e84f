import { xSeries, xSeriesTelemetry, X_SERIES_MODELS, X_SERIES_UNITS } from './dynamixel/tables'
import { dynamixel } from './dynamixel/frame'
import { feetech } from './feetech/frame'
import { STS3215_MODEL, STS3215_UNITS, sts3215, sts3215Telemetry } from './feetech/sts3215'
import type { ServoProtocol } from './protocol'
import type { Register, RegisterBlock } from './registers'

/** What a motor tells of itself besides its position, in SI units. */
export interface MotorTelemetry {
  readonly ticks: number
  readonly ticksPerSec: number
  /** Share of the motor's largest torque, as it estimates it (from its drive, no torque sensor); null: not told. */
  readonly loadFraction: number | null
  readonly amperes: number | null
  readonly volts: number
  readonly celsius: number
  /** In words; from the status packet or the motor's status register. */
  readonly alarms: readonly string[]
}

export interface BusWatchdog {
  readonly register: Register
  /** Written to arm it; 0 disarms it and clears what it did. */
  readonly armed: number
  /** Silence after which it stops the motor. */
  readonly millis: number
}

/** All that the driver must know of one family of servos. */
export interface ServoFamily {
  readonly protocol: ServoProtocol
  readonly telemetry: RegisterBlock<string>
  /** `model` is the motor's model number; `error` the byte that came with the reading. */
  decode(model: number, error: number, values: Readonly<Record<string, number>>): MotorTelemetry
  readonly modelNumber: Register
  readonly goalPosition: Register
  readonly presentPosition: Register
  readonly torqueEnable: Register
  /** Written after torque goes on and before it goes off: Feetech's EEPROM lock. */
  readonly lock: Register | null
  /** Stops the motor by itself when the bus falls silent: armed with torque. Null where motors have none. */
  readonly watchdog: BusWatchdog | null
  /** Where a motor keeps its own part of the calibration. */
  readonly calibration: {
    readonly id: Register
    readonly homingOffset: Register
    readonly minPosition: Register
    readonly maxPosition: Register
    readonly driveMode: Register | null
  }
  /** Name of a model number, null when the family doesn't know it. */
  modelName(model: number): string | null
}

const PER_MINUTE = 60

const sts: ServoFamily = {
  protocol: feetech,
  telemetry: sts3215Telemetry,
  decode(
    _,
    error,
    { position = 0, velocity = 0, load = 0, voltage = 0, temperature = 0, status = 0, current = 0 }
  ) {
    return {
      ticks: position,
      ticksPerSec: velocity * STS3215_UNITS.ticksPerSecond,
      loadFraction: load * STS3215_UNITS.loadFraction,
      amperes: current * STS3215_UNITS.amperes,
      volts: voltage * STS3215_UNITS.volts,
      celsius: temperature * STS3215_UNITS.celsius,
      // Answers and status register have the same bits.
      alarms: feetech.alarmWords(error | status)
    }
  },
  modelNumber: sts3215.modelNumber,
  goalPosition: sts3215.goalPosition,
  presentPosition: sts3215.presentPosition,
  torqueEnable: sts3215.torqueEnable,
  lock: sts3215.lock,
  watchdog: null,
  calibration: {
    id: sts3215.id,
    homingOffset: sts3215.homingOffset,
    minPosition: sts3215.minPositionLimit,
    maxPosition: sts3215.maxPositionLimit,
    driveMode: null
  },
  modelName: (model) => (model === STS3215_MODEL ? 'STS3215' : null)
}

const x: ServoFamily = {
  protocol: dynamixel,
  telemetry: xSeriesTelemetry,
  decode(model, error, { position = 0, velocity = 0, effort = 0, voltage = 0, temperature = 0 }) {
    const amperesPerUnit =
      X_SERIES_MODELS.find(({ modelNumber }) => modelNumber === model)?.amperesPerUnit ?? null
    return {
      ticks: position,
      ticksPerSec:
        (velocity * X_SERIES_UNITS.revolutionsPerMinute * X_SERIES_UNITS.ticksPerTurn) / PER_MINUTE,
      loadFraction: amperesPerUnit === null ? effort * X_SERIES_UNITS.loadFraction : null,
      amperes: amperesPerUnit === null ? null : effort * amperesPerUnit,
      volts: voltage * X_SERIES_UNITS.volts,
      celsius: temperature * X_SERIES_UNITS.celsius,
      alarms: dynamixel.alarmWords(error)
    }
  },
  modelNumber: xSeries.modelNumber,
  goalPosition: xSeries.goalPosition,
  presentPosition: xSeries.presentPosition,
  torqueEnable: xSeries.torqueEnable,
  lock: null,
  // Units of 20 ms: far above a tick that was missed, far below what a person would call a while.
  watchdog: { register: xSeries.busWatchdog, armed: 15, millis: 300 },
  calibration: {
    id: xSeries.id,
    homingOffset: xSeries.homingOffset,
    minPosition: xSeries.minPositionLimit,
    maxPosition: xSeries.maxPositionLimit,
    driveMode: xSeries.driveMode
  },
  modelName: (model) => X_SERIES_MODELS.find(({ modelNumber }) => modelNumber === model)?.name ?? null
}

export const SERVO_FAMILIES = { feetech: sts, dynamixel: x } as const
export type ServoFamilyName = keyof typeof SERVO_FAMILIES
