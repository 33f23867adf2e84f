import type { CameraImage } from '@shared/ipc/ports'

/** Every n-th value is enough to tell a picture from a covered lens. */
const STRIDE = 7

/** Standard deviation of a picture's values (0…255), of the camera with the least of it; null without pictures. */
export const leastContrast = (images: readonly CameraImage[]): number | null =>
  images.length === 0 ? null : Math.min(...images.map(({ rgb }) => contrast(rgb)))

function contrast(values: Uint8Array): number {
  let count = 0
  let sum = 0
  let squares = 0
  for (let at = 0; at < values.length; at += STRIDE) {
    const value = values[at] as number
    count += 1
    sum += value
    squares += value * value
  }
  if (count === 0) return 0
  const mean = sum / count
  return Math.sqrt(Math.max(0, squares / count - mean * mean))
}
