import type { BenchOutcome, BenchSceneView } from '@shared/domain/bench'
import { GRIPPER_RANGE_UNITS, METRES_PER_UNIT, Z_HIGH } from '@shared/domain/benchWorld'
import { clamp } from '@shared/units'
import { actionBudget } from '../../simulator/expert'
import { stepTo } from '../../simulator/physics'
import { renderRasters, type Rasters } from '../../simulator/raster'
import { proprioception, sceneView, type GripperPosition, type Scene } from '../../simulator/scene'
import { createScene, type SceneRequest } from '../../simulator/sceneGenerator'

/** The bench under the arm: what its cameras and its referee see. */
export interface SimBench {
  /**
   * Replaces the scene. A simulated arm is put at the scene's gripper pose: its present position jumps without a
   * command, so whoever commands it must take over from there; RangeError when it can't reach the pose. A real arm
   * stays where it is, and the scene's gripper is put there.
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

/** The bench, and what the driver of the arm over it tells it. */
export interface BenchUnderArm {
  readonly bench: SimBench
  /** The arm came to rest at the end of an action: its tool (metres on the bench) and its gripper's opening. */
  settle(toolMetres: readonly [number, number, number], opening: number): void
  /** Nobody commands the arm: the gripper is shown where it is, and touches nothing. */
  show(toolMetres: readonly [number, number, number], opening: number): void
}

/** Bench units: less is the noise of an encoder. */
const SHOWN_UNITS = 0.004

/** Openings below this count as closed. */
export const CLOSED_BELOW = 0.5

/**
 * Bench units are snapped to multiples of this before physics sees them. Forward kinematics comes within some
 * 1e-15 of the commanded position, and targets lie exactly on pixel borders, where that would flip a pixel. A
 * power of two keeps those borders exact, and is fine enough not to disturb commands that aren't on one.
 */
const SNAPS_PER_UNIT = 2 ** 40

const snap = (metres: number): number =>
  Math.round((metres / METRES_PER_UNIT) * SNAPS_PER_UNIT) / SNAPS_PER_UNIT

/** A position on the bench in its own units. */
const inBenchUnits = ([x, y, z]: readonly [number, number, number]): GripperPosition => ({
  x: snap(x),
  y: snap(y),
  z: snap(z)
})

/** The same, brought over the bench where it is beside or above it: the bench's cameras see no further. */
export function overBench(toolMetres: readonly [number, number, number]): GripperPosition {
  const { x, y, z } = inBenchUnits(toolMetres)
  const { min, max } = GRIPPER_RANGE_UNITS
  return { x: clamp(x, min, max), y: clamp(y, min, max), z: clamp(z, 0, Z_HIGH) }
}

export function createSimBench(first: Scene, onReset: (scene: Scene) => void): BenchUnderArm {
  let scene = first
  let version = 0

  function reset(next: Scene): void {
    onReset(next)
    scene = next
    version += 1
  }

  return {
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
    },
    show(toolMetres, opening) {
      // A block in the gripper moves by physics only.
      if (scene.heldBlock !== null) return
      const [now, then] = [overBench(toolMetres), scene.gripper]
      if (Math.hypot(now.x - then.x, now.y - then.y, now.z - then.z) < SHOWN_UNITS) return
      scene.gripper = now
      scene.closed = opening < CLOSED_BELOW
      version += 1
    },
    settle(toolMetres, opening) {
      stepTo(scene, inBenchUnits(toolMetres), opening < CLOSED_BELOW ? 1 : -1)
      version += 1
    }
  }
}
