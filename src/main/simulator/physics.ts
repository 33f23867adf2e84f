import type { BenchBlock } from '@shared/domain/bench'
import {
  ASIDE_POSITION,
  ASIDE_TOLERANCE_UNITS,
  BIN_TOLERANCE_UNITS,
  DIRECTION_STEPS,
  GRIPPER_RANGE_UNITS,
  STEP_UNITS,
  Z_HIGH,
  Z_LOW,
  type BenchPoint
} from '@shared/domain/benchWorld'
import { clamp } from '@shared/units'
import { decide, type JamCause } from './outcome'
import { binPosition, type GripperPosition, type Scene } from './scene'

/**
 * The bench's physics: kinematic, one call per completed action. The order of every floating-point operation
 * is the TrayPick prototype's, so that states agree with its recordings bit for bit.
 */

/** A block slides this far before it is out of its dovetail slot. */
const FREE_AFTER_UNITS = 0.08
/** Play of a block in its slot: across it, and back against its closed end. */
const SIDEWAYS_PLAY_UNITS = 0.05
const BACKWARD_PLAY_UNITS = 0.03
/** Two blocks closer than this per axis collide… */
const COLLISION_UNITS = 0.095
/** …once one has moved this far: neighbours at rest may be that close. */
const COLLISION_AFTER_UNITS = 0.03
const GRASP_UNITS = 0.06

/** dx, dy, dz, grip; each in −1…1 (clipped), grip above 0 closes and below 0 opens. */
export type NormalisedAction = readonly [number, number, number, number]

const isNear = (a: BenchPoint, b: BenchPoint, x: number, y: number): boolean =>
  Math.abs(a.x - b.x) < x && Math.abs(a.y - b.y) < y

/** Moves the held block along its slot; the cause if it jams. */
function slide(scene: Scene, index: number, block: BenchBlock, to: GripperPosition): JamCause | null {
  const dx = to.x - scene.gripper.x
  const dy = to.y - scene.gripper.y
  const step = DIRECTION_STEPS[block.direction]
  const along = dx * step.x + dy * step.y
  const across = Math.abs(dx * step.y) + Math.abs(dy * step.x)
  if (across > SIDEWAYS_PLAY_UNITS) return 'sideways'
  if (scene.slid + along < -BACKWARD_PLAY_UNITS) return 'backward'
  scene.slid += along
  const collides = scene.blocks.some(
    (other, otherIndex) =>
      other !== null &&
      otherIndex !== index &&
      Math.abs(other.x - block.x - step.x * scene.slid) < COLLISION_UNITS &&
      Math.abs(other.y - block.y - step.y * scene.slid) < COLLISION_UNITS &&
      scene.slid > COLLISION_AFTER_UNITS
  )
  if (collides) return 'neighbour'
  if (scene.slid > FREE_AFTER_UNITS) scene.freed = true
  return to.z > Z_LOW && !scene.freed ? 'lifted' : null
}

function closeGripper(scene: Scene): void {
  scene.closed = true
  const at = scene.gripper
  if (at.z >= Z_LOW) return
  const grasped = scene.blocks.findIndex(
    (block) => block !== null && isNear(block, at, GRASP_UNITS, GRASP_UNITS)
  )
  if (grasped < 0) return
  scene.heldBlock = grasped
  scene.freed = false
  scene.slid = 0
}

function openGripper(scene: Scene): void {
  scene.closed = false
  const index = scene.heldBlock
  if (index === null) return
  scene.heldBlock = null
  const block = scene.blocks[index]
  // Let go before it was free: the block stays in its slot.
  if (!block || !scene.freed) return
  scene.blocks[index] = null
  const cell = scene.cells.indexOf(index)
  if (cell >= 0) scene.cells[cell] = -1
  const at = scene.gripper
  if (at.z > Z_LOW) {
    scene.outcome = decide(scene, block, { kind: 'dropped' })
  } else if (index === scene.targetBlock) {
    const isIn = isNear(binPosition(scene, scene.targetBin), at, BIN_TOLERANCE_UNITS, BIN_TOLERANCE_UNITS)
    scene.outcome = decide(scene, block, isIn ? { kind: 'placed' } : { kind: 'wrongBin' })
  } else if (!isNear(at, ASIDE_POSITION, ASIDE_TOLERANCE_UNITS.x, ASIDE_TOLERANCE_UNITS.y)) {
    scene.outcome = decide(scene, block, { kind: 'misplaced' })
  }
}

/**
 * Moves the gripper to `target` (bench units, clamped to its range), then closes (`gripperSign` > 0), opens
 * (< 0) or leaves it (0). A jam leaves the gripper where it was. Does nothing once the scene has an outcome.
 */
export function stepTo(scene: Scene, target: GripperPosition, gripperSign: number): void {
  if (scene.outcome) return
  const to: GripperPosition = {
    x: clamp(target.x, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max),
    y: clamp(target.y, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max),
    z: clamp(target.z, 0, Z_HIGH)
  }
  const index = scene.heldBlock
  const block = index === null ? null : scene.blocks[index]
  if (index !== null && block && !scene.freed) {
    const cause = slide(scene, index, block, to)
    if (cause) {
      scene.outcome = decide(scene, block, { kind: 'jam', cause })
      return
    }
  }
  scene.gripper = to
  if (gripperSign > 0 && !scene.closed) closeGripper(scene)
  else if (gripperSign < 0 && scene.closed) openGripper(scene)
}

/** One normalised action of a policy or the expert, counted from where the gripper is. */
export function stepDelta(scene: Scene, action: NormalisedAction): void {
  const [dx, dy, dz, grip] = action
  const { x, y, z } = scene.gripper
  const target = {
    x: x + clamp(dx, -1, 1) * STEP_UNITS,
    y: y + clamp(dy, -1, 1) * STEP_UNITS,
    z: z + clamp(dz, -1, 1) * STEP_UNITS
  }
  stepTo(scene, target, grip)
}
