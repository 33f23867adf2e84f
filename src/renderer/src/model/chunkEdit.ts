/** A copy of a T×A row-major normalised chunk with one value replaced, clamped to [−1, 1]. */
export function withValue(
  chunk: Float32Array,
  dims: number,
  step: number,
  dim: number,
  normalised: number
): Float32Array {
  const next = new Float32Array(chunk)
  next[step * dims + dim] = Math.min(1, Math.max(-1, normalised))
  return next
}

/** One dimension of a chunk over its steps. */
export function dimensionValues(chunk: ArrayLike<number>, dims: number, dim: number): number[] {
  const values: number[] = []
  for (let index = dim; index < chunk.length; index += dims) values.push(chunk[index] ?? 0)
  return values
}

/** How many values differ, for the commit bar. */
export function countChanges(original: ArrayLike<number>, edited: ArrayLike<number>): number {
  let changes = 0
  for (let index = 0; index < edited.length; index++) if (original[index] !== edited[index]) changes++
  return changes
}
