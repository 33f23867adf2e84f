import type { CameraImage } from '@shared/ipc/ports'
import type { CaptureToRecorder } from '@shared/ipc/recording'
import { createGrid } from './grid'
import { createEncoder, type Encoder, type Packet } from './h264'

/** One camera on its way into a recording: its newest picture, encoded at every place of its grid. */
export interface CameraEncoder {
  /** A picture of the bench. */
  show(image: CameraImage): void
  /** A device's frame, which stays the caller's. */
  showFrame(frame: VideoFrame, capturedNanos: number): void
  tick(nowNanos: number): void
  /** A new recorder listens: it can decode nothing before a key frame. */
  restart(): void
  close(): void
}

export interface CameraEncoderOptions {
  readonly camera: string
  readonly framesPerSecond: number
  readonly send: (video: Extract<CaptureToRecorder, { type: 'video' }>) => void
  readonly onError: (camera: string, error: Error) => void
}

export function createCameraEncoder(options: CameraEncoderOptions): CameraEncoder {
  const grid = createGrid(options.framesPerSecond)
  let newest: Picture | null = null
  let encoder: (Encoder & { readonly width: number; readonly height: number }) | null = null
  /** Grid place and capture time of what is being encoded, by the encoder's own timestamp. */
  const underWay = new Map<number, { readonly gridNanos: number; readonly capturedNanos: number }>()
  /** Encoders want timestamps that begin near zero: they control their rate by them. */
  let firstPlace: number | null = null

  /**
   * Some devices give pictures in a format that the encoder refuses (16-bit grey, for one): they are drawn first. Whatever
   * is refused then too is given up, and said.
   */
  let way: 'asItComes' | 'drawn' | 'failed' = 'asItComes'

  function encoderFor({ width, height }: Picture): Encoder {
    if (encoder?.width === width && encoder.height === height) return encoder
    encoder?.close()
    const made = createEncoder({
      width,
      height,
      framesPerSecond: options.framesPerSecond,
      onPacket: emit,
      onError(error) {
        encoder = null
        if (way === 'drawn') {
          way = 'failed'
          options.onError(options.camera, error)
        } else way = 'drawn'
      }
    })
    encoder = { ...made, width, height }
    return encoder
  }

  function emit({ timestamp, isKey, data }: Packet): void {
    const times = underWay.get(timestamp)
    underWay.delete(timestamp)
    if (times) options.send({ type: 'video', camera: options.camera, ...times, isKey, data })
  }

  return {
    show(image) {
      const { width, height, capturedNanos } = image
      newest?.close()
      const pixels = rgbx(image)
      newest = {
        width,
        height,
        capturedNanos,
        frame: (timestamp) =>
          new VideoFrame(pixels, { format: 'RGBX', codedWidth: width, codedHeight: height, timestamp }),
        close: () => undefined
      }
    },
    showFrame(frame, capturedNanos) {
      const kept = frame.clone()
      newest?.close()
      // H.264 takes even sizes.
      const [width, height] = [frame.displayWidth & ~1, frame.displayHeight & ~1]
      newest = {
        width,
        height,
        capturedNanos,
        frame: (timestamp) =>
          way === 'drawn' || kept.format === null
            ? drawn(kept, width, height, timestamp)
            : new VideoFrame(kept, { timestamp }),
        close: () => kept.close()
      }
    },
    tick(nowNanos) {
      const { places, hole } = grid.due(nowNanos)
      const image = newest
      if (!image || way === 'failed') return
      if (hole) encoder?.restart()
      for (const place of places) {
        firstPlace ??= place
        const timestamp = Math.round((place - firstPlace) / 1000)
        underWay.set(timestamp, { gridNanos: place, capturedNanos: image.capturedNanos })
        const frame = image.frame(timestamp)
        if (!encoderFor(image).encode(frame)) underWay.delete(timestamp)
        frame.close()
      }
    },
    restart: () => encoder?.restart(),
    close() {
      encoder?.close()
      newest?.close()
      newest = null
    }
  }
}

function drawn(frame: VideoFrame, width: number, height: number, timestamp: number): VideoFrame {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.drawImage(frame, 0, 0, width, height)
  return new VideoFrame(canvas, { timestamp })
}

interface Picture {
  readonly width: number
  readonly height: number
  readonly capturedNanos: number
  /** With this timestamp, microseconds; closed by who asked for it. */
  frame(timestamp: number): VideoFrame
  close(): void
}

/** RGB → RGBX: what WebCodecs takes. */
function rgbx({ rgb, width, height }: CameraImage): Uint8Array {
  const pixels = new Uint8Array(width * height * 4)
  for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
    pixels[to] = rgb[from] as number
    pixels[to + 1] = rgb[from + 1] as number
    pixels[to + 2] = rgb[from + 2] as number
    pixels[to + 3] = 255
  }
  return pixels
}
