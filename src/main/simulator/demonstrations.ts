import {
  ASIDE_POSITION,
  BIN_POSITIONS,
  CELL_UNITS,
  DIRECTION_STEPS,
  GRIPPER_RANGE_UNITS,
  HOME_POSITION,
  Z_HIGH,
  type BenchPoint
} from '@shared/domain/benchWorld'
import { normalQuantile } from '@shared/random/truncatedNormal'
import { createRandom, deriveSeed, type Random } from '@shared/random/xoshiro'
import { clamp } from '@shared/units'
import { feedbackAction } from './feedbackExpert'
import { stepDelta } from './physics'
import { chainFrom } from './planning'
import type { Scene } from './scene'
import { createScene } from './sceneGenerator'

/**
 * States to learn from: what the expert meets on its way through one subtask (pick a block, or set one down) from
 * anywhere, with noisy actions, slips of the gripper and jolts from outside. Every state has the expert's answer, so
 * chunk boundaries, states inside a chunk and states after a disturbance are all there.
 */

export interface DemonstrationOptions {
  readonly seed: number
  /** Longest chain of blockers, 0…10. */
  readonly maxChain: number
}

/** A share of the scenes has no blocker, and a share of those begins in mid-air: every episode has one target to set down. */
const FREE_TARGET_SHARE = 0.25
const IN_HAND_SHARE = { target: 0.5, blocker: 0.1 } as const
/** Longest subtask; one that takes longer has gone astray. */
const MAX_ACTIONS = 26
const NOISY_ACTION_SHARE = 0.35
/** Standard deviation of a noisy action, normalised; a block in its slot would jam under more. */
const ACTION_NOISE = { free: 0.12, inSlot: 0.03 } as const
const SLIP_SHARE = 0.05
const JOLT_SHARE = 0.06
const JOLT_UNITS = 0.08
/** Of the states on the way; those far above the tray say most about the plan. */
const KEPT_SHARE = { far: 0.6, near: 0.45 } as const

const normal = (random: Random): number => normalQuantile(clamp(random.openFloat(), 1e-9, 1 - 1e-9))

const near = (random: Random, { x, y }: BenchPoint, spread: number): BenchPoint => ({
  x: x + spread * normal(random),
  y: y + spread * normal(random)
})

const inRange = (value: number): number => clamp(value, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max)

/** Where a subtask may begin: home, above the pad or a bin, above some block, anywhere; sometimes still down. */
function place(random: Random, scene: Scene): void {
  const kind = random.float()
  let at: BenchPoint = { x: 0.05 + 0.9 * random.float(), y: 0.05 + 0.9 * random.float() }
  let isDown = false
  if (kind < 0.15) at = near(random, HOME_POSITION, 0.015)
  else if (kind < 0.6) {
    at = near(random, ASIDE_POSITION, 0.03)
    isDown = random.float() < 0.15
  } else if (kind < 0.7) {
    at = near(random, scene.blocks[random.integer(scene.blocks.length)] ?? HOME_POSITION, 0.02)
  } else if (kind < 0.75) {
    at = near(random, BIN_POSITIONS[random.integer(BIN_POSITIONS.length)] ?? HOME_POSITION, 0.01)
    isDown = random.float() < 0.3
  }
  const isLow = random.float() < 0.4
  const z = isDown ? 0 : isLow ? Z_HIGH - 0.1 * random.float() : Z_HIGH
  scene.gripper = { x: inRange(at.x), y: inRange(at.y), z }
  scene.closed = random.float() < 0.06
}

/** Puts the free end of the chain in the gripper, pulled out of its slot, wherever the gripper is. */
function takeInHand(random: Random, scene: Scene): void {
  const index = chainFrom(scene, scene.targetBlock).at(-1)
  const block = index === undefined ? null : scene.blocks[index]
  if (index === undefined || !block) return
  if (random.float() >= IN_HAND_SHARE[index === scene.targetBlock ? 'target' : 'blocker']) return
  scene.heldBlock = index
  scene.freed = true
  scene.closed = true
  const step = DIRECTION_STEPS[block.direction]
  if (random.float() < 0.5) return
  const out = { x: block.x + step.x * CELL_UNITS, y: block.y + step.y * CELL_UNITS }
  const { x, y } = near(random, out, 0.02)
  const isDown = random.float() < 0.3
  scene.gripper = { x: inRange(x), y: inRange(y), z: isDown ? 0 : scene.gripper.z }
}

const blocksLeft = ({ blocks }: Scene): number => blocks.filter((block) => block !== null).length

/** Endless; the scene given out is the live one: take what you need of it before asking for the next. */
export function* demonstratedStates({ seed, maxChain }: DemonstrationOptions): Generator<Scene, never> {
  for (let subtask = 0; ; subtask++) {
    const random = createRandom(deriveSeed(seed, subtask))
    const chainDepth = random.float() < FREE_TARGET_SHARE ? 0 : random.integer(maxChain + 1)
    const scene = createScene({ seed: random.uint32(), chainDepth })
    place(random, scene)
    takeInHand(random, scene)
    const before = blocksLeft(scene)
    for (let done = 0; done < MAX_ACTIONS; done++) {
      const isFar = scene.heldBlock === null && scene.gripper.z > Z_HIGH / 2
      if (done === 0 || random.float() < (isFar ? KEPT_SHARE.far : KEPT_SHARE.near)) yield scene
      disturbedStep(random, scene, isFar)
      if (scene.outcome) break
      if (blocksLeft(scene) === before) continue
      // Set down: how to leave it belongs to the subtask.
      yield scene
      break
    }
  }
}

function disturbedStep(random: Random, scene: Scene, isFar: boolean): void {
  const isInSlot = scene.heldBlock !== null && !scene.freed
  const [dx, dy, dz, grip] = feedbackAction(scene)
  const isNoisy = random.float() < NOISY_ACTION_SHARE
  const spread = !isNoisy ? 0 : isInSlot ? ACTION_NOISE.inSlot : ACTION_NOISE.free
  const slips = isFar && random.float() < SLIP_SHARE
  const noise = (): number => spread * normal(random)
  stepDelta(scene, [dx + noise(), dy + noise(), dz, slips ? -grip : grip])
  const { x, y, z } = scene.gripper
  const canBePushed = !scene.outcome && !(scene.heldBlock !== null && !scene.freed) && z > Z_HIGH / 2
  if (!canBePushed || random.float() >= JOLT_SHARE) return
  const at = near(random, { x, y }, JOLT_UNITS)
  const lift = (JOLT_UNITS / 3) * normal(random)
  scene.gripper = { x: inRange(at.x), y: inRange(at.y), z: clamp(z + lift, Z_HIGH / 2, Z_HIGH) }
}
