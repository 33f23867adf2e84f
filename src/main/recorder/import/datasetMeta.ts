import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { z } from 'zod'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import { readTable } from '../lerobot/tables'

/** What a LeRobotDataset v2.1 or v3.0 says of itself, as others wrote it: nothing in it is believed unread. */
export interface SourceDataset {
  readonly version: 'v2.1' | 'v3.0'
  readonly framesPerSecond: number
  readonly robotType: string
  readonly features: Readonly<Record<string, SourceFeature>>
  readonly episodes: readonly SourceEpisode[]
  /** Joints are in rad: only where this app has exported it. */
  readonly isRadian: boolean
}

export interface SourceFeature {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Of its numbers. */
  readonly names: readonly string[]
}

export interface SourceEpisode {
  readonly index: number
  /** Frames. */
  readonly length: number
  readonly task: string
  readonly dataFile: string
  /** By feature. */
  readonly videos: Readonly<Record<string, { readonly file: string; readonly fromSeconds: number }>>
}

const infoSchema = z.object({
  codebase_version: z.string(),
  robot_type: z.string().nullish(),
  fps: z.number().positive().max(1000),
  chunks_size: z.int().min(1).default(1000),
  data_path: z.string(),
  video_path: z.string().nullish(),
  features: z.record(
    z.string(),
    z.object({ dtype: z.string(), shape: z.array(z.int().min(0)), names: z.unknown() })
  )
})
type Info = z.infer<typeof infoSchema>

const count = z.coerce.number().pipe(z.int().min(0))
const episodeLine = z.object({ episode_index: count, length: count, tasks: z.array(z.string()).default([]) })

/** @returns why the folder is no dataset that can be imported, naming the file */
export async function readDatasetMeta(folder: string): Promise<Result<SourceDataset, string>> {
  let info: Info
  try {
    const parsed = infoSchema.safeParse(JSON.parse(await readFile(join(folder, 'meta/info.json'), 'utf8')))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return err(`meta/info.json is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
    }
    info = parsed.data
  } catch (error) {
    return err(`meta/info.json can't be read, so this is no LeRobot dataset: ${errorText(error)}`)
  }
  const version = info.codebase_version
  if (version !== 'v2.1' && version !== 'v3.0')
    return err(`it is of version ${version}; v2.1 and v3.0 can be imported`)
  try {
    return ok({
      version,
      framesPerSecond: info.fps,
      robotType: info.robot_type ?? '',
      features: Object.fromEntries(
        Object.entries(info.features).map(([name, { dtype, shape, names }]) => [
          name,
          { dtype, shape, names: namesOf(name, shape, names) }
        ])
      ),
      episodes: await (version === 'v2.1' ? episodesOf21(folder, info) : episodesOf30(folder, info)),
      isRadian: await saysRadian(folder)
    })
  } catch (error) {
    return err(errorText(error))
  }
}

/** Lists, `{ motors: […] }` and nothing at all occur. */
function namesOf(feature: string, shape: readonly number[], names: unknown): string[] {
  const size = shape.reduce((product, length) => product * length, 1)
  const listed = typeof names === 'object' && names !== null ? Object.values(names).flat() : []
  if (size === 1) return [feature]
  return listed.length === size && size <= MAX_NAMES
    ? listed.map(String)
    : Array.from({ length: Math.min(size, MAX_NAMES) }, (_, index) => `${feature}[${index}]`)
}
const MAX_NAMES = 1024

const videoKeys = ({ features }: Info): string[] =>
  Object.entries(features)
    .filter(([, { dtype }]) => dtype === 'video')
    .map(([key]) => key)

async function episodesOf21(folder: string, info: Info): Promise<SourceEpisode[]> {
  const lines = (await readFile(join(folder, 'meta/episodes.jsonl'), 'utf8')).split('\n')
  return lines.flatMap((line, number) => {
    if (line.trim() === '') return []
    const parsed = episodeLine.safeParse(jsonOf(line))
    if (!parsed.success) throw new Error(`meta/episodes.jsonl, line ${number + 1} is not understood`)
    const { episode_index: index, length, tasks } = parsed.data
    const at = { episode_chunk: Math.floor(index / info.chunks_size), episode_index: index }
    return {
      index,
      length,
      task: tasks.join('; '),
      dataFile: within(folder, filled(info.data_path, at)),
      videos: Object.fromEntries(
        videoKeys(info).map((key) => [
          key,
          { file: within(folder, filled(info.video_path ?? '', { ...at, video_key: key })), fromSeconds: 0 }
        ])
      )
    }
  })
}

async function episodesOf30(folder: string, info: Info): Promise<SourceEpisode[]> {
  const files = await parquetFilesBelow(folder, 'meta/episodes')
  if (files.length === 0) throw new Error('meta/episodes has no Parquet files')
  const episodes: SourceEpisode[] = []
  for (const file of files) {
    for (const row of await readTable(join(folder, file), '*')) {
      const parsed = episodeLine.safeParse(row)
      if (!parsed.success) throw new Error(`${file} has a row that is not understood`)
      const { episode_index: index, length, tasks } = parsed.data
      const place = (of: string) => ({
        chunk_index: numberIn(row, `${of}/chunk_index`, file),
        file_index: numberIn(row, `${of}/file_index`, file)
      })
      episodes.push({
        index,
        length,
        task: tasks.join('; '),
        dataFile: within(folder, filled(info.data_path, place('data'))),
        videos: Object.fromEntries(
          videoKeys(info).map((key) => [
            key,
            {
              file: within(
                folder,
                filled(info.video_path ?? '', { ...place(`videos/${key}`), video_key: key })
              ),
              fromSeconds: numberIn(row, `videos/${key}/from_timestamp`, file)
            }
          ])
        )
      })
    }
  }
  return episodes.sort((a, b) => a.index - b.index)
}

function numberIn(row: Readonly<Record<string, unknown>>, column: string, file: string): number {
  const value = Number(row[column] ?? NaN)
  if (!Number.isFinite(value) || value < 0) throw new Error(`${file} has no ${column} for an episode`)
  return value
}

/** `chunk-000/file-000.parquet` and so on. */
async function parquetFilesBelow(folder: string, below: string): Promise<string[]> {
  const chunks = (await readdir(join(folder, below))).sort()
  const files = await Promise.all(
    chunks
      .filter((chunk) => chunk.startsWith('chunk-'))
      .map(async (chunk) =>
        (await readdir(join(folder, below, chunk))).sort().map((name) => join(below, chunk, name))
      )
  )
  return files.flat().filter((name) => name.endsWith('.parquet'))
}

/** Patterns as Python's `str.format` takes them: `{file_index:03d}`. */
const filled = (pattern: string, values: Readonly<Record<string, string | number>>): string =>
  pattern.replace(/\{(\w+)(?::0(\d)d)?\}/g, (whole, name: string, width?: string) => {
    const value = values[name]
    return value === undefined ? whole : String(value).padStart(Number(width ?? 0), '0')
  })

/** A dataset names files of its own folder only. */
function within(folder: string, path: string): string {
  const plain = normalize(path)
  if (isAbsolute(plain) || plain === '..' || plain.startsWith(`..${sep}`))
    throw new Error(`meta/info.json names a file outside of the dataset: ${path}`)
  return join(folder, plain)
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const ledger = z.object({ units: z.object({ revolute: z.literal('rad') }) })

async function saysRadian(folder: string): Promise<boolean> {
  try {
    return ledger.safeParse(JSON.parse(await readFile(join(folder, 'meta/depthdeck.json'), 'utf8'))).success
  } catch {
    return false
  }
}
