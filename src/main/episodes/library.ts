import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { episodeId, episodeNotes, NO_NOTES, type EpisodeNotes, type EpisodeRow } from '@shared/domain/episode'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { LibraryPage, LibraryQuery } from '@shared/ipc/recording'
import { readEnd } from './episodeMetadata'
import { openLibraryIndex, type FileStamp, type LibraryIndex } from './libraryIndex'
import { recorderFault } from './recorderFault'
import { openRecording } from './recordingReader'
import { summariseEpisode, withNotes } from './summarise'

/** The folder of recordings and what is known of them. Recordings are never changed by it; notes lie beside them. */
export interface Library {
  list(query: LibraryQuery): Promise<LibraryPage>
  annotate(id: string, notes: EpisodeNotes): Promise<Result<EpisodeRow, Fault>>
  /** Moves recordings into the trash folder; how many. */
  trash(ids: readonly string[]): Promise<Result<number, Fault>>
  /** A recording was finished. */
  add(id: string): Promise<void>
  /** Looks at every recording that is new or another one than before; repairs what a crash left. */
  refresh(): Promise<void>
  /** Ends a `refresh` after the recording that it looks at. */
  stop(): void
  pathOf(id: string): string
  readonly index: LibraryIndex
  close(): void
}

export interface LibraryOptions {
  readonly folder: string
  /** @returns what was done, in words; null: nothing had to be */
  readonly repair: (path: string) => Promise<Result<string | null, string>>
  /** Still being written: not to be touched. */
  readonly isOpen: (id: string) => boolean
  readonly onFault: (fault: Fault) => void
  readonly onChange: () => void
}

export const TRASH = 'trash'
const EXTENSION = '.mcap'

export async function openLibrary(options: LibraryOptions): Promise<Library> {
  const { folder } = options
  await mkdir(folder, { recursive: true })
  const index = await openLibraryIndex(join(folder, 'library.duckdb'), (reason) =>
    options.onFault({
      severity: 'low',
      source: 'recorder',
      code: 'libraryRebuilt',
      message: `The list of episodes is made anew from the recordings: ${reason}`,
      tip: 'Nothing is lost. The list is complete again in a moment.'
    })
  )
  let isStopped = false
  /** Recordings that can't be read, as they were then: told once. */
  const unreadable = new Map<string, FileStamp>()

  const pathOf = (id: string): string => join(folder, `${id}${EXTENSION}`)
  const notesPath = (id: string): string => join(folder, `${id}.notes.json`)

  async function notesOf(id: string): Promise<EpisodeNotes> {
    try {
      return episodeNotes.parse(JSON.parse(await readFile(notesPath(id), 'utf8')))
    } catch (error) {
      if (isMissing(error)) return NO_NOTES
      options.onFault(
        recorderFault(
          'badNotes',
          `The notes of ${id} can't be read: ${errorText(error)}`,
          'Label the episode again.'
        )
      )
      return NO_NOTES
    }
  }

  async function read(id: string): Promise<void> {
    const path = pathOf(id)
    const notes = await notesOf(id)
    const summarise = async (repaired: string | null) => {
      const stamp = await stampOf(path)
      return {
        stamp,
        repaired,
        summary: await summariseEpisode(path, { bytes: stamp.bytes, notes, repaired })
      }
    }
    let found = await summarise(null)
    if (!found.summary.ok) {
      const repair = await options.repair(path)
      if (!repair.ok) return refuse(id, found.stamp, repair.error)
      found = await summarise(repair.value)
    }
    const { stamp, repaired, summary } = found
    if (!summary.ok) return refuse(id, stamp, summary.error)
    if (summary.value.row.id !== id) return refuse(id, stamp, `it says that it is ${summary.value.row.id}`)
    await index.put(summary.value, stamp)
    if (repaired !== null) {
      options.onFault({
        severity: 'low',
        source: 'recorder',
        code: 'repaired',
        message: `Episode ${id} was not closed and has been repaired: ${repaired}`,
        tip: 'It can be used as any other. Its outcome is unknown: set it in the Episodes view.'
      })
    }
    options.onChange()
  }

  function refuse(id: string, stamp: FileStamp, reason: string): void {
    unreadable.set(id, stamp)
    options.onFault(
      recorderFault(
        'unreadableEpisode',
        `The recording ${id}${EXTENSION} can't be used: ${reason}`,
        'It is left as it is. Move it out of the episodes folder if you do not need it.'
      )
    )
  }

  async function annotate(id: string, notes: EpisodeNotes): Promise<Result<EpisodeRow, Fault>> {
    const row = await index.row(id)
    if (!row)
      return err(recorderFault('unknownEpisode', `There is no episode ${id}`, 'The list was out of date.'))
    try {
      const partial = `${notesPath(id)}.part`
      await writeFile(partial, `${JSON.stringify(notes, null, 2)}\n`)
      await rename(partial, notesPath(id))
    } catch (error) {
      return err(
        recorderFault(
          'notesNotSaved',
          `The notes of ${id} were not saved: ${errorText(error)}`,
          'Check the disk.'
        )
      )
    }
    const recording = await openRecording(pathOf(id))
    const end = recording.ok ? readEnd(recording.value.metadata) : null
    if (recording.ok) await recording.value.close()
    const next = withNotes(row, notes, end)
    await index.putRow(next)
    return ok(next)
  }

  return {
    index,
    pathOf,
    list: index.page,
    annotate,
    async trash(ids) {
      const bin = join(folder, TRASH)
      let moved = 0
      try {
        await mkdir(bin, { recursive: true })
        for (const id of ids) {
          if (options.isOpen(id)) continue
          await rename(pathOf(id), join(bin, `${id}${EXTENSION}`))
          await rename(notesPath(id), join(bin, `${id}.notes.json`)).catch(ignoreMissing)
          await index.remove([id])
          moved += 1
        }
        return ok(moved)
      } catch (error) {
        return err(
          recorderFault(
            'notTrashed',
            `After ${moved} episodes: ${errorText(error)}`,
            'Check the episodes folder.'
          )
        )
      } finally {
        if (moved > 0) options.onChange()
      }
    },
    add: read,
    async refresh() {
      const names = await readdir(folder)
      const ids = names
        .filter((name) => name.endsWith(EXTENSION))
        .map((name) => name.slice(0, -EXTENSION.length))
        .filter((id) => episodeId.safeParse(id).success && !options.isOpen(id))
      const known = await index.stamps()
      const gone = [...known.keys()].filter((id) => !ids.includes(id) && !options.isOpen(id))
      await index.remove(gone)
      if (gone.length > 0) options.onChange()
      // Newest first: people look for what they have just done.
      for (const id of ids.sort().reverse()) {
        if (isStopped) return
        try {
          const stamp = await stampOf(pathOf(id))
          if (!isSame(known.get(id), stamp) && !isSame(unreadable.get(id), stamp)) await read(id)
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }
    },
    stop() {
      isStopped = true
    },
    close: index.close
  }
}

async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeMs } = await stat(path)
  return { bytes: size, modifiedMs: mtimeMs }
}

const isSame = (a: FileStamp | undefined, b: FileStamp): boolean =>
  a?.bytes === b.bytes && a.modifiedMs === b.modifiedMs

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
