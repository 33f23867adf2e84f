import type { RobotSpec } from '@shared/domain/robot'
import { NANOS_PER_SECOND } from '@shared/units'
import type { ArmMotion, TickOutcome } from './armMotion'

/**
 * The ways home and to where the arm may lose its torque: straight up first, so that nothing on the table is in the way,
 * then home, then to rest. The gripper stays as it is.
 */
export interface Homing {
  begin(to: 'home' | 'rest', nowNanos: number): void
  /** One tick; `done` once the arm is there. */
  advance(nowNanos: number): TickOutcome
}

const HOMING_METRES_PER_SEC = 0.15
/** Of every joint's speed limit. */
const POSTURE_SHARE = 0.4
/** Homing has no plan that could go stale, only this much time. */
const HOMING_TIMEOUT_NANOS = 60 * NANOS_PER_SECOND

type Stage = 'up' | 'home' | 'rest'

export function createHoming(arm: ArmMotion, spec: RobotSpec): Homing {
  const gripper = spec.joints.findIndex(({ kind }) => kind === 'gripper')
  let stages: Stage[] = []
  let deadlineNanos = 0

  function beginPosture(posture: 'home' | 'rest'): void {
    const { sent } = arm.drivenPose()
    const joints = spec.joints.map((joint, index) =>
      index === gripper ? (sent[index] as number) : joint[posture]
    )
    arm.beginPosture(joints, POSTURE_SHARE)
  }

  /** False when there is nothing to do. */
  function beginStage(stage: Stage): boolean {
    const { xyz, gripper } = arm.commanded()
    const home = arm.homePose.xyz
    if (stage === 'up') {
      const above = { xyz: [xyz[0], xyz[1], home[2]] as const, gripper }
      // An arm that can't lift its tool straight up from where it is goes home joint by joint.
      const isLow = spec.geometry.kind === 'verticalTool' || xyz[2] < home[2]
      if (!isLow || !arm.canReach(above)) return false
      arm.beginMoveTo(above, HOMING_METRES_PER_SEC)
    } else if (stage === 'home' && spec.geometry.kind === 'verticalTool')
      arm.beginMoveTo({ xyz: home, gripper }, HOMING_METRES_PER_SEC)
    else beginPosture(stage)
    return true
  }

  function beginNext(): boolean {
    while (stages.length > 0) {
      const stage = stages.shift()
      if (stage && beginStage(stage)) return true
    }
    return false
  }

  return {
    begin(to, nowNanos) {
      stages = to === 'home' ? ['up', 'home'] : ['up', 'home', 'rest']
      deadlineNanos = nowNanos + HOMING_TIMEOUT_NANOS
      beginNext()
    },
    advance(nowNanos) {
      const outcome = arm.advance(deadlineNanos, nowNanos)
      if (outcome.kind !== 'done') return outcome
      return beginNext() ? { kind: 'moving' } : outcome
    }
  }
}
