import type { CameraImage } from '@shared/ipc/ports'
import type { CaptureToRecorder } from '@shared/ipc/recording'
import { createGrid } from './grid'
import { createEncoder, type Encoder, type Packet } from './h264'

/** One camera on its way into a recording: its newest image, encoded at every place of its grid. */
export interface CameraEncoder {
  show(image: CameraImage): void
  tick(nowNanos: number): void
  /** A new recorder listens: it can decode nothing before a key frame. */
  restart(): void
  close(): void
}

export interface CameraEncoderOptions {
  readonly framesPerSecond: number
  readonly send: (video: Extract<CaptureToRecorder, { type: 'video' }>) => void
  readonly onError: (camera: string, error: Error) => void
}

export function createCameraEncoder(options: CameraEncoderOptions): CameraEncoder {
  const grid = createGrid(options.framesPerSecond)
  let newest: CameraImage | null = null
  let encoder: (Encoder & { readonly width: number; readonly height: number }) | null = null
  /** Grid place and capture time of what is being encoded, by the encoder's own timestamp. */
  const underWay = new Map<number, { readonly gridNanos: number; readonly capturedNanos: number }>()
  /** Encoders want timestamps that begin near zero: they control their rate by them. */
  let firstPlace: number | null = null

  function encoderFor(image: CameraImage): Encoder {
    if (encoder?.width === image.width && encoder.height === image.height) return encoder
    encoder?.close()
    const { width, height } = image
    const made = createEncoder({
      width,
      height,
      framesPerSecond: options.framesPerSecond,
      onPacket: (packet) => emit(image.name, packet),
      onError(error) {
        encoder = null
        options.onError(image.name, error)
      }
    })
    encoder = { ...made, width, height }
    return encoder
  }

  function emit(camera: string, { timestamp, isKey, data }: Packet): void {
    const times = underWay.get(timestamp)
    underWay.delete(timestamp)
    if (times) options.send({ type: 'video', camera, ...times, isKey, data })
  }

  return {
    show(image) {
      newest = image
    },
    tick(nowNanos) {
      const { places, hole } = grid.due(nowNanos)
      const image = newest
      if (!image) return
      if (hole) encoder?.restart()
      for (const place of places) {
        firstPlace ??= place
        const timestamp = Math.round((place - firstPlace) / 1000)
        underWay.set(timestamp, { gridNanos: place, capturedNanos: image.capturedNanos })
        const frame = new VideoFrame(rgbx(image), {
          format: 'RGBX',
          codedWidth: image.width,
          codedHeight: image.height,
          timestamp
        })
        encoderFor(image).encode(frame)
        frame.close()
      }
    },
    restart: () => encoder?.restart(),
    close: () => encoder?.close()
  }
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
