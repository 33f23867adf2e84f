import type { DrawingContext } from '../drawing/svgContext'
import type { Palette } from '../composables/usePalette'
import { NUMBER_FONT } from './echarts'
import { STAGE_STYLES, STRIPE } from './stageStyle'
import { BAR_PITCH, BAR_WIDTH, kScaleEnd, stageScale, visibleBars, type StripBar } from './stripLayout'

export interface StripState {
  readonly bars: readonly StripBar[]
  readonly scrollLeft: number
  readonly selected: number | null
  readonly hovered: number | null
}

const AXIS_HEIGHT = 13
const HORIZON_HEIGHT = 5
const STAGES_HEIGHT = 20
const GAP = 4

export function drawStrip(
  context: DrawingContext,
  width: number,
  height: number,
  state: StripState,
  palette: Palette
): void {
  const { bars } = state
  const [from, to] = visibleBars(state.scrollLeft, width, bars.length)
  const visible = bars.slice(from, to)
  const scaleEnd = kScaleEnd(Math.max(1, ...visible.map((bar) => bar.k)))
  const scaleMs = stageScale(visible.map(totalMs))
  const stagesTop = height - AXIS_HEIGHT - STAGES_HEIGHT
  const horizonTop = stagesTop - GAP - HORIZON_HEIGHT
  const barsBottom = horizonTop - GAP
  const barsTop = 13

  context.clearRect(0, 0, width, height)
  context.font = `500 10px ${NUMBER_FONT}`
  context.textBaseline = 'alphabetic'
  visible.forEach((bar, offset) => {
    const index = from + offset
    const x = index * BAR_PITCH - state.scrollLeft + (BAR_PITCH - BAR_WIDTH) / 2
    if (state.selected === index || state.hovered === index) {
      context.fillStyle = state.selected === index ? palette.raised : palette.well
      context.fillRect(x - 2.5, 0, BAR_PITCH, height)
    }
    if (bar.startsEpisode && index > 0) {
      context.fillStyle = palette.line
      context.fillRect(x - 3, 0, 1, height)
    }
    const barHeight = Math.max(2, (bar.k / scaleEnd) * (barsBottom - barsTop))
    drawKBar(context, bar, x, barsBottom - barHeight, barHeight, palette)
    context.fillStyle = state.selected === index ? palette.text : palette.dim
    context.textAlign = 'center'
    context.fillText(String(bar.k), x + BAR_WIDTH / 2, barsBottom - barHeight - 3)

    if (bar.horizonShare !== null) {
      context.fillStyle = palette.grid
      context.fillRect(x, horizonTop, BAR_WIDTH, HORIZON_HEIGHT)
      context.fillStyle = palette.ok
      context.fillRect(x, horizonTop, BAR_WIDTH * bar.horizonShare, HORIZON_HEIGHT)
    }
    drawStages(context, bar, x, stagesTop, scaleMs, palette)
    if (bar.startsEpisode || bar.index % 10 === 0) {
      context.fillStyle = palette.faint
      context.textAlign = 'left'
      context.fillText(bar.startsEpisode ? `e${bar.episode}` : String(bar.index), x, height - 2)
    }
  })
}

function drawKBar(
  context: DrawingContext,
  bar: StripBar,
  x: number,
  y: number,
  height: number,
  palette: Palette
): void {
  context.beginPath()
  context.roundRect(x, y, BAR_WIDTH, height, 2)
  if (bar.id === null) {
    context.fillStyle = palette.action
    context.fill()
    return
  }
  if (bar.rejected) {
    context.strokeStyle = palette.dim
    context.lineWidth = 1.3
    context.setLineDash([3, 2])
    context.stroke()
    context.setLineDash([])
    context.beginPath()
    context.moveTo(x + 3, y + height / 2 - 3.5)
    context.lineTo(x + BAR_WIDTH - 3, y + height / 2 + 3.5)
    context.moveTo(x + BAR_WIDTH - 3, y + height / 2 - 3.5)
    context.lineTo(x + 3, y + height / 2 + 3.5)
    context.stroke()
    return
  }
  context.fillStyle = bar.human ? palette.human : palette.faint
  context.fill()
  if (!bar.human) return
  // Hatched as well as pink: people's predictions are told apart without colour.
  context.save()
  context.clip()
  context.strokeStyle = palette.panel
  context.lineWidth = 1.4
  context.beginPath()
  for (let offset = -height; offset < BAR_WIDTH + height; offset += 5) {
    context.moveTo(x + offset, y + height)
    context.lineTo(x + offset + height, y)
  }
  context.stroke()
  context.restore()
}

const totalMs = (bar: StripBar): number => bar.inferenceMs.reduce((sum, ms) => sum + ms, 0)

/**
 * Inference stages as a stack on a scale shared by all visible bars; one that is longer is cut open at the top.
 * Below, motion as a line: thin while the chunk was queued, thick while it was executed.
 */
function drawStages(
  context: DrawingContext,
  bar: StripBar,
  x: number,
  top: number,
  scaleMs: number,
  palette: Palette
): void {
  const motionHeight = 3
  const height = STAGES_HEIGHT - motionHeight - 2
  const total = totalMs(bar)
  const perMs = total > scaleMs ? height / total : height / scaleMs
  let y = top + height
  bar.inferenceMs.forEach((ms, stage) => {
    const style = STAGE_STYLES[stage]
    if (style === undefined || ms <= 0) return
    const part = ms * perMs
    y -= part
    context.fillStyle = palette[style.colour]
    const stripe = style.striped ? STRIPE : { period: BAR_WIDTH, width: BAR_WIDTH }
    for (let left = 0; left < BAR_WIDTH; left += stripe.period)
      context.fillRect(x + left, y, stripe.width, part)
  })
  if (total > scaleMs) {
    context.fillStyle = palette.panel
    context.fillRect(x, top + 2.5, BAR_WIDTH, 1.5)
  }
  if (bar.motionMs === null) return
  const [queue, execute] = bar.motionMs
  const share = queue + execute === 0 ? 0 : queue / (queue + execute)
  context.fillStyle = palette.dim
  context.fillRect(x, top + height + 3, BAR_WIDTH * share, 1)
  context.fillRect(x + BAR_WIDTH * share, top + height + 2, BAR_WIDTH * (1 - share), motionHeight)
}
