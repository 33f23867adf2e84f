import type { EncodedPicture, PictureFormat, VideoPart } from '@shared/ipc/recording'

/** A recorded picture, decoded. */
export interface DecodedPicture {
  readonly nanos: number
  /** Whoever has it closes it. */
  readonly bitmap: ImageBitmap
}

/** For any profile and level: the stream says by itself what it is. */
const CODECS: Readonly<Record<Extract<PictureFormat, 'h264' | 'av1'>, string>> = {
  h264: 'avc1.640034',
  av1: 'av01.0.15M.08'
}

/** `frames` begin with a key frame. */
export const decodePictures = ({ format, frames }: Omit<VideoPart, 'camera'>): Promise<DecodedPicture[]> =>
  format === 'h264' || format === 'av1' ? decodeVideo(CODECS[format], frames) : decodeStills(format, frames)

export async function decodePicture({ format, data }: EncodedPicture): Promise<ImageBitmap | null> {
  const [picture] = await decodePictures({ format, frames: [{ nanos: 0, isKey: true, data }] })
  return picture?.bitmap ?? null
}

const decodeStills = (format: 'jpeg' | 'png', frames: VideoPart['frames']): Promise<DecodedPicture[]> =>
  Promise.all(
    frames.map(async ({ nanos, data }) => ({
      nanos,
      bitmap: await createImageBitmap(new Blob([data as BlobPart], { type: `image/${format}` }))
    }))
  )

async function decodeVideo(codec: string, frames: VideoPart['frames']): Promise<DecodedPicture[]> {
  const pictures: Promise<DecodedPicture>[] = []
  const failures: Error[] = []
  const decoder = new VideoDecoder({
    output(frame) {
      const nanos = frames[frame.timestamp]?.nanos ?? 0
      pictures.push(
        createImageBitmap(frame).then((bitmap) => {
          frame.close()
          return { nanos, bitmap }
        })
      )
    },
    error: (error) => failures.push(error)
  })
  decoder.configure({ codec, optimizeForLatency: true })
  // The place in the list is timestamp enough: pictures come out as they went in.
  frames.forEach(({ isKey, data }, timestamp) =>
    decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp, data }))
  )
  if (frames.length > 0) await decoder.flush()
  decoder.close()
  if (failures[0]) throw failures[0]
  return Promise.all(pictures)
}
