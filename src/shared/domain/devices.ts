import { z } from 'zod'
import { fault } from './fault'

/**
 * Devices as the operator connects them: ports, arms, motors, calibration. Everything is done in the robot host;
 * the window asks by commands and shows the view.
 */

/** How a port is remembered and found again after it came back under another name. */
export const portIdentity = z.object({
  /** USB serial number; null: the adapter has none, so only its path names it. */
  serialNumber: z.string().min(1).max(200).nullable(),
  path: z.string().min(1).max(4096)
})
export type PortIdentity = z.infer<typeof portIdentity>

/** A port and what tells its adapter from others of the same kind, wherever it is plugged in. */
export const portInfo = portIdentity.extend({
  /** Four hexadecimal digits. */
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  manufacturer: z.string().nullable()
})
export type PortInfo = z.infer<typeof portInfo>

/** The port that `wanted` is now: by serial number where it has one, by path otherwise; null while it is away. */
export function findPort(ports: readonly PortInfo[], wanted: PortIdentity): PortInfo | null {
  const isIt = ({ serialNumber, path }: PortInfo): boolean =>
    serialNumber === wanted.serialNumber && (serialNumber !== null || path === wanted.path)
  return ports.find(isIt) ?? null
}

/** The arm that is driven, and the one that a person drives it with. */
export const armSlot = z.enum(['follower', 'leader'])
export type ArmSlot = z.infer<typeof armSlot>

export const servoFamilyName = z.enum(['feetech', 'dynamixel'])

/** A robot that can be connected. */
export const robotChoice = z.object({
  name: z.string(),
  title: z.string(),
  role: armSlot,
  family: servoFamilyName,
  baudRate: z.int().positive(),
  origin: z.enum(['builtIn', 'user']),
  /** Its arms, each with the bus it hangs on; several arms may share one. */
  arms: z.array(z.object({ prefix: z.string(), bus: z.string() })).min(1),
  /** Ids that have a calibration file. */
  ids: z.array(z.string())
})
export type RobotChoice = z.infer<typeof robotChoice>

/** An id is a file name of LeRobot's. */
const robotId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^/\\\0.][^/\\\0]*$/, 'no slashes, and no dot in front')

export const connectRequest = z.object({
  robot: z.string().max(100),
  id: robotId,
  /** By name of the bus. */
  ports: z.record(z.string(), portIdentity),
  /** Prefix of the arm that policy and teleoperation drive; the robot's other arms hold still. */
  drives: z.string().max(40)
})
export type ConnectRequest = z.infer<typeof connectRequest>

/** What the limits editor may change of one joint; rad and seconds, or ratio for a gripper. */
export const jointLimits = z.object({
  name: z.string().min(1).max(100),
  min: z.number(),
  max: z.number(),
  maxVelocityPerSec: z.number().positive(),
  maxAccelerationPerSec2: z.number().positive()
})
export type JointLimits = z.infer<typeof jointLimits>

/** A line to look for motors on, while no robot is connected by it. */
const busLine = { port: portIdentity, family: servoFamilyName, baudRate: z.int().min(1200).max(6_000_000) }
const motorId = z.int().min(0).max(252)

export const deviceCommand = z.discriminatedUnion('type', [
  /** Reads the list of ports and the robot files again. */
  z.object({ type: z.literal('refresh') }),
  /** Opens and only reads. A follower takes the place of the bench; refused while anything moves. */
  z.object({ type: z.literal('connect'), request: connectRequest }),
  /** The same request as last time: finds renumbered ports by their serial numbers. */
  z.object({ type: z.literal('reconnect'), slot: armSlot }),
  /** Leaves torque as it is. A follower gives its place to the bench. */
  z.object({ type: z.literal('disconnect'), slot: armSlot }),
  /** On: goals become the present positions first, so nothing moves. Off: a loaded arm falls. */
  z.object({ type: z.literal('torque'), slot: armSlot, on: z.boolean() }),
  /** Moves the follower to where it may lose its torque, then releases it. */
  z.object({ type: z.literal('lower') }),
  /** Every id on the line is pinged. */
  z.object({ type: z.literal('scan'), ...busLine }),
  z.object({ type: z.literal('assignId'), ...busLine, from: motorId, to: motorId }),
  /** Writes the settings that a motor of this robot should have, only what differs. Needs torque off. */
  z.object({ type: z.literal('setUp'), slot: armSlot }),
  /** What a motor latched (overload, overheating) is cleared. It loses its torque meanwhile. */
  z.object({ type: z.literal('clearMotor'), slot: armSlot, motor: z.string().max(100) }),
  /** The calibration file and the motors disagree: which of them is right. Needs torque off. */
  z.object({ type: z.literal('settleCalibration'), slot: armSlot, from: z.enum(['file', 'motors']) }),
  /** The wizard: torque off, joints to the middle, then through their ranges. */
  z.object({
    type: z.literal('calibrate'),
    slot: armSlot,
    step: z.enum(['begin', 'middle', 'save', 'cancel'])
  }),
  /** Kept for this robot id; null: the limits of the robot's file. */
  z.object({ type: z.literal('limits'), joints: z.array(jointLimits).max(64).nullable() })
])
export type DeviceCommand = z.infer<typeof deviceCommand>

/** One motor as last read. */
export const motorReading = z.object({
  /** With the arm's prefix. */
  joint: z.string(),
  motor: z.string(),
  id: z.int(),
  model: z.string().nullable(),
  ticks: z.number(),
  /** rad, or ratio for a gripper, by the calibration; null without one. */
  position: z.number().nullable(),
  /** Ticks per second. */
  ticksPerSec: z.number(),
  /** Share of the largest torque, as the motor estimates it from its drive; null: not told. */
  loadFraction: z.number().nullable(),
  amperes: z.number().nullable(),
  volts: z.number(),
  celsius: z.number(),
  /** In words. */
  alarms: z.array(z.string())
})
export type MotorReading = z.infer<typeof motorReading>

/** An arm (or a robot of several) in its slot. */
export const connectedArm = z.object({
  slot: armSlot,
  request: connectRequest,
  title: z.string(),
  state: z.enum(['connecting', 'connected', 'lost']),
  /** Why it is lost. */
  fault: fault.nullable(),
  torque: z.enum(['on', 'off', 'unknown']),
  /** Torque was switched on by us since it was connected: only then it is commanded. */
  taken: z.boolean(),
  calibration: z.object({
    file: z.string().nullable(),
    state: z.enum(['matches', 'missing', 'differs']),
    /** In words, with both values. */
    differences: z.array(z.string())
  }),
  /** Settings of motors that the guided set-up would write, in words. */
  setUpDue: z.array(z.string()),
  /** Motors near what they bear, in words; the arm still moves. */
  warnings: z.array(z.string()),
  /** Of every joint of the driven arm: those of the robot's file, and the operator's own, which are narrower. */
  limits: z.object({ file: z.array(jointLimits), own: z.array(jointLimits).nullable() }),
  /** Since it was connected. */
  bus: z.object({
    requests: z.int(),
    retries: z.int(),
    unanswered: z.int(),
    garbageBytes: z.int(),
    /** Of the newest readings of all motors, on the slowest bus; null before the first. */
    readingMillis: z.object({ p50: z.number(), p99: z.number() }).nullable()
  })
})
export type ConnectedArm = z.infer<typeof connectedArm>

export const calibrationProgress = z.object({
  slot: armSlot,
  step: z.enum(['middle', 'ranges']),
  motors: z.array(
    z.object({
      motor: z.string(),
      ticks: z.number(),
      /** Reached so far. */
      min: z.number(),
      max: z.number(),
      /** It turns without end: its range is the whole turn. */
      wholeTurn: z.boolean()
    })
  )
})
export type CalibrationProgress = z.infer<typeof calibrationProgress>

export const scanResult = z.object({
  port: portIdentity,
  family: servoFamilyName,
  baudRate: z.int(),
  /** 0…1; 1: done. */
  progress: z.number(),
  found: z.array(z.object({ id: z.int(), model: z.string().nullable(), modelNumber: z.int().nullable() }))
})
export type ScanResult = z.infer<typeof scanResult>

/** Everything that the Devices view shows besides telemetry. */
export const devicesView = z.object({
  ports: z.array(portInfo),
  robots: z.array(robotChoice),
  /** Robot files that are left out, and why. */
  problems: z.array(fault),
  arms: z.array(connectedArm),
  /** By slot: what was connected last and isn't now. */
  last: z.object({ follower: connectRequest.nullable(), leader: connectRequest.nullable() }),
  scan: scanResult.nullable(),
  calibration: calibrationProgress.nullable()
})
export type DevicesView = z.infer<typeof devicesView>
