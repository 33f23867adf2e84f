import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { DatasetVideo, ExportMode } from '@shared/ipc/exporting'
import type { RecorderAnswer } from '@shared/ipc/recording'
import { recorderFault } from '../../episodes/recorderFault'
import { createSingleTask } from '../singleTask'
import type { VideoWriting } from './episodeVideo'
import { exportEpisodes } from './exportEpisodes'
import type { VideoTools } from './ffmpeg'

/** Exports that a window asks for: one at a time, only into the folder that the operator chose in the system's dialog. */
export interface ExportDesk {
  into(folder: string): void
  run(request: ExportRequest): Promise<Result<RecorderAnswer, Fault>>
  /** What this machine can do for videos; looks anew. */
  videoSupport(): Promise<RecorderAnswer>
  /** Drops the episode that is being written. */
  cancel(): void
  idle(): Promise<void>
}

export interface ExportRequest {
  readonly ids: readonly string[]
  readonly mode: ExportMode
  /** Of datasets. */
  readonly video: DatasetVideo
}

export interface ExportDeskOptions {
  readonly pathOf: (id: string) => string
  readonly onProgress: (done: number, total: number, id: string | null) => void
  /** Writes tables of these episodes' predictions into the folder; their names. */
  readonly tables: (ids: readonly string[], folder: string, format: 'parquet' | 'csv') => Promise<string[]>
  readonly findVideoTools: () => Promise<VideoTools>
}

export function createExportDesk(options: ExportDeskOptions): ExportDesk {
  const { pathOf, onProgress, tables } = options
  let folder: string | null = null
  /** What was found last. */
  let tools: Promise<VideoTools> | null = null
  const task = createSingleTask()

  const look = (): Promise<VideoTools> => (tools = options.findVideoTools())

  async function run(
    into: string,
    { ids, mode, video }: ExportRequest,
    signal: AbortSignal
  ): Promise<Result<RecorderAnswer, Fault>> {
    if (mode === 'parquet' || mode === 'csv') return writeTables(into, ids, mode)
    const { av1, ffprobe } = await (tools ?? look())
    const encoding = encodingOf(video, av1)
    if (!encoding.ok) return encoding
    const result = await exportEpisodes({
      folder: into,
      ids,
      mode,
      pathOf,
      onProgress: (done, id) => onProgress(done, ids.length, id),
      videos: { encoding: encoding.value, ffprobe, signal }
    })
    if (result.ok) return ok({ type: 'export', result: result.value })
    return err(
      recorderFault(
        'notExported',
        `Nothing was exported to ${into}: ${result.error}`,
        'Choose another folder.'
      )
    )
  }

  async function writeTables(
    into: string,
    ids: readonly string[],
    format: 'parquet' | 'csv'
  ): Promise<Result<RecorderAnswer, Fault>> {
    const nothing = { frames: 0, known: 0, empty: 0, repeated: 0, refused: [], cancelled: false }
    try {
      const written = await tables(ids, into, format)
      return ok({
        type: 'export',
        result: { folder: into, tables: written, exported: ids.length, videoReader: null, ...nothing }
      })
    } catch (error) {
      const why = errorText(error)
      return err(
        recorderFault(
          'notExported',
          `The tables could not be written to ${into}: ${why}`,
          'Choose another folder.'
        )
      )
    }
  }

  return {
    into(next) {
      folder = next
    },
    async run(request) {
      if (folder === null) return err(recorderFault('noFolder', 'No folder was chosen', 'Choose one first.'))
      if (task.isRunning())
        return err(recorderFault('exporting', 'Another export is under way', 'Wait for it, or cancel it.'))
      const into = folder
      return task.run((signal) => run(into, request, signal))
    },
    async videoSupport() {
      const { av1, ffprobe } = await look()
      const reader = ffprobe === null ? 'built-in' : 'ffprobe'
      return { type: 'videoSupport', support: { av1Missing: av1.ok ? null : av1.error, reader } }
    },
    cancel: task.cancel,
    idle: task.idle
  }
}

function encodingOf(video: DatasetVideo, av1: VideoTools['av1']): Result<VideoWriting['encoding'], Fault> {
  if (video === 'h264') return ok({ codec: 'h264' })
  if (av1.ok) return ok({ codec: 'av1', tool: av1.value })
  return err(
    recorderFault(
      'noAv1',
      `Nothing was exported: video can't be encoded to AV1, ${av1.error}`,
      'Install ffmpeg, or copy the video as recorded (H.264).'
    )
  )
}
