import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ImportResult, RecorderAnswer } from '@shared/ipc/recording'
import { recorderFault } from '../../episodes/recorderFault'
import { createSingleTask } from '../singleTask'
import { importDataset } from './importDataset'
import type { ImportJob } from './importJob'
import { importLog } from './importLog'
import { importRecording } from './importRecording'

/** Imports that a window asks for: only files and folders that the operator chose in the system's dialog. */
export interface ImportDesk {
  from(paths: readonly string[]): void
  run(): Promise<Result<RecorderAnswer, Fault>>
  /** After the episode that is being written. */
  cancel(): void
  idle(): Promise<void>
}

export interface ImportDeskOptions extends Pick<
  ImportJob,
  'appVersion' | 'wallNanos' | 'stamp' | 'open' | 'remove' | 'repair'
> {
  /** Ids in the library. */
  readonly known: () => Promise<readonly string[]>
  readonly onSaved: (id: string) => void
  readonly onProgress: (done: number, total: number, what: string | null) => void
}

const MAX_TOLD = 50

export function createImportDesk(options: ImportDeskOptions): ImportDesk {
  let chosen: readonly string[] = []
  const task = createSingleTask()

  async function importAll(paths: readonly string[], signal: AbortSignal): Promise<ImportResult> {
    const { known, onProgress, onSaved, ...rest } = options
    const refused: { what: string; reason: string }[] = []
    const names = new Set((await known()).flatMap((id) => [id, suffixOfId(id)]))
    let imported = 0
    let knownBefore = 0
    const job: ImportJob = {
      ...rest,
      onProgress,
      isCancelled: () => signal.aborted,
      isKnown(name) {
        const isKnown = names.has(name)
        if (isKnown) knownBefore += 1
        names.add(name)
        return isKnown
      },
      saved(id) {
        imported += 1
        onSaved(id)
      },
      refuse(what, reason) {
        if (refused.length < MAX_TOLD) refused.push({ what, reason })
      }
    }
    for (const path of paths) if (!signal.aborted) await importOne(path, job)
    onProgress(1, 1, null)
    return { imported, known: knownBefore, refused, cancelled: signal.aborted }
  }

  return {
    from(paths) {
      chosen = paths
    },
    async run() {
      if (chosen.length === 0)
        return err(recorderFault('noFiles', 'Nothing was chosen', 'Choose files or a dataset first.'))
      if (task.isRunning())
        return err(recorderFault('importing', 'Another import is under way', 'Wait for it, or cancel it.'))
      return ok({ type: 'import', result: await task.run((signal) => importAll(chosen, signal)) })
    },
    cancel: task.cancel,
    idle: task.idle
  }
}

const suffixOfId = (id: string): string => id.split('-')[2] ?? ''

async function importOne(path: string, job: ImportJob): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return await importDataset(path, job)
    const kind = extname(path).toLowerCase()
    if (kind === '.jsonl') return await importLog(path, job)
    if (kind === '.mcap') return await importRecording(path, job)
    job.refuse(
      basename(path),
      'it is neither a step log (.jsonl), a recording (.mcap) nor the folder of a dataset'
    )
  } catch (error) {
    job.refuse(basename(path), errorText(error))
  }
}
