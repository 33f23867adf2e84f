import { METRES_PER_UNIT } from '@shared/domain/benchWorld'
import type { Fault } from '@shared/domain/fault'
import { err, ok } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { NANOS_PER_SECOND } from '@shared/units'
import type { Scene } from '../../simulator/scene'
import { createScene } from '../../simulator/sceneGenerator'
import type { RobotDriver } from '../driver'
import { createSimBench, type SimBench } from './simBench'

/**
 * The arm over the TrayPick bench, a robot like any other to the rest of the app: an ideal servo whose
 * present position is the one last written. Physics advances only where a command settles, at the tool
 * position the joints really give.
 */

export interface SimDriver extends RobotDriver {
  readonly bench: SimBench
}

export interface SimDriverOptions {
  readonly spec: RobotSpec
  /** The first scene; by default seed 0, chain depth 0. */
  readonly scene?: Scene
}

export function createSimDriver({ spec, scene: firstScene }: SimDriverOptions): SimDriver {
  const gripperIndex = spec.joints.findIndex((joint) => joint.kind === 'gripper')
  const periodNanos = NANOS_PER_SECOND / spec.loopRateHz
  const still = spec.joints.map(() => 0)
  const home = spec.joints.map((joint) => joint.home)
  const kinematics = createKinematics(spec)

  let connected = false
  const scene = firstScene ?? createScene({ seed: 0, chainDepth: 0 })
  let position: readonly number[] = jointsAt(scene)
  let velocity: readonly number[] = still
  let writtenNanos: number | null = null

  const fault = (code: string, message: string, tip: string): Fault => ({
    severity: 'high',
    source: 'robot',
    code,
    message: `${spec.title}: ${message}`,
    tip
  })
  const notConnected = (): Fault =>
    fault('notConnected', 'the simulated arm is not connected', 'Connect the robot first.')

  function jointsAt({ gripper, closed }: Scene): number[] {
    const { x, y, z } = gripper
    const target = [x * METRES_PER_UNIT, y * METRES_PER_UNIT, z * METRES_PER_UNIT] as const
    const joints = kinematics.inverse({ position: target }, home)
    if (!joints.ok)
      throw new RangeError(`${spec.name} cannot reach the scene's gripper: ${joints.error.message}`)
    return joints.value.map((value, index) => (index === gripperIndex ? (closed ? 0 : 1) : value))
  }

  const { bench, settle } = createSimBench(scene, (next) => {
    position = jointsAt(next)
    velocity = still
    writtenNanos = null
  })

  return {
    async connect() {
      connected = true
      return ok(undefined)
    },

    read(nowNanos) {
      if (!connected) return err(notConnected())
      return ok({ capturedNanos: nowNanos, position: [...position], velocity: [...velocity] })
    },

    write(command, nowNanos) {
      if (!connected) return err(notConnected())
      if (command.position.length !== spec.joints.length || !command.position.every(Number.isFinite)) {
        return err(
          fault(
            'badCommand',
            `a command needs ${spec.joints.length} finite positions, got [${command.position.join(', ')}]`,
            'Stop the run and report this.'
          )
        )
      }
      const elapsedNanos = writtenNanos === null ? periodNanos : nowNanos - writtenNanos
      const last = position
      position = [...command.position]
      velocity =
        elapsedNanos > 0
          ? position.map(
              (value, index) => (value - (last[index] ?? value)) / (elapsedNanos / NANOS_PER_SECOND)
            )
          : still
      writtenNanos = nowNanos
      if (command.settles) settle(kinematics.forward(position).position, position[gripperIndex] ?? 1)
      return ok(undefined)
    },

    async disconnect() {
      connected = false
      velocity = still
    },

    bench
  }
}
