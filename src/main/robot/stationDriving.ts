import type { WorkspaceBox } from '@shared/domain/robot'
import type { DriveRates, LeaderMode, TeleopSourceName } from '@shared/domain/teleop'
import type { UiToRobot } from '@shared/ipc/ports'
import type { MotionEvent, MotionState } from '@shared/safety/motion'
import type { ArmMotion } from './armMotion'
import type { Teleoperation } from './teleoperation'

/** A person's way into the station's motion and back: take over, drive, hand back. */
export interface StationDriving {
  takeOver(source: TeleopSourceName, mode: LeaderMode): void
  handBack(): void
  drive(message: Extract<UiToRobot, { type: 'drive' }>): void
  /** One tick while a person drives. */
  tick(nowNanos: number): void
  /** Why the policy can't go on from where the arm was last sent; null when it can. */
  offBench(): string | null
}

export interface StationDrivingOptions {
  readonly arm: ArmMotion
  readonly teleop: Teleoperation
  /** What the policy's actions end at, in the arm's frame. */
  readonly box: WorkspaceBox
  readonly unready: () => string | null
  readonly nowNanos: () => number
  readonly motion: () => MotionState
  readonly apply: (event: MotionEvent) => void
  readonly refuse: (command: string, reason: string) => void
  /** No next episode starts by itself. */
  readonly cancelNext: () => void
}

const BENCH_SLACK_METRES = 0.02

export function createStationDriving(options: StationDrivingOptions): StationDriving {
  const { arm, teleop, box, unready, nowNanos, motion, apply, refuse, cancelNext } = options

  function takeOver(source: TeleopSourceName, mode: LeaderMode): void {
    const objection = unready()
    if (objection !== null || !arm.isAdopted())
      return refuse('takeOver', objection ?? 'The arm does not answer')
    const { kind } = motion().phase
    if (kind !== 'stopped' && kind !== 'teleop') {
      const refusal = teleop.begin(source, mode, nowNanos())
      if (refusal !== null) return refuse('takeOver', refusal)
      // Whatever the policy was about is over; the hand begins where the arm was last sent.
      arm.abandon(nowNanos())
    }
    cancelNext()
    apply({ type: 'takeOver', source })
  }

  function handBack(): void {
    apply({ type: 'handBack' })
    const objection = motion().engaged ? offBench() : null
    if (objection) apply({ type: 'hold', cause: { code: 'offBench', message: objection } })
  }

  /** A policy knows nothing outside its bench: from there its first action would be a leap. */
  function offBench(): string | null {
    const { min, max } = box
    const isOff = arm
      .commanded()
      .xyz.some(
        (value, axis) =>
          value < (min[axis] as number) - BENCH_SLACK_METRES ||
          value > (max[axis] as number) + BENCH_SLACK_METRES
      )
    return isOff ? 'The arm is not over the bench: drive it back, or home it' : null
  }

  function drive({ source, rates, inputNanos }: Extract<UiToRobot, { type: 'drive' }>): void {
    const { phase, engaged } = motion()
    if (source === 'jog' && phase.kind !== 'teleop' && !isAtRest(rates)) {
      if (engaged) return refuse('jog', 'A run is on: end the episode, or take over')
      takeOver('jog', 'match')
    }
    // What is still on its way when driving ends is no news.
    const driven = motion().phase
    if (driven.kind !== 'teleop' || driven.source !== source) return
    const refusal = teleop.input(rates, inputNanos, nowNanos())
    if (refusal !== null) refuse('drive', refusal)
  }

  function tick(now: number): void {
    const outcome = teleop.tick(now)
    if (outcome.kind === 'letGo') handBack()
    if (outcome.kind === 'ended') apply({ type: 'hold', cause: outcome.cause, endsDriving: true })
  }

  return { takeOver, handBack, drive, tick, offBench }
}

const isAtRest = (rates: DriveRates): boolean =>
  rates.kind === 'joint' ? rates.rate === 0 : rates.gripper === 0 && rates.linear.every((rate) => rate === 0)
