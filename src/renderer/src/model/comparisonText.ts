import type { ComparedBundle, Comparison } from '@shared/domain/examination'
import { median } from '@shared/statistics/median'
import { pairNames } from './bundleText'
import { duration, scientific } from './format'
import { mean, quantile } from './statistics'

const SMALLEST_FIXED = 1e-3
/** Error or difference of normalised actions: three decimals, short scientific notation below. */
export const actionErrorText = (value: number): string =>
  value !== 0 && value < SMALLEST_FIXED ? scientific(value) : value.toFixed(3)

/** What was compared and what that says, in one line. */
export function comparisonNote({ observations: { source, count } }: Comparison): string {
  const what = `Open loop: what they would do on the same ${count} ${count === 1 ? 'observation' : 'observations'}, not success.`
  return source === 'bench'
    ? `${what} Observations: states of the bench, each with the expert’s answer.`
    : `${what} Observations: the recorded examples of the two bundles; no expert answers them.`
}

/** A row of the comparison: one text per bundle. */
export interface ComparedRow {
  readonly name: string
  readonly values: readonly [string, string]
}

const decimals = (value: number): string => value.toFixed(1)
const ROWS: readonly (readonly [string, (bundle: ComparedBundle) => string])[] = [
  ['K, mean', ({ decidedK }) => decimals(mean(decidedK))],
  ['K, median', ({ decidedK }) => decimals(median(decidedK))],
  ['K, 90th percentile', ({ decidedK }) => decimals(quantile(decidedK, 0.9))],
  ['Encode', ({ stages }) => duration(stages.encode)],
  ['Prelude', ({ stages }) => duration(stages.prelude)],
  ['Step, per iteration', ({ stages }) => duration(stages.step)],
  ['Coda, per iteration', ({ stages }) => duration(stages.coda)]
]

/** K under the bundles' own default rules, and latencies. */
export const comparedRows = ({ bundles: [first, second] }: Comparison): ComparedRow[] =>
  ROWS.map(([name, read]) => ({ name, values: [read(first), read(second)] }))

/** A curve over k = 1, 2, …, with where the bundle's own rule stops half of the time. */
export interface DepthCurve {
  readonly name: string
  readonly values: readonly number[]
  readonly medianK: number | null
}

/** Errors to the expert, bundle by bundle; empty without an expert. */
export function expertCurves({ bundles }: Comparison): DepthCurve[] {
  const names = pairNames(bundles)
  return bundles.flatMap(({ expertError, decidedK }, index) => {
    const name = names[index]
    if (expertError === null || name === undefined) return []
    return [{ name, values: expertError, medianK: Math.round(median(decidedK)) }]
  })
}

export const differenceCurves = ({ difference }: Comparison): DepthCurve[] => [
  { name: 'difference', values: difference, medianK: null }
]

/** A chart's curves in words, for those who don't see them. */
export function curvesText(title: string, curves: readonly DepthCurve[]): string {
  const texts = curves.map(({ name, values }) => {
    const first = actionErrorText(values[0] ?? 0)
    const last = actionErrorText(values[values.length - 1] ?? 0)
    return `${name} ${first} at k = 1, ${last} at k = ${values.length}`
  })
  return `${title}: ${texts.join('; ')}`
}
