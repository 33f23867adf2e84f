import type { CurveStyle } from './curveStyle'
import { logFraction, valueAtFraction, type DecadeExtent } from '../model/axisExtents'

/** Plot rectangle of the scope inside its element, CSS pixels; overlays and ECharts share it. */
export const SCOPE_MARGIN = { left: 50, right: 22, top: 12, bottom: 24 } as const

/** The stopping threshold in the scope: the curve it is for, and whether it can be moved. */
export interface ScopeThresholdData {
  readonly value: number
  readonly signal: string
  readonly swatch: CurveStyle
  readonly readonly: boolean
}

/** Where a breakpoint acted: filled where it held, hollow where it only logged. */
export interface ScopeMark {
  readonly k: number
  readonly held: boolean
  readonly text: string
}

export interface ScopeFrame {
  readonly width: number
  readonly height: number
  /** Last k of the axis; the first is 1. */
  readonly endK: number
  readonly decades: DecadeExtent
}

const plotWidth = (frame: ScopeFrame): number =>
  Math.max(1, frame.width - SCOPE_MARGIN.left - SCOPE_MARGIN.right)
const plotHeight = (frame: ScopeFrame): number =>
  Math.max(1, frame.height - SCOPE_MARGIN.top - SCOPE_MARGIN.bottom)

export const xOfIteration = (frame: ScopeFrame, k: number): number =>
  SCOPE_MARGIN.left + ((k - 1) / (frame.endK - 1)) * plotWidth(frame)

/** Nearest iteration to a horizontal position, 1…lastK. */
export function iterationAtX(frame: ScopeFrame, x: number, lastK: number): number {
  const k = 1 + Math.round(((x - SCOPE_MARGIN.left) / plotWidth(frame)) * (frame.endK - 1))
  return Math.min(Math.max(1, lastK), Math.max(1, k))
}

export const yOfValue = (frame: ScopeFrame, value: number): number =>
  SCOPE_MARGIN.top + (1 - logFraction(value, frame.decades)) * plotHeight(frame)

export const valueAtY = (frame: ScopeFrame, y: number): number =>
  valueAtFraction(1 - (y - SCOPE_MARGIN.top) / plotHeight(frame), frame.decades)
