import { createHash } from 'node:crypto'
import { McapIndexedReader, type McapTypes } from '@mcap/core'
import { errorText } from '@shared/domain/errorText'
import type { FileReader } from '../../episodes/fileReader'
import {
  CAMERA_PREFIX,
  isTopic,
  TOPICS,
  type CameraSchema,
  type RecordedMessage,
  type SchemaName
} from '../../episodes/messages'
import { isCamera, isKeyPicture } from '../../episodes/pictures'
import { decodeMessage, encodeMessage } from '../../episodes/protobuf'
import { decompressHandlers } from '../../episodes/zstd'
import { pictureFormat } from '@shared/ipc/recording'
import type { Entry } from '../entry'
import type { EpisodeFile } from '../episodeFile'
import { importedInfo, writeImported, type ImportJob } from './importJob'

/**
 * Another program's MCAP file: what it has of the messages that this app records, by the names of their schemas
 * (Foxglove's and our own, as protobuf). Everything else is named as left out.
 */
export async function importForeign(file: FileReader, fileName: string, job: ImportJob): Promise<void> {
  let reader: McapIndexedReader
  try {
    reader = await McapIndexedReader.Initialize({ readable: file, decompressHandlers })
  } catch (error) {
    throw new Error(`it is no complete MCAP file (mcap recover may mend it): ${errorText(error)}`, {
      cause: error
    })
  }
  const { taken, left } = matched(reader)
  if (taken.size === 0)
    throw new Error(`none of its channels is one that Depthdeck records. It has ${left.join(', ') || 'none'}`)
  const suffix = suffixOf(reader, await file.size())
  if (job.isKnown(suffix)) return
  if (left.length > 0) job.refuse(fileName, `left out: ${left.join(', ')}`)
  const start = reader.statistics?.messageStartTime ?? 0n
  const info = importedInfo(`${job.stamp()}-${suffix}`, start, job.appVersion, {
    from: fileName,
    instruction: '',
    dataset: null
  })
  const end = { outcome: null, reason: 'imported from an MCAP file', discarded: false }
  await writeImported(info, end, job, (episode) =>
    copyMessages(reader, { taken, start, fileName }, episode, job)
  )
}

interface Match {
  readonly topic: string
  readonly schema: SchemaName
}

/** Standard messages that are understood under any topic. */
const STANDARD = {
  'foxglove.JointStates': '/robot/state',
  'foxglove.Log': '/log'
} as const

function matched(reader: McapIndexedReader): { taken: ReadonlyMap<number, Match>; left: string[] } {
  const taken = new Map<number, Match>()
  const left: string[] = []
  const used = new Set<string>()
  // Our own names first, so that nothing else takes their place.
  const channels = [...reader.channelsById.values()].sort(
    (a, b) => Number(isTopic(b.topic)) - Number(isTopic(a.topic))
  )
  for (const channel of channels) {
    const schema = reader.schemasById.get(channel.schemaId)
    const match =
      schema && channel.messageEncoding === 'protobuf' ? matchOf(channel, schema.name, used) : null
    if (match) taken.set(channel.id, match)
    else left.push(`${channel.topic} (${schema?.name ?? 'no schema'}, ${channel.messageEncoding})`)
    if (match) used.add(match.topic)
  }
  return { taken, left }
}

function matchOf({ topic }: McapTypes.Channel, schema: string, used: ReadonlySet<string>): Match | null {
  if (isTopic(topic)) return TOPICS[topic] === schema ? { topic, schema: TOPICS[topic] } : null
  if (schema === 'foxglove.CompressedVideo' || schema === 'foxglove.CompressedImage')
    return { topic: unused(cameraTopic(topic), used), schema }
  if (schema === 'foxglove.JointStates' || schema === 'foxglove.Log') {
    const place = STANDARD[schema]
    // Several joint states would overwrite one another.
    return used.has(place) && schema === 'foxglove.JointStates' ? null : { topic: place, schema }
  }
  return null
}

/** `/camera/top/video` is the camera `top`: what says only that it is one is left out. */
function cameraTopic(topic: string): string {
  const words = topic
    .split('/')
    .filter((word) => word !== '' && !/^(cameras?|images?|video|compressed|raw)$/.test(word))
  return CAMERA_PREFIX + (words.join('_').replace(/[^\w.-]/g, '_') || 'camera')
}

function unused(topic: string, used: ReadonlySet<string>): string {
  let name = topic
  for (let number = 2; used.has(name); number++) name = `${topic}_${number}`
  return name
}

/** The same file gives the same suffix, whatever it is called. */
function suffixOf({ statistics, channelsById }: McapIndexedReader, size: bigint): string {
  const counts = [...(statistics?.channelMessageCounts ?? [])].map(([id, count]) => `${id} ${count}`)
  const topics = [...channelsById.values()].map(({ topic }) => topic)
  const facts = [size, statistics?.messageStartTime, statistics?.messageEndTime, ...counts, ...topics]
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 12)
}

const SETTLE_EVERY = 256

async function copyMessages(
  reader: McapIndexedReader,
  { taken, start, fileName }: { taken: ReadonlyMap<number, Match>; start: bigint; fileName: string },
  episode: EpisodeFile,
  job: ImportJob
): Promise<void> {
  const topics = [...taken.keys()].map((id) => reader.channelsById.get(id)?.topic ?? '')
  const total = Number(reader.statistics?.messageCount ?? 0n)
  let done = 0
  for await (const message of reader.readMessages({ topics })) {
    const match = taken.get(message.channelId)
    if (match) episode.add(entryOf(match, message, start))
    done += 1
    if (done % SETTLE_EVERY !== 0) continue
    if (job.isCancelled()) throw new Error('cancelled')
    job.onProgress(done, total, fileName)
    await episode.settled()
  }
}

function entryOf({ topic, schema }: Match, { logTime, data }: McapTypes.Message, start: bigint): Entry {
  const nanos = Number(logTime - start)
  const decoded = understood(topic, schema, data)
  return {
    topic,
    schema,
    nanos,
    bytes: data.byteLength,
    isKey: isCamera(schema) && isKey(decoded as RecordedMessage<CameraSchema>, topic),
    encode: () => encodeMessage(schema, decoded)
  }
}

function understood<S extends SchemaName>(topic: string, schema: S, data: Uint8Array): RecordedMessage<S> {
  try {
    return decodeMessage(schema, data)
  } catch (error) {
    throw new Error(`a message of ${topic} is no ${schema}: ${errorText(error)}`, { cause: error })
  }
}

function isKey({ format, data }: RecordedMessage<CameraSchema>, topic: string): boolean {
  const known = pictureFormat.safeParse(format)
  if (!known.success)
    throw new Error(`the pictures of ${topic} are ${format}; H.264, AV1, JPEG and PNG can be imported`)
  return isKeyPicture(known.data, data)
}
