import type { BenchOutcome, BenchSceneView } from '@shared/domain/bench'
import { METRES_PER_UNIT } from '@shared/domain/benchWorld'
import type { Fault } from '@shared/domain/fault'
import { err, ok } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { NANOS_PER_SECOND } from '@shared/units'
import { actionBudget } from '../../simulator/expert'
import { stepTo } from '../../simulator/physics'
import { renderRasters, type Rasters } from '../../simulator/raster'
import { proprioception, sceneView, type GripperPosition, type Scene } from '../../simulator/scene'
import { createScene, type SceneRequest } from '../../simulator/sceneGenerator'
import type { RobotDriver } from '../driver'

/**
 * The arm over the TrayPick bench, a robot like any other to the rest of the app: an ideal servo whose
 * present position is the one last written. Physics advances only where a command settles, at the tool
 * position the joints really give.
 */

/** The bench under the arm: what its cameras and its referee see. */
export interface SimBench {
  /**
   * Replaces the scene and puts the arm at its gripper pose. A simulator's reset: the present position jumps
   * without a command, so whoever commands the arm must take over from the present position afterwards.
   * Throws RangeError when the arm cannot reach the pose.
   */
  reset(scene: Scene): void
  /** `reset` with a freshly laid out scene. */
  newScene(request: SceneRequest): void
  scene(): Scene
  view(): BenchSceneView
  rasters(): Rasters
  /** x, y, z (metres) and gripper opening (0 closed, 1 open), as of the last physics step like the rasters. */
  proprioception(): [number, number, number, number]
  /** null while undecided; the bench doesn't count actions, see `actionBudget`. */
  outcome(): BenchOutcome | null
  instruction(): string
  chainDepth(): number
  /** Actions after which an undecided episode has timed out. */
  actionBudget(): number
  /** Rises with every reset and every physics step. */
  version(): number
}

export interface SimDriver extends RobotDriver {
  readonly bench: SimBench
}

export interface SimDriverOptions {
  readonly spec: RobotSpec
  /** The first scene; by default seed 0, chain depth 0. */
  readonly scene?: Scene
}

/** Openings below this count as closed. */
const CLOSED_BELOW = 0.5

/**
 * Bench units are snapped to multiples of this before physics sees them. Forward kinematics comes within some
 * 1e-15 of the commanded position, and targets lie exactly on pixel borders, where that would flip a pixel. A
 * power of two keeps those borders exact, and is fine enough not to disturb commands that aren't on one.
 */
const SNAPS_PER_UNIT = 2 ** 40

const snap = (metres: number): number =>
  Math.round((metres / METRES_PER_UNIT) * SNAPS_PER_UNIT) / SNAPS_PER_UNIT

export function createSimDriver({ spec, scene: firstScene }: SimDriverOptions): SimDriver {
  const gripperIndex = spec.joints.findIndex((joint) => joint.kind === 'gripper')
  const periodNanos = NANOS_PER_SECOND / spec.loopRateHz
  const still = spec.joints.map(() => 0)
  const home = spec.joints.map((joint) => joint.home)
  const kinematics = createKinematics(spec)

  let connected = false
  let scene = firstScene ?? createScene({ seed: 0, chainDepth: 0 })
  let version = 0
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

  function toolInBenchUnits(): GripperPosition {
    const [x, y, z] = kinematics.forward(position).position
    return { x: snap(x), y: snap(y), z: snap(z) }
  }

  function reset(next: Scene): void {
    position = jointsAt(next)
    velocity = still
    writtenNanos = null
    scene = next
    version += 1
  }

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
      if (command.settles) {
        const opening = position[gripperIndex] ?? 1
        stepTo(scene, toolInBenchUnits(), opening < CLOSED_BELOW ? 1 : -1)
        version += 1
      }
      return ok(undefined)
    },

    async disconnect() {
      connected = false
      velocity = still
    },

    bench: {
      reset,
      newScene: (request) => reset(createScene(request)),
      scene: () => scene,
      view: () => sceneView(scene),
      rasters: () => renderRasters(scene, 'shown'),
      proprioception: () => proprioception(scene),
      outcome: () => scene.outcome,
      instruction: () => scene.instruction,
      chainDepth: () => scene.chainDepth,
      actionBudget: () => actionBudget(scene.chainDepth),
      version: () => version
    }
  }
}
