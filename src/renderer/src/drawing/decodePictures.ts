import type { EncodedPicture, PictureFormat, VideoPart } from '@shared/ipc/recording'

/** A recorded picture, decoded. Video stays as the decoder gave it: it is converted only where it is drawn. */
export interface DecodedPicture {
  readonly nanos: number
  /** Whoever has it closes it. */
  readonly image: ImageBitmap | VideoFrame
}

/** For any profile and level: the stream says by itself what it is. */
const CODECS: Readonly<Record<Extract<PictureFormat, 'h264' | 'av1'>, string>> = {
  h264: 'avc1.640034',
  av1: 'av01.0.15M.08'
}

export interface PictureDecoder {
  /**
   * One call after the other.
   *
   * @param part `frames` begin with a key frame
   * @param fromNanos pictures that others have followed by then are decoded only where these need it, and not given
   * @param signal gives up: whatever is decoded by then is let go, and the list is empty
   */
  decode(part: Omit<VideoPart, 'camera'>, fromNanos?: number, signal?: AbortSignal): Promise<DecodedPicture[]>
  close(): void
}

/** For one camera: to set up a video decoder costs as much as some pictures. */
export function createPictureDecoder(): PictureDecoder {
  let video: VideoStream | null = null
  return {
    async decode({ format, frames }, fromNanos = -Infinity, signal) {
      if (frames.length === 0) return []
      const first = Math.max(
        0,
        frames.findIndex((_, index) => (frames[index + 1]?.nanos ?? Infinity) > fromNanos)
      )
      if (format === 'jpeg' || format === 'png')
        return letGo(await decodeStills(format, frames.slice(first)), signal)
      const codec = CODECS[format]
      if (video?.codec !== codec || !video.isSound()) {
        video?.close()
        video = openVideo(codec)
      }
      return letGo(await video.decode(frames, first, signal), signal)
    },
    close() {
      video?.close()
      video = null
    }
  }
}

/** Nobody waits for what was given up. */
function letGo(pictures: DecodedPicture[], signal: AbortSignal | undefined): DecodedPicture[] {
  if (!signal?.aborted) return pictures
  for (const { image } of pictures) image.close()
  return []
}

interface VideoStream {
  readonly codec: string
  isSound(): boolean
  decode(
    frames: VideoPart['frames'],
    first: number,
    signal: AbortSignal | undefined
  ): Promise<DecodedPicture[]>
  close(): void
}

function openVideo(codec: string): VideoStream {
  let take = (image: VideoFrame): void => image.close()
  let fail: (error: Error) => void = () => undefined
  const decoder = new VideoDecoder({ output: (image) => take(image), error: (error) => fail(error) })
  // Seconds of pictures are kept: a hardware decoder has few to give, and waits until they come back.
  const configure = (): void =>
    decoder.configure({ codec, optimizeForLatency: true, hardwareAcceleration: 'prefer-software' })
  configure()

  return {
    codec,
    isSound: () => decoder.state === 'configured',
    async decode(frames, first, signal) {
      const pictures: DecodedPicture[] = []
      let left = frames.length
      const giveUp = (): void => {
        if (decoder.state === 'closed') return
        decoder.reset()
        configure()
      }
      try {
        await new Promise<void>((resolve, reject) => {
          fail = reject
          take = (image) => {
            if (image.timestamp < first) image.close()
            else pictures.push({ nanos: frames[image.timestamp]?.nanos ?? 0, image })
            // There at once; the flush comes later, and last where pictures are hidden.
            if (--left === 0) resolve()
          }
          signal?.addEventListener('abort', () => resolve(), { once: true })
          // The place in the list is timestamp enough: pictures come out as they went in.
          frames.forEach(({ isKey, data }, timestamp) =>
            decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp, data }))
          )
          decoder.flush().then(resolve, reject)
        })
      } catch (error) {
        for (const { image } of pictures) image.close()
        throw error
      } finally {
        take = (image) => image.close()
        fail = () => undefined
        if (signal?.aborted) giveUp()
      }
      return pictures
    },
    close() {
      if (decoder.state !== 'closed') decoder.close()
    }
  }
}

/**
 * Draws into a canvas that becomes as large as the picture, unless by then another one is wanted.
 *
 * @returns whether it was drawn
 */
export async function drawPicture(
  canvas: HTMLCanvasElement,
  image: DecodedPicture['image'],
  isWanted: () => boolean
): Promise<boolean> {
  if (image instanceof ImageBitmap) {
    draw(canvas, image)
    return true
  }
  // Without a graphics processor a bitmap is made ten times as fast as a frame is drawn.
  const bitmap = await createImageBitmap(image)
  const isDrawn = isWanted()
  if (isDrawn) draw(canvas, bitmap)
  bitmap.close()
  return isDrawn
}

function draw(canvas: HTMLCanvasElement, image: ImageBitmap): void {
  const { width, height } = image
  // Setting a size clears the canvas and costs a buffer, also where it is the same.
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  canvas.getContext('2d')?.drawImage(image, 0, 0)
}

const decodeStills = (format: 'jpeg' | 'png', frames: VideoPart['frames']): Promise<DecodedPicture[]> =>
  Promise.all(
    frames.map(async ({ nanos, data }) => ({
      nanos,
      image: await createImageBitmap(new Blob([data as BlobPart], { type: `image/${format}` }))
    }))
  )

/** One picture that needs no other. */
export async function decodePicture({
  format,
  data
}: EncodedPicture): Promise<DecodedPicture['image'] | null> {
  const decoder = createPictureDecoder()
  try {
    const [picture] = await decoder.decode({ format, frames: [{ nanos: 0, isKey: true, data }] })
    return picture?.image ?? null
  } finally {
    decoder.close()
  }
}
