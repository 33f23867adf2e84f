import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ImportResult, RecorderAnswer } from '@shared/ipc/recording'
import { recorderFault } from '../../episodes/recorderFault'
import type { SinkHandle } from '../fileSink'
import { createSingleTask } from '../singleTask'
import { importStepLogEpisode, suffixOf } from './importStepLog'
import { parseStepLog } from './stepLog'

/** Imports that a window asks for: only files that the operator chose in the system's dialog. */
export interface ImportDesk {
  from(files: readonly string[]): void
  run(): Promise<Result<RecorderAnswer, Fault>>
  cancel(): void
  idle(): Promise<void>
}

export interface ImportDeskOptions {
  readonly appVersion: string
  readonly wallNanos: () => bigint
  readonly stamp: () => string
  readonly open: (id: string) => Promise<SinkHandle>
  /** Ids in the library. */
  readonly known: () => Promise<readonly string[]>
  readonly onSaved: (id: string) => void
  readonly onProgress: (done: number, total: number, what: string | null) => void
}

/** A log of a whole evaluation has a few megabytes. */
const MAX_BYTES = 512 * 1024 * 1024
const MAX_TOLD = 50

export function createImportDesk(options: ImportDeskOptions): ImportDesk {
  let files: readonly string[] = []
  const task = createSingleTask()

  async function importAll(paths: readonly string[]): Promise<ImportResult> {
    const tally = { imported: 0, known: 0, cancelled: false }
    const refused: { what: string; reason: string }[] = []
    const refuse = (what: string, reason: string): void => {
      if (refused.length < MAX_TOLD) refused.push({ what, reason })
    }
    const suffixes = new Set((await options.known()).map((id) => id.split('-')[2]))
    for (const path of paths) {
      const fileName = basename(path)
      let text: string
      try {
        if ((await stat(path)).size > MAX_BYTES) throw new Error('it is larger than 512 MiB')
        text = await readFile(path, 'utf8')
      } catch (error) {
        refuse(fileName, errorText(error))
        continue
      }
      const log = parseStepLog(text)
      for (const { line, reason } of log.refused) refuse(`${fileName}, line ${line}`, reason)
      for (const [index, episode] of log.episodes.entries()) {
        options.onProgress(index, log.episodes.length, fileName)
        if (task.isCancelled()) return { ...tally, refused, cancelled: true }
        const suffix = suffixOf(fileName, episode)
        if (suffixes.has(suffix)) {
          tally.known += 1
          continue
        }
        suffixes.add(suffix)
        const id = `${options.stamp()}-${suffix}`
        const { appVersion, open } = options
        const isWhole = await importStepLogEpisode(episode, id, {
          fileName,
          appVersion,
          open,
          wallNanos: options.wallNanos()
        })
        if (isWhole) {
          tally.imported += 1
          options.onSaved(id)
        } else refuse(`${fileName}, episode ${episode.episodeId}`, 'it could not be written: check the disk')
      }
    }
    options.onProgress(1, 1, null)
    return { ...tally, refused }
  }

  return {
    from(next) {
      files = next
    },
    async run() {
      if (files.length === 0) return err(recorderFault('noFiles', 'No file was chosen', 'Choose one first.'))
      if (task.isRunning())
        return err(recorderFault('importing', 'Another import is under way', 'Wait for it, or cancel it.'))
      return ok({ type: 'import', result: await task.run(() => importAll(files)) })
    },
    cancel: task.cancel,
    idle: task.idle
  }
}
