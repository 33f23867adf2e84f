import { DuckDBInstance } from '@duckdb/node-api'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * LeRobot datasets as other programs write them, for tests of reading: several episodes in one file, tables by DuckDB.
 * Frame f of episode e has state [e + f / 100, -f], action [f, e] and, where asked for, its picture in the table.
 */
export interface WrittenDataset {
  readonly folder: string
  readonly version: 'v2.1' | 'v3.0'
  readonly fps: number
  readonly lengths: readonly number[]
  /** Into `video_path` places of its own; called by v2.1 for each episode, by v3.0 once. */
  readonly video?: (file: string, episode: number) => Promise<void>
  /** Hexadecimal bytes of every frame's picture. */
  readonly still?: string
  readonly dataPath?: string
}

export async function writeDataset(options: WrittenDataset): Promise<void> {
  const { folder, version, fps, lengths, video, still } = options
  const at = (path: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    return join(folder, path)
  }
  const is30 = version === 'v3.0'
  const info = {
    codebase_version: version,
    robot_type: 'so100',
    fps,
    chunks_size: 1000,
    data_path:
      options.dataPath ??
      (is30
        ? 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'
        : 'data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet'),
    video_path: is30
      ? 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4'
      : 'videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4',
    features: {
      'observation.state': { dtype: 'float32', shape: [2], names: { motors: ['pan', 'lift'] } },
      action: { dtype: 'float32', shape: [2], names: null },
      ...(video && { 'observation.images.top': { dtype: 'video', shape: [64, 64, 3], names: null } }),
      ...(still !== undefined && { image: { dtype: 'image', shape: [1, 1, 3], names: null } }),
      timestamp: { dtype: 'float32', shape: [1], names: null },
      frame_index: { dtype: 'int64', shape: [1], names: null },
      episode_index: { dtype: 'int64', shape: [1], names: null },
      index: { dtype: 'int64', shape: [1], names: null },
      task_index: { dtype: 'int64', shape: [1], names: null }
    }
  }
  writeFileSync(at('meta/info.json'), JSON.stringify(info))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const copy = async (query: string, path: string): Promise<void> => {
    await connection.run(`COPY (${query}) TO '${at(path)}' (FORMAT parquet)`)
  }
  const picture = still === undefined ? '' : `, {'bytes': from_hex('${still}'), 'path': 'x.png'} AS image`
  const frames = (episode: number, length: number): string =>
    `SELECT [${episode} + f / 100, -f]::FLOAT[] AS "observation.state", [f, ${episode}]::FLOAT[] AS action,
      (f / ${fps})::FLOAT AS timestamp, f AS frame_index, ${episode}::BIGINT AS episode_index, f AS index,
      0::BIGINT AS task_index ${picture} FROM range(${length}) AS r(f)`
  const tasks = (episode: number): string[] => [`Put it into bin ${episode}`]
  if (is30) {
    await copy(
      lengths.map((length, episode) => frames(episode, length)).join(' UNION ALL '),
      'data/chunk-000/file-000.parquet'
    )
    let first = 0
    const rows = lengths.map((length, episode) => {
      const from = first
      first += length
      return `SELECT ${episode}::BIGINT AS episode_index, ['${tasks(episode)[0]}'] AS tasks, ${length}::BIGINT AS length,
        0::BIGINT AS "data/chunk_index", 0::BIGINT AS "data/file_index",
        0::BIGINT AS "videos/observation.images.top/chunk_index", 0::BIGINT AS "videos/observation.images.top/file_index",
        ${from} / ${fps} AS "videos/observation.images.top/from_timestamp"`
    })
    await copy(rows.join(' UNION ALL '), 'meta/episodes/chunk-000/file-000.parquet')
    await video?.(at('videos/observation.images.top/chunk-000/file-000.mp4'), 0)
  } else {
    const lines = lengths.map((length, episode) =>
      JSON.stringify({ episode_index: episode, tasks: tasks(episode), length })
    )
    writeFileSync(at('meta/episodes.jsonl'), `${lines.join('\n')}\n`)
    for (const [episode, length] of lengths.entries()) {
      const name = `episode_${String(episode).padStart(6, '0')}`
      await copy(frames(episode, length), `data/chunk-000/${name}.parquet`)
      await video?.(at(`videos/chunk-000/observation.images.top/${name}.mp4`), episode)
    }
  }
  connection.closeSync()
  instance.closeSync()
}
