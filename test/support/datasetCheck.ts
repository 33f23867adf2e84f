import { DuckDBInstance } from '@duckdb/node-api'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether a folder is a LeRobotDataset v3.0, by what `episodes.md` says of the format (its section on export), read with
 * DuckDB. Written from that page; shares nothing with the writer.
 */
export interface DatasetFacts {
  readonly episodes: number
  readonly frames: number
  readonly tasks: readonly string[]
  readonly videos: readonly string[]
  /** Of all of them, as info.json says. */
  readonly codec: string
  /** Each episode's videos, in order. */
  readonly files: readonly VideoFile[]
  /** Every row of every episode, in order. */
  readonly rows: readonly Record<string, unknown>[]
}

export interface VideoFile {
  readonly path: string
  /** Of the episode's first row, counted in pictures. */
  readonly first: number
  /** The episode's rows. */
  readonly length: number
}

interface Feature {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly names: readonly string[] | null
  readonly info?: Readonly<Record<string, unknown>>
}

const AUTOMATIC: Readonly<Record<string, string>> = {
  timestamp: 'float32',
  frame_index: 'int64',
  episode_index: 'int64',
  index: 'int64',
  task_index: 'int64'
}
const STATS = ['min', 'max', 'mean', 'std', 'count', 'q01', 'q10', 'q50', 'q90', 'q99']

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`dataset: ${what}`)
}

export async function checkDataset(folder: string): Promise<DatasetFacts> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const table = async (path: string): Promise<Record<string, unknown>[]> => {
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${join(folder, path)}')`)
    return reader.getRowObjectsJS()
  }
  const types = async (path: string): Promise<Map<string, string>> => {
    const reader = await connection.runAndReadAll(
      `DESCRIBE SELECT * FROM read_parquet('${join(folder, path)}')`
    )
    return new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]))
  }
  const fill = (pattern: string, chunk: unknown, file: unknown, key = ''): string =>
    pattern
      .replace('{video_key}', key)
      .replace('{chunk_index:03d}', String(chunk).padStart(3, '0'))
      .replace('{file_index:03d}', String(file).padStart(3, '0'))

  const info = JSON.parse(readFileSync(join(folder, 'meta/info.json'), 'utf8'))
  check(info.codebase_version === 'v3.0', 'codebase_version')
  check(Number.isInteger(info.fps) && info.fps > 0, 'fps is an integer')
  check(
    info.chunks_size === 1000 && info.data_files_size_in_mb === 100 && info.video_files_size_in_mb === 200,
    'sizes'
  )
  check(typeof info.robot_type === 'string', 'robot_type')
  check(info.splits.train === `0:${info.total_episodes}`, 'splits')
  check(info.data_path === 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet', 'data_path')
  check(
    info.video_path === 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4',
    'video_path'
  )
  const features = info.features as Record<string, Feature>
  for (const [name, dtype] of Object.entries(AUTOMATIC)) {
    const feature = features[name]
    check(
      feature?.dtype === dtype && feature.shape.join() === '1' && feature.names === null,
      `feature ${name}`
    )
  }
  for (const name of ['action', 'observation.state']) {
    const feature = features[name]
    check(feature?.dtype === 'float32' && feature.shape.length === 1, `feature ${name}`)
    check(
      feature.names !== null &&
        feature.names.length === feature.shape[0] &&
        feature.names.every((each) => each.endsWith('.pos')),
      `names of ${name}`
    )
  }
  const videos = Object.keys(features).filter((name) => features[name]?.dtype === 'video')
  const codec = String(features[videos[0] ?? '']?.info?.['video.codec'])
  check(codec === 'h264' || codec === 'av1', 'codec')
  for (const name of videos) {
    const { shape, names, info: about = {} } = features[name] as Feature
    check(name.startsWith('observation.images.'), `name of ${name}`)
    check(names?.join() === 'height,width,channels' && shape[2] === 3, `shape of ${name}`)
    check(about['video.height'] === shape[0] && about['video.width'] === shape[1], `size of ${name}`)
    check(about['video.codec'] === codec && about['video.pix_fmt'] === 'yuv420p', `codec of ${name}`)
    check(about['video.fps'] === info.fps && about['video.channels'] === 3, `rate of ${name}`)
    check(about.has_audio === false && about.is_depth_map === false, `kind of ${name}`)
  }

  const taskRows = await table('meta/tasks.parquet')
  check(taskRows.length === info.total_tasks, 'count of tasks')
  taskRows.forEach((row, index) => check(Number(row.task_index) === index, 'tasks count from 0'))
  const kv = await connection.runAndReadAll(
    `SELECT value::VARCHAR FROM parquet_kv_metadata('${join(folder, 'meta/tasks.parquet')}') WHERE key::VARCHAR = 'pandas'`
  )
  const pandas = JSON.parse(String(kv.getRows()[0]?.[0] ?? '{}').replaceAll('\\x22', '"'))
  check(pandas.index_columns?.join() === 'task', 'pandas index of tasks')

  const stats = JSON.parse(readFileSync(join(folder, 'meta/stats.json'), 'utf8'))
  for (const name of Object.keys(features)) {
    for (const key of STATS) {
      const value = stats[name]?.[key]
      check(Array.isArray(value), `stats of ${name}: ${key}`)
      const isImage = videos.includes(name)
      if (key === 'count') check(value.length === 1, `count of ${name} has shape (1,)`)
      else if (isImage)
        check(value.length === 3 && value[0].length === 1 && value[0][0].length === 1, `${name}: (3, 1, 1)`)
      else check(value.length === (features[name] as Feature).shape[0], `shape of ${name}: ${key}`)
      if (isImage && key !== 'count')
        check(
          value.flat(2).every((each: number) => each >= 0 && each <= 1),
          `${name} in 0–1`
        )
    }
  }

  const rows: Record<string, unknown>[] = []
  const files: VideoFile[] = []
  let episodes = 0
  for (let file = 0; ; file++) {
    const path = fill(
      'meta/episodes/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
      Math.floor(file / 1000),
      file % 1000
    )
    if (!existsSync(join(folder, path)) || episodes >= info.total_episodes) break
    for (const episode of await table(path)) {
      check(Number(episode.episode_index) === episodes, 'episodes are contiguous from 0')
      check(Number(episode.dataset_from_index) === rows.length, 'dataset_from_index')
      const length = Number(episode.length)
      check(Number(episode.dataset_to_index) === rows.length + length, 'dataset_to_index')
      check(Number(episode['meta/episodes/file_index']) === file % 1000, 'meta/episodes/file_index')
      const dataPath = fill(info.data_path, episode['data/chunk_index'], episode['data/file_index'])
      const columns = await types(dataPath)
      const expected = Object.keys(features).filter((name) => !videos.includes(name))
      check(
        [...columns.keys()].sort().join() === expected.sort().join(),
        'one column per feature that is no video'
      )
      for (const name of ['action', 'observation.state'])
        check(columns.get(name) === 'FLOAT[]', `type of ${name}`)
      const data = (await table(dataPath)).filter((row) => Number(row.episode_index) === episodes)
      check(data.length === length, 'length')
      data.forEach((row, index) => {
        check(Number(row.frame_index) === index && Number(row.index) === rows.length + index, 'indices')
        check(row.timestamp === Math.fround(index / info.fps), 'timestamp is frame_index / fps')
        check(Number(row.task_index) < info.total_tasks, 'task_index')
        check(row['next.done'] === (index === length - 1), 'next.done')
      })
      const [task] = episode.tasks as string[]
      check(taskRows[Number(data[0]?.task_index)]?.task === task, 'tasks of an episode')
      for (const key of videos) {
        const [from, to] = [
          Number(episode[`videos/${key}/from_timestamp`]),
          Number(episode[`videos/${key}/to_timestamp`])
        ]
        check(Math.abs((to - from) * info.fps - length) < 1e-9, `duration of ${key}`)
        const video = fill(
          info.video_path,
          episode[`videos/${key}/chunk_index`],
          episode[`videos/${key}/file_index`],
          key
        )
        files.push({ path: join(folder, video), first: from * info.fps, length })
        const bytes = readFileSync(join(folder, video))
        check(bytes.subarray(4, 8).toString() === 'ftyp', `${video} is no MP4`)
      }
      for (const name of Object.keys(features))
        for (const key of STATS) check(Array.isArray(episode[`stats/${name}/${key}`]), `stats/${name}/${key}`)
      rows.push(...data)
      episodes += 1
    }
  }
  check(episodes === info.total_episodes && rows.length === info.total_frames, 'totals')
  connection.closeSync()
  instance.closeSync()
  const tasks = taskRows.map(({ task }) => String(task))
  return { episodes, frames: rows.length, tasks, videos, codec, files, rows }
}
