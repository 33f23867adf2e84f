import { registerBlock, type Coding, type Register } from '../registers'

/**
 * Control tables of the X series motors in Koch and ViperX arms. Source: ROBOTIS e-Manual, control tables of XL330-M077,
 * XL330-M288, XL430-W250, XM430-W350 and XM540-W270. Ticks: 4096 per turn, 0.229 rpm per velocity unit.
 * Present position = actual position + Homing_Offset.
 */

const register = (
  name: string,
  address: number,
  bytes: 1 | 2 | 4,
  coding: Coding = 'unsigned'
): Register => ({
  name,
  address,
  bytes,
  coding,
  eeprom: address < 64
})

const SIGNED = 'twosComplement'

export const xSeries = {
  modelNumber: register('Model_Number', 0, 2),
  id: register('ID', 7, 1),
  baudRate: register('Baud_Rate', 8, 1),
  /** 2 µs each. */
  returnDelayTime: register('Return_Delay_Time', 9, 1),
  driveMode: register('Drive_Mode', 10, 1),
  operatingMode: register('Operating_Mode', 11, 1),
  homingOffset: register('Homing_Offset', 20, 4, SIGNED),
  maxPositionLimit: register('Max_Position_Limit', 48, 4),
  minPositionLimit: register('Min_Position_Limit', 52, 4),
  shutdown: register('Shutdown', 63, 1),
  torqueEnable: register('Torque_Enable', 64, 1),
  statusReturnLevel: register('Status_Return_Level', 68, 1),
  hardwareErrorStatus: register('Hardware_Error_Status', 70, 1),
  /** 20 ms each; −1 after it has stopped the motor. */
  busWatchdog: register('Bus_Watchdog', 98, 1, SIGNED),
  profileAcceleration: register('Profile_Acceleration', 108, 4),
  profileVelocity: register('Profile_Velocity', 112, 4),
  goalPosition: register('Goal_Position', 116, 4, SIGNED),
  moving: register('Moving', 122, 1),
  presentVelocity: register('Present_Velocity', 128, 4, SIGNED),
  presentPosition: register('Present_Position', 132, 4, SIGNED),
  presentVoltage: register('Present_Input_Voltage', 144, 2),
  presentTemperature: register('Present_Temperature', 146, 1)
} as const satisfies Record<string, Register>

/** Address 126: what drives the motor is told as current where it is measured, as load where it isn't. */
export const presentCurrent = register('Present_Current', 126, 2, SIGNED)
export const presentLoad = register('Present_Load', 126, 2, SIGNED)
/** Motors with current control only. */
export const currentLimit = register('Current_Limit', 38, 2)
export const goalCurrent = register('Goal_Current', 102, 2, SIGNED)

/** All telemetry with one request: 126…146. */
export const xSeriesTelemetry = registerBlock({
  effort: presentCurrent,
  velocity: xSeries.presentVelocity,
  position: xSeries.presentPosition,
  voltage: xSeries.presentVoltage,
  temperature: xSeries.presentTemperature
})

export interface XSeriesModel {
  readonly name: string
  readonly modelNumber: number
  /** Amperes of a unit of Present_Current; null: the motor tells its load in thousandths instead. */
  readonly amperesPerUnit: number | null
}

export const X_SERIES_MODELS: readonly XSeriesModel[] = [
  { name: 'XL330-M077', modelNumber: 1190, amperesPerUnit: 0.001 },
  { name: 'XL330-M288', modelNumber: 1200, amperesPerUnit: 0.001 },
  { name: 'XL430-W250', modelNumber: 1060, amperesPerUnit: null },
  { name: 'XM430-W350', modelNumber: 1020, amperesPerUnit: 0.00269 },
  { name: 'XM540-W270', modelNumber: 1120, amperesPerUnit: 0.00269 }
]

/** What Hardware_Error_Status says; bit → words. */
export const HARDWARE_ERRORS: readonly (readonly [number, string])[] = [
  [0x01, 'input voltage'],
  [0x04, 'overheated'],
  [0x08, 'motor encoder'],
  [0x10, 'electrical shock'],
  [0x20, 'overload']
]

export const X_SERIES_UNITS = {
  ticksPerTurn: 4096,
  revolutionsPerMinute: 0.229,
  loadFraction: 0.001,
  volts: 0.1,
  celsius: 1
} as const
