import { err, ok, type Result } from '../domain/result'
import type { ArmGeometry } from '../domain/robot'

/**
 * Analytic kinematics of a vertical-tool arm: base yaw, then shoulder, elbow and wrist pitch in the vertical
 * plane the yaw selects. Textbook planar two-link geometry (law of cosines), elbow up.
 *
 * World frame of the bench, metres: x right, y towards the operator, z up. `geometry.base` is the point
 * where the yaw axis meets the shoulder axis. Joints, radians:
 * - base: 0 points away from the operator (−y); positive turns counter-clockwise seen from above (towards −x)
 * - shoulder: of the upper arm above the horizontal
 * - elbow: of the forearm against the upper arm's line; negative bends down, 0 is stretched
 * - wrist: of the tool against the forearm's line; the tool is vertical when shoulder + elbow + wrist = −π/2
 */

export type Vec3 = readonly [number, number, number]

/** base, shoulder, elbow, wrist, radians; a gripper isn't part of the chain. */
export type ArmJoints = readonly [number, number, number, number]

/** Origins of the arm's links, metres in the world frame. */
export interface ArmPose {
  readonly shoulder: Vec3
  readonly elbow: Vec3
  readonly wrist: Vec3
  /** The gripper's point, the one targets are given for. */
  readonly tool: Vec3
}

export interface KinematicsError {
  readonly code: 'nonFiniteTarget' | 'targetTooFar' | 'targetTooClose'
  readonly message: string
}

/** Closer than this to the yaw axis every yaw would do, so the base has no answer. */
const YAW_AXIS_METRES = 1e-6

const centimetres = (metres: number): string => `${(metres * 100).toFixed(1)} cm`

/**
 * Link positions for joints [base, shoulder, elbow, wrist] (rad), also when the tool isn't vertical.
 * Throws RangeError unless there are exactly four joints.
 */
export function forwardKinematics(geometry: ArmGeometry, joints: readonly number[]): ArmPose {
  const [base, shoulder, elbow, wrist] = joints
  if (
    base === undefined ||
    shoulder === undefined ||
    elbow === undefined ||
    wrist === undefined ||
    joints.length !== 4
  ) {
    throw new RangeError(`forwardKinematics: a vertical-tool arm has 4 joints, got ${joints.length}`)
  }
  const outX = -Math.sin(base)
  const outY = -Math.cos(base)
  const along = (from: Vec3, length: number, pitch: number): Vec3 => {
    const reach = length * Math.cos(pitch)
    return [from[0] + reach * outX, from[1] + reach * outY, from[2] + length * Math.sin(pitch)]
  }
  const elbowPosition = along(geometry.base, geometry.upperArmMetres, shoulder)
  const wristPosition = along(elbowPosition, geometry.forearmMetres, shoulder + elbow)
  return {
    shoulder: geometry.base,
    elbow: elbowPosition,
    wrist: wristPosition,
    tool: along(wristPosition, geometry.toolMetres, shoulder + elbow + wrist)
  }
}

/**
 * Joints that put the tool's point at `target` (metres, world frame) with the tool vertical and the elbow up.
 * Errors: `nonFiniteTarget`, `targetTooFar` (beyond the stretched arm), `targetTooClose` (inside the folded
 * arm's reach or on the yaw axis).
 */
export function inverseKinematics(geometry: ArmGeometry, target: Vec3): Result<ArmJoints, KinematicsError> {
  if (!target.every(Number.isFinite)) {
    return err({ code: 'nonFiniteTarget', message: `The target ${target.join(', ')} is not a position` })
  }
  const { upperArmMetres: upper, forearmMetres: fore } = geometry
  const dx = target[0] - geometry.base[0]
  const dy = target[1] - geometry.base[1]
  const out = Math.hypot(dx, dy)
  const up = target[2] + geometry.toolMetres - geometry.base[2]
  const distance = Math.hypot(out, up)
  if (distance > upper + fore) {
    return err({
      code: 'targetTooFar',
      message: `The target is ${centimetres(distance)} from the shoulder, the arm reaches ${centimetres(upper + fore)}`
    })
  }
  if (out < YAW_AXIS_METRES || distance < Math.abs(upper - fore)) {
    return err({
      code: 'targetTooClose',
      message: `The target is ${centimetres(distance)} from the shoulder, too close for the folded arm`
    })
  }
  const cosElbow = (distance * distance - upper * upper - fore * fore) / (2 * upper * fore)
  // Rounding may carry the cosine a hair past ±1 at the edges of the reach.
  const sinElbow = -Math.sqrt(Math.max(0, (1 - cosElbow) * (1 + cosElbow)))
  const elbow = Math.atan2(sinElbow, cosElbow)
  const shoulder = Math.atan2(up, out) - Math.atan2(fore * sinElbow, upper + fore * cosElbow)
  return ok([Math.atan2(-dx, -dy), shoulder, elbow, -Math.PI / 2 - shoulder - elbow])
}
