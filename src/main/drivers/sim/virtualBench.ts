import { armToBench, type BenchFrame } from '@shared/domain/benchFrame'
import type { RobotSpec } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { createScene } from '../../simulator/sceneGenerator'
import type { RobotDriver } from '../driver'
import { CLOSED_BELOW, createSimBench, overBench } from './simBench'
import type { SimDriver } from './simDriver'

/**
 * A real arm over a bench that only Depthdeck sees: blocks, bins and referee are the simulator's, the arm and its bus
 * are real. The bench takes the tool to be where it was last sent, as policies have learnt to; what the arm measures is
 * shown beside it. Nothing here moves the arm.
 */
export interface VirtualBenchOptions {
  /** Of the arm that is driven. */
  readonly spec: RobotSpec
  readonly arm: RobotDriver
  readonly frame: BenchFrame
}

export function createVirtualBench({ spec, arm, frame }: VirtualBenchOptions): SimDriver {
  const kinematics = createKinematics(spec)
  const gripper = spec.joints.findIndex(({ kind }) => kind === 'gripper')
  /** Joints where the arm was last known to be. */
  let position = spec.joints.map(({ home }) => home)
  /** The arm obeys: where it was sent counts, not what is read. */
  let commanded = false

  const tool = () => armToBench(frame, kinematics.forward(position).position)
  const { bench, settle, show } = createSimBench(createScene({ seed: 0, chainDepth: 0 }), (scene) => {
    scene.gripper = overBench(tool())
    scene.closed = (position[gripper] ?? 1) < CLOSED_BELOW
  })

  return {
    bench,
    connect: (nowNanos) => arm.connect(nowNanos),
    disconnect: () => arm.disconnect(),

    read(nowNanos) {
      const state = arm.read(nowNanos)
      if (!state.ok || commanded) return state
      position = [...state.value.position]
      show(tool(), position[gripper] ?? 1)
      return state
    },

    write(command, nowNanos) {
      const written = arm.write(command, nowNanos)
      commanded = written.ok
      if (!written.ok) return written
      position = [...command.position]
      if (command.settles) settle(tool(), position[gripper] ?? 1)
      return written
    }
  }
}
