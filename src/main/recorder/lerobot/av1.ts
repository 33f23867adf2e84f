import type { Result } from '@shared/domain/result'
import { runTool, type Av1Encoder, type Av1Tool } from './ffmpeg'

/** What becomes of a source video. */
export interface Av1Job {
  readonly source: string
  readonly target: string
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  /** Place of the first picture that is kept. */
  readonly first: number
  /** Pictures that are kept; places without one in the source show the picture before them. */
  readonly count: number
}

/** What SVT-AV1 before 2.0 needs at least, each way. */
const SVT_MIN_PIXELS = 64
/** Of all but the slowest machines: an encoder that hangs must end. */
const START_LIMIT_MS = 60_000
const PICTURE_LIMIT_MS = 5_000

/** Encodes as LeRobot does (`encode_video_frames`): yuv420p, every second picture a key frame, CRF 30. */
export async function encodeAv1(
  { ffmpeg, encoders }: Av1Tool,
  job: Av1Job,
  signal: AbortSignal
): Promise<Result<unknown, string>> {
  const limitMs = START_LIMIT_MS + (job.first + job.count) * PICTURE_LIMIT_MS
  return runTool(ffmpeg, av1Arguments(job, encoderFor(job, encoders)), { limitMs, signal })
}

/** The preferred one, unless pictures are too small for it and another is there. */
export function encoderFor(
  { width, height }: Pick<Av1Job, 'width' | 'height'>,
  encoders: readonly Av1Encoder[]
): Av1Encoder {
  const isSmall = Math.min(width, height) < SVT_MIN_PIXELS
  if (isSmall && encoders.includes('libaom-av1')) return 'libaom-av1'
  return encoders[0] ?? 'libsvtav1'
}

/** libaom's own default takes most of a second for a picture. */
const SPEED: Readonly<Record<Av1Encoder, readonly string[]>> = {
  libsvtav1: [],
  'libaom-av1': ['-cpu-used', '6', '-row-mt', '1']
}

export function av1Arguments(
  { source, target, framesPerSecond, first, count }: Av1Job,
  encoder: Av1Encoder
): string[] {
  const rate = String(framesPerSecond)
  // One picture for every place; then the time base is a place, and the first one kept stands at 0.
  const places = `fps=${rate},trim=start_frame=${first}:end_frame=${first + count},setpts=N`
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
    // A picture that can't be decoded must not be replaced by its neighbour.
    '-xerror',
    ...['-y', '-i', source, '-map', '0:v:0', '-vf', places, '-r', rate],
    ...['-c:v', encoder, ...SPEED[encoder], '-pix_fmt', 'yuv420p', '-g', '2', '-crf', '30'],
    ...['-f', 'mp4', target]
  ]
}
