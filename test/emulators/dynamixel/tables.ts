import { type Register } from '../registers'

/**
 * Control tables of the X series. Source: ROBOTIS e-Manual pages of XL430-W250, XL330-M288, XL330-M077, XM430-W350 and
 * XM540-W270, "Control Table of EEPROM/RAM Area": addresses, sizes, access, initial values and ranges.
 *
 * Left out: external ports (56–58, 152–156) and indirect addresses (from 168 on). Assumptions: firmware versions (new
 * enough for Fast Sync Read), model information 0, Baud_Rate 7 on an XL330 (its page ends at 6), XM430's Velocity_Limit
 * 200 (an older edition of its page says 350).
 */
export interface XRegister extends Register {
  /** Inclusive; two's complement where negative. Beyond it a write is a Data Range Error. */
  readonly min: number
  readonly max: number
}

const rom = (address: number, bytes: 1 | 2 | 4, initial: number, min: number, max: number): XRegister => ({
  address,
  bytes,
  access: 'rw',
  area: 'eeprom',
  initial,
  min,
  max
})
const fixed = (address: number, bytes: 1 | 2 | 4, initial: number): XRegister => ({
  ...rom(address, bytes, initial, 0, 0),
  access: 'r'
})
const ram = (address: number, bytes: 1 | 2 | 4, initial: number, min: number, max: number): XRegister => ({
  ...rom(address, bytes, initial, min, max),
  area: 'ram'
})
const measured = (address: number, bytes: 1 | 2 | 4): XRegister => ({
  ...ram(address, bytes, 0, 0, 0),
  access: 'r'
})

const LARGEST_OFFSET = 1_044_479
const LARGEST_GOAL = 1_048_575
const GAIN = 16_383

/** What differs between models. */
interface ModelValues {
  readonly modelNumber: number
  readonly firmwareVersion: number
  readonly maxDriveMode: number
  readonly temperatureLimit: number
  /** Lowest and highest value of either voltage limit, and the initial pair; 0.1 V. */
  readonly voltages: readonly [number, number]
  readonly minVoltageLimit: number
  readonly currentLimit: number
  readonly velocityLimit: number
  readonly maxVelocityLimit: number
  readonly shutdown: number
  readonly velocityIGain: number
  readonly velocityPGain: number
  readonly positionDGain: number
  readonly positionIGain: number
  readonly positionPGain: number
}

const table = (model: ModelValues) => ({
  modelNumber: fixed(0, 2, model.modelNumber),
  modelInformation: fixed(2, 4, 0),
  firmwareVersion: fixed(6, 1, model.firmwareVersion),
  id: rom(7, 1, 1, 0, 252),
  baudRate: rom(8, 1, 1, 0, 7),
  /** 2 µs a unit. */
  returnDelayTime: rom(9, 1, 250, 0, 254),
  driveMode: rom(10, 1, 0, 0, model.maxDriveMode),
  operatingMode: rom(11, 1, 3, 0, 16),
  secondaryId: rom(12, 1, 255, 0, 255),
  protocolType: rom(13, 1, 2, 1, 22),
  homingOffset: rom(20, 4, 0, -LARGEST_OFFSET, LARGEST_OFFSET),
  movingThreshold: rom(24, 4, 10, 0, 1023),
  temperatureLimit: rom(31, 1, model.temperatureLimit, 0, 100),
  maxVoltageLimit: rom(32, 2, model.voltages[1], ...model.voltages),
  minVoltageLimit: rom(34, 2, model.minVoltageLimit, ...model.voltages),
  pwmLimit: rom(36, 2, 885, 0, 885),
  currentLimit: rom(38, 2, model.currentLimit, 0, model.currentLimit),
  velocityLimit: rom(44, 4, model.velocityLimit, 0, model.maxVelocityLimit),
  maxPositionLimit: rom(48, 4, 4095, 0, 4095),
  minPositionLimit: rom(52, 4, 0, 0, 4095),
  startupConfiguration: rom(60, 1, 0, 0, 3),
  pwmSlope: rom(62, 1, 140, 1, 255),
  shutdown: rom(63, 1, model.shutdown, 0, 255),
  torqueEnable: ram(64, 1, 0, 0, 1),
  led: ram(65, 1, 0, 0, 1),
  statusReturnLevel: ram(68, 1, 2, 0, 2),
  registeredInstruction: measured(69, 1),
  hardwareErrorStatus: measured(70, 1),
  velocityIGain: ram(76, 2, model.velocityIGain, 0, GAIN),
  velocityPGain: ram(78, 2, model.velocityPGain, 0, GAIN),
  positionDGain: ram(80, 2, model.positionDGain, 0, GAIN),
  positionIGain: ram(82, 2, model.positionIGain, 0, GAIN),
  positionPGain: ram(84, 2, model.positionPGain, 0, GAIN),
  feedforward2ndGain: ram(88, 2, 0, 0, GAIN),
  feedforward1stGain: ram(90, 2, 0, 0, GAIN),
  /** 20 ms a unit; −1 once expired. */
  busWatchdog: ram(98, 1, 0, 0, 127),
  goalPwm: ram(100, 2, 885, -885, 885),
  goalCurrent: ram(102, 2, model.currentLimit, -model.currentLimit, model.currentLimit),
  goalVelocity: ram(104, 4, 0, -model.maxVelocityLimit, model.maxVelocityLimit),
  profileAcceleration: ram(108, 4, 0, 0, 32_767),
  profileVelocity: ram(112, 4, 0, 0, 32_767),
  goalPosition: ram(116, 4, 0, -LARGEST_GOAL, LARGEST_GOAL),
  realtimeTick: measured(120, 2),
  moving: measured(122, 1),
  movingStatus: measured(123, 1),
  presentPwm: measured(124, 2),
  /** Present Load on an XL430, which has no current sensor. */
  presentCurrent: measured(126, 2),
  presentVelocity: measured(128, 4),
  presentPosition: measured(132, 4),
  velocityTrajectory: measured(136, 4),
  positionTrajectory: measured(140, 4),
  presentInputVoltage: measured(144, 2),
  presentTemperature: measured(146, 1),
  backupReady: measured(147, 1)
})

export type XTable = ReturnType<typeof table>
export type XRegisterName = keyof XTable

export interface XModel {
  readonly name: string
  readonly table: XTable
  /** Registers of the table above that this model doesn't have. */
  readonly absent: readonly XRegisterName[]
  /** XL430: 126 is Present_Load, 0.1 % of stall torque, instead of Present_Current. */
  readonly hasCurrent: boolean
  /** Operating_Mode values that exist. */
  readonly operatingModes: readonly number[]
  /** Stall current in the unit of Present_Current: e-Manual, "Stall Torque" at the recommended voltage. */
  readonly stallCurrent: number
  /** "No Load Speed" at the recommended voltage, ticks/s. */
  readonly maxTicksPerSec: number
  /** Recommended supply, 0.1 V. */
  readonly decivolts: number
}

const ticksPerSec = (rpm: number): number => (rpm * 4096) / 60
const withCurrent = [0, 1, 3, 4, 5, 16]

const xl330: ModelValues = {
  modelNumber: 1200,
  firmwareVersion: 52,
  maxDriveMode: 13,
  temperatureLimit: 70,
  voltages: [31, 70],
  minVoltageLimit: 35,
  currentLimit: 1750,
  velocityLimit: 445,
  maxVelocityLimit: 2047,
  shutdown: 53,
  velocityIGain: 1600,
  velocityPGain: 180,
  positionDGain: 0,
  positionIGain: 0,
  positionPGain: 400
}
const xm430: ModelValues = {
  modelNumber: 1020,
  firmwareVersion: 48,
  maxDriveMode: 13,
  temperatureLimit: 80,
  voltages: [95, 160],
  minVoltageLimit: 95,
  currentLimit: 1193,
  velocityLimit: 200,
  maxVelocityLimit: 1023,
  shutdown: 52,
  velocityIGain: 1920,
  velocityPGain: 100,
  positionDGain: 0,
  positionIGain: 0,
  positionPGain: 800
}

export const xModels = {
  'xl430-w250': {
    name: 'xl430-w250',
    table: table({
      ...xm430,
      modelNumber: 1060,
      temperatureLimit: 72,
      voltages: [60, 140],
      minVoltageLimit: 60,
      velocityLimit: 265,
      velocityIGain: 1000,
      positionDGain: 4000,
      positionPGain: 640
    }),
    absent: ['currentLimit', 'goalCurrent', 'pwmSlope'],
    hasCurrent: false,
    operatingModes: [1, 3, 4, 16],
    // Never reported: 126 is a load here.
    stallCurrent: 1000,
    maxTicksPerSec: ticksPerSec(57),
    decivolts: 111
  },
  'xl330-m288': {
    name: 'xl330-m288',
    table: table(xl330),
    absent: [],
    hasCurrent: true,
    operatingModes: withCurrent,
    stallCurrent: 1470,
    maxTicksPerSec: ticksPerSec(103),
    decivolts: 50
  },
  'xl330-m077': {
    name: 'xl330-m077',
    table: table({
      ...xl330,
      modelNumber: 1190,
      velocityLimit: 1620,
      velocityIGain: 400,
      velocityPGain: 40,
      positionIGain: 400
    }),
    absent: [],
    hasCurrent: true,
    operatingModes: withCurrent,
    stallCurrent: 1470,
    maxTicksPerSec: ticksPerSec(383),
    decivolts: 50
  },
  'xm430-w350': {
    name: 'xm430-w350',
    table: table(xm430),
    absent: ['pwmSlope'],
    hasCurrent: true,
    operatingModes: withCurrent,
    // 2.3 A at 12 V in units of 2.69 mA.
    stallCurrent: 855,
    maxTicksPerSec: ticksPerSec(46),
    decivolts: 120
  },
  'xm540-w270': {
    name: 'xm540-w270',
    table: table({ ...xm430, modelNumber: 1120, currentLimit: 2047, velocityLimit: 128 }),
    absent: ['pwmSlope'],
    hasCurrent: true,
    operatingModes: withCurrent,
    // 4.4 A at 12 V in units of 2.69 mA.
    stallCurrent: 1636,
    maxTicksPerSec: ticksPerSec(30),
    decivolts: 120
  }
} as const satisfies Readonly<Record<string, XModel>>

export type XModelName = keyof typeof xModels
