import type { RobotSpec } from '../domain/robot'
import type { LeaderMode } from '../domain/teleop'
import { createKinematics } from '../kinematics/createKinematics'
import { clamp } from '../units'
import type { DrivenPose, TeleopStep, TeleopTarget } from './teleopStep'

/**
 * What a leader arm's posture means for the follower. Arms with the same joints are led joint by joint; any other leader
 * leads the tool: as far as its own tool was moved since it began to count.
 */
export interface LeaderMap {
  readonly space: 'joints' | 'tool'
  /** How far the leader is from the follower; empty where only movements count. */
  gaps(leader: readonly number[], sent: readonly number[]): readonly LeaderGap[]
  isMatched(leader: readonly number[], sent: readonly number[]): boolean
  /** From here on the leader counts. */
  engage(leader: readonly number[], pose: DrivenPose): void
  /** Throws RangeError before `engage`. */
  next(leader: readonly number[], capturedNanos: number, pose: DrivenPose): TeleopStep
  /** The leader's own joints where it would be matched, within its limits. */
  alignmentTarget(sent: readonly number[], leader: readonly number[]): readonly number[]
}

/** rad, or ratio for a gripper. */
export interface LeaderGap {
  readonly joint: string
  readonly gap: number
  readonly tolerance: number
}

export interface LeaderMapOptions {
  readonly leader: RobotSpec
  readonly follower: RobotSpec
  readonly mode: LeaderMode
}

/** About five degrees, and what a trigger's play is: what remains is faded out, not jumped over. */
const TOLERANCE = { revolute: 0.09, gripper: 0.15 }
/** Per second of the follower's own time: a remaining gap of a tolerance is gone in half a second. */
const FADE_SECONDS = 0.5

interface Pair {
  readonly name: string
  readonly leader: number
  readonly follower: number
  readonly tolerance: number
}

interface Engagement {
  readonly leader: readonly number[]
  readonly sent: readonly number[]
  readonly leaderTool: readonly [number, number, number]
  readonly tool: readonly [number, number, number]
  /** 1 at engagement, then down to 0 where poses must meet. */
  offset: number
}

function pairs({ leader, follower }: LeaderMapOptions): readonly Pair[] {
  return follower.joints.flatMap(({ name, kind }, index) => {
    const at = leader.joints.findIndex((joint) => joint.name === name && joint.kind === kind)
    return at < 0 ? [] : [{ name, leader: at, follower: index, tolerance: TOLERANCE[kind] }]
  })
}

export function createLeaderMap(options: LeaderMapOptions): LeaderMap {
  const { leader, follower, mode } = options
  const paired = pairs(options)
  const revolute = follower.joints.filter(({ kind }) => kind === 'revolute').length
  const alike = paired.filter(({ follower: index }) => follower.joints[index]?.kind === 'revolute').length
  const space = alike === revolute ? 'joints' : 'tool'
  const matches = space === 'joints' && mode === 'match'
  const kinematics = createKinematics(leader)
  const grippers = {
    leader: leader.joints.findIndex(({ kind }) => kind === 'gripper'),
    follower: follower.joints.findIndex(({ kind }) => kind === 'gripper')
  }
  let engaged: Engagement | null = null

  const toolOf = (position: readonly number[]): readonly [number, number, number] =>
    kinematics.forward(position).position

  function gaps(position: readonly number[], sent: readonly number[]): readonly LeaderGap[] {
    if (!matches) return []
    return paired.map(({ name, leader: from, follower: to, tolerance }) => ({
      joint: name,
      gap: (position[from] ?? NaN) - (sent[to] ?? NaN),
      tolerance
    }))
  }

  function jointTarget(position: readonly number[], pose: DrivenPose, since: Engagement): TeleopTarget {
    if (matches) since.offset = Math.max(0, since.offset - pose.tickSec / FADE_SECONDS)
    const target = [...pose.sent]
    for (const { leader: from, follower: to } of paired) {
      const offset = (since.sent[to] as number) - (since.leader[from] as number)
      const wanted = (position[from] as number) + since.offset * offset
      const { min, max } = follower.joints[to] as RobotSpec['joints'][number]
      const now = pose.sent[to] as number
      target[to] = clamp(wanted, Math.min(min, now), Math.max(max, now))
    }
    return { kind: 'joints', position: target }
  }

  function toolTarget(position: readonly number[], pose: DrivenPose, since: Engagement): TeleopTarget {
    const now = toolOf(position)
    const { min, max } = follower.workspace
    const along = (axis: 0 | 1 | 2): number =>
      clamp(
        since.tool[axis] + now[axis] - since.leaderTool[axis],
        Math.min(min[axis], pose.tool[axis]),
        Math.max(max[axis], pose.tool[axis])
      )
    const opening = position[grippers.leader] ?? pose.sent[grippers.follower] ?? 0
    return { kind: 'tool', xyz: [along(0), along(1), along(2)], gripper: clamp(opening, 0, 1) }
  }

  return {
    space,
    gaps,
    isMatched: (position, sent) =>
      position.every(Number.isFinite) &&
      gaps(position, sent).every(({ gap, tolerance }) => Math.abs(gap) <= tolerance),

    engage(position, pose) {
      engaged = {
        leader: position,
        sent: pose.sent,
        leaderTool: toolOf(position),
        tool: pose.tool,
        offset: 1
      }
    },

    next(position, capturedNanos, pose) {
      if (!engaged) throw new RangeError('A leader counts only once it is engaged')
      // A reading that is none moves nothing.
      if (!position.every(Number.isFinite))
        return { target: { kind: 'joints', position: pose.sent }, inputNanos: null }
      const target =
        space === 'joints' ? jointTarget(position, pose, engaged) : toolTarget(position, pose, engaged)
      return { target, inputNanos: capturedNanos }
    },

    alignmentTarget(sent, position) {
      const target = [...position]
      for (const { leader: to, follower: from } of paired) {
        const { min, max } = leader.joints[to] as RobotSpec['joints'][number]
        target[to] = clamp(sent[from] as number, min, max)
      }
      return target
    }
  }
}
