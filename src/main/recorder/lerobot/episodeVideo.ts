import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { assertNever, err, ok, type Result } from '@shared/domain/result'
import { encodeAv1 } from './av1'
import type { CameraTrack } from './episodeFrames'
import type { Av1Tool } from './ffmpeg'
import { probeVideo, type ExpectedVideo } from './ffprobe'
import { writeMp4 } from './mp4'
import { countFrames } from './verify'

/** How a dataset gets its videos, and who looks at them afterwards. */
export interface VideoWriting {
  readonly encoding: { readonly codec: 'h264' } | { readonly codec: 'av1'; readonly tool: Av1Tool }
  /** Where the system's ffprobe is; null: videos are counted by mediabunny alone, which wrote or read them. */
  readonly ffprobe: string | null
  /** Ends encoder and reader at once. */
  readonly signal: AbortSignal
}

/** Pictures of a camera by their places. */
export interface PlaceRange {
  readonly first: number
  readonly count: number
}

export interface WrittenVideo {
  /** Pictures in the file before the first of the range: a decoder needs them. */
  readonly leadIn: number
  /** Places of the range that the recording has no picture for. */
  readonly repeated: number
}

/**
 * One camera's pictures in a video file at a constant rate, read back before the file gets its name. What isn't whole is
 * removed again.
 *
 * @returns why there is no such file now
 */
export async function writeVideo(
  target: string,
  camera: CameraTrack,
  range: PlaceRange,
  framesPerSecond: number,
  writing: VideoWriting
): Promise<Result<WrittenVideo, string>> {
  const [part, source] = [`${target}.part`, `${target}.source`]
  const { pictures, leadIn, repeated } = cut(camera, range)
  const { name, width, height } = camera
  const copied = { width, height, pictures }
  const { encoding, ffprobe, signal } = writing
  await mkdir(dirname(target), { recursive: true })
  try {
    switch (encoding.codec) {
      case 'h264':
        await writeMp4(part, copied, framesPerSecond)
        break
      case 'av1': {
        await writeMp4(source, copied, framesPerSecond)
        const place = { first: leadIn, count: range.count }
        const job = { source, target: part, width, height, framesPerSecond, ...place }
        const encoded = await encodeAv1(encoding.tool, job, signal)
        if (!encoded.ok) return err(`the video of camera ${name} could not be encoded: ${encoded.error}`)
        break
      }
      default:
        return assertNever(encoding)
    }
    // Encoded anew, it needs nothing before its first row.
    const kept = encoding.codec === 'h264' ? leadIn : 0
    const expected = { codec: encoding.codec, width, height, framesPerSecond, pictures: kept + range.count }
    const objection = await readBack(part, expected, ffprobe, signal)
    if (objection !== null) return err(`the video of camera ${name} reads back differently: ${objection}`)
    await rename(part, target)
    return ok({ leadIn: kept, repeated })
  } finally {
    await Promise.all([part, source].map((path) => rm(path, { force: true })))
  }
}

async function readBack(
  path: string,
  expected: ExpectedVideo,
  ffprobe: string | null,
  signal: AbortSignal
): Promise<string | null> {
  const found = await countFrames(path, expected.framesPerSecond)
  if (!found.ok) return found.error
  if (found.value !== expected.pictures) return `${found.value} of ${expected.pictures} pictures`
  return ffprobe === null ? null : probeVideo(ffprobe, path, expected, signal)
}

/** The pictures of a range and those before them that a decoder needs, with places counted from the first of these. */
export function cut(
  { pictures }: Pick<CameraTrack, 'pictures'>,
  { first, count }: PlaceRange
): WrittenVideo & Pick<CameraTrack, 'pictures'> {
  let from = Math.max(
    0,
    pictures.findLastIndex(({ place }) => place <= first)
  )
  while (from > 0 && pictures[from]?.isKey !== true) from -= 1
  // Up to the one that ends a hole in which the range ends: ffmpeg repeats a picture only until the next one.
  const last = pictures.findIndex(({ place }) => place >= first + count - 1)
  const base = pictures[from]?.place ?? 0
  const inRange = pictures.filter(({ place }) => place >= first && place < first + count)
  return {
    pictures: pictures
      .slice(from, last === -1 ? undefined : last + 1)
      .map((picture) => ({ ...picture, place: picture.place - base })),
    leadIn: first - base,
    repeated: count - inRange.length
  }
}
