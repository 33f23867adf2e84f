import { McapIndexedReader, type McapTypes } from '@mcap/core'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import { channelBytes, messagesOfChunk, parseRecord } from './chunkRecords'
import { openFileReader, type FileReader } from './fileReader'
import { schemaOf, type SchemaName } from './messages'
import { isChannelSound, isSealSound } from './seal'
import { zstdReady } from './zstd'

/** One recorded message, encoded by its schema. */
export interface Recorded<S extends SchemaName = SchemaName> {
  readonly topic: string
  readonly schema: S
  /** Wall-clock nanoseconds. */
  readonly logTime: bigint
  readonly sequence: number
  readonly data: Uint8Array
}

/**
 * A finished recording, opened by its summary. Messages are found by chunk, never by message index: every row that is
 * handed out lies in a chunk whose checksum holds.
 */
export interface RecordingReader {
  readonly topics: readonly string[]
  readonly firstLogTime: bigint
  readonly lastLogTime: bigint
  readonly metadata: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Of a topic, as the summary counts them. */
  count(topic: string): number
  /**
   * Messages of these topics with `from` ≤ log time ≤ `to`, in order of time.
   *
   * @throws RecordingDamage when a chunk is not what was written
   */
  messages(query: MessageQuery): AsyncGenerator<Recorded, void, void>
  close(): Promise<void>
}

export interface MessageQuery {
  readonly topics: readonly string[]
  readonly from?: bigint
  readonly to?: bigint
}

export class RecordingDamage extends Error {}

/** @returns why it can't be opened, in words that name the file's part */
export async function openRecording(path: string): Promise<Result<RecordingReader, string>> {
  await zstdReady()
  let file: FileReader
  try {
    file = await openFileReader(path)
  } catch (error) {
    return err(`it can't be read: ${errorText(error)}`)
  }
  try {
    return ok(await readSummary(file))
  } catch (error) {
    await file.close()
    return err(errorText(error))
  }
}

async function readSummary(file: FileReader): Promise<RecordingReader> {
  const indexed = await McapIndexedReader.Initialize({ readable: file })
  const known = new Map<number, { topic: string; schema: SchemaName }>()
  for (const channel of indexed.channelsById.values()) {
    const described = indexed.schemasById.get(channel.schemaId)
    const schema = schemaOf(channel.topic, described?.name)
    if (!isChannelSound(channel, described) || schema === null)
      throw new Error(`the channel ${channel.topic} is none of Depthdeck's`)
    known.set(channel.id, { topic: channel.topic, schema })
  }
  const metadata = new Map<string, ReadonlyMap<string, string>>()
  for (const { name, offset, length } of indexed.metadataIndexes) {
    const record = parseRecord(await file.read(offset, length))
    if (record.type !== 'Metadata' || !isSealSound(record.metadata))
      throw new Error(`the metadata "${name}" is damaged`)
    metadata.set(record.name, record.metadata)
  }
  const channels = channelBytes(indexed.channelsById.values())
  const chunks = [...indexed.chunkIndexes].sort((a, b) => compare(a.messageStartTime, b.messageStartTime))

  async function load(index: McapTypes.ChunkIndex): Promise<McapTypes.Message[]> {
    try {
      return messagesOfChunk(await file.read(index.chunkStartOffset, index.chunkLength), channels)
    } catch (error) {
      throw new RecordingDamage(`the chunk at byte ${index.chunkStartOffset} is damaged: ${errorText(error)}`)
    }
  }

  const idsOf = (topics: readonly string[]): Set<number> =>
    new Set([...known].filter(([, channel]) => topics.includes(channel.topic)).map(([id]) => id))

  return {
    topics: [...known.values()].map(({ topic }) => topic),
    firstLogTime: indexed.statistics?.messageStartTime ?? 0n,
    lastLogTime: indexed.statistics?.messageEndTime ?? 0n,
    metadata,
    count: (topic) =>
      [...idsOf([topic])].reduce(
        (sum, id) => sum + Number(indexed.statistics?.channelMessageCounts.get(id) ?? 0n),
        0
      ),
    async *messages({ topics, from, to }) {
      const wanted = idsOf(topics)
      const isWanted = (index: McapTypes.ChunkIndex): boolean =>
        (to === undefined || index.messageStartTime <= to) &&
        (from === undefined || index.messageEndTime >= from) &&
        [...index.messageIndexOffsets.keys()].some((id) => wanted.has(id))
      const pending: McapTypes.Message[] = []
      const relevant = chunks.filter(isWanted)
      for (const [place, index] of relevant.entries()) {
        for (const message of await load(index)) {
          const { logTime, channelId } = message
          const isInside = (from === undefined || logTime >= from) && (to === undefined || logTime <= to)
          if (wanted.has(channelId) && isInside) pending.push(message)
        }
        pending.sort((a, b) => compare(a.logTime, b.logTime))
        // Later chunks begin later: what is older than that is complete.
        const next = relevant[place + 1]?.messageStartTime
        const ready =
          next === undefined ? pending.length : pending.findIndex((message) => message.logTime >= next)
        for (const message of pending.splice(0, ready === -1 ? pending.length : ready)) {
          const channel = known.get(message.channelId)
          if (channel)
            yield { ...channel, logTime: message.logTime, sequence: message.sequence, data: message.data }
        }
      }
    },
    close: () => file.close()
  }
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
