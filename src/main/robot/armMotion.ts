import { err, ok, type Result } from '@shared/domain/result'
import type {
  EndEffectorAction,
  GateVerdict,
  MotionCause,
  RobotSpec,
  RobotState,
  WorkspaceBox
} from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import type { OrientationGoal } from '@shared/kinematics/kinematics'
import { gateAction, type Gated, type GateLimits } from '@shared/safety/gateAction'
import { errorsOfSilence } from '@shared/safety/watchdog'
import type { DrivenPose, TeleopTarget } from '@shared/teleop/teleopStep'
import { clamp } from '@shared/units'
import type { RobotDriver } from '../drivers/driver'
import { alongWay, gentleWay, straightWay, type ToolPose, type Vec3, type Way } from './armWay'

/**
 * Turns end-effector actions, moves to a posture and what a person asks for into gated joint commands, one control
 * tick at a time: interpolation, inverse kinematics, the gate, the driver. The only code that writes to a driver.
 */

/** What one tick of motion did. */
export type TickOutcome =
  | { readonly kind: 'moving' }
  /** The segment ended with this command. */
  | { readonly kind: 'done' }
  | { readonly kind: 'rejected'; readonly cause: MotionCause }

export interface ArmMotion {
  /** The target that the next action's delta counts from. */
  commanded(): ToolPose
  /** The arm now, as last read. */
  present(): RobotState
  readonly asked: () => readonly number[] | null
  readonly sent: () => readonly number[] | null
  readonly verdict: () => GateVerdict
  /** Reads the arm; a failure leaves the last state and is counted. */
  read(nowNanos: number): Result<void, string>
  isMidAction(): boolean
  /**
   * An action's target ends at the faces of `box`, as the arm's travel did when the policy learnt. It takes `ticks`, or
   * as many more as the slowest joint needs.
   */
  beginAction(action: EndEffectorAction, ticks: number, box?: WorkspaceBox): void
  /** Ticks that these actions will take one after another from where the arm was last sent. */
  ticksOf(actions: readonly EndEffectorAction[], ticks: number, box?: WorkspaceBox): number
  beginMoveTo(target: ToolPose, metresPerSec: number): void
  /** All joints together, starting and ending gently; at most `share` of any joint's speed limit, at least so long. */
  beginPosture(position: readonly number[], share: number, leastSeconds?: number): void
  /** Whether the tool can be brought there from the last command without turning it. */
  canReach(target: ToolPose): boolean
  /** Last sent to the spec's home, but for the gripper. */
  isAtHome(): boolean
  /** One tick along the current segment. */
  advance(expiresNanos: number, nowNanos: number): TickOutcome
  /**
   * One tick towards a person's target, as far as the gate lets it. `rejected`: the arm stays where it was last sent.
   * The next action counts from where this leaves the arm, and doesn't turn the tool away from there.
   */
  follow(target: TeleopTarget, settles: boolean, nowNanos: number): TickOutcome
  /**
   * One tick of holding the last sent position. `moved`: the arm was read further from it than a command may
   * jump, so it is not driven back; it holds where it is now.
   */
  hold(nowNanos: number): 'still' | 'moved'
  /** Gives up the segment, if there is one; the arm stays where it was last sent and its world settles there. */
  abandon(nowNanos: number): void
  /**
   * The arm stays where it was last sent, without a braking ramp, and the next action counts from there. What its world
   * last saw of a hand may be some ticks old: it settles.
   */
  stayHere(nowNanos: number): void
  /** Takes over where the arm is when it is next read, now at best, as commanded pose (connect, scene reset). */
  adoptPresent(nowNanos: number): void
  /** False until that reading: the arm must not be commanded by a guess, and `hold` doesn't. */
  isAdopted(): boolean
  /** The arm as last read was further from the position last sent before than encoder noise explains. */
  hasMovedFromSent(): boolean
  /** End-effector position of the arm as last read, metres. */
  presentTool(): Vec3
  /** The spec's home pose. */
  readonly homePose: ToolPose
  /** The arm as last commanded. */
  drivenPose(): DrivenPose
  /** Of reads or of writes, whichever failed more often: one that works doesn't hide that the other doesn't. */
  readonly driverErrors: () => DriverErrors
}

interface DriverErrors {
  readonly consecutive: number
  readonly last: string | null
}

const NO_ERRORS: DriverErrors = { consecutive: 0, last: null }

/** Actions ask at most this share of a joint's speed limit, so that the gate has little to clamp. */
const ACTION_SHARE = 0.9
/** A clamped tick makes the arm late: this many extra ticks may finish an action before the rest is given up. */
const MAX_CATCH_UP_TICKS = 50
const REACHED_METRES = 1e-6
const MOVED_TOLERANCE = 0.02
/** rad. */
const HOME_TOLERANCE = 0.02
/** A real arm sags under its load: this share of the jump limit is no movement. */
const MOVED_SHARE = 1 / 3
/** An arm with fewer joints can't hold its tool's orientation while it moves it, only how steeply it points. */
const JOINTS_FOR_ORIENTATION = 6

/** Targets end at the faces of the workspace, as an arm's travel does: part of what an action means, no clamp. */
export function clampToWorkspace(xyz: Vec3, box: WorkspaceBox): Vec3 {
  return [
    clamp(xyz[0], box.min[0], box.max[0]),
    clamp(xyz[1], box.min[1], box.max[1]),
    clamp(xyz[2], box.min[2], box.max[2])
  ]
}

export function createArmMotion(spec: RobotSpec, driver: RobotDriver): ArmMotion {
  const gripperIndex = spec.joints.findIndex((joint) => joint.kind === 'gripper')
  const tickSec = 1 / spec.loopRateHz
  const kinematics = createKinematics(spec)
  const toolPosition = (position: readonly number[]): Vec3 => kinematics.forward(position).position
  const limits: GateLimits = {
    joints: spec.joints,
    workspace: spec.workspace,
    forward: toolPosition,
    tickSec
  }
  const silence = errorsOfSilence(spec.loopRateHz)
  const home = spec.joints.map((joint) => joint.home)

  let state: RobotState = { capturedNanos: 0, position: home, velocity: home.map(() => 0) }
  let lastSent: readonly number[] = home
  let lastVelocity: readonly number[] = home.map(() => 0)
  let commanded: ToolPose = { xyz: toolPosition(home), gripper: home[gripperIndex] ?? 0 }
  /** Actions move the tool without turning it: it keeps pointing as it did when the arm was taken over. */
  let orientation = orientationAt(home)
  let segment: Way | null = null
  let tick = 0
  let asked: readonly number[] | null = null
  let sent: readonly number[] | null = null
  let verdict: GateVerdict = { kind: 'pass' }
  let adopted = false
  /** Last sent when `state` was read. */
  let sentAtRead: readonly number[] = home
  /** A segment was given up and the world hasn't been told yet. */
  let settleOwed = false
  let readErrors = NO_ERRORS
  let writeErrors = NO_ERRORS

  const countErrors = (before: DriverErrors, result: Result<unknown, { message: string }>): DriverErrors =>
    result.ok ? NO_ERRORS : { consecutive: before.consecutive + 1, last: result.error.message }
  function orientationAt(position: readonly number[]): OrientationGoal {
    const { rotation } = kinematics.forward(position)
    const { geometry } = spec
    if (geometry.kind !== 'serialChain' || geometry.links.length >= JOINTS_FOR_ORIENTATION)
      return { kind: 'rotation', rotation }
    return { kind: 'pitch', pitchRad: Math.asin(clamp(rotation[8] ?? 0, -1, 1)) }
  }

  const movedBy = (index: number): number =>
    Math.abs((state.position[index] as number) - (sentAtRead[index] as number))

  const poseAt = (position: readonly number[]): ToolPose => ({
    xyz: toolPosition(position),
    gripper: position[gripperIndex] ?? 0
  })

  /** False when the driver couldn't send it: the arm has not been told and is where it was. */
  function write(position: readonly number[], settles: boolean, nowNanos: number): boolean {
    const result = driver.write({ position, settles }, nowNanos)
    writeErrors = countErrors(writeErrors, result)
    const reached = result.ok ? position : lastSent
    lastVelocity = reached.map((value, index) => (value - (lastSent[index] as number)) / tickSec)
    lastSent = reached
    return result.ok
  }

  /**
   * Nobody knows where the arm is by now, nor whether its motors still had power: no command is repeated until it is
   * read, and then it holds where it is.
   */
  const isBlind = (): boolean => readErrors.consecutive >= silence

  function hold(nowNanos: number): 'still' | 'moved' {
    if (isBlind()) return 'still'
    const moved = adopted && spec.joints.some(({ maxJump }, index) => movedBy(index) > maxJump)
    if (moved) adopt()
    if (adopted && write(lastSent, settleOwed, nowNanos)) settleOwed = false
    return moved ? 'moved' : 'still'
  }

  function settleHere(nowNanos: number): void {
    commanded = poseAt(lastSent)
    settleOwed = true
    hold(nowNanos)
  }

  /** The arm as last read is where it is commanded to be. */
  function adopt(): void {
    adopted = true
    lastSent = state.position
    lastVelocity = state.position.map(() => 0)
    commanded = poseAt(lastSent)
    orientation = orientationAt(lastSent)
    sentAtRead = lastSent
  }

  function read(nowNanos: number): Result<void, string> {
    const wasBlind = isBlind()
    const result = driver.read(nowNanos)
    readErrors = countErrors(readErrors, result)
    if (!result.ok) return err(result.error.message)
    state = result.value
    if (adopted && !wasBlind) sentAtRead = lastSent
    else adopt()
    return ok(undefined)
  }

  const actionTarget = (from: ToolPose, action: EndEffectorAction, box: WorkspaceBox): ToolPose => ({
    xyz: clampToWorkspace(
      [
        from.xyz[0] + action.deltaMetres[0],
        from.xyz[1] + action.deltaMetres[1],
        from.xyz[2] + action.deltaMetres[2]
      ],
      box
    ),
    gripper: action.gripperOpening ?? from.gripper
  })

  /** Where a way to `to` ends, and its ticks: `least`, or what the slowest joint needs. */
  function wayFrom(joints: readonly number[], to: ToolPose, least: number) {
    const solved = jointsFor(to, joints)
    if (!solved.ok) return { joints, ticks: least }
    const needed = spec.joints.map(
      ({ maxVelocityPerSec }, index) =>
        Math.abs((solved.value[index] as number) - (joints[index] as number)) /
        (ACTION_SHARE * maxVelocityPerSec * tickSec)
    )
    return { joints: solved.value, ticks: Math.max(least, ...needed.map(Math.ceil)) }
  }

  function reaches(target: ToolPose, position: readonly number[]): boolean {
    const reached = poseAt(position)
    const missed = Math.hypot(...target.xyz.map((value, axis) => value - (reached.xyz[axis] as number)))
    return missed <= REACHED_METRES && Math.abs(target.gripper - reached.gripper) <= REACHED_METRES
  }

  function jointsFor(pose: ToolPose, from = lastSent): Result<readonly number[], MotionCause> {
    // From what was sent, not from where the arm is: an arm that sags must not be led along by its own sag.
    const solved = kinematics.inverse({ position: pose.xyz, orientation }, from)
    if (!solved.ok) return err(solved.error)
    return ok(solved.value.map((value, index) => (index === gripperIndex ? pose.gripper : value)))
  }

  const rejected = (cause: MotionCause): TickOutcome => {
    verdict = { kind: 'reject', cause }
    return { kind: 'rejected', cause }
  }

  function stay(cause: MotionCause, nowNanos: number): TickOutcome {
    hold(nowNanos)
    return rejected(cause)
  }

  const hasArrived = (way: Way, position: readonly number[]): boolean =>
    way.kind === 'tool'
      ? reaches(way.to, position)
      : way.to.every((value, index) => Math.abs(value - (position[index] as number)) <= REACHED_METRES)

  const gate = (position: readonly number[], expiresNanos: number, nowNanos: number): Gated =>
    gateAction(
      { position, expiresNanos },
      { presentPosition: state.position, lastSentPosition: lastSent, lastSentVelocity: lastVelocity },
      limits,
      nowNanos
    )

  function begin(way: Way): void {
    segment = way
    tick = 0
  }

  return {
    commanded: () => commanded,
    present: () => state,
    asked: () => asked,
    sent: () => sent,
    verdict: () => verdict,
    driverErrors: () => (readErrors.consecutive > writeErrors.consecutive ? readErrors : writeErrors),
    isMidAction: () => segment !== null,
    isAdopted: () => adopted,
    presentTool: () => toolPosition(state.position),
    homePose: poseAt(home),

    read,
    hold,

    beginAction(action, ticks, box = spec.workspace) {
      const to = actionTarget(commanded, action, box)
      begin({ kind: 'tool', from: commanded, to, ticks: wayFrom(lastSent, to, ticks).ticks })
    },

    ticksOf(actions, ticks, box = spec.workspace) {
      let pose = commanded
      let joints = lastSent
      let total = 0
      for (const action of actions) {
        pose = actionTarget(pose, action, box)
        const way = wayFrom(joints, pose, ticks)
        joints = way.joints
        total += way.ticks
      }
      return total
    },

    beginMoveTo: (target, metresPerSec) => begin(straightWay(commanded, target, metresPerSec * tickSec)),

    beginPosture(position, share, leastSeconds = 0) {
      const to = spec.joints.map(({ min, max }, index) => clamp(position[index] as number, min, max))
      const perTick = spec.joints.map(({ maxVelocityPerSec }) => share * maxVelocityPerSec * tickSec)
      begin(gentleWay(lastSent, to, perTick, leastSeconds / tickSec))
    },

    canReach: (target) => jointsFor(target).ok,
    isAtHome: () =>
      adopted &&
      home.every(
        (value, index) =>
          index === gripperIndex || Math.abs(value - (lastSent[index] as number)) <= HOME_TOLERANCE
      ),

    advance(expiresNanos, nowNanos) {
      if (!segment) return { kind: 'done' }
      const joints = alongWay(segment, tick + 1, (pose) => jointsFor(pose))
      if (!joints.ok) return rejected(joints.error)
      asked = joints.value
      const gated = gate(joints.value, expiresNanos, nowNanos)
      if (gated.kind === 'reject') return rejected(gated.cause)
      verdict = gated.verdict
      const mayEnd = tick + 1 >= segment.ticks
      const givesUp = tick + 1 >= segment.ticks + MAX_CATCH_UP_TICKS
      const reached = hasArrived(segment, gated.position)
      const ends = mayEnd && (reached || gated.verdict.kind === 'pass' || givesUp)
      // What couldn't be sent is tried again, a tick later.
      if (!write(gated.position, ends, nowNanos)) return { kind: 'moving' }
      sent = gated.position
      tick += 1
      if (!ends) return { kind: 'moving' }
      if (segment.kind === 'joints') orientation = orientationAt(lastSent)
      commanded = reached && segment.kind === 'tool' ? segment.to : poseAt(gated.position)
      segment = null
      return { kind: 'done' }
    },

    follow(target, settles, nowNanos) {
      const joints =
        target.kind === 'joints'
          ? ok(target.position)
          : jointsFor({ xyz: target.xyz, gripper: target.gripper })
      if (!joints.ok) return stay(joints.error, nowNanos)
      asked = joints.value
      const gated = gate(joints.value, Infinity, nowNanos)
      if (gated.kind === 'reject') return stay(gated.cause, nowNanos)
      verdict = gated.verdict
      if (!write(gated.position, settles, nowNanos)) return { kind: 'moving' }
      sent = gated.position
      commanded = poseAt(lastSent)
      if (target.kind === 'joints') orientation = orientationAt(lastSent)
      return { kind: 'moving' }
    },

    drivenPose: () => ({ sent: lastSent, tool: toolPosition(lastSent), tickSec }),

    abandon(nowNanos) {
      if (!segment) return
      segment = null
      settleHere(nowNanos)
    },

    stayHere(nowNanos) {
      orientation = orientationAt(lastSent)
      settleHere(nowNanos)
    },

    adoptPresent(nowNanos) {
      adopted = false
      settleOwed = false
      segment = null
      readErrors = NO_ERRORS
      writeErrors = NO_ERRORS
      read(nowNanos)
      asked = null
      sent = null
      verdict = { kind: 'pass' }
    },

    hasMovedFromSent: () =>
      spec.joints.some(({ kind, maxJump }, index) => {
        if (spec.driver === 'sim') return movedBy(index) > MOVED_TOLERANCE
        // What a gripper holds keeps it open.
        return kind !== 'gripper' && movedBy(index) > maxJump * MOVED_SHARE
      })
  }
}
