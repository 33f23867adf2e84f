import {
  BIN_POSITIONS,
  BLOCK_COLOURS,
  DIRECTION_STEPS,
  SURFACE_COLOURS,
  type BenchPoint,
  type Rgb
} from '@shared/domain/benchWorld'
import type { BenchBlock, SlideDirection } from '@shared/domain/bench'
import { heldBlockOf, type Scene } from './scene'

/**
 * The two small camera images the demo policy was trained on, pixel by pixel as the TrayPick prototype drew
 * them: RGB, row-major, uint8. Filled rectangles only; never shown larger than they are.
 */

export const TOP_PIXELS = 64
export const WRIST_PIXELS = 32

export interface Rasters {
  /** 64 × 64 × 3: the unit square from above. */
  readonly top: Uint8Array
  /** 32 × 32 × 3: around the gripper, magnified twice. */
  readonly wrist: Uint8Array
}

interface Image {
  readonly rgb: Uint8Array
  readonly size: number
}

/** Pixel columns and rows [x0, x1) × [y0, y1). */
type Rect = readonly [x0: number, y0: number, x1: number, y1: number]

function fill(image: Image, [x0, y0, x1, y1]: Rect, [red, green, blue]: Rgb): void {
  const { rgb, size } = image
  const left = Math.max(x0, 0)
  const right = Math.min(x1, size)
  for (let y = Math.max(y0, 0); y < Math.min(y1, size); y++) {
    for (let at = (y * size + left) * 3; at < (y * size + right) * 3; at += 3) {
      rgb[at] = red
      rgb[at + 1] = green
      rgb[at + 2] = blue
    }
  }
}

const square = (x: number, y: number, half: number): Rect => [x - half, y - half, x + half, y + half]

/** The white mark on a block's exit side, relative to the block's centre pixel. */
const MARKS: Readonly<Record<SlideDirection, Rect>> = {
  0: [1, -2, 3, 2],
  1: [-3, -2, -1, 2],
  2: [-2, 1, 2, 3],
  3: [-2, -3, 2, -1]
}

const blockColour = (colour: number): Rgb => BLOCK_COLOURS[colour] ?? SURFACE_COLOURS.table

function drawTable(image: Image, scene: Scene): void {
  fill(image, [0, 0, TOP_PIXELS, TOP_PIXELS], SURFACE_COLOURS.table)
  fill(image, [8, 8, 56, 56], SURFACE_COLOURS.tray)
  BIN_POSITIONS.forEach((position, bin) => {
    const x = Math.trunc(position.x * TOP_PIXELS)
    const y = Math.trunc(position.y * TOP_PIXELS)
    fill(image, square(x, y, 4), blockColour(scene.binColours[bin] ?? -1))
    fill(image, square(x, y, 2), SURFACE_COLOURS.binOpening)
  })
  fill(image, [24, 57, 40, 63], SURFACE_COLOURS.pad)
}

/** How far a block has slid out of its place so far, per axis. */
function slideOf(scene: Scene, block: BenchBlock, isHeld: boolean): BenchPoint {
  const step = DIRECTION_STEPS[block.direction]
  return isHeld ? { x: step.x * scene.slid, y: step.y * scene.slid } : { x: 0, y: 0 }
}

function drawBlocks(image: Image, scene: Scene, inGripper: BenchBlock | null): void {
  scene.blocks.forEach((block, index) => {
    if (!block || block === inGripper) return
    const slid = slideOf(scene, block, index === scene.heldBlock)
    const x = Math.floor((block.x + slid.x) * TOP_PIXELS + 0.5)
    const y = Math.floor((block.y + slid.y) * TOP_PIXELS + 0.5)
    fill(image, square(x, y, 3), blockColour(block.colour))
    const [x0, y0, x1, y1] = MARKS[block.direction]
    fill(image, [x + x0, y + y0, x + x1, y + y1], SURFACE_COLOURS.mark)
  })
}

/** Twice magnified around the gripper's pixel; beyond the edge the edge repeats. */
function magnify(top: Image, gripperX: number, gripperY: number): Image {
  const rgb = new Uint8Array(WRIST_PIXELS * WRIST_PIXELS * 3)
  const source = (centre: number, pixel: number): number =>
    Math.min(TOP_PIXELS - 1, Math.max(0, centre + Math.floor((pixel - WRIST_PIXELS / 2) / 2)))
  for (let y = 0; y < WRIST_PIXELS; y++) {
    const row = source(gripperY, y) * TOP_PIXELS
    for (let x = 0; x < WRIST_PIXELS; x++) {
      const from = (row + source(gripperX, x)) * 3
      const to = (y * WRIST_PIXELS + x) * 3
      for (let channel = 0; channel < 3; channel++) rgb[to + channel] = top.rgb[from + channel] ?? 0
    }
  }
  return { rgb, size: WRIST_PIXELS }
}

function drawGripper(image: Image, x: number, y: number): void {
  const x0 = Math.max(x - 3, 0)
  const y0 = Math.max(y - 3, 0)
  const x1 = Math.min(x + 3, TOP_PIXELS)
  const y1 = Math.min(y + 3, TOP_PIXELS)
  fill(image, [x0, y0, x0 + 1, y1], SURFACE_COLOURS.gripperOutline)
  fill(image, [x1 - 1, y0, x1, y1], SURFACE_COLOURS.gripperOutline)
  fill(image, [x0, y0, x1, y0 + 1], SURFACE_COLOURS.gripperOutline)
  fill(image, [x0, y1 - 1, x1, y1], SURFACE_COLOURS.gripperOutline)
}

/**
 * What the cameras show of a block that is grasped but still in its slot. `shown`: the block with its mark, as the
 * bench's cameras do, so that a policy that looks then can tell which way it leaves. `hidden`: nothing, as the
 * prototype drew it: what its recordings are compared with.
 */
export type SlotMarks = 'hidden' | 'shown'

/** Both images of the present state, freshly allocated. */
export function renderRasters(scene: Scene, slotMarks: SlotMarks = 'hidden'): Rasters {
  const top: Image = { rgb: new Uint8Array(TOP_PIXELS * TOP_PIXELS * 3), size: TOP_PIXELS }
  drawTable(top, scene)
  const held = slotMarks === 'shown' && !scene.freed ? null : heldBlockOf(scene)
  drawBlocks(top, scene, held)
  const x = Math.floor(scene.gripper.x * TOP_PIXELS)
  const y = Math.floor(scene.gripper.y * TOP_PIXELS)
  // The wrist camera looks past the gripper, so it sees the table before the gripper is drawn.
  const wrist = magnify(top, x, y)
  if (held) fill(wrist, square(16, 16, 6), blockColour(held.colour))
  fill(wrist, [4, 14, 8, 18], SURFACE_COLOURS.finger)
  fill(wrist, [24, 14, 28, 18], SURFACE_COLOURS.finger)
  drawGripper(top, x, y)
  if (held) fill(top, square(x, y, 2), blockColour(held.colour))
  return { top: top.rgb, wrist: wrist.rgb }
}
