import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { CameraImage } from '@shared/ipc/ports'
import { policyFault } from './bundleFault'
import type { CameraSpec } from './manifest'

const CHANNELS = 3

/** Writes one camera's image into its tensor, or says why it can't be the image the policy was trained on. */
export type ImagePreprocessor = (images: readonly CameraImage[], target: Float32Array) => Result<void, Fault>

/**
 * RGB uint8 [H,W,3] → float32 [1,3,H,W], (value / 255 − mean) / std per channel, by table: at most 256 values
 * per channel exist, and each is rounded to float32 once, as PyTorch's division rounds it.
 */
export function createImagePreprocessor(camera: CameraSpec): ImagePreprocessor {
  const { name, width, height, normalisation } = camera
  const tables = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, value) => {
      const ratio = Math.fround(value / 255)
      return (ratio - (normalisation.mean[channel] ?? 0)) / (normalisation.std[channel] ?? 1)
    })
  )
  const pixels = width * height

  return (images, target) => {
    const image = images.find((candidate) => candidate.name === name)
    if (image === undefined) {
      const seen = images.map((candidate) => candidate.name).join(', ') || 'none'
      return err(
        policyFault('policy-observation', `The observation has no camera "${name}" (it has: ${seen})`)
      )
    }
    if (image.width !== width || image.height !== height) {
      return err(
        policyFault(
          'policy-observation',
          `Camera "${name}" gave ${image.width}×${image.height} pixels, the policy takes ${width}×${height}`
        )
      )
    }
    if (image.rgb.length !== pixels * CHANNELS) {
      return err(
        policyFault(
          'policy-observation',
          `Camera "${name}" gave ${image.rgb.length} bytes, ${width}×${height} RGB has ${pixels * CHANNELS}`
        )
      )
    }
    tables.forEach((table, channel) => {
      const plane = channel * pixels
      for (let pixel = 0; pixel < pixels; pixel++) {
        target[plane + pixel] = table[image.rgb[pixel * CHANNELS + channel] ?? 0] ?? 0
      }
    })
    return ok(undefined)
  }
}
