import type { BenchBlock, BenchOutcome, BenchSceneView } from '@shared/domain/bench'
import {
  benchInstruction,
  BIN_POSITIONS,
  HOME_POSITION,
  METRES_PER_UNIT,
  TRAY_CELLS,
  Z_HIGH,
  type BenchPoint
} from '@shared/domain/benchWorld'
import { cellIndex, chainFrom } from './planning'

/** Bench units, see `benchWorld`. */
export interface GripperPosition {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** A TrayPick scene; the functions of `physics` change it in place. */
export interface Scene {
  /** null once block i left the tray. */
  readonly blocks: (BenchBlock | null)[]
  /** Block index in each tray cell, row-major; −1 where free. A held block keeps its cell until released. */
  readonly cells: number[]
  /** Colour of each bin, in BIN_POSITIONS order. */
  readonly binColours: readonly number[]
  readonly targetBlock: number
  /** Colour of the bin the target belongs in. */
  readonly targetBin: number
  /** Blocks that had to go before the target when the scene was laid out. */
  readonly chainDepth: number
  readonly instruction: string
  gripper: GripperPosition
  closed: boolean
  heldBlock: number | null
  /** The held block has left its dovetail slot. */
  freed: boolean
  /** How far the held block has slid, bench units; meaningless once freed. */
  slid: number
  /** Set once; physics stands still from then on. */
  outcome: BenchOutcome | null
}

/** What defines a scene; everything left out is as at the start of an episode. */
export interface SceneState {
  readonly blocks: readonly (BenchBlock | null)[]
  readonly binColours: readonly number[]
  readonly targetBlock: number
  readonly targetBin: number
  readonly gripper?: GripperPosition
  readonly closed?: boolean
  readonly heldBlock?: number | null
  readonly freed?: boolean
  readonly slid?: number
}

/**
 * A scene in any state, for example one recorded elsewhere. A held block that is free no longer takes its cell.
 * Throws RangeError where the state contradicts itself (a missing target or held block, two blocks in a cell).
 */
export function sceneFromState(state: SceneState): Scene {
  const heldBlock = state.heldBlock ?? null
  const freed = state.freed ?? false
  const target = state.blocks[state.targetBlock]
  if (!target) throw new RangeError(`sceneFromState: there is no target block ${state.targetBlock}`)
  if (heldBlock !== null && !state.blocks[heldBlock]) {
    throw new RangeError(`sceneFromState: there is no block ${heldBlock} to hold`)
  }
  const cells = Array.from({ length: TRAY_CELLS * TRAY_CELLS }, () => -1)
  state.blocks.forEach((block, index) => {
    if (!block || (index === heldBlock && freed)) return
    const cell = cellIndex(block.row, block.column)
    if (cell < 0 || cells[cell] !== -1) {
      throw new RangeError(`sceneFromState: block ${index} has no cell at ${block.row}, ${block.column}`)
    }
    cells[cell] = index
  })
  const blocks = state.blocks.map((block) => block && { ...block })
  return {
    blocks,
    cells,
    binColours: [...state.binColours],
    targetBlock: state.targetBlock,
    targetBin: state.targetBin,
    chainDepth: chainFrom({ blocks, cells }, state.targetBlock).length - 1,
    instruction: benchInstruction(target.colour, state.targetBin),
    gripper: state.gripper ?? { ...HOME_POSITION, z: Z_HIGH },
    closed: state.closed ?? false,
    heldBlock,
    freed,
    slid: state.slid ?? 0,
    outcome: null
  }
}

/** A scene of its own, for imagining what would happen. */
export const copyScene = (scene: Scene): Scene => ({
  ...scene,
  blocks: [...scene.blocks],
  cells: [...scene.cells]
})

/** The block in the gripper, or null. */
export const heldBlockOf = (scene: Scene): BenchBlock | null =>
  scene.heldBlock === null ? null : (scene.blocks[scene.heldBlock] ?? null)

/** A copy for people and ports; later steps don't change it. */
export const sceneView = (scene: Scene): BenchSceneView => ({
  blocks: scene.blocks.map((block) => block && { ...block }),
  heldBlock: scene.heldBlock,
  slid: scene.heldBlock === null || scene.freed ? null : scene.slid,
  binColours: [...scene.binColours],
  targetBlock: scene.targetBlock,
  targetBin: scene.targetBin,
  gripper: { ...scene.gripper, closed: scene.closed }
})

/** Centre of the bin of a colour. Throws RangeError where no bin has it. */
export function binPosition(scene: Scene, colour: number): BenchPoint {
  const position = BIN_POSITIONS[scene.binColours.indexOf(colour)]
  if (!position) throw new RangeError(`binPosition: no bin has colour ${colour}`)
  return position
}

/** What the arm feels: x, y, z (metres, world frame) and gripper opening (0 closed, 1 open). */
export const proprioception = ({ gripper, closed }: Scene): [number, number, number, number] => [
  gripper.x * METRES_PER_UNIT,
  gripper.y * METRES_PER_UNIT,
  gripper.z * METRES_PER_UNIT,
  closed ? 0 : 1
]
