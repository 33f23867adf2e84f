import type { BenchBlock, BenchSceneView } from '@shared/domain/bench'
import {
  ASIDE_PAD_UNITS,
  BIN_OPENING_UNITS,
  BIN_POSITIONS,
  BIN_SIZE_UNITS,
  BLOCK_COLOURS,
  BLOCK_SIZE_UNITS,
  cellCentre,
  CELL_UNITS,
  colourName,
  DIRECTION_STEPS,
  TRAY_CELLS,
  TRAY_ORIGIN_UNITS,
  TRAY_SIZE_UNITS
} from '@shared/domain/benchWorld'
import type { Palette } from '../composables/usePalette'
import { roundedRect, type BenchCanvas } from './benchCanvas'

const css = (colour: number): string => {
  const [r, g, b] = BLOCK_COLOURS[colour] ?? [128, 128, 128]
  return `rgb(${r} ${g} ${b})`
}

/** Ink that reads on a block's colour (relative luminance, ITU-R BT.709 weights). */
const inkOn = (colour: number): string => {
  const [r, g, b] = BLOCK_COLOURS[colour] ?? [128, 128, 128]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 120 ? 'rgb(20 23 26)' : 'rgb(255 255 255)'
}

/** Initial of a colour's name: colours must not be told by colour alone. */
const initial = (colour: number): string => colourName(colour).charAt(0).toUpperCase()

/** Table, tray with its slots, bins and the aside pad: everything that doesn't move. */
export function drawTable(canvas: BenchCanvas, scene: BenchSceneView, palette: Palette): void {
  const { context, scale } = canvas
  context.fillStyle = palette.benchFloor
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = palette.benchTable
  roundedRect(context, canvas.x(0), canvas.y(0), scale, scale, 0.02 * scale)
  context.fill()

  context.fillStyle = palette.benchTray
  const edge = 0.012
  const traySide = (TRAY_SIZE_UNITS + 2 * edge) * scale
  roundedRect(
    context,
    canvas.x(TRAY_ORIGIN_UNITS - edge),
    canvas.y(TRAY_ORIGIN_UNITS - edge),
    traySide,
    traySide,
    0.02 * scale
  )
  context.fill()
  context.fillStyle = palette.benchSlot
  const slot = CELL_UNITS - 0.014
  for (let row = 0; row < TRAY_CELLS; row++) {
    for (let column = 0; column < TRAY_CELLS; column++) {
      const { x, y } = cellCentre(row, column)
      roundedRect(
        context,
        canvas.x(x - slot / 2),
        canvas.y(y - slot / 2),
        slot * scale,
        slot * scale,
        0.012 * scale
      )
      context.fill()
    }
  }
  drawAsidePad(canvas, palette)
  BIN_POSITIONS.forEach((position, index) => {
    const colour = scene.binColours[index]
    if (colour !== undefined)
      drawBin(canvas, position.x, position.y, colour, colour === scene.targetBin, palette)
  })
}

function drawAsidePad(canvas: BenchCanvas, palette: Palette): void {
  const { context, scale } = canvas
  const { minX, maxX, minY, maxY } = ASIDE_PAD_UNITS
  context.save()
  context.setLineDash([5, 4])
  context.lineWidth = 1.5
  context.strokeStyle = palette.dim
  context.fillStyle = palette.benchTray
  roundedRect(
    context,
    canvas.x(minX),
    canvas.y(minY),
    (maxX - minX) * scale,
    (maxY - minY) * scale,
    0.012 * scale
  )
  context.globalAlpha = 0.5
  context.fill()
  context.globalAlpha = 1
  context.stroke()
  context.setLineDash([])
  text(canvas, 'aside', (minX + maxX) / 2, (minY + maxY) / 2, 0.034, palette.dim, 500)
  context.restore()
}

function drawBin(
  canvas: BenchCanvas,
  x: number,
  y: number,
  colour: number,
  target: boolean,
  palette: Palette
): void {
  const { context, scale } = canvas
  const outer = BIN_SIZE_UNITS * 0.94
  const inner = BIN_OPENING_UNITS * 1.15
  context.fillStyle = css(colour)
  roundedRect(
    context,
    canvas.x(x - outer / 2),
    canvas.y(y - outer / 2),
    outer * scale,
    outer * scale,
    0.014 * scale
  )
  context.fill()
  context.fillStyle = palette.benchInk
  roundedRect(
    context,
    canvas.x(x - inner / 2),
    canvas.y(y - inner / 2),
    inner * scale,
    inner * scale,
    0.008 * scale
  )
  context.fill()
  text(canvas, initial(colour), x, y, 0.042, '#ffffff', 650)
  if (target) drawTargetCorners(canvas, x, y, outer / 2 + 0.012, palette)
}

/** Blocks in their slots; the held one is drawn with the gripper. */
export function drawBlocks(canvas: BenchCanvas, scene: BenchSceneView, palette: Palette): void {
  scene.blocks.forEach((block, index) => {
    if (block === null || index === scene.heldBlock) return
    drawBlock(canvas, block, block.x, block.y, palette)
    if (index === scene.targetBlock)
      drawTargetCorners(canvas, block.x, block.y, BLOCK_SIZE_UNITS / 2 + 0.012, palette)
  })
}

/** One block with its initial and the white mark on the side it slides out of. */
export function drawBlock(
  canvas: BenchCanvas,
  block: BenchBlock,
  x: number,
  y: number,
  palette: Palette
): void {
  const { context, scale } = canvas
  const side = BLOCK_SIZE_UNITS
  context.save()
  context.shadowColor = 'rgb(0 0 0 / 35%)'
  context.shadowBlur = 0.014 * scale
  context.shadowOffsetY = 0.005 * scale
  context.fillStyle = css(block.colour)
  roundedRect(
    context,
    canvas.x(x - side / 2),
    canvas.y(y - side / 2),
    side * scale,
    side * scale,
    0.011 * scale
  )
  context.fill()
  context.restore()

  const exit = DIRECTION_STEPS[block.direction]
  const long = side * 0.62
  const thick = side * 0.15
  const markX = x + exit.x * (side / 2 - thick * 0.9)
  const markY = y + exit.y * (side / 2 - thick * 0.9)
  const width = exit.x === 0 ? long : thick
  const height = exit.x === 0 ? thick : long
  context.fillStyle = palette.benchMark
  context.strokeStyle = 'rgb(0 0 0 / 35%)'
  context.lineWidth = 0.75
  roundedRect(
    context,
    canvas.x(markX - width / 2),
    canvas.y(markY - height / 2),
    width * scale,
    height * scale,
    0.004 * scale
  )
  context.fill()
  context.stroke()
  const shift = side * 0.09
  text(
    canvas,
    initial(block.colour),
    x - exit.x * shift,
    y - exit.y * shift,
    side * 0.52,
    inkOn(block.colour),
    700
  )
}

/** Four corner brackets: the chosen block or bin, without covering it. */
function drawTargetCorners(canvas: BenchCanvas, x: number, y: number, half: number, palette: Palette): void {
  const { context, scale } = canvas
  const arm = half * 0.5
  context.save()
  context.strokeStyle = palette.text
  context.lineWidth = Math.max(1.5, 0.007 * scale)
  context.lineCap = 'round'
  context.beginPath()
  for (const [sx, sy] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1]
  ] as const) {
    context.moveTo(canvas.x(x + sx * (half - arm)), canvas.y(y + sy * half))
    context.lineTo(canvas.x(x + sx * half), canvas.y(y + sy * half))
    context.lineTo(canvas.x(x + sx * half), canvas.y(y + sy * (half - arm)))
  }
  context.stroke()
  context.restore()
}

function text(
  canvas: BenchCanvas,
  value: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  weight: number
): void {
  const { context, scale } = canvas
  context.font = `${weight} ${size * scale}px 'Inter Variable', sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = colour
  context.fillText(value, canvas.x(x), canvas.y(y) + size * scale * 0.06)
}
