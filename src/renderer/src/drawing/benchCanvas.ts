import { METRES_PER_UNIT } from '@shared/domain/benchWorld'

/** A plan of the bench: bench units (x right, y towards the operator) to CSS pixels. */
export interface BenchPlan {
  readonly width: number
  readonly height: number
  /** CSS pixels per bench unit. */
  readonly scale: number
  x(units: number): number
  y(units: number): number
}

/** One on a canvas. */
export interface BenchCanvas extends BenchPlan {
  readonly context: CanvasRenderingContext2D
}

/** A rectangle of the bench, bench units. */
export interface BenchWindow {
  readonly minX: number
  readonly maxX: number
  readonly minY: number
  readonly maxY: number
}

/** Whole table with the arm's base below it. */
export const TOP_WINDOW: BenchWindow = { minX: -0.02, maxX: 1.02, minY: -0.02, maxY: 1.12 }

/** Fits a window of the bench into a rectangle, centred, equally scaled in x and y. */
export function benchPlan(width: number, height: number, window: BenchWindow): BenchPlan {
  const scale = Math.min(width / (window.maxX - window.minX), height / (window.maxY - window.minY))
  const left = width / 2 - ((window.minX + window.maxX) / 2) * scale
  const top = height / 2 - ((window.minY + window.maxY) / 2) * scale
  return {
    width,
    height,
    scale,
    x: (units) => left + units * scale,
    y: (units) => top + units * scale
  }
}

export const benchCanvas = (
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  window: BenchWindow
): BenchCanvas => ({ context, ...benchPlan(width, height, window) })

export const metresToUnits = (metres: number): number => metres / METRES_PER_UNIT

export function roundedRect(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number
): void {
  context.beginPath()
  context.roundRect(x, y, width, height, Math.max(0, Math.min(radius, width / 2, height / 2)))
}
