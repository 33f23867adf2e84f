import { registerBlock, type Coding, type Register } from '../registers'

/**
 * Control table of the STS3215 (Feetech's memory table for STS series servos; the same numbers are in LeRobot's
 * motors/feetech/tables.py). Ticks: 4096 per turn. Present position = actual position − Homing_Offset.
 */

const register = (
  name: string,
  address: number,
  bytes: 1 | 2,
  coding: Coding = 'unsigned',
  eeprom = address < 40
): Register => ({ name, address, bytes, coding, eeprom })

const SIGNED = { signBit: 15 } as const

export const sts3215 = {
  modelNumber: register('Model_Number', 3, 2),
  id: register('ID', 5, 1),
  baudRate: register('Baud_Rate', 6, 1),
  /** 2 µs each. */
  returnDelayTime: register('Return_Delay_Time', 7, 1),
  minPositionLimit: register('Min_Position_Limit', 9, 2),
  maxPositionLimit: register('Max_Position_Limit', 11, 2),
  maxTemperatureLimit: register('Max_Temperature_Limit', 13, 1),
  maxTorqueLimit: register('Max_Torque_Limit', 16, 2),
  phase: register('Phase', 18, 1),
  pCoefficient: register('P_Coefficient', 21, 1),
  dCoefficient: register('D_Coefficient', 22, 1),
  iCoefficient: register('I_Coefficient', 23, 1),
  protectionCurrent: register('Protection_Current', 28, 2),
  homingOffset: register('Homing_Offset', 31, 2, { signBit: 11 }),
  operatingMode: register('Operating_Mode', 33, 1),
  overloadTorque: register('Overload_Torque', 36, 1),
  torqueEnable: register('Torque_Enable', 40, 1),
  acceleration: register('Acceleration', 41, 1),
  goalPosition: register('Goal_Position', 42, 2, SIGNED),
  goalVelocity: register('Goal_Velocity', 46, 2, SIGNED),
  torqueLimit: register('Torque_Limit', 48, 2),
  lock: register('Lock', 55, 1),
  presentPosition: register('Present_Position', 56, 2, SIGNED),
  presentVelocity: register('Present_Velocity', 58, 2, SIGNED),
  presentLoad: register('Present_Load', 60, 2, { signBit: 10 }),
  presentVoltage: register('Present_Voltage', 62, 1),
  presentTemperature: register('Present_Temperature', 63, 1),
  status: register('Status', 65, 1),
  moving: register('Moving', 66, 1),
  presentCurrent: register('Present_Current', 69, 2, SIGNED),
  /** Beyond the documented table; LeRobot raises it to lift a limit that new motors come with. */
  maximumAcceleration: register('Maximum_Acceleration', 85, 1, 'unsigned', false)
} as const satisfies Record<string, Register>

export const STS3215_MODEL = 777

/** All telemetry with one request: 56…70. */
export const sts3215Telemetry = registerBlock({
  position: sts3215.presentPosition,
  velocity: sts3215.presentVelocity,
  load: sts3215.presentLoad,
  voltage: sts3215.presentVoltage,
  temperature: sts3215.presentTemperature,
  status: sts3215.status,
  moving: sts3215.moving,
  current: sts3215.presentCurrent
})

/** Rad/s, Nm fraction, V, A, °C of a register's unit. Source: Feetech's STS3215 data sheet and memory table. */
export const STS3215_UNITS = {
  ticksPerTurn: 4096,
  /** Velocity counts ticks per second. */
  ticksPerSecond: 1,
  loadFraction: 0.001,
  volts: 0.1,
  amperes: 0.0065,
  celsius: 1
} as const
