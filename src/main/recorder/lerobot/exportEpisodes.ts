import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import type { ExportResult } from '@shared/ipc/exporting'
import { openRecording } from '../../episodes/recordingReader'
import { openDataset } from './dataset'
import { episodeFrames, rangesOf } from './episodeFrames'
import type { VideoWriting } from './episodeVideo'

/** Recorded episodes into a LeRobotDataset v3.0, one after another: those that are in it already are passed over. */
export interface ExportOptions {
  readonly folder: string
  readonly ids: readonly string[]
  readonly mode: 'whole' | 'corrections'
  readonly pathOf: (id: string) => string
  /** Before each episode, and once after the last. */
  readonly onProgress: (done: number, id: string | null) => void
  /** Its signal cancels: what is being written then is dropped. */
  readonly videos: VideoWriting
}

/** @returns why nothing was exported; episodes that can't be are in the result by name */
export async function exportEpisodes(options: ExportOptions): Promise<Result<ExportResult, string>> {
  const { folder, videos } = options
  const { signal, encoding } = videos
  const dataset = await openDataset(folder, videos)
  if (!dataset.ok) return dataset
  const tally = { folder, tables: [], exported: 0, frames: 0, known: 0, empty: 0, repeated: 0 }
  const refused: { id: string; reason: string }[] = []
  const outcome = (cancelled: boolean): Result<ExportResult, string> =>
    ok({ ...tally, videoReader: videos.ffprobe === null ? 'built-in' : 'ffprobe', refused, cancelled })
  // Oldest first, as they happened.
  const ids = [...options.ids].sort()
  for (const [index, id] of ids.entries()) {
    options.onProgress(index, id)
    if (signal.aborted) return outcome(true)
    const read = await framesOf(options.pathOf(id), encoding.codec === 'av1')
    if (!read.ok) {
      refused.push({ id, reason: read.error })
      continue
    }
    const ranges = rangesOf(read.value, options.mode)
    if (ranges.length === 0) tally.empty += 1
    for (const range of ranges) {
      if (dataset.value.has(id, range)) {
        tally.known += 1
        continue
      }
      const appended = await dataset.value.append(read.value, range)
      if (!appended.ok && signal.aborted) return outcome(true)
      if (!appended.ok) {
        refused.push({ id, reason: appended.error })
        break
      }
      tally.exported += 1
      tally.frames += appended.value.frames
      tally.repeated += appended.value.repeated
    }
  }
  options.onProgress(ids.length, null)
  return outcome(false)
}

async function framesOf(path: string, mayBridge: boolean) {
  const recording = await openRecording(path)
  if (!recording.ok) return recording
  try {
    return await episodeFrames(recording.value, mayBridge)
  } catch (error) {
    return err(errorText(error))
  } finally {
    await recording.value.close()
  }
}
