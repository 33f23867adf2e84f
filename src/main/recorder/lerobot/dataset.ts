import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import { datasetInfo, emptyInfo, filePath, mismatch, videoKey } from './datasetInfo'
import type { EpisodeFrames, FrameRange, FrameRow } from './episodeFrames'
import { aggregate, imageStats, statsOf, STATISTICS, type FeatureStats } from './featureStats'
import { writeMp4 } from './mp4'
import { parquetBytes, type Column } from './parquet'
import { countFrames, readTasks, verifyData } from './verify'

/**
 * A LeRobotDataset v3.0 in a folder, one data file and one video file per camera and episode. An episode is part of it
 * when `meta/info.json` says so, which is written last: an export that was cut off leaves a dataset as it was before.
 */
export interface Dataset {
  /** What was exported into it before, by episode id and rows. */
  has(id: string, range: FrameRange): boolean
  /** Adds rows of an episode and reads them back; nothing counts before that. How many. */
  append(frames: EpisodeFrames, range: FrameRange): Promise<Result<number, string>>
}

/** What Depthdeck remembers of its own exports, beside LeRobot's files. */
const ledgerSchema = z.object({
  /** rad, gripper as ratio 0…1: LeRobot keeps no units. */
  units: z.object({ revolute: z.literal('rad'), gripper: z.literal('ratio') }),
  episodes: z.array(
    z.object({ id: z.string(), from: z.int(), to: z.int(), episodeIndex: z.int(), fileIndex: z.int() })
  )
})
type Ledger = z.infer<typeof ledgerSchema>
const NO_LEDGER: Ledger = { units: { revolute: 'rad', gripper: 'ratio' }, episodes: [] }

const statsSchema = z.record(z.string(), z.record(z.string(), z.unknown()))

const INFO = 'meta/info.json'
const STATS = 'meta/stats.json'
const TASKS = 'meta/tasks.parquet'
const LEDGER = 'meta/depthdeck.json'
const EPISODES = 'meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'

/** @returns why the folder can't be used: it holds something else, or a dataset that isn't understood */
export async function openDataset(folder: string): Promise<Result<Dataset, string>> {
  const known = await readJson(join(folder, INFO), datasetInfo)
  if (!known.ok) return known
  const ledgerFile = await readJson(join(folder, LEDGER), ledgerSchema)
  if (!ledgerFile.ok) return ledgerFile
  const statsFile = await readJson(join(folder, STATS), statsSchema)
  if (!statsFile.ok) return statsFile
  let info = known.value
  let ledger = ledgerFile.value ?? NO_LEDGER
  let stats = (statsFile.value ?? {}) as unknown as Record<string, FeatureStats>
  let tasks = info === null ? [] : await readTasks(join(folder, TASKS))

  async function put(path: string, content: Uint8Array | string): Promise<void> {
    const target = join(folder, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(`${target}.part`, content)
    await rename(`${target}.part`, target)
  }
  const putJson = (path: string, value: unknown): Promise<void> =>
    put(path, `${JSON.stringify(value, null, 4)}\n`)

  async function append(frames: EpisodeFrames, range: FrameRange): Promise<Result<number, string>> {
    const current = info ?? emptyInfo(frames)
    const objection = mismatch(current, frames)
    if (objection !== null) return err(objection)
    const rows = frames.rows.slice(range.from, range.to)
    const place = {
      episodeIndex: current.total_episodes,
      firstIndex: current.total_frames,
      // Foreign datasets may keep many episodes in one file: theirs are not touched.
      fileIndex: Math.max(current.total_episodes, ...ledger.episodes.map(({ fileIndex }) => fileIndex + 1), 0)
    }
    const chunk = Math.floor(place.fileIndex / current.chunks_size)
    const file = place.fileIndex % current.chunks_size
    const taskList = tasks.includes(frames.task) ? tasks : [...tasks, frames.task]
    const taskIndex = taskList.indexOf(frames.task)

    const dataPath = filePath(current.data_path, chunk, file)
    const columns = dataColumns(rows, { ...place, taskIndex, fps: current.fps })
    await put(dataPath, parquetBytes(columns))
    const readBack = await verifyData(join(folder, dataPath), columns)
    if (readBack !== null) return err(`what was written to ${dataPath} reads back differently: ${readBack}`)

    const episodeStats: Record<string, FeatureStats> = {
      ...Object.fromEntries(columns.map((column) => [column.name, statsOf(column.values.map(asNumbers))]))
    }
    const videoColumns: Column[] = []
    for (const camera of frames.cameras) {
      const key = videoKey(camera.name)
      const path = filePath(current.video_path ?? '', chunk, file, key)
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      const first = camera.first + range.from
      const track = trimmed(camera, first, rows.length)
      await writeMp4(`${target}.part`, track, current.fps)
      const found = await countFrames(`${target}.part`, current.fps)
      if (!found.ok) return err(`${path} can't be read back: ${found.error}`)
      if (found.value !== track.pictures.length)
        return err(`${path} reads back with ${found.value} of ${track.pictures.length} pictures`)
      await rename(`${target}.part`, target)
      // Integer frames over the rate, never summed durations.
      const from = track.first / current.fps
      const to = (track.first + rows.length) / current.fps
      videoColumns.push(
        { name: `videos/${key}/chunk_index`, type: 'int64', values: [chunk] },
        { name: `videos/${key}/file_index`, type: 'int64', values: [file] },
        { name: `videos/${key}/from_timestamp`, type: 'double', values: [from] },
        { name: `videos/${key}/to_timestamp`, type: 'double', values: [to] }
      )
      const images = imageStats(frames.seen.get(camera.name) ?? [], rows.length)
      if (images) episodeStats[key] = images
    }

    const episode: Column[] = [
      { name: 'episode_index', type: 'int64', values: [place.episodeIndex] },
      { name: 'tasks', type: 'string', isList: true, values: [[frames.task]] },
      { name: 'length', type: 'int64', values: [rows.length] },
      { name: 'data/chunk_index', type: 'int64', values: [chunk] },
      { name: 'data/file_index', type: 'int64', values: [file] },
      { name: 'dataset_from_index', type: 'int64', values: [place.firstIndex] },
      { name: 'dataset_to_index', type: 'int64', values: [place.firstIndex + rows.length] },
      ...videoColumns,
      { name: 'meta/episodes/chunk_index', type: 'int64', values: [chunk] },
      { name: 'meta/episodes/file_index', type: 'int64', values: [file] },
      ...Object.entries(episodeStats).flatMap(([name, values]) => statsColumns(name, values))
    ]
    await put(filePath(EPISODES, chunk, file), parquetBytes(episode))
    await put(TASKS, tasksBytes(taskList))
    const nextStats = Object.fromEntries(
      Object.entries(episodeStats).map(([name, values]) => {
        const before = stats[name]
        return [name, before ? aggregate([before, values].map(flat)) : values]
      })
    )
    await putJson(
      STATS,
      Object.fromEntries(Object.entries(nextStats).map(([name, s]) => [name, shaped(name, s)]))
    )
    const { id } = frames.info
    const nextLedger = { ...ledger, episodes: [...ledger.episodes, { id, ...range, ...pick(place) }] }
    await putJson(LEDGER, nextLedger)
    const next = {
      ...current,
      total_episodes: place.episodeIndex + 1,
      total_frames: place.firstIndex + rows.length,
      total_tasks: taskList.length,
      splits: { ...current.splits, train: `0:${place.episodeIndex + 1}` }
    }
    await putJson(INFO, next)
    ;[info, ledger, stats, tasks] = [next, nextLedger, nextStats, taskList]
    return ok(rows.length)
  }

  return ok({
    // One that info.json doesn't count was cut off before its end.
    has: (id, { from, to }) =>
      ledger.episodes.some(
        (known) =>
          known.id === id &&
          known.from === from &&
          known.to === to &&
          known.episodeIndex < (info?.total_episodes ?? 0)
      ),
    append: (frames, range) =>
      append(frames, range).catch(async (error: unknown) => {
        await rm(join(folder, `${INFO}.part`), { force: true })
        return err(errorText(error))
      })
  })
}

const pick = ({ episodeIndex, fileIndex }: { episodeIndex: number; fileIndex: number }) => ({
  episodeIndex,
  fileIndex
})

/** The pictures of these rows, and those before them that a decoder needs. */
function trimmed(camera: EpisodeFrames['cameras'][number], first: number, count: number) {
  let from = first
  while (from > 0 && camera.pictures[from]?.isKey !== true) from -= 1
  return { ...camera, pictures: camera.pictures.slice(from, first + count), first: first - from }
}

interface RowContext {
  readonly episodeIndex: number
  readonly firstIndex: number
  readonly taskIndex: number
  readonly fps: number
}

function dataColumns(
  rows: readonly FrameRow[],
  { episodeIndex, firstIndex, taskIndex, fps }: RowContext
): Column[] {
  const last = rows.length - 1
  const each = <T>(of: (row: FrameRow, index: number) => T): T[] => rows.map(of)
  return [
    { name: 'action', type: 'float', isList: true, values: each(({ action }) => action.map(Math.fround)) },
    {
      name: 'observation.state',
      type: 'float',
      isList: true,
      values: each(({ state }) => state.map(Math.fround))
    },
    { name: 'intervention', type: 'boolean', values: each(({ intervention }) => intervention) },
    { name: 'next.reward', type: 'float', values: each(({ success }) => (success ? 1 : 0)) },
    { name: 'next.done', type: 'boolean', values: each((_, index) => index === last) },
    { name: 'next.success', type: 'boolean', values: each(({ success }) => success) },
    { name: 'wall_time', type: 'double', values: each(({ wallSeconds }) => wallSeconds) },
    { name: 'timestamp', type: 'float', values: each((_, index) => Math.fround(index / fps)) },
    { name: 'frame_index', type: 'int64', values: each((_, index) => index) },
    { name: 'episode_index', type: 'int64', values: each(() => episodeIndex) },
    { name: 'index', type: 'int64', values: each((_, index) => firstIndex + index) },
    { name: 'task_index', type: 'int64', values: each(() => taskIndex) }
  ]
}

const asNumbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [Number(value)])

const isImage = (name: string): boolean => name.startsWith('observation.images.')

/** Images keep their channels apart as (3, 1, 1); counts are (1,). */
const shaped = (name: string, stats: FeatureStats): Record<string, unknown> =>
  Object.fromEntries(
    STATISTICS.map((key) => [
      key,
      isImage(name) && key !== 'count' ? stats[key].map((value) => [[value]]) : [...stats[key]]
    ])
  )

/** As they were before `shaped`. */
const flat = (stats: FeatureStats): FeatureStats =>
  Object.fromEntries(STATISTICS.map((key) => [key, stats[key].flat(2)])) as unknown as FeatureStats

const statsColumns = (name: string, stats: FeatureStats): Column[] =>
  STATISTICS.map((key) => ({
    name: `stats/${name}/${key}`,
    type: key === 'count' ? 'int64' : 'double',
    isList: true,
    values: [[...stats[key]]]
  }))

/** Without the `pandas` entry LeRobot takes every task for the number 0: it looks tasks up by the frame's index. */
function tasksBytes(tasks: readonly string[]): Uint8Array {
  const column = (name: string, type: string) => ({
    name,
    field_name: name,
    pandas_type: type,
    numpy_type: type === 'unicode' ? 'object' : type,
    metadata: null
  })
  const pandas = {
    index_columns: ['task'],
    column_indexes: [
      { ...column('', 'unicode'), name: null, field_name: null, metadata: { encoding: 'UTF-8' } }
    ],
    columns: [column('task_index', 'int64'), column('task', 'unicode')],
    creator: { library: 'depthdeck', version: '1' },
    pandas_version: '2.0.0'
  }
  return parquetBytes(
    [
      { name: 'task_index', type: 'int64', values: tasks.map((_, index) => index) },
      { name: 'task', type: 'string', values: tasks }
    ],
    [{ key: 'pandas', value: JSON.stringify(pandas) }]
  )
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<Result<T | null, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null)
    return err(`${path} can't be read: ${errorText(error)}`)
  }
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    if (parsed.success) return ok(parsed.data)
    const [issue] = parsed.error.issues
    return err(`${path} is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
  } catch {
    return err(`${path} is no JSON`)
  }
}
