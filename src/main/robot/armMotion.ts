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
import { gateAction, type GateLimits } from '@shared/safety/gateAction'
import { clamp } from '@shared/units'
import type { RobotDriver } from '../drivers/driver'

/**
 * Turns end-effector actions into gated joint commands, one control tick at a time: linear interpolation of
 * the end effector within an action, inverse kinematics, the gate, the driver. The only code that writes to
 * a driver.
 */

export type Vec3 = readonly [number, number, number]

/** End-effector pose an arm is commanded to: metres, and gripper opening 0…1. */
export interface ToolPose {
  readonly xyz: Vec3
  readonly gripper: number
}

interface Segment {
  readonly from: ToolPose
  readonly to: ToolPose
  readonly ticks: number
  tick: number
}

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
  beginAction(action: EndEffectorAction, ticks: number): void
  beginMoveTo(target: ToolPose, metresPerSec: number): void
  /** One tick along the current segment. */
  advance(expiresNanos: number, nowNanos: number): TickOutcome
  /**
   * One tick of holding the last sent position. `moved`: the arm was read further from it than a command may
   * jump, so it is not driven back; it holds where it is now.
   */
  hold(nowNanos: number): 'still' | 'moved'
  /** Gives up the segment, if there is one; the arm stays where it was last sent and its world settles there. */
  abandon(nowNanos: number): void
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
  /** Of reads or of writes, whichever failed more often: one that works doesn't hide that the other doesn't. */
  readonly driverErrors: () => DriverErrors
}

interface DriverErrors {
  readonly consecutive: number
  readonly last: string | null
}

const NO_ERRORS: DriverErrors = { consecutive: 0, last: null }

/** A clamped tick makes the arm late: this many extra ticks may finish an action before the rest is given up. */
const MAX_CATCH_UP_TICKS = 50
const REACHED_METRES = 1e-6
const MOVED_TOLERANCE = 0.02

const lerp = (from: number, to: number, fraction: number): number => from + (to - from) * fraction

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
  const home = spec.joints.map((joint) => joint.home)

  let state: RobotState = { capturedNanos: 0, position: home, velocity: home.map(() => 0) }
  let lastSent: readonly number[] = home
  let lastVelocity: readonly number[] = home.map(() => 0)
  let commanded: ToolPose = { xyz: toolPosition(home), gripper: home[gripperIndex] ?? 0 }
  /** Actions move the tool without turning it: it keeps pointing as it did when the arm was taken over. */
  let heldRotation = kinematics.forward(home).rotation
  let segment: Segment | null = null
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

  function hold(nowNanos: number): 'still' | 'moved' {
    const moved =
      adopted &&
      spec.joints.some(
        ({ maxJump }, index) =>
          Math.abs((state.position[index] as number) - (sentAtRead[index] as number)) > maxJump
      )
    if (moved) adopt()
    if (adopted && write(lastSent, settleOwed, nowNanos)) settleOwed = false
    return moved ? 'moved' : 'still'
  }

  /** The arm as last read is where it is commanded to be. */
  function adopt(): void {
    adopted = true
    lastSent = state.position
    lastVelocity = state.position.map(() => 0)
    commanded = poseAt(lastSent)
    heldRotation = kinematics.forward(lastSent).rotation
    sentAtRead = lastSent
  }

  function read(nowNanos: number): Result<void, string> {
    const result = driver.read(nowNanos)
    readErrors = countErrors(readErrors, result)
    if (!result.ok) return err(result.error.message)
    state = result.value
    if (adopted) sentAtRead = lastSent
    else adopt()
    return ok(undefined)
  }

  function reaches(target: ToolPose, position: readonly number[]): boolean {
    const reached = poseAt(position)
    const missed = Math.hypot(...target.xyz.map((value, axis) => value - (reached.xyz[axis] as number)))
    return missed <= REACHED_METRES && Math.abs(target.gripper - reached.gripper) <= REACHED_METRES
  }

  function jointsFor(pose: ToolPose): Result<number[], MotionCause> {
    // From what was sent, not from where the arm is: an arm that sags must not be led along by its own sag.
    const orientation = { kind: 'rotation', rotation: heldRotation } as const
    const solved = kinematics.inverse({ position: pose.xyz, orientation }, lastSent)
    if (!solved.ok) return err(solved.error)
    return ok(solved.value.map((value, index) => (index === gripperIndex ? pose.gripper : value)))
  }

  const rejected = (cause: MotionCause): TickOutcome => {
    verdict = { kind: 'reject', cause }
    return { kind: 'rejected', cause }
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

    beginAction(action, ticks) {
      const target: Vec3 = [
        commanded.xyz[0] + action.deltaMetres[0],
        commanded.xyz[1] + action.deltaMetres[1],
        commanded.xyz[2] + action.deltaMetres[2]
      ]
      const to: ToolPose = {
        xyz: clampToWorkspace(target, spec.workspace),
        gripper: action.gripperOpening ?? commanded.gripper
      }
      segment = { from: commanded, to, ticks, tick: 0 }
    },

    beginMoveTo(target, metresPerSec) {
      const distance = Math.hypot(...target.xyz.map((value, axis) => value - (commanded.xyz[axis] as number)))
      const ticks = Math.max(5, Math.ceil((distance / metresPerSec) * spec.loopRateHz))
      segment = { from: commanded, to: target, ticks, tick: 0 }
    },

    advance(expiresNanos, nowNanos) {
      if (!segment) return { kind: 'done' }
      const tick = segment.tick + 1
      const fraction = Math.min(1, tick / segment.ticks)
      const pose: ToolPose = {
        xyz: [
          lerp(segment.from.xyz[0], segment.to.xyz[0], fraction),
          lerp(segment.from.xyz[1], segment.to.xyz[1], fraction),
          lerp(segment.from.xyz[2], segment.to.xyz[2], fraction)
        ],
        gripper: lerp(segment.from.gripper, segment.to.gripper, fraction)
      }
      const joints = jointsFor(pose)
      if (!joints.ok) return rejected(joints.error)
      asked = joints.value
      const gated = gateAction(
        { position: joints.value, expiresNanos },
        { presentPosition: state.position, lastSentPosition: lastSent, lastSentVelocity: lastVelocity },
        limits,
        nowNanos
      )
      if (gated.kind === 'reject') return rejected(gated.cause)
      verdict = gated.verdict
      const mayEnd = tick >= segment.ticks
      const givesUp = tick >= segment.ticks + MAX_CATCH_UP_TICKS
      const reached = reaches(segment.to, gated.position)
      const ends = mayEnd && (reached || givesUp)
      // What couldn't be sent is tried again, a tick later.
      if (!write(gated.position, ends, nowNanos)) return { kind: 'moving' }
      sent = gated.position
      segment.tick = tick
      if (!ends) return { kind: 'moving' }
      commanded = reached ? segment.to : poseAt(gated.position)
      segment = null
      return { kind: 'done' }
    },

    abandon(nowNanos) {
      if (!segment) return
      segment = null
      commanded = poseAt(lastSent)
      settleOwed = true
      hold(nowNanos)
    },

    adoptPresent(nowNanos) {
      adopted = false
      settleOwed = false
      segment = null
      read(nowNanos)
      asked = null
      sent = null
      verdict = { kind: 'pass' }
    },

    hasMovedFromSent: () =>
      state.position.some((value, index) => Math.abs(value - (sentAtRead[index] as number)) > MOVED_TOLERANCE)
  }
}
