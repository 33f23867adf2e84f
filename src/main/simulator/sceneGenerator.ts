import type { BenchBlock, SlideDirection } from '@shared/domain/bench'
import {
  BIN_POSITIONS,
  BLOCK_COLOURS,
  cellCentre,
  DIRECTION_STEPS,
  TRAY_CELLS
} from '@shared/domain/benchWorld'
import { createRandom, type Random } from '@shared/random/xoshiro'
import { cellIndex } from './planning'
import { sceneFromState, type Scene, type SceneState } from './scene'

export interface SceneRequest {
  /** 32-bit seed; the same seed and depth give the same scene everywhere. */
  readonly seed: number
  /** Blocks that have to go before the target, 0…MAX_CHAIN_DEPTH. */
  readonly chainDepth: number
}

export const MAX_CHAIN_DEPTH = 10

/** Blocks lie up to this far from their cell's centre, per axis. */
const POSITION_NOISE_UNITS = 0.008
const DISTRACTORS = { min: 5, max: 16 } as const
/** Some cells stay free however long the chain is. */
const MAX_BLOCKS = 26

const DIRECTIONS: readonly SlideDirection[] = [0, 1, 2, 3]

interface Cell {
  readonly row: number
  readonly column: number
}

/** The chain's cells from target to last blocker, each block's exit, and the cell the last one needs free. */
interface ChainPath {
  readonly cells: readonly { readonly cell: Cell; readonly direction: SlideDirection }[]
  /** null: the last block leaves over the tray's edge. */
  readonly kept: Cell | null
}

function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[random.integer(items.length)] ?? items[0]
}

const isNonEmpty = <T>(items: T[]): items is [T, ...T[]] => items.length > 0
const indexOf = (cell: Cell): number => cellIndex(cell.row, cell.column)

function neighbour(cell: Cell, direction: SlideDirection): Cell {
  const step = DIRECTION_STEPS[direction]
  return { row: cell.row + step.y, column: cell.column + step.x }
}

/** A self-avoiding walk of `chainDepth` steps; null when it ran into itself. */
function walkChain(random: Random, chainDepth: number): ChainPath | null {
  let cell: Cell = { row: random.integer(TRAY_CELLS), column: random.integer(TRAY_CELLS) }
  const used = new Set([indexOf(cell)])
  const cells: { cell: Cell; direction: SlideDirection }[] = []
  const exits = (from: Cell): { direction: SlideDirection; next: Cell }[] =>
    DIRECTIONS.map((direction) => ({ direction, next: neighbour(from, direction) })).filter(
      ({ next }) => !used.has(indexOf(next))
    )
  while (cells.length < chainDepth) {
    const options = exits(cell).filter(({ next }) => indexOf(next) >= 0)
    if (!isNonEmpty(options)) return null
    const { direction, next } = pick(random, options)
    cells.push({ cell, direction })
    cell = next
    used.add(indexOf(next))
  }
  const options = exits(cell)
  if (!isNonEmpty(options)) return null
  const { direction, next } = pick(random, options)
  cells.push({ cell, direction })
  return { cells, kept: indexOf(next) >= 0 ? next : null }
}

function layOut(random: Random, path: ChainPath): SceneState {
  const colours = BLOCK_COLOURS.map((_, colour) => colour)
  const targetColour = random.integer(colours.length)
  const others = colours.filter((colour) => colour !== targetColour)
  const blocks: BenchBlock[] = []
  const otherColour = (): number => others[random.integer(others.length)] ?? targetColour
  const noise = (): number => (random.float() - 0.5) * 2 * POSITION_NOISE_UNITS
  const add = ({ row, column }: Cell, colour: number, direction: SlideDirection): void => {
    const centre = cellCentre(row, column)
    blocks.push({ row, column, colour, direction, x: centre.x + noise(), y: centre.y + noise() })
  }
  path.cells.forEach(({ cell, direction }, index) =>
    add(cell, index === 0 ? targetColour : otherColour(), direction)
  )

  const taken = new Set(path.cells.map(({ cell }) => indexOf(cell)))
  if (path.kept) taken.add(indexOf(path.kept))
  const free = Array.from({ length: TRAY_CELLS * TRAY_CELLS }, (_, index) => index).filter(
    (index) => !taken.has(index)
  )
  const wanted = DISTRACTORS.min + random.integer(DISTRACTORS.max - DISTRACTORS.min + 1)
  const distractors = Math.max(0, Math.min(wanted, MAX_BLOCKS - path.cells.length, free.length))
  for (const order of random.permutation(free.length).slice(0, distractors)) {
    const index = free[order] ?? 0
    const cell = { row: Math.floor(index / TRAY_CELLS), column: index % TRAY_CELLS }
    add(cell, otherColour(), pick(random, [0, 1, 2, 3]))
  }
  return {
    blocks,
    binColours: random.permutation(BIN_POSITIONS.length),
    targetBlock: 0,
    targetBin: random.integer(BIN_POSITIONS.length)
  }
}

/**
 * Lays out a random scene whose target is `chainDepth` blocks away from being free. The distribution is the
 * TrayPick prototype's (same draws in the same order, on this project's generator).
 * Throws RangeError for a depth outside 0…MAX_CHAIN_DEPTH.
 */
export function createScene({ seed, chainDepth }: SceneRequest): Scene {
  if (!Number.isInteger(chainDepth) || chainDepth < 0 || chainDepth > MAX_CHAIN_DEPTH) {
    throw new RangeError(`createScene: chain depth ${chainDepth} is not in 0…${MAX_CHAIN_DEPTH}`)
  }
  const random = createRandom(seed)
  for (;;) {
    const path = walkChain(random, chainDepth)
    if (path) return sceneFromState(layOut(random, path))
  }
}
