import type { Palette } from '../composables/usePalette'
import type { DrawingContext } from './svgContext'

const MIN_COLUMNS = 14

/** A column per prediction, a row per k from below, a cell paler the less the latent still moved. */
export function drawHeat(
  context: DrawingContext,
  width: number,
  height: number,
  { heat, rows }: { readonly heat: readonly string[]; readonly rows: number },
  { dim, latent }: Pick<Palette, 'dim' | 'latent'>
): void {
  const columnWidth = width / Math.max(heat.length, MIN_COLUMNS)
  const rowHeight = height / Math.max(rows, ...heat.map(({ length }) => length))
  const gap = columnWidth > 4 ? 1 : 0
  context.clearRect(0, 0, width, height)
  heat.forEach((signs, column) => {
    ;[...signs].forEach((sign, row) => {
      const step = sign === '.' ? null : Number(sign)
      context.globalAlpha = step === null ? 0.14 : 0.2 + (0.8 * step) / 9
      context.fillStyle = step === null ? dim : latent
      context.fillRect(
        column * columnWidth,
        height - (row + 1) * rowHeight,
        Math.max(1, columnWidth - gap),
        Math.max(1, rowHeight)
      )
    })
  })
  context.globalAlpha = 1
}
