/** One camera's H.264 encoder: Annex B, one picture a packet, key frames with SPS and PPS every `GOP` pictures. */
export interface Encoder {
  /** Encodes a picture for this place of the grid; false: the encoder is too far behind, and it was left out. */
  encode(frame: VideoFrame): boolean
  /** The next picture is a key frame. */
  restart(): void
  close(): void
}

export interface Packet {
  /** The frame's timestamp, microseconds. */
  readonly timestamp: number
  readonly isKey: boolean
  readonly data: Uint8Array
}

const GOP = 15
/** Constrained baseline: what software encodes fastest, and every player decodes. */
const CODEC = 'avc1.42E01E'
/** Bits per pixel and picture: 4 Mbit/s at 640×480 and 30 per second. */
const BITS_PER_PIXEL = 0.43
const MIN_BITRATE = 100_000
/**
 * Pictures that may wait for the encoder, a second of them: a busy moment makes video late, not incomplete. Beyond that new
 * ones are left out, and the grid has a hole.
 */
const MAX_QUEUE = 30

export interface EncoderOptions {
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  readonly onPacket: (packet: Packet) => void
  readonly onError: (error: Error) => void
}

export function createEncoder(options: EncoderOptions): Encoder {
  const { width, height, framesPerSecond } = options
  let untilKey = 0
  const encoder = new VideoEncoder({
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength)
      chunk.copyTo(data)
      options.onPacket({ timestamp: chunk.timestamp, isKey: chunk.type === 'key', data })
    },
    error: options.onError
  })
  encoder.configure({
    codec: CODEC,
    width,
    height,
    framerate: framesPerSecond,
    bitrate: Math.max(MIN_BITRATE, Math.round(width * height * framesPerSecond * BITS_PER_PIXEL)),
    latencyMode: 'realtime',
    avc: { format: 'annexb' }
  })

  return {
    encode(frame) {
      if (encoder.state !== 'configured' || encoder.encodeQueueSize > MAX_QUEUE) return false
      const keyFrame = untilKey <= 0
      untilKey = keyFrame ? GOP - 1 : untilKey - 1
      encoder.encode(frame, { keyFrame })
      return true
    },
    restart() {
      untilKey = 0
    },
    close() {
      if (encoder.state !== 'closed') encoder.close()
    }
  }
}
