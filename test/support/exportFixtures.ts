import { join, resolve } from 'node:path'
import { openRecording } from '../../src/main/episodes/recordingReader'
import { episodeFrames, type EpisodeFrames } from '../../src/main/recorder/lerobot/episodeFrames'
import type { VideoWriting } from '../../src/main/recorder/lerobot/episodeVideo'
import { findVideoTools } from '../../src/main/recorder/lerobot/ffmpeg'
import { exportEpisodes, type ExportOptions } from '../../src/main/recorder/lerobot/exportEpisodes'

/** Two recorded episodes, older first, and their export. */
export const FIXTURES = resolve(import.meta.dirname, '../fixtures/episodes')
export const [FIRST, SECOND] = ['20261127-065827-e1a827', '20261127-065832-bfc911'] as const

/** As recorded, counted by the app's own reader. */
export const copied = (): VideoWriting => ({
  encoding: { codec: 'h264' },
  ffprobe: null,
  signal: new AbortController().signal
})

/** With what this machine has, or with programs of a test's own that come before it on `path`. */
export async function videosAs(
  codec: 'h264' | 'av1',
  path = process.env.PATH ?? '',
  signal = new AbortController().signal
): Promise<VideoWriting> {
  const { av1, ffprobe } = await findVideoTools(path)
  if (ffprobe === null)
    throw new Error('this test needs ffprobe: install ffmpeg (Debian: apt-get install ffmpeg)')
  if (!av1.ok) throw new Error(`this test needs an ffmpeg that encodes AV1: ${av1.error}`)
  return { encoding: codec === 'h264' ? { codec } : { codec, tool: av1.value }, ffprobe, signal }
}

export const exportFixtures = (
  folder: string,
  ids: readonly string[],
  options: Partial<ExportOptions> = {}
): ReturnType<typeof exportEpisodes> =>
  exportEpisodes({
    folder,
    ids,
    mode: 'whole',
    pathOf: (id) => join(FIXTURES, `${id}.mcap`),
    onProgress: () => undefined,
    videos: copied(),
    ...options
  })

export async function framesOf(id: string): Promise<EpisodeFrames> {
  const recording = await openRecording(join(FIXTURES, `${id}.mcap`))
  if (!recording.ok) throw new Error(recording.error)
  const frames = await episodeFrames(recording.value, false)
  await recording.value.close()
  if (!frames.ok) throw new Error(frames.error)
  return frames.value
}
