import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorText } from '@shared/domain/errorText'
import type { ImportJob } from './importJob'
import { importStepLogEpisode, suffixOf } from './importStepLog'
import { parseStepLog } from './stepLog'

/** A log of a whole evaluation has a few megabytes. */
const MAX_BYTES = 512 * 1024 * 1024

/** The episodes of one RD-VLA step log; lines that are none are named. */
export async function importLog(path: string, job: ImportJob): Promise<void> {
  const fileName = basename(path)
  let text: string
  try {
    if ((await stat(path)).size > MAX_BYTES) throw new Error('it is larger than 512 MiB')
    text = await readFile(path, 'utf8')
  } catch (error) {
    return job.refuse(fileName, errorText(error))
  }
  const log = parseStepLog(text)
  for (const { line, reason } of log.refused) job.refuse(`${fileName}, line ${line}`, reason)
  for (const [index, episode] of log.episodes.entries()) {
    job.onProgress(index, log.episodes.length, fileName)
    if (job.isCancelled()) return
    const suffix = suffixOf(fileName, episode)
    if (job.isKnown(suffix)) continue
    try {
      await importStepLogEpisode(episode, `${job.stamp()}-${suffix}`, fileName, job)
    } catch (error) {
      job.refuse(`${fileName}, episode ${episode.episodeId}`, errorText(error))
    }
  }
}
