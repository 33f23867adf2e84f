import type { GateVerdict, JointSpec, MotionCause, WorkspaceBox } from '../domain/robot'
import { clamp } from '../units'

/**
 * The one actuation gate. Every command for every arm passes here, tick by tick: it clamps where that is
 * safe, rejects otherwise, and returns what may be sent, which is what gets recorded.
 */

/** Joint targets of one tick, in spec order: rad, or ratio for a gripper. */
export interface GatedAction {
  readonly position: readonly number[]
  /** The command is worthless after this instant. */
  readonly expiresNanos: number
}

type Vec3 = readonly [number, number, number]

/** What the gate compares with: the present arm and the command sent one tick ago. */
export interface GateObservation {
  readonly presentPosition: readonly number[]
  readonly lastSentPosition: readonly number[]
  /** Per second. */
  readonly lastSentVelocity: readonly number[]
}

export interface GateLimits {
  readonly joints: readonly JointSpec[]
  readonly workspace: WorkspaceBox
  /** End-effector position for joint positions, metres. */
  readonly forward: (position: readonly number[]) => Vec3
  /** Seconds between two commands. */
  readonly tickSec: number
}

export type Gated =
  | { readonly kind: 'send'; readonly position: readonly number[]; readonly verdict: GateVerdict }
  | { readonly kind: 'reject'; readonly cause: MotionCause }

/** Rounding slack at the faces of the workspace box, metres: far below any arm's resolution. */
const WORKSPACE_SLACK_METRES = 1e-6
/** Relative slack, so that a command exactly at a limit isn't reported as clamped. */
const LIMIT_SLACK = 1e-9

const reject = (code: string, message: string): Gated => ({ kind: 'reject', cause: { code, message } })

export function gateAction(
  action: GatedAction,
  observation: GateObservation,
  limits: GateLimits,
  nowNanos: number
): Gated {
  const { joints, tickSec } = limits
  if (nowNanos >= action.expiresNanos) return reject('expired', 'The command expired before it could be sent')
  if (action.position.length !== joints.length) {
    return reject('shape', `The command has ${action.position.length} joints, the robot ${joints.length}`)
  }
  const badJoint = joints.find((_, index) => !Number.isFinite(action.position[index]))
  if (badJoint) return reject('nonFinite', `The command for ${badJoint.name} is not a finite number`)

  const clamped = new Map<string, string>()
  // An arm that was found outside its limits, as arms at rest are, may come in, and never goes further out.
  const ranges = joints.map(({ min, max }, index) => {
    const last = observation.lastSentPosition[index] as number
    return { min: Math.min(min, last), max: Math.max(max, last) }
  })
  const inRange = joints.map((joint, index) => {
    const wanted = action.position[index] as number
    const { min, max } = ranges[index] as (typeof ranges)[number]
    const allowed = clamp(wanted, min, max)
    if (Math.abs(allowed - wanted) > LIMIT_SLACK) clamped.set(joint.name, 'position')
    return allowed
  })

  // One common factor keeps the arm on its path; it is only late on it.
  const speedFactor = joints.reduce((factor, joint, index) => {
    const speed =
      Math.abs((inRange[index] as number) - (observation.lastSentPosition[index] as number)) / tickSec
    if (speed <= joint.maxVelocityPerSec * (1 + LIMIT_SLACK)) return factor
    clamped.set(joint.name, 'velocity')
    return Math.min(factor, joint.maxVelocityPerSec / speed)
  }, 1)

  const position = joints.map((joint, index) => {
    const last = observation.lastSentPosition[index] as number
    const velocity = (((inRange[index] as number) - last) * speedFactor) / tickSec
    const lastVelocity = observation.lastSentVelocity[index] as number
    const maxChange = joint.maxAccelerationPerSec2 * tickSec
    const allowed = clamp(velocity, lastVelocity - maxChange, lastVelocity + maxChange)
    if (Math.abs(allowed - velocity) > LIMIT_SLACK * maxChange) clamped.set(joint.name, 'acceleration')
    // A braking ramp may carry a joint to its stop, never through it.
    const { min, max } = ranges[index] as (typeof ranges)[number]
    return clamp(last + allowed * tickSec, min, max)
  })

  const jumping = joints.find(
    (joint, index) =>
      Math.abs((position[index] as number) - (observation.presentPosition[index] as number)) > joint.maxJump
  )
  if (jumping) {
    return reject('jump', `${jumping.name} would jump further than allowed from where the arm is now`)
  }
  const outside = outsideAxis(
    limits.forward(position),
    limits.forward(observation.lastSentPosition),
    limits.workspace
  )
  if (outside >= 0) {
    return reject('workspace', `The command would leave the workspace along ${'xyz'[outside] ?? '?'}`)
  }
  return {
    kind: 'send',
    position,
    verdict:
      clamped.size === 0
        ? { kind: 'pass' }
        : { kind: 'clamp', joints: [...clamped].map(([joint, limit]) => ({ joint, limit })) }
  }
}

/** How far a position is outside its range; NaN stays NaN. */
const beyond = (value: number, min: number, max: number): number => Math.max(0, min - value, value - max)

/** The first axis along which the tool would be outside the workspace and not on its way in; −1 where there is none. */
const outsideAxis = (next: Vec3, last: Vec3, { min, max }: WorkspaceBox): number =>
  next.findIndex((value, axis) => {
    const [low, high] = [min[axis] as number, max[axis] as number]
    const allowed = beyond(last[axis] as number, low, high)
    return !(beyond(value, low, high) <= allowed + WORKSPACE_SLACK_METRES)
  })
