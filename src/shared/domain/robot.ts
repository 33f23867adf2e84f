import { z } from 'zod'

/**
 * What the gate holds one joint to, and how people read it. Revolute joints in radians; the gripper is a ratio
 * (0 closed, 1 open).
 */
export const jointSpec = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['revolute', 'gripper']),
  /** rad, or ratio for a gripper. */
  min: z.number(),
  max: z.number(),
  /** rad/s, or 1/s for a gripper. */
  maxVelocityPerSec: z.number().positive(),
  /** rad/s², or 1/s² for a gripper. */
  maxAccelerationPerSec2: z.number().positive(),
  /** Largest difference allowed between a command and the present position, rad or ratio. */
  maxJump: z.number().positive(),
  home: z.number()
})
export type JointSpec = z.infer<typeof jointSpec>

/** A motor on an arm's bus. Names are LeRobot's, so that its calibration files fit. */
export const motorSpec = z.strictObject({
  name: z.string().min(1),
  id: z.int().min(0).max(252),
  /** LeRobot's name of the model: `sts3215`, `xl330-m288`, … */
  model: z.string().min(1),
  /** Turns against the joint's positive direction: Dynamixel's Drive_Mode 1; for Feetech the driver reverses. */
  reversed: z.boolean(),
  /** A second motor on the same axle repeats what the motor of this name does; null for the one that is commanded. */
  follows: z.string().nullable(),
  /** rad/s without load at the supply the robot uses, as the data sheet says. */
  noLoadRadPerSec: z.number().positive()
})
export type MotorSpec = z.infer<typeof motorSpec>

/** One joint with the motors that turn it; a simulated one has none. */
export const robotJoint = jointSpec.extend({
  motors: z.array(motorSpec),
  /** Where the arm may lose its torque without falling, rad or ratio. */
  rest: z.number(),
  /** Position in the middle of the calibrated range, which LeRobot calls 0°; rad, or ratio (0.5) for a gripper. */
  centre: z.number(),
  /** How the gripper's motor turns between closed and open, nominal; a calibration's range replaces it. */
  gripperRange: z.strictObject({ closedRad: z.number(), openRad: z.number() }).nullable()
})
export type RobotJoint = z.infer<typeof robotJoint>

const vec3 = z.tuple([z.number(), z.number(), z.number()])

/** Metres, in the arm's world frame (a real arm's base frame); z is up. */
export const workspaceBox = z.strictObject({ min: vec3, max: vec3 })
export type WorkspaceBox = z.infer<typeof workspaceBox>

/**
 * A vertical-tool arm: base yaw, shoulder and elbow pitch, wrist pitch that keeps the tool pointing down.
 * All in metres in the world frame of the bench (x right, y towards the operator, z up).
 */
export const armGeometry = z.strictObject({
  kind: z.literal('verticalTool'),
  base: vec3,
  upperArmMetres: z.number().positive(),
  forearmMetres: z.number().positive(),
  toolMetres: z.number().min(0)
})
export type ArmGeometry = z.infer<typeof armGeometry>

/** A frame within another: metres, and fixed-axis roll, pitch, yaw in radians as in URDF. */
const frame = { xyz: vec3, rpy: vec3 }

/**
 * A chain of revolute joints from the base (x forward, z up) to the tool (z out of the gripper). Each link's
 * frame is given in the one before it at position 0; the joint turns it around `axis`, a unit vector in it.
 */
export const serialChainGeometry = z.strictObject({
  kind: z.literal('serialChain'),
  links: z
    .array(z.strictObject({ joint: z.string(), ...frame, axis: vec3 }))
    .min(1)
    .max(16),
  /** The gripper's point in the last link's frame. */
  tool: z.strictObject(frame),
  /** Who says so: address, and commit or date. */
  sources: z.array(z.string().min(1)).min(1)
})
export type SerialChainGeometry = z.infer<typeof serialChainGeometry>

export const robotGeometry = z.discriminatedUnion('kind', [armGeometry, serialChainGeometry])
export type RobotGeometry = z.infer<typeof robotGeometry>

/** When to warn of a motor of one model, and when to hold the arm before it is damaged. */
export const motorThresholds = z.strictObject({
  temperatureCelsius: z.strictObject({ warn: z.number(), hold: z.number() }),
  /** Outside of it the supply is wrong. */
  supplyVolts: z.strictObject({ min: z.number(), max: z.number() }),
  /** Of the largest torque, 0…1. */
  loadFraction: z.strictObject({ warn: z.number().min(0).max(1), hold: z.number().min(0).max(1) })
})
export type MotorThresholds = z.infer<typeof motorThresholds>

/** Where LeRobot keeps this robot's calibration: `<calibration>/<group>/<folder>/<id>.json`, newest folder first. */
export const lerobotFolders = z.strictObject({
  group: z.enum(['robots', 'teleoperators']),
  folders: z.array(z.string().regex(/^\w+$/)).min(1)
})
export type LerobotFolders = z.infer<typeof lerobotFolders>

/** One arm of a robot. `joints`, `geometry` and `workspace` of the spec hold for each of its arms alike. */
export const armInstance = z.strictObject({
  /** Goes before joint, motor and camera names with an underscore; empty for a robot of one arm. */
  prefix: z.string().regex(/^[a-z]*$/),
  /** Which serial bus it hangs on; null in the simulator. The port is the operator's choice. */
  bus: z.string().min(1).nullable(),
  /** Its base in the robot's frame. */
  mount: z.strictObject(frame)
})
export type ArmInstance = z.infer<typeof armInstance>

export const robotSpec = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  title: z.string().min(1),
  driver: z.enum(['sim', 'feetech', 'dynamixel']),
  role: z.enum(['follower', 'leader']),
  /** False where motors only measure: a leader whose gears were taken out can't be driven to a pose. */
  actuated: z.boolean(),
  /** Says it for readers of the file; nothing else is understood. */
  units: z.strictObject({
    angle: z.literal('rad'),
    length: z.literal('m'),
    time: z.literal('s'),
    gripper: z.literal('ratio')
  }),
  loopRateHz: z.number().positive(),
  /** Of the serial buses; null in the simulator. */
  baudRate: z.int().positive().nullable(),
  arms: z.array(armInstance).min(1),
  joints: z.array(robotJoint).min(1),
  workspace: workspaceBox,
  geometry: robotGeometry,
  torque: z.strictObject({
    onExit: z.enum(['hold', 'lowerThenRelease', 'release']),
    onFault: z.enum(['hold', 'lowerThenRelease', 'release'])
  }),
  /** By motor model. */
  thresholds: z.record(z.string(), motorThresholds),
  /** Cameras that this robot's policies look through, and where they are usually mounted. */
  cameras: z.array(z.strictObject({ name: z.string().min(1), mount: z.string().min(1) })),
  lerobot: lerobotFolders.nullable(),
  /** Reasons for the limits, and what could not be verified. */
  notes: z.array(z.string())
})
export type RobotSpec = z.infer<typeof robotSpec>

/** Who is stopping or holding the robot, in a form a person can read and a table can group. */
export const motionCause = z.object({ code: z.string(), message: z.string() })
export type MotionCause = z.infer<typeof motionCause>

/** Motion phases (robot host). `stopped` is latched; `held` waits for a person. */
export const motionPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('holding') }),
  z.object({ kind: z.literal('executing') }),
  z.object({ kind: z.literal('homing') }),
  /** On its way to where it may lose its torque. */
  z.object({ kind: z.literal('lowering') }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('held'), cause: motionCause }),
  z.object({ kind: z.literal('teleop'), source: z.string() }),
  z.object({ kind: z.literal('stopped'), cause: motionCause })
])
export type MotionPhase = z.infer<typeof motionPhase>

/** What the gate made of a command. `clamped` names joints and limits; `reject` says why nothing was sent. */
export const gateVerdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pass') }),
  z.object({ kind: z.literal('clamp'), joints: z.array(z.object({ joint: z.string(), limit: z.string() })) }),
  z.object({ kind: z.literal('reject'), cause: motionCause })
])
export type GateVerdict = z.infer<typeof gateVerdict>

/** Present state of the arm, one entry per joint of the spec, in its units. */
export const robotState = z.object({
  capturedNanos: z.number(),
  position: z.array(z.number()),
  velocity: z.array(z.number())
})
export type RobotState = z.infer<typeof robotState>

/**
 * One action of a chunk in SI units, as the policy host hands it to the robot host: an end-effector delta
 * (metres, counted from the last commanded target) and the gripper's target opening (null: leave as it is).
 */
export const endEffectorAction = z.object({
  deltaMetres: vec3,
  gripperOpening: z.number().min(0).max(1).nullable()
})
export type EndEffectorAction = z.infer<typeof endEffectorAction>
