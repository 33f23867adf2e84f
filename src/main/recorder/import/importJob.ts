import type { EpisodeEnd, EpisodeInfo } from '@shared/domain/episode'
import type { Result } from '@shared/domain/result'
import { createEpisodeFile, type EpisodeFile } from '../episodeFile'
import type { SinkHandle } from '../fileSink'
import { wallClock } from '../wallClock'

/** What an importer is given: where episodes go, and how to say what became of them. */
export interface ImportJob {
  readonly appVersion: string
  readonly wallNanos: () => bigint
  /** Wall-clock time as ids begin with it. */
  readonly stamp: () => string
  readonly open: (id: string) => Promise<SinkHandle>
  /** Whether an episode with this id, or another with this suffix, is there; from then on it is. */
  readonly isKnown: (idOrSuffix: string) => boolean
  readonly isCancelled: () => boolean
  readonly onProgress: (done: number, total: number, what: string) => void
  readonly saved: (id: string) => void
  /** Of what `open` began. */
  readonly remove: (id: string) => Promise<void>
  /** Makes a recording whole that `open` began; why there is nothing to be made of it. */
  readonly repair: (id: string) => Promise<Result<unknown, string>>
  readonly refuse: (what: string, reason: string) => void
}

/**
 * Writes one episode; time 0 of its messages is `info.startWallNanos`. Of one that can't be written whole nothing stays.
 *
 * @throws what `write` throws, or that the disk refused
 */
export async function writeImported(
  info: EpisodeInfo,
  end: Omit<EpisodeEnd, 'drops'>,
  job: ImportJob,
  write: (file: EpisodeFile) => Promise<void>
): Promise<void> {
  const file = createEpisodeFile({
    info,
    clock: wallClock(BigInt(info.startWallNanos), 0),
    open: () => job.open(info.id),
    library: `depthdeck ${job.appVersion}`,
    onFailure: () => undefined
  })
  try {
    await write(file)
  } catch (error) {
    await file.finish(end)
    await job.remove(info.id)
    throw error
  }
  if (!(await file.finish(end))) {
    await job.remove(info.id)
    throw new Error('it could not be written: check the disk')
  }
  job.saved(info.id)
}

/** An import knows of an episode only where it is from. */
export const importedInfo = (
  id: string,
  startWallNanos: bigint,
  appVersion: string,
  imported: EpisodeInfo['imported']
): EpisodeInfo => ({
  id,
  trigger: 'import',
  startWallNanos: String(startWallNanos),
  startNanos: 0,
  appVersion,
  robot: null,
  bench: null,
  calibrationHash: null,
  run: null,
  policy: null,
  settings: null,
  fullLatents: false,
  observations: false,
  imported
})
