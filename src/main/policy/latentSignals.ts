/** ‖current − previous‖₂ over all elements, accumulated in float64. */
export function latentL2(current: Float32Array, previous: Float32Array): number {
  let sum = 0
  for (let index = 0; index < current.length; index++) {
    const difference = (current[index] ?? NaN) - (previous[index] ?? NaN)
    sum += difference * difference
  }
  return Math.sqrt(sum)
}

/** ‖(S_k − S_{k−1}) − (S_{k−1} − S_{k−2})‖₂ / ‖S_{k−1}‖₂. */
export function latentAcceleration(
  current: Float32Array,
  previous: Float32Array,
  beforePrevious: Float32Array
): number {
  let bend = 0
  let norm = 0
  for (let index = 0; index < current.length; index++) {
    const middle = previous[index] ?? NaN
    const second = (current[index] ?? NaN) - 2 * middle + (beforePrevious[index] ?? NaN)
    bend += second * second
    norm += middle * middle
  }
  return Math.sqrt(bend / norm)
}
