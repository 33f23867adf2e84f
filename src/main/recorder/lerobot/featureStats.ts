/** Statistics as LeRobot keeps them per episode and per dataset: one number per element of a feature. */
export interface FeatureStats {
  readonly min: readonly number[]
  readonly max: readonly number[]
  readonly mean: readonly number[]
  readonly std: readonly number[]
  readonly count: readonly [number]
  readonly q01: readonly number[]
  readonly q10: readonly number[]
  readonly q50: readonly number[]
  readonly q90: readonly number[]
  readonly q99: readonly number[]
}

export const STATISTICS = ['min', 'max', 'mean', 'std', 'count', 'q01', 'q10', 'q50', 'q90', 'q99'] as const
type Quantile = 'q01' | 'q10' | 'q50' | 'q90' | 'q99'

/** Of rows of equal length; at least one. Quantiles are linear between neighbours, as NumPy's. */
export function statsOf(rows: readonly (readonly number[])[]): FeatureStats {
  const width = rows[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, index) =>
    columnStats(rows.map((row) => row[index] as number))
  )
  return ofColumns(columns, rows.length)
}

interface ColumnStats {
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly std: number
  readonly q: Readonly<Record<Quantile, number>>
}

function columnStats(values: readonly number[]): ColumnStats {
  const sorted = Float64Array.from(values).sort()
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  const at = (quantile: number): number => {
    const place = quantile * (sorted.length - 1)
    const low = Math.floor(place)
    const [from, to] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number]
    return from + (place - low) * (to - from)
  }
  return {
    min: sorted[0] as number,
    max: sorted[sorted.length - 1] as number,
    mean,
    std: Math.sqrt(variance),
    q: { q01: at(0.01), q10: at(0.1), q50: at(0.5), q90: at(0.9), q99: at(0.99) }
  }
}

const ofColumns = (columns: readonly ColumnStats[], count: number): FeatureStats => ({
  min: columns.map(({ min }) => min),
  max: columns.map(({ max }) => max),
  mean: columns.map(({ mean }) => mean),
  std: columns.map(({ std }) => std),
  count: [count],
  q01: columns.map(({ q }) => q.q01),
  q10: columns.map(({ q }) => q.q10),
  q50: columns.map(({ q }) => q.q50),
  q90: columns.map(({ q }) => q.q90),
  q99: columns.map(({ q }) => q.q99)
})

/** Every n-th pixel of an image is enough for its statistics. */
const PIXEL_STEP = 7

/** Of RGB images, per channel, in 0…1; `frames` is what they stand for. Null without images. */
export function imageStats(images: readonly Uint8Array[], frames: number): FeatureStats | null {
  const channels: number[][] = [[], [], []]
  for (const image of images) {
    for (let pixel = 0; pixel * 3 + 2 < image.length; pixel += PIXEL_STEP)
      for (let channel = 0; channel < 3; channel++)
        channels[channel]?.push((image[pixel * 3 + channel] as number) / 255)
  }
  if (channels[0]?.length === 0) return null
  return ofColumns(channels.map(columnStats), frames)
}

/**
 * Of several sets together. Means and deviations are exact; quantiles are means weighted by count, as LeRobot's own
 * aggregation does.
 */
export function aggregate(all: readonly FeatureStats[]): FeatureStats {
  const total = all.reduce((sum, { count }) => sum + count[0], 0)
  const width = all[0]?.mean.length ?? 0
  const each = (of: (index: number) => number): number[] =>
    Array.from({ length: width }, (_, index) => of(index))
  const weighted = (pick: (stats: FeatureStats) => readonly number[]): number[] =>
    each(
      (index) => all.reduce((sum, stats) => sum + (pick(stats)[index] as number) * stats.count[0], 0) / total
    )
  const mean = weighted((stats) => stats.mean)
  const quantile = (name: Quantile): number[] => weighted((stats) => stats[name])
  return {
    min: each((index) => Math.min(...all.map(({ min }) => min[index] as number))),
    max: each((index) => Math.max(...all.map(({ max }) => max[index] as number))),
    mean,
    std: each((index) => {
      const second = all.reduce(
        (sum, stats) =>
          sum +
          ((stats.std[index] as number) ** 2 +
            ((stats.mean[index] as number) - (mean[index] as number)) ** 2) *
            stats.count[0],
        0
      )
      return Math.sqrt(second / total)
    }),
    count: [total],
    q01: quantile('q01'),
    q10: quantile('q10'),
    q50: quantile('q50'),
    q90: quantile('q90'),
    q99: quantile('q99')
  }
}
