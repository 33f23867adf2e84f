import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ExportMode, RecorderAnswer } from '@shared/ipc/recording'
import { recorderFault } from '../../episodes/recorderFault'
import { createSingleTask } from '../singleTask'
import { exportEpisodes } from './exportEpisodes'

/** Exports that a window asks for: one at a time, only into the folder that the operator chose in the system's dialog. */
export interface ExportDesk {
  into(folder: string): void
  run(ids: readonly string[], mode: ExportMode): Promise<Result<RecorderAnswer, Fault>>
  /** After the episode that is being written. */
  cancel(): void
  idle(): Promise<void>
}

export interface ExportDeskOptions {
  readonly pathOf: (id: string) => string
  readonly onProgress: (done: number, total: number, id: string | null) => void
  /** Writes tables of these episodes' predictions into the folder; their names. */
  readonly tables: (ids: readonly string[], folder: string, format: 'parquet' | 'csv') => Promise<string[]>
}

export function createExportDesk({ pathOf, onProgress, tables }: ExportDeskOptions): ExportDesk {
  let folder: string | null = null
  const task = createSingleTask()

  async function run(
    into: string,
    ids: readonly string[],
    mode: ExportMode
  ): Promise<Result<RecorderAnswer, Fault>> {
    if (mode === 'parquet' || mode === 'csv') return writeTables(into, ids, mode)
    const result = await exportEpisodes({
      folder: into,
      ids,
      mode,
      pathOf,
      onProgress: (done, id) => onProgress(done, ids.length, id),
      isCancelled: task.isCancelled
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
    const nothing = { frames: 0, known: 0, empty: 0, refused: [], cancelled: false }
    try {
      const written = await tables(ids, into, format)
      return ok({
        type: 'export',
        result: { folder: into, tables: written, exported: ids.length, ...nothing }
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
    async run(ids, mode) {
      if (folder === null) return err(recorderFault('noFolder', 'No folder was chosen', 'Choose one first.'))
      if (task.isRunning())
        return err(recorderFault('exporting', 'Another export is under way', 'Wait for it, or cancel it.'))
      const into = folder
      return task.run(() => run(into, ids, mode))
    },
    cancel: task.cancel,
    idle: task.idle
  }
}
