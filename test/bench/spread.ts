import { createQuantileWindow } from '@shared/statistics/quantileWindow'

/** How measured values lie, to three decimals. */
export function spread(values: readonly number[]) {
  const all = createQuantileWindow(Math.max(1, values.length))
  for (const value of values) all.add(value)
  const at = (q: number): number => Math.round((all.quantile(q) ?? NaN) * 1000) / 1000
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
