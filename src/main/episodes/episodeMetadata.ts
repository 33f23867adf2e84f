import type { z } from 'zod'
import { episodeEnd, episodeInfo, type EpisodeEnd, type EpisodeInfo } from '@shared/domain/episode'
import { err, ok, type Result } from '@shared/domain/result'
import { sealed } from './seal'

/** What a recording says of itself, in MCAP metadata records: JSON for us, a few plain entries for other tools. */
export const EPISODE_INFO = 'depthdeck.episode'
export const EPISODE_END = 'depthdeck.end'

export function metadataOf(
  value: EpisodeInfo | EpisodeEnd,
  plain: Readonly<Record<string, string | undefined>>
): Map<string, string> {
  const entries = Object.entries(plain).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return sealed(new Map([...entries, ['json', JSON.stringify(value)]]))
}

type AllMetadata = ReadonlyMap<string, ReadonlyMap<string, string>>

function read<T>(metadata: AllMetadata, name: string, schema: z.ZodType<T>): Result<T, string> {
  const json = metadata.get(name)?.get('json')
  if (json === undefined) return err(`it has no metadata "${name}"`)
  try {
    const parsed = schema.safeParse(JSON.parse(json))
    if (parsed.success) return ok(parsed.data)
    const [issue] = parsed.error.issues
    return err(
      `its metadata "${name}" is not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`
    )
  } catch {
    return err(`its metadata "${name}" is no JSON`)
  }
}

export const readInfo = (metadata: AllMetadata): Result<EpisodeInfo, string> =>
  read(metadata, EPISODE_INFO, episodeInfo)

/** Null: the recording was cut off. */
export function readEnd(metadata: AllMetadata): EpisodeEnd | null {
  const end = read(metadata, EPISODE_END, episodeEnd)
  return end.ok ? end.value : null
}
