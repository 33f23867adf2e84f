import type { RobotSpec } from '../domain/robot'
import { DEADMAN_MILLIS, type DriveRates } from '../domain/teleop'
import { clamp, millisToNanos } from '../units'
import type { DrivenPose, TeleopStep, TeleopTarget } from './teleopStep'

/**
 * Driving by held deflections: keyboard, gamepad, jog buttons. Each tick asks for one tick's way from where the arm was
 * sent, so that nothing winds up while the gate or a limit holds the arm back.
 */
export interface RateDrive {
  /** null, or why these rates mean nothing. */
  input(rates: DriveRates, inputNanos: number | null, nowNanos: number): string | null
  next(pose: DrivenPose, nowNanos: number): TeleopStep
  /** What ended the way before its end in the last tick: a limit, a face of the workspace. */
  blocked(): string | null
  /** Something is held. */
  active(nowNanos: number): boolean
}

export interface RateDriveOptions {
  readonly spec: RobotSpec
  /** A way on the bench, in the arm's frame. */
  readonly toArm: (way: Vec3) => Vec3
}

type Vec3 = readonly [number, number, number]

const METRES_PER_SEC = 0.15
/** Of full opening. */
const GRIPPER_PER_SEC = 1
/** Of a joint's own speed limit. */
const JOINT_SHARE = 0.5

const isAtRest = (rates: DriveRates): boolean =>
  rates.kind === 'joint' ? rates.rate === 0 : rates.gripper === 0 && rates.linear.every((rate) => rate === 0)

export function createRateDrive({ spec, toArm }: RateDriveOptions): RateDrive {
  const gripper = spec.joints.findIndex(({ kind }) => kind === 'gripper')
  let held: DriveRates | null = null
  let heldSinceNanos = 0
  let inputNanos: number | null = null
  let blocked: string | null = null

  const active = (nowNanos: number): boolean =>
    held !== null && !isAtRest(held) && nowNanos - heldSinceNanos <= millisToNanos(DEADMAN_MILLIS)

  function jointTarget(
    { joint, rate }: Extract<DriveRates, { kind: 'joint' }>,
    pose: DrivenPose
  ): TeleopTarget {
    const index = spec.joints.findIndex(({ name }) => name === joint)
    const position = [...pose.sent]
    const own = spec.joints[index]
    const from = position[index]
    if (!own || from === undefined) return { kind: 'joints', position }
    const wanted = from + rate * JOINT_SHARE * own.maxVelocityPerSec * pose.tickSec
    // An arm found outside its limits may come in.
    position[index] = clamp(wanted, Math.min(own.min, from), Math.max(own.max, from))
    if (position[index] !== wanted) blocked = `${joint} is at its limit`
    return { kind: 'joints', position }
  }

  function toolTarget(rates: Extract<DriveRates, { kind: 'tool' }>, pose: DrivenPose): TeleopTarget {
    const way = toArm(rates.linear)
    const { min, max } = spec.workspace
    const along = (axis: 0 | 1 | 2): number => {
      const from = pose.tool[axis]
      const wanted = from + way[axis] * METRES_PER_SEC * pose.tickSec
      const reached = clamp(wanted, Math.min(min[axis], from), Math.max(max[axis], from))
      if (reached !== wanted) blocked = `The workspace ends here along ${'xyz'[axis] ?? ''}`
      return reached
    }
    const opening = pose.sent[gripper] ?? 0
    return {
      kind: 'tool',
      xyz: [along(0), along(1), along(2)],
      gripper: clamp(opening + rates.gripper * GRIPPER_PER_SEC * pose.tickSec, 0, 1)
    }
  }

  return {
    input(rates, atNanos, nowNanos) {
      if (rates.kind === 'joint' && !spec.joints.some(({ name }) => name === rates.joint))
        return `${spec.title} has no joint ${rates.joint}`
      held = rates
      heldSinceNanos = nowNanos
      inputNanos = atNanos
      return null
    },

    next(pose, nowNanos) {
      blocked = null
      const answered = inputNanos
      inputNanos = null
      // At rest it asks for what was sent: the gate's acceleration limits bring the arm to a stop there.
      if (held === null || !active(nowNanos))
        return { target: { kind: 'joints', position: pose.sent }, inputNanos: answered }
      const target = held.kind === 'joint' ? jointTarget(held, pose) : toolTarget(held, pose)
      return { target, inputNanos: answered }
    },

    blocked: () => blocked,
    active
  }
}
