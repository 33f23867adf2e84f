import { NANOS_PER_SECOND } from '@shared/units'
import type { ArmMotion, TickOutcome } from './armMotion'

/** The move home: straight up first, then across, so that nothing on the tray is in the way; the gripper stays as it is. */
export interface Homing {
  begin(nowNanos: number): void
  /** One tick; `done` once the arm is home. */
  advance(nowNanos: number): TickOutcome
}

const HOMING_METRES_PER_SEC = 0.15
/** Homing has no plan that could go stale, only this much time. */
const HOMING_TIMEOUT_NANOS = 60 * NANOS_PER_SECOND

export function createHoming(arm: ArmMotion): Homing {
  let stage: 'up' | 'across' = 'up'
  let deadlineNanos = 0

  function beginStage(): void {
    const { xyz, gripper } = arm.commanded()
    const home = arm.homePose.xyz
    const target = stage === 'up' ? ([xyz[0], xyz[1], home[2]] as const) : home
    arm.beginMoveTo({ xyz: target, gripper }, HOMING_METRES_PER_SEC)
  }

  return {
    begin(nowNanos) {
      stage = 'up'
      deadlineNanos = nowNanos + HOMING_TIMEOUT_NANOS
      beginStage()
    },
    advance(nowNanos) {
      const outcome = arm.advance(deadlineNanos, nowNanos)
      if (outcome.kind !== 'done' || stage === 'across') return outcome
      stage = 'across'
      beginStage()
      return { kind: 'moving' }
    }
  }
}
