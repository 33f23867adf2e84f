import type { BenchBlock } from '@shared/domain/bench'
import { DIRECTION_STEPS, TRAY_CELLS } from '@shared/domain/benchWorld'

/** Which block has to go before which: the oracle behind the expert and the difficulty of a scene. */

/** Cell index of (row, column) of the tray, row-major; −1 outside. */
export const cellIndex = (row: number, column: number): number =>
  row >= 0 && row < TRAY_CELLS && column >= 0 && column < TRAY_CELLS ? row * TRAY_CELLS + column : -1

/** The blocks and who is in which cell, as a `Scene` has them. */
export interface TrayOccupancy {
  readonly blocks: readonly (BenchBlock | null)[]
  /** Block index in each cell, row-major; −1 where free. */
  readonly cells: readonly number[]
}

/** The block in the cell that `block` slides into; null when that cell is free or off the tray. */
export function blockerOf({ blocks, cells }: TrayOccupancy, block: number): number | null {
  const found = blocks[block]
  if (!found) return null
  const step = DIRECTION_STEPS[found.direction]
  const occupant = cells[cellIndex(found.row + step.y, found.column + step.x)] ?? -1
  return occupant < 0 ? null : occupant
}

/**
 * The target, the block in its way, the block in that one's way and so on: the last one can leave now.
 * Ends early where blocks wait for each other in a ring.
 */
export function chainFrom(tray: TrayOccupancy, targetBlock: number): [number, ...number[]] {
  const chain: [number, ...number[]] = [targetBlock]
  let blocker = blockerOf(tray, targetBlock)
  while (blocker !== null && !chain.includes(blocker)) {
    chain.push(blocker)
    blocker = blockerOf(tray, blocker)
  }
  return chain
}
