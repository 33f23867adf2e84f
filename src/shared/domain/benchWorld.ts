import type { SlideDirection } from './bench'

/**
 * The TrayPick world as data: what the simulator's physics, the rasters and the drawn bench agree on.
 * Lengths are bench units unless a name says otherwise: the unit square seen from above, x right, y down
 * (towards the operator), z up from the tray. One origin for bench units and world metres.
 */

export interface BenchPoint {
  readonly x: number
  readonly y: number
}

/** The unit square is 25 cm; a power of two, so that converting units is exact. */
export const METRES_PER_UNIT = 0.25

/** Rows and columns of the tray. */
export const TRAY_CELLS = 6
export const CELL_UNITS = 0.125
/** Left and upper edge of the tray. */
export const TRAY_ORIGIN_UNITS = 0.125
export const TRAY_SIZE_UNITS = TRAY_CELLS * CELL_UNITS

/** Side of the square a block, a bin and a bin's opening are drawn as. */
export const BLOCK_SIZE_UNITS = 6 / 64
export const BIN_SIZE_UNITS = 8 / 64
export const BIN_OPENING_UNITS = 4 / 64

export const BIN_POSITIONS: readonly BenchPoint[] = [
  { x: 0.0625, y: 0.3125 },
  { x: 0.0625, y: 0.6875 },
  { x: 0.9375, y: 0.3125 },
  { x: 0.9375, y: 0.6875 }
]

/** Centre of the pad that takes the blocks in the way. */
export const ASIDE_POSITION: BenchPoint = { x: 0.5, y: 0.9375 }
/** The pad as drawn: narrower in y than what counts as placed on it. */
export const ASIDE_PAD_UNITS = { minX: 24 / 64, maxX: 40 / 64, minY: 57 / 64, maxY: 63 / 64 } as const
/** Largest distance from ASIDE_POSITION, per axis, at which a block counts as put aside. */
export const ASIDE_TOLERANCE_UNITS: BenchPoint = { x: 0.125, y: 0.06 }
/** Largest distance from a bin's centre, per axis, at which a block counts as placed in it. */
export const BIN_TOLERANCE_UNITS = 0.06

/** Where the gripper starts, at height Z_HIGH. */
export const HOME_POSITION: BenchPoint = { x: 0.5, y: 0.0625 }
export const Z_HIGH = 0.2
/** Below this height the gripper grasps and sets down. */
export const Z_LOW = 0.06
/** What a normalised action of 1 moves along an axis. */
export const STEP_UNITS = 0.25
/** The gripper's range along x and y; along z it is 0…Z_HIGH. */
export const GRIPPER_RANGE_UNITS = { min: 0.02, max: 0.98 } as const

/** Rate of the policy's actions; physics advances once per completed action. */
export const ACTION_RATE_HZ = 10
/** Actions of one chunk. */
export const CHUNK_ACTIONS = 8

export type Rgb = readonly [number, number, number]

/** Colours of blocks; bins wear the first BIN_POSITIONS.length of them. */
export const BLOCK_COLOURS: readonly Rgb[] = [
  [214, 48, 49],
  [46, 160, 67],
  [40, 98, 222],
  [240, 200, 30],
  [150, 60, 190],
  [245, 130, 30]
]
export const COLOUR_NAMES = ['red', 'green', 'blue', 'yellow', 'purple', 'orange'] as const

export const SURFACE_COLOURS = {
  table: [205, 198, 186],
  tray: [88, 92, 100],
  pad: [140, 140, 140],
  binOpening: [30, 30, 30],
  mark: [255, 255, 255],
  finger: [20, 20, 20],
  gripperOutline: [0, 0, 0]
} as const satisfies Record<string, Rgb>

/** Unit step of each slide direction: right, left, down, up. */
export const DIRECTION_STEPS: Readonly<Record<SlideDirection, BenchPoint>> = {
  0: { x: 1, y: 0 },
  1: { x: -1, y: 0 },
  2: { x: 0, y: 1 },
  3: { x: 0, y: -1 }
}

/** Centre of a tray cell. */
export const cellCentre = (row: number, column: number): BenchPoint => ({
  x: TRAY_ORIGIN_UNITS + (column + 0.5) * CELL_UNITS,
  y: TRAY_ORIGIN_UNITS + (row + 0.5) * CELL_UNITS
})

/** Name of a colour index; throws RangeError outside 0…5. */
export function colourName(colour: number): string {
  const name = COLOUR_NAMES[colour]
  if (name === undefined) throw new RangeError(`colour ${colour} is not one of 0…${COLOUR_NAMES.length - 1}`)
  return name
}

/** The task sentence, in exactly the words the demo policy's tokenizer knows. */
export const benchInstruction = (targetColour: number, binColour: number): string =>
  `put the ${colourName(targetColour)} block in the ${colourName(binColour)} bin`
