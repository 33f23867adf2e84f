import { ACTION_RATE_HZ, METRES_PER_UNIT } from '@shared/domain/benchWorld'
import type { RobotSpec } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { actionBudget, expertChunk } from '../../../../src/main/simulator/expert'
import { stepDelta, type NormalisedAction } from '../../../../src/main/simulator/physics'
import type { GripperPosition, Scene } from '../../../../src/main/simulator/scene'

/** Expert episodes as the robot loop would command them: straight lines, inverse kinematics, tick by tick. */

export interface ExpertAction {
  readonly action: NormalisedAction
  /** Joint positions of each tick of the action, gripper last. */
  readonly ticks: readonly (readonly number[])[]
}

export function jointsAt(spec: RobotSpec, { x, y, z }: GripperPosition, opening: number): number[] {
  const home = spec.joints.map((joint) => joint.home)
  const position = [x, y, z].map((v) => v * METRES_PER_UNIT) as [number, number, number]
  const joints = createKinematics(spec).inverse({ position }, home)
  if (!joints.ok) throw new Error(joints.error.message)
  return [...joints.value.slice(0, -1), opening]
}

/** Plays an expert on `scene` (which it changes), yielding each action after it was executed directly. */
export function* expertActions(
  spec: RobotSpec,
  scene: Scene,
  chunkOf: (scene: Scene) => readonly NormalisedAction[] = expertChunk
): Generator<ExpertAction> {
  const ticksPerAction = spec.loopRateHz / ACTION_RATE_HZ
  let opening = scene.closed ? 0 : 1
  for (let done = 0; done < actionBudget(scene.chainDepth) && !scene.outcome;) {
    for (const action of chunkOf(scene)) {
      const from = scene.gripper
      stepDelta(scene, action)
      const to = scene.gripper
      const nextOpening = action[3] > 0 ? 0 : 1
      const startOpening = opening
      const ticks = Array.from({ length: ticksPerAction }, (_, tick) => {
        const fraction = (tick + 1) / ticksPerAction
        const lerp = (a: number, b: number): number => a + (b - a) * fraction
        const position = { x: lerp(from.x, to.x), y: lerp(from.y, to.y), z: lerp(from.z, to.z) }
        return jointsAt(spec, position, lerp(startOpening, nextOpening))
      })
      opening = nextOpening
      done += 1
      yield { action, ticks }
      if (scene.outcome) return
    }
  }
}
