import type { CameraCrop } from '@shared/domain/camera'

/** Cuts and shrinks frames on a canvas of its own. */
export interface PictureMaker {
  /** RGB, row-major. */
  rgb(frame: VideoFrame, crop: CameraCrop): Uint8Array
}

export function createPictureMaker(width: number, height: number): PictureMaker {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('There is no canvas to draw on')
  context.imageSmoothingQuality = 'medium'

  return {
    rgb(frame, crop) {
      const { displayWidth, displayHeight } = frame
      context.drawImage(
        frame,
        crop.x * displayWidth,
        crop.y * displayHeight,
        Math.min(crop.width, 1 - crop.x) * displayWidth,
        Math.min(crop.height, 1 - crop.y) * displayHeight,
        0,
        0,
        width,
        height
      )
      const { data } = context.getImageData(0, 0, width, height)
      const rgb = new Uint8Array(width * height * 3)
      for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
        rgb[to] = data[from] as number
        rgb[to + 1] = data[from + 1] as number
        rgb[to + 2] = data[from + 2] as number
      }
      return rgb
    }
  }
}
