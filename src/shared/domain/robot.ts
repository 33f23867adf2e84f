import { z } from 'zod'

/** One joint of a robot spec. Revolute joints in radians; the gripper is a ratio (0 closed, 1 open). */
export const jointSpec = z.object({
  name: z.string(),
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

const vec3 = z.tuple([z.number(), z.number(), z.number()])

/** Metres, in the robot's world frame; z is up. */
export const workspaceBox = z.object({ min: vec3, max: vec3 })
export type WorkspaceBox = z.infer<typeof workspaceBox>

/**
 * A vertical-tool arm: base yaw, shoulder and elbow pitch, wrist pitch that keeps the tool pointing down.
 * All in metres in the world frame of the bench (x right, y towards the operator, z up).
 */
export const armGeometry = z.object({
  kind: z.literal('verticalTool'),
  base: vec3,
  upperArmMetres: z.number().positive(),
  forearmMetres: z.number().positive(),
  toolMetres: z.number().min(0)
})
export type ArmGeometry = z.infer<typeof armGeometry>

export const robotSpec = z.object({
  name: z.string(),
  title: z.string(),
  driver: z.enum(['sim']),
  loopRateHz: z.number().positive(),
  joints: z.array(jointSpec).min(1),
  workspace: workspaceBox,
  geometry: armGeometry
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
