import { MAX_ITERATIONS } from '@shared/domain/policy'

/** Whole decades of a log axis: 10^minExponent … 10^maxExponent. */
export interface DecadeExtent {
  readonly minExponent: number
  readonly maxExponent: number
}

export const DEFAULT_DECADES: DecadeExtent = { minExponent: -6, maxExponent: 0 }
const LOWEST_EXPONENT = -12
const HIGHEST_EXPONENT = 4

/**
 * Grows a log axis to hold `values`, in whole decades, and never shrinks it: an axis that jumps while curves
 * move makes curves impossible to compare. Zero, negative and non-finite values have no place on a log axis.
 */
export function growDecades(previous: DecadeExtent, values: Iterable<number | null>): DecadeExtent {
  let { minExponent, maxExponent } = previous
  for (const value of values) {
    if (value === null || !Number.isFinite(value) || value <= 0) continue
    const exponent = Math.log10(value)
    minExponent = Math.min(minExponent, Math.max(LOWEST_EXPONENT, Math.floor(exponent)))
    maxExponent = Math.max(maxExponent, Math.min(HIGHEST_EXPONENT, Math.ceil(exponent)))
  }
  return minExponent === previous.minExponent && maxExponent === previous.maxExponent
    ? previous
    : { minExponent, maxExponent }
}

const ITERATION_STEPS = [8, 12, 16, 24, MAX_ITERATIONS] as const

/** The k axis ends on one of a few round lengths, so that it changes rarely. */
export function iterationAxisEnd(largestK: number): number {
  return ITERATION_STEPS.find((end) => largestK <= end) ?? MAX_ITERATIONS
}

/** Every how many iterations the k axis has room for a number. */
export const labelledEvery = (endK: number): number => (endK <= 12 ? 1 : endK <= 16 ? 2 : 4)

/** Position of a value on a log axis, 0 at the bottom and 1 at the top, clamped to the axis. */
export function logFraction(value: number, extent: DecadeExtent): number {
  const fraction = (Math.log10(value) - extent.minExponent) / (extent.maxExponent - extent.minExponent)
  return Math.min(1, Math.max(0, fraction))
}

/** The value at a position on a log axis, rounded to two significant digits (what a hand can aim at). */
export function valueAtFraction(fraction: number, extent: DecadeExtent): number {
  const clamped = Math.min(1, Math.max(0, fraction))
  const exponent = extent.minExponent + clamped * (extent.maxExponent - extent.minExponent)
  return Number((10 ** exponent).toPrecision(2))
}

/** Next threshold up (+1) or down (−1) the scale: 1.0, 1.1, … 9.9 × 10^n (coarse: 1, 2, … 9). */
export function nudgeLog(value: number, direction: 1 | -1, coarse: boolean): number {
  const resolution = coarse ? 1 : 0.1
  const exponent = Math.floor(Math.log10(value) + 1e-9)
  const mantissa = value / 10 ** exponent
  const next = Math.round((mantissa + direction * resolution) / resolution) * resolution
  if (next < 1 - 1e-9) return Number(((10 - resolution) * 10 ** (exponent - 1)).toPrecision(2))
  return Number((next * 10 ** exponent).toPrecision(2))
}
