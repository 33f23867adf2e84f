import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { EpisodeOutcome } from '@shared/domain/run'
import { errorText } from '@shared/domain/errorText'
import type { PictureFormat } from '@shared/ipc/recording'
import { CAMERA_PREFIX, timestampOf } from '../../episodes/messages'
import { entry, pictureEntry, type Entry } from '../entry'
import type { EpisodeFile } from '../episodeFile'
import { readTable } from '../lerobot/tables'
import { readDatasetMeta, type SourceDataset, type SourceEpisode } from './datasetMeta'
import { importedInfo, writeImported, type ImportJob } from './importJob'
import { openVideoFile, type VideoFile, type VideoPacket } from './videoPackets'

/**
 * Writes the episodes of a LeRobotDataset v2.1 or v3.0 as recordings: pictures as they are stored, every other number of
 * a frame as it is there. Frame i lies at i / fps.
 */
export async function importDataset(folder: string, job: ImportJob): Promise<void> {
  const name = basename(folder)
  const meta = await readDatasetMeta(folder)
  if (!meta.ok) return job.refuse(name, meta.error)
  const dataset = { ...meta.value, name }
  for (const [done, episode] of dataset.episodes.entries()) {
    job.onProgress(done, dataset.episodes.length, name)
    if (job.isCancelled()) return
    try {
      await importEpisode(dataset, episode, job)
    } catch (error) {
      job.refuse(`${name}, episode ${episode.index}`, errorText(error))
    }
  }
}

type NamedDataset = SourceDataset & { readonly name: string }
type Row = Readonly<Record<string, unknown>>

/** Of LeRobot itself: where a frame belongs, which a recording says otherwise. */
const BOOKKEEPING = new Set(['timestamp', 'frame_index', 'episode_index', 'index', 'task_index', 'wall_time'])
const SETTLE_EVERY_FRAMES = 16

async function importEpisode(dataset: NamedDataset, episode: SourceEpisode, job: ImportJob): Promise<void> {
  const rows = await readTable(
    episode.dataFile,
    '*',
    `WHERE episode_index = ${episode.index} ORDER BY frame_index`
  )
  if (rows.length !== episode.length)
    throw new Error(`the table has ${rows.length} frames, meta/episodes says ${episode.length}`)
  const numeric = Object.keys(dataset.features).filter((feature) => isNumeric(dataset, feature))
  const suffix = suffixOf(dataset, episode, rows, numeric)
  if (job.isKnown(suffix)) return

  const cameras = await openCameras(dataset, episode)
  try {
    const info = infoOf(dataset, episode, { id: `${job.stamp()}-${suffix}`, rows, numeric }, job)
    const end = { outcome: outcomeOf(rows), reason: 'imported from a LeRobot dataset', discarded: false }
    await writeImported(info, end, job, (file) => writeFrames(dataset, { rows, numeric }, cameras, file))
  } finally {
    for (const { close } of cameras) close()
  }
}

/** The same episode gives the same suffix, whatever its folder is called. */
function suffixOf(
  dataset: SourceDataset,
  episode: SourceEpisode,
  rows: readonly Row[],
  numeric: string[]
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([dataset.robotType, dataset.framesPerSecond, episode.task, rows.length]))
  for (const row of rows) hash.update(JSON.stringify(numeric.map((feature) => valuesOf(row[feature]))))
  return hash.digest('hex').slice(0, 12)
}

function infoOf(
  dataset: NamedDataset,
  episode: SourceEpisode,
  { id, rows, numeric }: { readonly id: string; readonly rows: readonly Row[]; readonly numeric: string[] },
  job: ImportJob
) {
  // Only this app's exports say when they were recorded.
  const wallSeconds = Number(rows[0]?.['wall_time'] ?? NaN)
  const start = Number.isFinite(wallSeconds) ? BigInt(Math.round(wallSeconds * 1e6)) * 1000n : job.wallNanos()
  return importedInfo(id, start, job.appVersion, {
    from: `${dataset.name}, episode ${episode.index}`,
    instruction: episode.task,
    dataset: {
      name: dataset.name,
      robotType: dataset.robotType,
      framesPerSecond: dataset.framesPerSecond,
      features: Object.fromEntries(
        numeric.map((feature) => [feature, [...(dataset.features[feature]?.names ?? [])]])
      ),
      units: dataset.isRadian ? 'rad' : 'unknown'
    }
  })
}

/** LeRobot says of success at the last frame, if at all. */
function outcomeOf(rows: readonly Row[]): EpisodeOutcome | null {
  const last = rows[rows.length - 1]?.['next.success']
  if (typeof last !== 'boolean') return null
  return { success: last, reason: last ? 'success' : 'failure', message: 'As the dataset says', judge: 'log' }
}

const isNumeric = ({ features }: SourceDataset, feature: string): boolean =>
  /^(float|int|uint|bool)/.test(features[feature]?.dtype ?? '') && !BOOKKEEPING.has(feature)

function valuesOf(value: unknown): number[] {
  if (Array.isArray(value)) return value.flatMap(valuesOf)
  if (value === null || value === undefined) return []
  return [Number.isFinite(Number(value)) ? Number(value) : NaN]
}

interface Camera {
  readonly topic: string
  readonly name: string
  /** Pictures of frame `index`, and before the first frame those that its decoder needs. */
  next(index: number, row: Row): Promise<readonly CameraPicture[]>
  close(): void
}

interface CameraPicture {
  /** Frames after the episode's first. */
  readonly index: number
  readonly format: PictureFormat
  readonly isKey: boolean
  readonly data: Uint8Array
}

async function openCameras(dataset: SourceDataset, episode: SourceEpisode): Promise<Camera[]> {
  const cameras: Camera[] = []
  try {
    for (const [feature, { dtype }] of Object.entries(dataset.features)) {
      const name = feature.replace(/^observation\.(images\.)?/, '').replace(/[^\w.-]/g, '_')
      const common = { topic: `${CAMERA_PREFIX}${name}`, name }
      const place = episode.videos[feature]
      if (dtype === 'image') cameras.push({ ...common, ...stills(feature) })
      else if (dtype === 'video' && place)
        cameras.push({ ...common, ...(await film(feature, place, dataset, episode)) })
    }
    return cameras
  } catch (error) {
    for (const { close } of cameras) close()
    throw error
  }
}

const SIGNATURES = [
  { format: 'png', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { format: 'jpeg', bytes: [0xff, 0xd8, 0xff] }
] as const

/** Pictures in the table itself: `{ bytes, path }`. */
const stills = (feature: string): Pick<Camera, 'next' | 'close'> => ({
  async next(index, row) {
    const value = row[feature]
    const data = typeof value === 'object' && value !== null && 'bytes' in value ? value.bytes : null
    if (!(data instanceof Uint8Array)) throw new Error(`frame ${index} has no picture in ${feature}`)
    const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => data[at] === byte))
    if (!known) throw new Error(`the picture of frame ${index} in ${feature} is neither PNG nor JPEG`)
    return [{ index, format: known.format, isKey: true, data }]
  },
  close: () => undefined
})

async function film(
  feature: string,
  { file, fromSeconds }: SourceEpisode['videos'][string],
  { framesPerSecond }: SourceDataset,
  { length }: SourceEpisode
): Promise<Pick<Camera, 'next' | 'close'>> {
  const named = (error: unknown): Error => new Error(`the video of ${feature}: ${errorText(error)}`)
  let video: VideoFile
  try {
    video = await openVideoFile(file, framesPerSecond)
  } catch (error) {
    throw named(error)
  }
  const from = Math.round(fromSeconds * framesPerSecond)
  const packets = video.packets(from, from + length)
  return {
    async next(index) {
      const pictures: CameraPicture[] = []
      for (;;) {
        const packet = await taken(packets, named)
        if (packet === null) throw named(`it ends at frame ${index} of ${length}`)
        if (packet.index > from + index) throw named(`it has no picture for frame ${index}`)
        const { isKey, data } = packet
        pictures.push({ index: packet.index - from, format: video.format, isKey, data })
        if (packet.index === from + index) return pictures
      }
    },
    close: video.close
  }
}

async function taken(
  packets: AsyncGenerator<VideoPacket, void, void>,
  named: (error: unknown) => Error
): Promise<VideoPacket | null> {
  try {
    const next = await packets.next()
    return next.done ? null : next.value
  } catch (error) {
    throw named(error)
  }
}

async function writeFrames(
  { framesPerSecond }: SourceDataset,
  { rows, numeric }: { readonly rows: readonly Row[]; readonly numeric: readonly string[] },
  cameras: readonly Camera[],
  file: EpisodeFile
): Promise<void> {
  const nanosAt = (index: number): number => Math.round((index * 1e9) / framesPerSecond)
  for (const [index, row] of rows.entries()) {
    for (const { topic, name, next } of cameras)
      for (const picture of await next(index, row))
        file.add(cameraEntry(topic, name, picture, nanosAt(picture.index)))
    const nanos = nanosAt(index)
    file.add(
      entry('/dataset/frame', nanos, (clock) => ({
        timestamp: timestampOf(clock.toWall(nanos)),
        frame: index,
        features: numeric.map((feature) => ({ name: feature, values: valuesOf(row[feature]) }))
      }))
    )
    if (index % SETTLE_EVERY_FRAMES === 0) await file.settled()
  }
}

function cameraEntry(
  topic: string,
  name: string,
  { format, isKey, data }: CameraPicture,
  nanos: number
): Entry {
  const schema =
    format === 'h264' || format === 'av1' ? 'foxglove.CompressedVideo' : 'foxglove.CompressedImage'
  return pictureEntry(topic, schema, nanos, { isKey, bytes: data.byteLength }, (clock) => ({
    timestamp: timestampOf(clock.toWall(nanos)),
    frameId: name,
    data,
    format
  }))
}
