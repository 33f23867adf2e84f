/** Plot rectangle of one small multiple, CSS pixels inside the panel. */
export interface ChunkCell {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const AXIS_LEFT = 38
const PAD_RIGHT = 12
const TITLE_TOP = 20
const AXIS_BOTTOM = 16
const MIN_CELL_WIDTH = 150

/** As many columns as keep cells readable, but rows as full as possible (4 → 4×1 or 2×2, 7 → 4+3). */
export function chunkColumns(dims: number, width: number, height: number): number {
  const most = Math.max(1, Math.min(dims, Math.floor(width / MIN_CELL_WIDTH)))
  const rows = Math.max(Math.ceil(dims / most), height > width * 0.5 && dims > 2 ? 2 : 1)
  return Math.ceil(dims / rows)
}

/** Plot rectangles of all dimensions; overlays and ECharts share them. */
export function chunkCells(dims: number, width: number, height: number): ChunkCell[] {
  const columns = chunkColumns(dims, width, height)
  const rows = Math.ceil(dims / columns)
  const cellWidth = width / columns
  const cellHeight = height / rows
  return Array.from({ length: dims }, (_, dim) => ({
    left: (dim % columns) * cellWidth + AXIS_LEFT,
    top: Math.floor(dim / columns) * cellHeight + TITLE_TOP,
    width: Math.max(1, cellWidth - AXIS_LEFT - PAD_RIGHT),
    height: Math.max(1, cellHeight - TITLE_TOP - AXIS_BOTTOM)
  }))
}

/** Where action `step` (0…T−1) with a normalised value stands in a cell; the axis spans 1…T and −1…1. */
export function pointInCell(
  cell: ChunkCell,
  steps: number,
  step: number,
  fraction: number
): { readonly x: number; readonly y: number } {
  const along = steps <= 1 ? 0.5 : (step + 0.5) / steps
  return { x: cell.left + along * cell.width, y: cell.top + (1 - fraction) * cell.height }
}

/** One point of the chart among all of them. */
export const pointName = (step: number, dim: number): string => `${dim}-${step}`

/** Height in a cell as a fraction of the axis, 0 at the bottom, clamped. */
export const fractionAtY = (cell: ChunkCell, y: number): number =>
  Math.min(1, Math.max(0, 1 - (y - cell.top) / cell.height))
