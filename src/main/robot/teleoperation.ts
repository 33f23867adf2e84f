import { benchWayToArm, type BenchFrame } from '@shared/domain/benchFrame'
import type { Fault } from '@shared/domain/fault'
import { assertNever, type Result } from '@shared/domain/result'
import type { MotionCause, RobotSpec } from '@shared/domain/robot'
import type { DriveRates, LeaderMode, TeleopSourceName, TeleopView } from '@shared/domain/teleop'
import { errorsOfSilence } from '@shared/safety/watchdog'
import { createLatencyStats, type LatencyStats } from '@shared/teleop/latencyStats'
import { createLeaderMap, type LeaderMap } from '@shared/teleop/leaderMap'
import { createRateDrive, type RateDrive } from '@shared/teleop/rateDrive'
import type { TeleopStep } from '@shared/teleop/teleopStep'
import { millisToNanos } from '@shared/units'
import type { ArmMotion } from './armMotion'

/** A person drives the arm, tick by tick: with a leader arm, or by rates from keyboard, gamepad and jog buttons. */

/** The arm that a person moves by hand; it moves by itself only to meet the follower, through a gate of its own. */
export interface LeaderArm {
  readonly spec: RobotSpec
  /** Its owner reads it once a tick. */
  readonly arm: ArmMotion
  torqueOn(): Promise<Result<void, Fault>>
  torqueOff(): Promise<Result<void, Fault>>
}

export type TeleopOutcome =
  | { readonly kind: 'goesOn' }
  /** Nobody holds the jog button any more. */
  | { readonly kind: 'letGo' }
  /** Driving can't go on: the robot holds. */
  | { readonly kind: 'ended'; readonly cause: MotionCause }

export interface Teleoperation {
  /** Why this source can't drive now; null when it does from the next tick on. */
  begin(source: TeleopSourceName, mode: LeaderMode, nowNanos: number): string | null
  /** Held deflections; why they mean nothing, or null. */
  input(rates: DriveRates, inputNanos: number | null, nowNanos: number): string | null
  tick(nowNanos: number): TeleopOutcome
  /** Whatever ended it: the leader is let go of. */
  end(nowNanos: number): void
  view(): TeleopView | null
}

export interface TeleoperationOptions {
  readonly spec: RobotSpec
  readonly frame: BenchFrame
  readonly arm: ArmMotion
  /** null while none is connected. */
  readonly leader: () => LeaderArm | null
}

/** The bench's physics follows a person's hand this often, as it follows a policy's actions. */
const SETTLE_EVERY_TICKS = 5
const ALIGN_SECONDS = 2
/** Of its speed limit: a leader drives to the follower no faster than a person can watch. */
const ALIGN_SHARE = 0.5
const ALIGN_TIMEOUT_NANOS = millisToNanos(15_000)

type Leading = {
  readonly kind: 'leader'
  readonly leader: LeaderArm
  readonly map: LeaderMap
  stage: 'powering' | 'aligning' | 'releasing' | 'matching' | 'driving'
  readonly deadlineNanos: number
}
type Session = ({ readonly source: TeleopSourceName } & (
  { readonly kind: 'rates'; readonly drive: RateDrive } | Leading
)) & { readonly latency: LatencyStats; ticks: number; blocked: string | null; failure: MotionCause | null }

export function createTeleoperation({ spec, frame, arm, leader }: TeleoperationOptions): Teleoperation {
  let session: Session | null = null

  const common = () => ({ latency: createLatencyStats(), ticks: 0, blocked: null, failure: null })

  function beginLeading(mode: LeaderMode, nowNanos: number): Session | string {
    const connected = leader()
    if (connected === null) return 'No leader arm is connected: connect one in the Devices view'
    const map = createLeaderMap({ leader: connected.spec, follower: spec, mode })
    const aligns = mode === 'match' && connected.spec.actuated && map.space === 'joints'
    const leading: Session = {
      ...common(),
      source: 'leader',
      kind: 'leader',
      leader: connected,
      map,
      stage: aligns ? 'powering' : 'matching',
      deadlineNanos: nowNanos + ALIGN_TIMEOUT_NANOS
    }
    if (aligns) void power(leading)
    return leading
  }

  async function power(leading: Session & Leading): Promise<void> {
    const on = await leading.leader.torqueOn()
    // Whoever ended it meanwhile wants no torque on it.
    if (session !== leading) return void leading.leader.torqueOff()
    if (!on.ok) leading.failure = { code: on.error.code, message: on.error.message }
    else leading.stage = 'aligning'
  }

  async function release(leading: Session & Leading): Promise<void> {
    leading.stage = 'releasing'
    const off = await leading.leader.torqueOff()
    if (session !== leading) return
    if (!off.ok) leading.failure = { code: off.error.code, message: off.error.message }
    // From here it is a leader in a person's hand: it counts once it is where the follower is.
    else leading.stage = 'matching'
  }

  function lead(leading: Session & Leading, nowNanos: number): TeleopOutcome {
    const { leader, map } = leading
    const { consecutive, last } = leader.arm.driverErrors()
    if (consecutive >= errorsOfSilence(spec.loopRateHz))
      return ended('leaderLost', `The leader arm does not answer: ${last ?? 'no detail'}`)
    const pose = arm.drivenPose()
    switch (leading.stage) {
      case 'powering':
      case 'releasing':
        return stay(nowNanos)
      case 'aligning': {
        if (!leader.arm.isMidAction()) {
          leader.arm.adoptPresent(nowNanos)
          leader.arm.beginPosture(
            map.alignmentTarget(pose.sent, leader.arm.present().position),
            ALIGN_SHARE,
            ALIGN_SECONDS
          )
        }
        const outcome = leader.arm.advance(leading.deadlineNanos, nowNanos)
        if (outcome.kind === 'rejected') return { kind: 'ended', cause: outcome.cause }
        if (outcome.kind === 'done') void release(leading)
        return stay(nowNanos)
      }
      case 'matching': {
        const position = leader.arm.present().position
        if (leader.arm.isAdopted() && map.isMatched(position, pose.sent)) {
          map.engage(position, pose)
          leading.stage = 'driving'
        }
        return stay(nowNanos)
      }
      case 'driving': {
        // A reading that failed is no input: the arm stays for this tick.
        if (consecutive > 0) return stay(nowNanos)
        const { position, capturedNanos } = leader.arm.present()
        return follow(leading, map.next(position, capturedNanos, pose), nowNanos)
      }
      default:
        return assertNever(leading.stage)
    }
  }

  function stay(nowNanos: number): TeleopOutcome {
    arm.hold(nowNanos)
    return { kind: 'goesOn' }
  }

  function follow(driving: Session, step: TeleopStep, nowNanos: number): TeleopOutcome {
    const settles = driving.ticks % SETTLE_EVERY_TICKS === 0
    const outcome = arm.follow(step.target, settles, nowNanos)
    driving.blocked = outcome.kind === 'rejected' ? outcome.cause.message : null
    if (step.inputNanos !== null) driving.latency.add(step.inputNanos, nowNanos)
    return { kind: 'goesOn' }
  }

  const ended = (code: string, message: string): TeleopOutcome => ({
    kind: 'ended',
    cause: { code, message }
  })

  function end(nowNanos: number): void {
    if (!session) return
    const over = session
    session = null
    if (over.kind === 'leader' && over.stage !== 'matching' && over.stage !== 'driving')
      void over.leader.torqueOff()
    // Not by a command of its own, which the gate would let run out: whoever stopped means here.
    arm.stayHere(nowNanos)
  }

  return {
    begin(source, mode, nowNanos) {
      end(nowNanos)
      if (source !== 'leader') {
        const drive = createRateDrive({ spec, toArm: (way) => benchWayToArm(frame, way) })
        session = { ...common(), source, kind: 'rates', drive }
        return null
      }
      const leading = beginLeading(mode, nowNanos)
      if (typeof leading === 'string') return leading
      session = leading
      return null
    },

    input(rates, inputNanos, nowNanos) {
      if (session?.kind !== 'rates') return 'Nobody drives the arm by keys, gamepad or buttons'
      return session.drive.input(rates, inputNanos, nowNanos)
    },

    tick(nowNanos) {
      if (!session) return ended('notDriven', 'Nobody drives the arm')
      session.ticks += 1
      if (session.failure) return { kind: 'ended', cause: session.failure }
      if (session.kind === 'leader') return lead(session, nowNanos)
      const step = session.drive.next(arm.drivenPose(), nowNanos)
      const outcome = follow(session, step, nowNanos)
      session.blocked ??= session.drive.blocked()
      const letGo = session.source === 'jog' && !session.drive.active(nowNanos)
      return letGo ? { kind: 'letGo' } : outcome
    },

    end,

    view() {
      if (!session) return null
      const { source, latency, blocked } = session
      const view = { source, latency: latency.view(), blocked }
      if (session.kind === 'rates') return { ...view, stage: 'driving', gaps: [] }
      const { stage, leader, map } = session
      const isAligning = stage === 'powering' || stage === 'aligning' || stage === 'releasing'
      return {
        ...view,
        stage: isAligning ? 'aligning' : stage,
        gaps: stage === 'driving' ? [] : [...map.gaps(leader.arm.present().position, arm.drivenPose().sent)]
      }
    }
  }
}
