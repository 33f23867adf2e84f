import {
  ASIDE_POSITION,
  CELL_UNITS,
  CHUNK_ACTIONS,
  DIRECTION_STEPS,
  STEP_UNITS,
  type BenchPoint
} from '@shared/domain/benchWorld'
import { clamp } from '@shared/units'
import type { NormalisedAction } from './physics'
import { chainFrom } from './planning'
import { binPosition, heldBlockOf, type Scene } from './scene'

/** The scripted expert: demonstrations, reference behaviour and the measure of the arm's limits. */

/** Actions spent travelling above the tray before going down. */
const REACH_ACTIONS = 4

type MutableAction = [number, number, number, number]

const unit = (value: number): number => clamp(Math.fround(value), -1, 1)

/** Reach above `to`, then down: what picking and placing share. `grip` from the first action to the fifth. */
function reach(scene: Scene, to: BenchPoint, grip: number): MutableAction[] {
  const { x, y, z } = scene.gripper
  const dx = (to.x - x) / REACH_ACTIONS / STEP_UNITS
  const dy = (to.y - y) / REACH_ACTIONS / STEP_UNITS
  return Array.from({ length: CHUNK_ACTIONS }, (_, index): MutableAction => {
    const isReaching = index < REACH_ACTIONS
    return [
      isReaching ? dx : 0,
      isReaching ? dy : 0,
      index === REACH_ACTIONS ? -z / STEP_UNITS : 0,
      index <= REACH_ACTIONS ? grip : -grip
    ]
  })
}

function draft(scene: Scene): MutableAction[] {
  const held = heldBlockOf(scene)
  if (held) {
    const isTarget = scene.heldBlock === scene.targetBlock
    const chunk = reach(scene, isTarget ? binPosition(scene, scene.targetBin) : ASIDE_POSITION, 1)
    const lift = chunk[6]
    if (lift) lift[2] = 1
    return chunk
  }
  const next = scene.blocks[chainFrom(scene, scene.targetBlock).at(-1) ?? scene.targetBlock]
  if (!next) throw new RangeError('expertChunk: the target has already left the tray')
  const chunk = reach(scene, next, -1)
  const step = DIRECTION_STEPS[next.direction]
  const pull = chunk[6]
  const lift = chunk[7]
  if (pull) {
    pull[0] = (step.x * CELL_UNITS) / STEP_UNITS
    pull[1] = (step.y * CELL_UNITS) / STEP_UNITS
  }
  if (lift) lift[2] = 1
  return chunk
}

/**
 * The expert's open-loop chunk from the present state: 8 normalised actions, rounded to float32 as a policy's
 * are. With free hands it takes the block at the end of the target's chain, otherwise it places what it holds.
 * Throws RangeError once the target has left the tray.
 */
export const expertChunk = (scene: Scene): NormalisedAction[] =>
  draft(scene).map(([dx, dy, dz, grip]) => [unit(dx), unit(dy), unit(dz), unit(grip)])

/** Actions after which an undecided episode has timed out: four chunks more than the expert needs. */
export const actionBudget = (chainDepth: number): number => (2 * (chainDepth + 1) + 4) * CHUNK_ACTIONS
