/** The newest values of a quantity, for its quantiles. */
export interface QuantileWindow {
  add(value: number): void
  /** By nearest rank: always a value that happened. null before the first; `q` within 0…1. */
  quantile(q: number): number | null
}

/** Keeps the newest `size` values. */
export function createQuantileWindow(size: number): QuantileWindow {
  const values = new Float64Array(size)
  let added = 0

  return {
    add(value) {
      values[added % size] = value
      added += 1
    },
    quantile(q) {
      const sorted = values.slice(0, Math.min(added, size)).sort()
      return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? null
    }
  }
}
