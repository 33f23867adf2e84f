import { open, rm, statfs } from 'node:fs/promises'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { ok, type Result } from '@shared/domain/result'
import type { RecorderHostConfig } from '@shared/ipc/hosts'
import {
  recordingSettings,
  type RecorderAnswer,
  type RecorderCommand,
  type RecorderToPolicy,
  type RecorderToUi,
  type RecordingSettings,
  type UiToRecorder
} from '@shared/ipc/recording'
import { NANOS_PER_SECOND } from '@shared/units'
import { firstPicture } from '../episodes/firstPicture'
import { tradeOffs, type ScoredEpisode } from '@shared/guard/calibration'
import { openLibrary, type Library } from '../episodes/library'
import { recorderFault } from '../episodes/recorderFault'
import { zstdReady } from '../episodes/zstd'
import { createReplayDesk } from '../episodes/replayDesk'
import { openKeptFile } from '../files/keptFile'
import { createExportDesk } from '../recorder/lerobot/exportDesk'
import { findVideoTools } from '../recorder/lerobot/ffmpeg'
import type { SinkHandle } from '../recorder/fileSink'
import { createImportDesk } from '../recorder/import/importDesk'
import { createRecorder, stampOf, type Recorder, type RecorderOptions } from '../recorder/recorder'
import { repairRecording, type Repair } from '../recorder/repair'

/** Everything of the recorder host but its process: the recorder and the library it fills. */
export interface RecorderCell {
  readonly recorder: Recorder
  readonly library: Library
  fromUi(message: UiToRecorder): void
  greetUi(): void
  greetPolicy(): void
  /** Often. */
  tick(): void
  /** The operator chose where exports go. */
  exportInto(folder: string): void
  /** The operator chose what is imported. */
  importFrom(paths: readonly string[]): void
  /** What is being recorded is closed. */
  end(): Promise<void>
}

export interface RecorderCellOptions extends Pick<
  RecorderOptions,
  'nowNanos' | 'wallNanos' | 'suffix' | 'onFault'
> {
  readonly config: RecorderHostConfig
  readonly sendUi: (message: RecorderToUi) => void
  readonly sendPolicy: (message: RecorderToPolicy) => void
}

const DEFAULTS: RecordingSettings = { on: true, observations: true, fullLatents: false }
const STATUS_EVERY_NANOS = NANOS_PER_SECOND / 2
const SPACE_EVERY_NANOS = 5 * NANOS_PER_SECOND
/** Ten minutes of three cameras. */
const LOW_SPACE_BYTES = 1024 ** 3

export async function openRecorderCell(options: RecorderCellOptions): Promise<RecorderCell> {
  const { config, nowNanos, sendUi, onFault } = options
  await zstdReady()
  const kept = openKeptFile({
    file: config.settingsFile,
    schema: recordingSettings,
    empty: DEFAULTS,
    what: 'What is recorded',
    onProblem: (message) =>
      onFault(recorderFault('recordingSettings', message, 'Choose again what is recorded.'))
  })
  const allowed = (settings: RecordingSettings): RecordingSettings =>
    config.mayRecord ? settings : { ...settings, on: false }

  /** Files that are written now, or will be closed in a moment. */
  const openIds = new Set<string>()
  let freeBytes: number | null = null
  let statusNanos = 0
  let spaceNanos = 0
  let isLow = false
  /** The library reads one recording after another, beside what is recorded. */
  let reading: Promise<unknown> = Promise.resolve()

  const library = await openLibrary({
    folder: config.folder,
    repair: async (path) => inWords(await repairRecording(path)),
    isOpen: (id) => openIds.has(id),
    onFault,
    onChange: () => sendUi({ type: 'changed' })
  })

  /** A new file of the library; it isn't looked at before it is whole. */
  async function create(id: string): Promise<SinkHandle> {
    openIds.add(id)
    const handle = await open(library.pathOf(id), 'wx')
    return {
      write: (buffer, offset, length) => handle.write(buffer, offset, length),
      datasync: () => handle.datasync(),
      close: () => handle.close()
    }
  }

  const recorder = createRecorder({
    ...options,
    appVersion: config.appVersion,
    settings: allowed(kept.value()),
    create,
    onSaved(id, { discarded }) {
      openIds.delete(id)
      read(async () => {
        await library.add(id)
        if (discarded) await library.trash([id])
      })
    }
  })

  function read(work: () => Promise<unknown>): void {
    reading = reading
      .then(work)
      .catch((error: unknown) =>
        onFault(
          recorderFault(
            'library',
            `The list of episodes could not be brought up to date: ${errorText(error)}`,
            'Recordings are not affected. Restart Depthdeck; if it stays, delete library.duckdb in the episodes folder.'
          )
        )
      )
  }
  read(library.refresh)

  const sendStatus = (): void =>
    sendUi({ type: 'status', status: { ...recorder.status(), folder: config.folder, freeBytes } })

  const greetPolicy = (): void =>
    options.sendPolicy({ type: 'latents', all: recorder.status().settings.fullLatents })

  async function measureSpace(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(config.folder)
      freeBytes = bavail * bsize
    } catch {
      freeBytes = null
    }
    const wasLow = isLow
    isLow = freeBytes !== null && freeBytes < LOW_SPACE_BYTES
    if (isLow && !wasLow) {
      onFault(
        recorderFault(
          'diskLow',
          `The disk of the episodes folder has ${Math.round((freeBytes ?? 0) / 1024 ** 2)} MiB left`,
          'Free some space or delete episodes: recording stops when it is full.'
        )
      )
    }
  }

  async function answer(command: RecorderCommand): Promise<Result<RecorderAnswer, Fault>> {
    switch (command.type) {
      case 'list':
        return ok({ type: 'list', page: await library.list(command.query) })
      case 'thumbnail': {
        const image = await library.index.thumbnail(command.id)
        const picture = image === null ? await firstPicture(library.pathOf(command.id)) : null
        return ok({ type: 'thumbnail', image, picture })
      }
      case 'annotate': {
        const row = await library.annotate(command.id, command.notes)
        return row.ok ? ok({ type: 'annotate', row: row.value }) : row
      }
      case 'openReplay':
      case 'readReplay':
      case 'readVideo':
      case 'closeReplay':
        return replays.answer(command)
      case 'import':
        return importing.run()
      case 'cancelImport':
        importing.cancel()
        return ok({ type: 'cancelImport' })
      case 'export':
        return exporting.run(command)
      case 'videoSupport':
        return ok(await exporting.videoSupport())
      case 'cancelExport':
        exporting.cancel()
        return ok({ type: 'cancelExport' })
      case 'similar': {
        const { k, latentDelta, limit } = command
        return ok({ type: 'similar', predictions: await library.index.similar({ k, latentDelta }, limit) })
      }
      case 'calibrate':
        return ok({
          type: 'calibrate',
          ...calibrated(await library.index.scores(command.score), command.rates)
        })
      case 'trash': {
        const moved = await library.trash(command.ids)
        return moved.ok ? ok({ type: 'trash', moved: moved.value }) : moved
      }
    }
  }

  const exporting = createExportDesk({
    pathOf: library.pathOf,
    onProgress: (done, total, id) => sendUi({ type: 'exportProgress', done, total, id }),
    tables: (ids, folder, format) =>
      library.index.writeTables(ids, folder, { format, stamp: stampOf(options.wallNanos()) }),
    findVideoTools: () => findVideoTools(process.env.PATH ?? '')
  })
  const importing = createImportDesk({
    appVersion: config.appVersion,
    wallNanos: options.wallNanos,
    stamp: () => stampOf(options.wallNanos()),
    open: create,
    async remove(id) {
      openIds.delete(id)
      await rm(library.pathOf(id), { force: true })
    },
    repair: (id) => repairRecording(library.pathOf(id)),
    known: async () => [...(await library.index.stamps()).keys()],
    onSaved(id) {
      openIds.delete(id)
      read(() => library.add(id))
    },
    onProgress: (done, total, what) => sendUi({ type: 'importProgress', done, total, what })
  })
  const replays = createReplayDesk({ pathOf: library.pathOf })

  const unexpected = (error: unknown): { readonly ok: false; readonly error: Fault } => ({
    ok: false,
    error: recorderFault(
      'recorderFailed',
      `The recorder could not do this: ${errorText(error)}`,
      'Try again; if it stays, please report it.'
    )
  })

  return {
    recorder,
    library,
    fromUi(message) {
      switch (message.type) {
        case 'settings':
          kept.keep(message.settings)
          recorder.configure(allowed(message.settings))
          greetPolicy()
          return sendStatus()
        case 'mark':
          return recorder.mark(message.nanos ?? nowNanos())
        case 'alarm':
          return recorder.alarm(message.event, message.id, message.title)
        case 'ask':
          void answer(message.command)
            .catch(unexpected)
            .then((result) => sendUi({ type: 'answer', request: message.request, result }))
      }
    },
    greetUi: sendStatus,
    greetPolicy,
    exportInto: exporting.into,
    importFrom: importing.from,
    tick() {
      const now = nowNanos()
      recorder.tick(now)
      if (now - spaceNanos >= SPACE_EVERY_NANOS) {
        spaceNanos = now
        void measureSpace()
      }
      if (now - statusNanos >= STATUS_EVERY_NANOS) {
        statusNanos = now
        sendStatus()
      }
    },
    async end() {
      await recorder.end('Depthdeck was closed')
      library.stop()
      importing.cancel()
      exporting.cancel()
      await Promise.all([importing.idle(), exporting.idle()])
      // What was imported is listed by then.
      await reading
      await replays.end()
      library.close()
    }
  }
}

/** Every second pair of episodes makes the bands, the others tell what they would have done. */
function calibrated(episodes: readonly ScoredEpisode[], rates: readonly number[]) {
  const isMaking = (index: number): boolean => index % 4 < 2
  const offers = tradeOffs(
    episodes.filter((_, index) => isMaking(index)),
    episodes.filter((_, index) => !isMaking(index)),
    rates
  ).map(({ band: { bounds, episodes: count }, ...rest }) => ({
    ...rest,
    bounds: [...bounds],
    episodes: count
  }))
  const successes = episodes.filter(({ success }) => success).length
  return { offers, successes, failures: episodes.length - successes }
}

function inWords(repair: Result<Repair, string>): Result<string | null, string> {
  if (!repair.ok) return repair
  const { value } = repair
  switch (value.kind) {
    case 'sound':
      return ok(null)
    case 'finished': {
      const salvaged = value.salvaged > 0 ? `, ${value.salvaged} of them from a torn part` : ''
      return ok(`${value.messages} messages up to the last moment${salvaged}`)
    }
    case 'rewritten': {
      const where = value.damages.map(({ offset, message }) => `at byte ${offset}: ${message}`).join('; ')
      return ok(`${value.messages} sound messages (${where}); the file as it was is ${value.original}`)
    }
  }
}
