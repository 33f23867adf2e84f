import { createServoBus } from '../bus'
import { createFeetechProtocol } from '../feetech/protocol'
import { createFeetechServo, type FeetechServo } from '../feetech/servo'
import { encodeSignMagnitude } from '../feetech/signMagnitude'
import { type PortIdentity } from '../ptyBus'
import { pendulum, PTY_INTER_BYTE_NANOS, type ArmOptions, type EmulatedArm } from './arm'

/** Positions as the motor reports them once calibrated. Ranges, loads and poses are made up, in the size of real ones. */
interface Joint {
  readonly name: string
  readonly homingOffset: number
  readonly rangeMin: number
  readonly rangeMax: number
  /** Where the folded arm rests. */
  readonly rest: number
  readonly load: number
  readonly upright: number
}

type Side = 'follower' | 'leader'

/** Ids 1–6 in this order, on both arms (LeRobot, SO-101). */
const joints: Readonly<Record<Side, readonly Joint[]>> = {
  follower: [
    joint('shoulder_pan', -1203, 745, 3420, 2047),
    joint('shoulder_lift', 972, 820, 3210, 820, 0.18, 1650),
    joint('elbow_flex', 1518, 870, 3095, 3095, 0.12, 2047),
    joint('wrist_flex', -866, 845, 3215, 2850, 0.03, 2047),
    joint('wrist_roll', 331, 0, 4095, 2047),
    joint('gripper', 1437, 2030, 3498, 2060)
  ],
  leader: [
    joint('shoulder_pan', 411, 760, 3405, 2047),
    joint('shoulder_lift', -1690, 835, 3190, 835, 0.12, 1650),
    joint('elbow_flex', 1102, 885, 3080, 3080, 0.08, 2047),
    joint('wrist_flex', -64, 850, 3200, 2840, 0.02, 2047),
    joint('wrist_roll', -1945, 0, 4095, 2047),
    joint('gripper', 708, 2010, 3180, 2040)
  ]
}

function joint(
  name: string,
  homingOffset: number,
  rangeMin: number,
  rangeMax: number,
  rest: number,
  load = 0,
  upright = 0
): Joint {
  return { name, homingOffset, rangeMin, rangeMax, rest, load, upright }
}

/** The Waveshare driver board's CH343. */
const identities: Readonly<Record<Side, PortIdentity>> = {
  follower: { serialNumber: '5A46081101', vendorId: '1a86', productId: '55d3', manufacturer: '1a86' },
  leader: { serialNumber: '5A46081102', vendorId: '1a86', productId: '55d3', manufacturer: '1a86' }
}

/** What LeRobot keeps of a calibration, as its file has it. */
export interface LeRobotCalibration {
  readonly id: number
  readonly drive_mode: 0
  readonly homing_offset: number
  readonly range_min: number
  readonly range_max: number
}

/** The calibration that a set-up arm carries in its EEPROM, as LeRobot's calibration file would say it. */
export const so101Calibration = (side: Side): Readonly<Record<string, LeRobotCalibration>> =>
  Object.fromEntries(
    joints[side].map(({ name, homingOffset, rangeMin, rangeMax }, index) => [
      name,
      { id: index + 1, drive_mode: 0, homing_offset: homingOffset, range_min: rangeMin, range_max: rangeMax }
    ])
  )

/** LeRobot's set-up of SO followers and leaders: EEPROM values it writes. */
function eeprom({ name, homingOffset, rangeMin, rangeMax }: Joint): Record<string, number> {
  return {
    returnDelayTime: 0,
    phase: 12,
    pCoefficient: 16,
    dCoefficient: 32,
    homingOffset: encodeSignMagnitude(homingOffset, 11),
    minPositionLimit: rangeMin,
    maxPositionLimit: rangeMax,
    ...(name === 'gripper' && { maxTorqueLimit: 500, protectionCurrent: 250, overloadTorque: 25 })
  }
}

function createJoint(joint: Joint, id: number, side: Side, setUp: boolean): FeetechServo {
  const actual = (reading: number): number => reading + joint.homingOffset
  const turnsFreely = joint.rangeMax - joint.rangeMin >= 4095
  return createFeetechServo({
    id,
    name: joint.name,
    ...(setUp && { eeprom: eeprom(joint) }),
    motor: {
      startTicks: actual(joint.rest),
      friction: side === 'leader' ? 0.02 : 0.05,
      gravity: pendulum(joint.load, actual(joint.upright)),
      // The operator who calibrated reached the ends of the mechanism.
      ...(!turnsFreely && {
        stops: { minTicks: actual(joint.rangeMin), maxTicks: actual(joint.rangeMax) }
      })
    }
  })
}

/** SO-101: six STS3215 at 1 Mbit/s, leader and follower alike. */
export function createSo101(side: Side, { setUp = true, ...options }: ArmOptions = {}): EmulatedArm {
  const servos = joints[side].map((joint, index) => createJoint(joint, index + 1, side, setUp))
  const baud = 1_000_000
  return {
    name: `so101-${side}`,
    protocol: 'feetech',
    baud,
    identity: identities[side],
    motors: servos.map(({ id, name }) => ({ id, name, model: 'sts3215' })),
    bus: createServoBus({
      protocol: createFeetechProtocol({ servos }),
      baud,
      interByteNanos: PTY_INTER_BYTE_NANOS,
      ...options
    })
  }
}
