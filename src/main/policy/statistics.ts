import type { Statistics } from './manifest'

/** si = offset + scale · normalised, per dimension. */
export interface AffineScale {
  readonly scale: readonly number[]
  readonly offset: readonly number[]
}

/** Turns a bundle's statistics into the affine map from normalised to SI values. */
export function affineScale(statistics: Statistics): AffineScale {
  const { scale, offset } = unmasked(statistics)
  const { mask } = statistics
  if (!mask) return { scale, offset }
  return {
    scale: scale.map((value, index) => (mask[index] ? value : 1)),
    offset: offset.map((value, index) => (mask[index] ? value : 0))
  }
}

function unmasked(statistics: Statistics): AffineScale {
  switch (statistics.kind) {
    case 'bounds': {
      const pairs = statistics.low.map((low, index) => [low, statistics.high[index] ?? low] as const)
      return {
        scale: pairs.map(([low, high]) => (high - low) / 2),
        offset: pairs.map(([low, high]) => (high + low) / 2)
      }
    }
    case 'meanStd':
      return { scale: statistics.std, offset: statistics.mean }
  }
}

/** Writes the normalised form of SI values into `target`; all of the same length. */
export function normaliseInto(
  target: Float32Array,
  si: readonly number[],
  { scale, offset }: AffineScale
): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = ((si[index] ?? NaN) - (offset[index] ?? NaN)) / (scale[index] ?? NaN)
  }
}
