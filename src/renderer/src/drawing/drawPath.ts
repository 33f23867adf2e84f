import type { PathPoint } from '../model/chunkPath'
import type { Palette } from '../composables/usePalette'
import { metresToUnits, type BenchCanvas } from './benchCanvas'

export interface PathDrawing {
  readonly points: readonly PathPoint[]
  /** Actions that will be executed; the rest is dashed. Null while undecided. */
  readonly horizon: number | null
  readonly executed: number
  /** True for the operator's edit: another colour and other marks. */
  readonly human: boolean
  /** Paths of earlier iterations, oldest first. */
  readonly ghosts: readonly (readonly PathPoint[])[]
}

type Pixel = readonly [x: number, y: number]

export function drawPath(canvas: BenchCanvas, path: PathDrawing, palette: Palette): void {
  const { context } = canvas
  const colour = path.human ? palette.human : palette.action
  context.save()
  context.lineJoin = 'round'
  context.lineCap = 'round'
  path.ghosts.forEach((ghost, index) => {
    stroke(
      context,
      pixels(canvas, ghost),
      palette.action,
      1.5,
      0.15 + (0.4 * (index + 1)) / (path.ghosts.length + 1),
      []
    )
  })

  const points = pixels(canvas, path.points)
  const end = path.horizon === null ? points.length : Math.min(points.length, path.horizon + 1)
  // A dark edge below keeps the line readable over blocks of any colour.
  stroke(context, points, palette.benchInk, 5, 0.55, [])
  stroke(context, points.slice(0, end), colour, 3, 1, [])
  if (end < points.length) stroke(context, points.slice(end - 1), colour, 2.2, 0.9, [4, 4])

  points.forEach(([x, y], index) => {
    const grip = path.points[index]?.grip ?? null
    if (index === 0) return
    context.beginPath()
    if (grip === null) context.arc(x, y, 3.2, 0, 2 * Math.PI)
    else context.rect(x - 4.6, y - 4.6, 9.2, 9.2)
    context.fillStyle = index <= path.executed ? palette.benchInk : colour
    context.strokeStyle = grip === null ? palette.benchInk : '#ffffff'
    context.lineWidth = grip === null ? 1 : 1.8
    // Closing is a filled square, opening a hollow one.
    if (grip === 'open') context.fillStyle = palette.benchInk
    context.fill()
    context.stroke()
  })
  context.restore()
}

const pixels = (canvas: BenchCanvas, points: readonly PathPoint[]): Pixel[] =>
  points.map(({ metres }) => [canvas.x(metresToUnits(metres[0])), canvas.y(metresToUnits(metres[1]))])

function stroke(
  context: CanvasRenderingContext2D,
  points: readonly Pixel[],
  colour: string,
  width: number,
  alpha: number,
  dash: number[]
): void {
  context.beginPath()
  points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)))
  context.strokeStyle = colour
  context.lineWidth = width
  context.globalAlpha = alpha
  context.setLineDash(dash)
  context.stroke()
  context.setLineDash([])
  context.globalAlpha = 1
}
