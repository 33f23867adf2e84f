import {
  ASIDE_POSITION,
  CELL_UNITS,
  CHUNK_ACTIONS,
  DIRECTION_STEPS,
  STEP_UNITS,
  Z_HIGH,
  Z_LOW,
  type BenchPoint
} from '@shared/domain/benchWorld'
import { clamp } from '@shared/units'
import { stepDelta, type NormalisedAction } from './physics'
import { chainFrom } from './planning'
import { binPosition, copyScene, heldBlockOf, type Scene } from './scene'

/**
 * The expert as a feedback law: what to do next follows from the present state alone, so it can take over in
 * the middle of a chunk, after a disturbance, or from a person's hand, and any execution horizon leads on.
 */

/** Close enough to a target to grasp or let go: half of what physics allows. */
const THERE_UNITS = 0.03
/** The way down is a slope: at this distance, and beyond, the gripper is high; this near it is all the way down. */
const SLOPE_UNITS = { from: 0.2, to: 0.02 } as const
/** Fastest travel of one action, per axis: what the arm's limits are made for. */
const TRAVEL_UNITS = 0.94 * STEP_UNITS
/** A block that has slid this far needs no further pull. */
const SLID_ENOUGH_UNITS = CELL_UNITS - 0.02
const OPEN = -1
const CLOSE = 1

const action = (dx: number, dy: number, dz: number, grip: number): NormalisedAction => {
  const unit = (delta: number): number => clamp(Math.fround(delta / STEP_UNITS), -1, 1)
  return [unit(dx), unit(dy), unit(dz), grip]
}

/**
 * Height at a distance from the goal. Coming down on the way, not in a step of its own, makes one action more or less
 * before the fingers move harmless: who learns from this can't tell them apart near the border between the two.
 */
const heightAt = (distance: number): number =>
  Z_HIGH * clamp((distance - SLOPE_UNITS.to) / (SLOPE_UNITS.from - SLOPE_UNITS.to), 0, 1)

/** Where the gripper has to go now, and what it does with its fingers on the way. */
function aim(scene: Scene): { goal: BenchPoint; grip: number } {
  const held = heldBlockOf(scene)
  if (held) {
    const isTarget = scene.heldBlock === scene.targetBlock
    return { goal: isTarget ? binPosition(scene, scene.targetBin) : ASIDE_POSITION, grip: CLOSE }
  }
  const next = scene.blocks[chainFrom(scene, scene.targetBlock).at(-1) ?? scene.targetBlock]
  if (!next) throw new RangeError('feedbackAction: the target has already left the tray')
  return { goal: next, grip: OPEN }
}

/** The next action from the present state. Throws RangeError once the target has left the tray. */
export function feedbackAction(scene: Scene): NormalisedAction {
  const held = heldBlockOf(scene)
  const { x, y, z } = scene.gripper
  if (held && !scene.freed) {
    const step = DIRECTION_STEPS[held.direction]
    const missing = scene.slid < SLID_ENOUGH_UNITS ? CELL_UNITS - scene.slid : 0
    return action(step.x * missing, step.y * missing, 0, CLOSE)
  }
  const { goal, grip } = aim(scene)
  const dx = goal.x - x
  const dy = goal.y - y
  const distance = Math.max(Math.abs(dx), Math.abs(dy))
  // Down somewhere else, because of a block just pulled out or set down: up first.
  if (z < Z_LOW && z < heightAt(distance) - Z_LOW) return action(0, 0, Z_HIGH - z, grip)
  if (distance > THERE_UNITS || z > Z_LOW / 2) {
    // Straight there at full speed, the rest in the last step: every number varies smoothly with the distance.
    const share = distance > TRAVEL_UNITS ? TRAVEL_UNITS / distance : 1
    return action(dx * share, dy * share, heightAt(distance * (1 - share)) - z, grip)
  }
  // Down at the target: let go of what is held, or open fingers that closed on nothing, or grasp.
  if (held) return action(0, 0, 0, OPEN)
  return action(0, 0, 0, scene.closed ? OPEN : CLOSE)
}

/** Lifted with a block, or lifted after setting one down: where one subtask ends and the next view is needed. */
const isBetweenSubtasks = (scene: Scene, held: boolean): boolean =>
  scene.gripper.z > Z_HIGH - 0.01 && (scene.heldBlock !== null) === held && (!held || scene.freed)

/**
 * The expert's chunk from the present state: 8 actions of the feedback law, waiting one action whenever the fingers
 * have moved or a block has left its slot, and from then on when the subtask is done (a block grasped and lifted, or
 * set down and left). The waits make an action more or less on the way harmless, as `heightAt` does.
 */
export function feedbackChunk(scene: Scene): NormalisedAction[] {
  const imagined = copyScene(scene)
  const holdsAtFirst = scene.heldBlock !== null && scene.freed
  const chunk: NormalisedAction[] = []
  let changed = false
  while (chunk.length < CHUNK_ACTIONS) {
    const holds = imagined.heldBlock !== null && imagined.freed
    changed ||= holds !== holdsAtFirst
    const over = imagined.outcome !== null || imagined.blocks[imagined.targetBlock] === null
    if (over || (changed && isBetweenSubtasks(imagined, !holdsAtFirst))) {
      chunk.push([0, 0, 0, imagined.closed ? CLOSE : OPEN])
      continue
    }
    const { closed, freed } = imagined
    const next = feedbackAction(imagined)
    chunk.push(next)
    stepDelta(imagined, next)
    const waits = imagined.closed !== closed || (imagined.freed && !freed)
    if (waits && chunk.length < CHUNK_ACTIONS) chunk.push([0, 0, 0, next[3]])
  }
  return chunk
}
