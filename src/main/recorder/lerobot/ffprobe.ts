import { z } from 'zod'
import type { DatasetVideo } from '@shared/ipc/exporting'
import { lastLine, runTool } from './ffmpeg'

/** What a video file was meant to be. */
export interface ExpectedVideo {
  readonly codec: DatasetVideo
  readonly width: number
  readonly height: number
  readonly framesPerSecond: number
  readonly pictures: number
}

const START_LIMIT_MS = 60_000
const PICTURE_LIMIT_MS = 1_000

/** Decodes a whole video with the system's ffprobe. Null: it is what it was meant to be. */
export async function probeVideo(
  ffprobe: string,
  path: string,
  expected: ExpectedVideo,
  signal: AbortSignal
): Promise<string | null> {
  const limitMs = START_LIMIT_MS + expected.pictures * PICTURE_LIMIT_MS
  const probed = await runTool(ffprobe, probeArguments(path), { limitMs, signal })
  if (!probed.ok) return probed.error
  // It ends well also after pictures that it could not decode.
  const complaint = lastLine(probed.value.stderr)
  return complaint === null ? objection(probed.value.stdout, expected) : `ffprobe says ${complaint}`
}

export const probeArguments = (path: string): string[] => [
  ...['-v', 'error', '-select_streams', 'v:0', '-count_frames', '-of', 'json', '-show_entries'],
  'stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_read_frames:packet=pts_time',
  path
]

const report = z.object({
  packets: z.array(z.object({ pts_time: z.coerce.number() })),
  streams: z.tuple([
    z.object({
      codec_name: z.string(),
      width: z.int(),
      height: z.int(),
      pix_fmt: z.string(),
      avg_frame_rate: z.string(),
      nb_read_frames: z.coerce.number()
    })
  ])
})

/** What ffprobe's report has against a video; null: nothing. */
export function objection(json: string, expected: ExpectedVideo): string | null {
  const parsed = report.safeParse(readJson(json))
  if (!parsed.success) return 'ffprobe finds no video in it'
  const { packets } = parsed.data
  const [stream] = parsed.data.streams
  const { codec, width, height, framesPerSecond, pictures } = expected
  const facts: readonly (readonly [string, number | string, number | string])[] = [
    ['codec', stream.codec_name, codec],
    ['size', `${stream.width} × ${stream.height}`, `${width} × ${height}`],
    // The same samples, of full range.
    ['pixel format', stream.pix_fmt.replace('yuvj', 'yuv'), 'yuv420p'],
    ['rate', stream.avg_frame_rate, `${framesPerSecond}/1`],
    ['count of pictures', packets.length, pictures],
    ['count of decoded pictures', stream.nb_read_frames, pictures]
  ]
  const wrong = facts.find(([, found, wanted]) => found !== wanted)
  if (wrong) return `its ${wrong[0]} is ${wrong[1]}, not ${wrong[2]}`
  const astray = packets.findIndex(
    ({ pts_time: at }, index) => Math.abs(at - index / framesPerSecond) > TIME_TOLERANCE_S
  )
  return astray === -1
    ? null
    : `picture ${astray} stands at ${packets[astray]?.pts_time} s, not at ${astray / framesPerSecond} s`
}

/** ffprobe writes microseconds. */
const TIME_TOLERANCE_S = 1e-4

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
