import { type Register } from '../registers'

/**
 * Control table of the STS3215 (7.4 V). Addresses, sizes and areas: Feetech "STS/SMS series memory table"
 * (doc.feetech.cn, FT-SMS-STS-emanual) and LeRobot's table of it. Initial values as the memory table gives them.
 *
 * Assumptions, where sources differ or are silent: Firmware 3.10 · Return_Delay_Time 250 (LeRobot: 500 µs from the
 * factory; one edition of the memory table says 0) · Lock 1 after power on · Phase 12 (speeds in steps/s, speed 0 is the
 * maximum) · Max_Voltage_Limit 80 · Unloading_Condition 44, LED_Alarm_Condition 47 · P/D 32 · Minimum_Startup_Force 16 ·
 * velocity loop gains 10 · the factory registers from 80 on.
 */
const eeprom = (address: number, bytes: 1 | 2, initial: number, access: 'r' | 'rw' = 'rw'): Register => ({
  address,
  bytes,
  access,
  area: 'eeprom',
  initial
})
const ram = (address: number, bytes: 1 | 2, initial: number, access: 'r' | 'rw' = 'rw'): Register => ({
  ...eeprom(address, bytes, initial, access),
  area: 'ram'
})

export const sts3215 = {
  firmwareMajorVersion: eeprom(0, 1, 3, 'r'),
  firmwareMinorVersion: eeprom(1, 1, 10, 'r'),
  /** 0: little-endian. */
  endianness: eeprom(2, 1, 0, 'r'),
  modelNumber: eeprom(3, 2, 777, 'r'),
  id: eeprom(5, 1, 1),
  baudRate: eeprom(6, 1, 0),
  /** 2 µs a unit. */
  returnDelayTime: eeprom(7, 1, 250),
  /** 0: answers only ping and read; 1: everything. */
  responseStatusLevel: eeprom(8, 1, 1),
  minPositionLimit: eeprom(9, 2, 0),
  maxPositionLimit: eeprom(11, 2, 4095),
  maxTemperatureLimit: eeprom(13, 1, 70),
  maxVoltageLimit: eeprom(14, 1, 80),
  minVoltageLimit: eeprom(15, 1, 40),
  maxTorqueLimit: eeprom(16, 2, 1000),
  phase: eeprom(18, 1, 12),
  unloadingCondition: eeprom(19, 1, 44),
  ledAlarmCondition: eeprom(20, 1, 47),
  pCoefficient: eeprom(21, 1, 32),
  dCoefficient: eeprom(22, 1, 32),
  iCoefficient: eeprom(23, 1, 0),
  minimumStartupForce: eeprom(24, 1, 16),
  integralLimit: eeprom(25, 1, 0),
  cwDeadZone: eeprom(26, 1, 1),
  ccwDeadZone: eeprom(27, 1, 1),
  /** 6.5 mA a unit. */
  protectionCurrent: eeprom(28, 2, 511),
  angularResolution: eeprom(30, 1, 1),
  /** Sign bit 11. Present = actual − offset. */
  homingOffset: eeprom(31, 2, 0),
  operatingMode: eeprom(33, 1, 0),
  /** % of stall torque left after overload. */
  protectiveTorque: eeprom(34, 1, 20),
  /** 10 ms a unit. */
  protectionTime: eeprom(35, 1, 200),
  /** % of stall torque that counts as overload. */
  overloadTorque: eeprom(36, 1, 80),
  velocityPCoefficient: eeprom(37, 1, 10),
  /** 10 ms a unit. */
  overCurrentProtectionTime: eeprom(38, 1, 200),
  velocityICoefficient: eeprom(39, 1, 10),
  /** 0 off, 1 on, 2 damping, 128 makes the present position 2048. */
  torqueEnable: ram(40, 1, 0),
  /** 100 steps/s² a unit (8.7°/s²); 0: as fast as possible. */
  acceleration: ram(41, 1, 0),
  goalPosition: ram(42, 2, 0),
  goalTime: ram(44, 2, 0),
  goalVelocity: ram(46, 2, 0),
  torqueLimit: ram(48, 2, 1000),
  lock: ram(55, 1, 1),
  presentPosition: ram(56, 2, 0, 'r'),
  presentVelocity: ram(58, 2, 0, 'r'),
  /** 0.1 % of the PWM range, sign bit 10. */
  presentLoad: ram(60, 2, 0, 'r'),
  presentVoltage: ram(62, 1, 0, 'r'),
  presentTemperature: ram(63, 1, 0, 'r'),
  /** 1 while a registered write waits for its action. */
  asyncWriteFlag: ram(64, 1, 0, 'r'),
  status: ram(65, 1, 0, 'r'),
  moving: ram(66, 1, 0, 'r'),
  targetPosition: ram(67, 2, 0, 'r'),
  presentCurrent: ram(69, 2, 0, 'r'),
  goalPosition2: ram(71, 2, 0, 'r'),
  movingVelocityThreshold: eeprom(80, 1, 1),
  dtsMilliseconds: eeprom(81, 1, 10),
  velocityUnitFactor: eeprom(82, 1, 1),
  htsNanoseconds: eeprom(83, 1, 0),
  /** 50 steps/s a unit. */
  maximumVelocityLimit: eeprom(84, 1, 70),
  /** 100 steps/s² a unit. */
  maximumAcceleration: eeprom(85, 1, 254),
  accelerationMultiplier: eeprom(86, 1, 1)
} as const satisfies Readonly<Record<string, Register>>

export type Sts3215Register = keyof typeof sts3215

/** Memory table, "Servo status": bits of Status (65) and of every status packet. */
export const statusBits = { voltage: 1, encoder: 2, overheat: 4, overcurrent: 8, overload: 32 } as const

/** Memory table, "Phase": bit 4 set reports the position without wrapping at one turn. */
export const PHASE_MULTI_TURN = 0x10
