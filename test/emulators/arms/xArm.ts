import { createServoBus } from '../bus'
import { createDynamixelProtocol } from '../dynamixel/protocol'
import { createDynamixelServo, type DynamixelServo } from '../dynamixel/servo'
import { type XModelName } from '../dynamixel/tables'
import { type PortIdentity } from '../ptyBus'
import { pendulum, PTY_INTER_BYTE_NANOS, type ArmOptions, type EmulatedArm } from './arm'

/** A joint of an arm of Dynamixels; positions as its motor reports them once set up. */
export interface XJoint {
  readonly name: string
  readonly model: XModelName
  readonly operatingMode: 3 | 4 | 5
  /** Present = ±actual + this. */
  readonly homingOffset?: number
  /** Drive_Mode bit 0. */
  readonly reversed?: boolean
  /** Id of the motor that it shadows. */
  readonly secondaryId?: number
  readonly minPositionLimit?: number
  readonly maxPositionLimit?: number
  readonly start: number
  /** Torque that the link's weight needs at most, of stall torque, and where it stands upright. */
  readonly load?: number
  readonly upright?: number
  readonly friction?: number
}

export interface XArmSpec {
  readonly name: string
  readonly identity: PortIdentity
  /** Ids count from 1 in this order. */
  readonly joints: readonly XJoint[]
}

/** Baud_Rate 3: 1 Mbit/s, as LeRobot and Interbotix set it. */
const BAUD_REGISTER = 3

function createJoint(joint: XJoint, id: number, setUp: boolean): DynamixelServo {
  const offset = joint.homingOffset ?? 0
  const direction = joint.reversed ? -1 : 1
  const actual = (reading: number): number => direction * (reading - offset)
  const weight = pendulum(joint.load ?? 0, joint.upright ?? 2048)
  return createDynamixelServo({
    id,
    name: joint.name,
    model: joint.model,
    ...(setUp && {
      eeprom: {
        baudRate: BAUD_REGISTER,
        returnDelayTime: 0,
        operatingMode: joint.operatingMode,
        driveMode: joint.reversed ? 1 : 0,
        homingOffset: offset,
        secondaryId: joint.secondaryId ?? 255,
        minPositionLimit: joint.minPositionLimit ?? 0,
        maxPositionLimit: joint.maxPositionLimit ?? 4095
      }
    }),
    motor: {
      startTicks: actual(joint.start),
      friction: joint.friction ?? 0.06,
      gravity: (ticks) => direction * weight(direction * ticks + offset)
    }
  })
}

/** An arm of X-series Dynamixels on one bus at 1 Mbit/s. */
export function createXArm(
  { name, identity, joints }: XArmSpec,
  { setUp = true, ...options }: ArmOptions = {}
): EmulatedArm {
  const servos = joints.map((joint, index) => createJoint(joint, index + 1, setUp))
  const baud = 1_000_000
  return {
    name,
    protocol: 'dynamixel',
    baud,
    identity,
    motors: joints.map((joint, index) => ({ id: index + 1, name: joint.name, model: joint.model })),
    bus: createServoBus({
      protocol: createDynamixelProtocol({ servos }),
      baud,
      interByteNanos: PTY_INTER_BYTE_NANOS,
      ...options
    })
  }
}
