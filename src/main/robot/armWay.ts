import { ok, type Result } from '@shared/domain/result'
import type { MotionCause } from '@shared/domain/robot'

/** Ways of an arm that take so many ticks: of the tool along a straight line, or of all joints at once. */

export type Vec3 = readonly [number, number, number]

/** End-effector pose an arm is commanded to: metres, and gripper opening 0…1. */
export interface ToolPose {
  readonly xyz: Vec3
  readonly gripper: number
}

export type Way =
  | { readonly kind: 'tool'; readonly from: ToolPose; readonly to: ToolPose; readonly ticks: number }
  | {
      readonly kind: 'joints'
      readonly from: readonly number[]
      readonly to: readonly number[]
      readonly ticks: number
    }

/** Minimum jerk (Flash and Hogan 1985): speed and acceleration are zero at both ends. */
const gently = (t: number): number => t * t * t * (10 - 15 * t + 6 * t * t)
/** Its fastest moment, of the mean speed. */
const GENTLE_PEAK = 15 / 8

const LEAST_TICKS = 5

const lerp = (from: number, to: number, fraction: number): number => from + (to - from) * fraction

/** Where a way has the joints after `done` of its ticks; `jointsFor` is the arm's inverse kinematics. */
export function alongWay(
  way: Way,
  done: number,
  jointsFor: (pose: ToolPose) => Result<readonly number[], MotionCause>
): Result<readonly number[], MotionCause> {
  const fraction = Math.min(1, done / way.ticks)
  if (way.kind === 'joints') {
    const { from, to } = way
    return ok(from.map((value, index) => lerp(value, to[index] as number, gently(fraction))))
  }
  const { from, to } = way
  return jointsFor({
    xyz: [
      lerp(from.xyz[0], to.xyz[0], fraction),
      lerp(from.xyz[1], to.xyz[1], fraction),
      lerp(from.xyz[2], to.xyz[2], fraction)
    ],
    gripper: lerp(from.gripper, to.gripper, fraction)
  })
}

/** Straight and at one speed; short ones are not hurried. */
export function straightWay(from: ToolPose, to: ToolPose, metresPerTick: number): Way {
  const distance = Math.hypot(...to.xyz.map((value, axis) => value - (from.xyz[axis] as number)))
  return { kind: 'tool', from, to, ticks: Math.max(LEAST_TICKS, Math.ceil(distance / metresPerTick)) }
}

/** All joints together; no joint faster than its share, in rad (or ratio) per tick, and no shorter than `leastTicks`. */
export function gentleWay(
  from: readonly number[],
  to: readonly number[],
  perTick: readonly number[],
  leastTicks: number
): Way {
  const ticks = to.map(
    (value, index) => (GENTLE_PEAK * Math.abs(value - (from[index] as number))) / (perTick[index] as number)
  )
  return { kind: 'joints', from, to, ticks: Math.ceil(Math.max(LEAST_TICKS, leastTicks, ...ticks)) }
}
