import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import { datasetInfo, emptyInfo, filePath, mismatch, videoKey } from './datasetInfo'
import { dataColumns } from './dataTable'
import type { EpisodeFrames, FrameRange } from './episodeFrames'
import { writeVideo, type VideoWriting } from './episodeVideo'
import { aggregate, imageStats, statsOf, type FeatureStats } from './featureStats'
import { flat, shaped, statsColumns, tasksBytes, videoColumns } from './metaTables'
import { parquetBytes, type Column } from './parquet'
import { readTasks, verifyData } from './verify'

/**
 * A LeRobotDataset v3.0 in a folder, one data file and one video file per camera and episode. An episode is part of it
 * when `meta/info.json` says so, which is written last: an export that was cut off leaves a dataset as it was before.
 */
export interface Dataset {
  /** What was exported into it before, by episode id and rows. */
  has(id: string, range: FrameRange): boolean
  /** Adds rows of an episode and reads them back; nothing counts before that, and what fails leaves nothing behind. */
  append(frames: EpisodeFrames, range: FrameRange): Promise<Result<Appended, string>>
}

export interface Appended {
  readonly frames: number
  /** Pictures that stand in for missing ones. */
  readonly repeated: number
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
export async function openDataset(folder: string, writing: VideoWriting): Promise<Result<Dataset, string>> {
  const known = await readJson(join(folder, INFO), datasetInfo)
  if (!known.ok) return known
  const ledgerFile = await readJson(join(folder, LEDGER), ledgerSchema)
  if (!ledgerFile.ok) return ledgerFile
  const statsFile = await readJson(join(folder, STATS), statsSchema)
  if (!statsFile.ok) return statsFile
  let info = known.value
  const remembered = ledgerFile.value ?? NO_LEDGER
  // One that info.json doesn't count was cut off before its end; the next takes its place.
  const counted = remembered.episodes.filter(({ episodeIndex }) => episodeIndex < (info?.total_episodes ?? 0))
  let ledger = { ...remembered, episodes: counted }
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

  async function append(
    frames: EpisodeFrames,
    range: FrameRange,
    added: string[]
  ): Promise<Result<Appended, string>> {
    const { codec } = writing.encoding
    const current = info ?? emptyInfo(frames, codec)
    const objection = mismatch(current, frames, codec)
    if (objection !== null) return err(objection)
    const rows = frames.rows.slice(range.from, range.to)
    const { fps } = current
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

    // First what takes longest and fails most easily.
    const episodeStats: Record<string, FeatureStats> = {}
    const videos: Column[] = []
    let repeated = 0
    for (const camera of frames.cameras) {
      const key = videoKey(camera.name)
      const path = filePath(current.video_path ?? '', chunk, file, key)
      added.push(path)
      const places = { first: camera.first + range.from, count: rows.length }
      const video = await writeVideo(join(folder, path), camera, places, fps, writing)
      if (!video.ok) return video
      const { leadIn } = video.value
      videos.push(...videoColumns(key, { chunk, file }, { from: leadIn, to: leadIn + rows.length, fps }))
      repeated += video.value.repeated
      const images = imageStats(frames.seen.get(camera.name) ?? [], rows.length)
      if (images) episodeStats[key] = images
    }

    const dataPath = filePath(current.data_path, chunk, file)
    added.push(dataPath)
    const columns = dataColumns(rows, { ...place, taskIndex, fps })
    await put(dataPath, parquetBytes(columns))
    const readBack = await verifyData(join(folder, dataPath), columns)
    if (readBack !== null) return err(`what was written to ${dataPath} reads back differently: ${readBack}`)
    for (const { name, values } of columns) episodeStats[name] = statsOf(values.map(asNumbers))

    const episode: Column[] = [
      { name: 'episode_index', type: 'int64', values: [place.episodeIndex] },
      { name: 'tasks', type: 'string', isList: true, values: [[frames.task]] },
      { name: 'length', type: 'int64', values: [rows.length] },
      { name: 'data/chunk_index', type: 'int64', values: [chunk] },
      { name: 'data/file_index', type: 'int64', values: [file] },
      { name: 'dataset_from_index', type: 'int64', values: [place.firstIndex] },
      { name: 'dataset_to_index', type: 'int64', values: [place.firstIndex + rows.length] },
      ...videos,
      { name: 'meta/episodes/chunk_index', type: 'int64', values: [chunk] },
      { name: 'meta/episodes/file_index', type: 'int64', values: [file] },
      ...Object.entries(episodeStats).flatMap(([name, values]) => statsColumns(name, values))
    ]
    const episodePath = filePath(EPISODES, chunk, file)
    added.push(episodePath)
    await put(episodePath, parquetBytes(episode))
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
    return ok({ frames: rows.length, repeated })
  }

  return ok({
    has: (id, { from, to }) =>
      ledger.episodes.some((known) => known.id === id && known.from === from && known.to === to),
    async append(frames, range) {
      const added: string[] = []
      const result = await append(frames, range, added).catch((error: unknown) => err(errorText(error)))
      if (result.ok) return result
      // LeRobot reads every table that is in the folder, counted or not.
      const left = [...added.flatMap((path) => [path, `${path}.part`]), `${INFO}.part`]
      await Promise.all(left.map((path) => rm(join(folder, path), { force: true })))
      return result
    }
  })
}

const pick = ({ episodeIndex, fileIndex }: { episodeIndex: number; fileIndex: number }) => ({
  episodeIndex,
  fileIndex
})

const asNumbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [Number(value)])

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
