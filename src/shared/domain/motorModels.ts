/**
 * Motors of the arms Depthdeck drives, by LeRobot's names. All have 12-bit encoders: 4096 ticks per turn.
 * Feetech STS3215 memory table; e-Manual of ROBOTIS (emanual.robotis.com/docs/en/dxl/x/…).
 */
export interface MotorModel {
  readonly driver: 'feetech' | 'dynamixel'
  readonly ticksPerTurn: number
}

const feetech: MotorModel = { driver: 'feetech', ticksPerTurn: 4096 }
const dynamixel: MotorModel = { driver: 'dynamixel', ticksPerTurn: 4096 }

const MODELS: ReadonlyMap<string, MotorModel> = new Map([
  ['sts3215', feetech],
  ['xl330-m077', dynamixel],
  ['xl330-m288', dynamixel],
  ['xl430-w250', dynamixel],
  ['xm430-w350', dynamixel],
  ['xm540-w270', dynamixel]
])

export const motorModel = (name: string): MotorModel | undefined => MODELS.get(name)
