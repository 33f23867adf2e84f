import type { EpisodeEnd, EpisodeInfo } from '@shared/domain/episode'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import { EPISODE_END, EPISODE_INFO, metadataOf } from '../episodes/episodeMetadata'
import { TOPICS, type SchemaName } from '../episodes/messages'
import { descriptorOf } from '../episodes/protobuf'
import { isVideo, type Entry } from './entry'
import { createFileSink, type SinkHandle } from './fileSink'
import { createMcapWriter } from './mcapWriter'
import type { WallClock } from './wallClock'

/** One episode's recording while it grows. What is added is in the file at most a quarter of a second later. */
export interface EpisodeFile {
  readonly info: EpisodeInfo
  add(entry: Entry): void
  /** Often: flushes what is due. */
  tick(nowNanos: number): void
  stats(): EpisodeFileStats
  /** Resolves when what was handed to the disk so far is written: whoever adds faster than it writes waits for this. */
  settled(): Promise<void>
  /** The file is whole and on the disk when this resolves; false: the disk refused. */
  finish(end: Omit<EpisodeEnd, 'drops'>): Promise<boolean>
}

export interface EpisodeFileStats {
  readonly bytes: number
  readonly messages: number
  readonly drops: Readonly<Record<string, number>>
  readonly backlogBytes: number
}

const CUT_EVERY_NANOS = millisToNanos(200)
const SYNC_EVERY_NANOS = NANOS_PER_SECOND
/**
 * A disk that is this far behind gets no more video and observations, which are nearly all of it, until it has caught
 * up; signals, commands and what people did are never left out.
 */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024

export interface EpisodeFileOptions {
  readonly info: EpisodeInfo
  readonly clock: WallClock
  readonly open: () => Promise<SinkHandle>
  readonly library: string
  readonly onFailure: (error: Error) => void
}

export function createEpisodeFile(options: EpisodeFileOptions): EpisodeFile {
  const { info, clock } = options
  const sink = createFileSink(options.open(), options.onFailure)
  const writer = createMcapWriter({ append: sink.append, library: options.library })
  const channels = new Map<string, number>()
  const drops: Record<string, number> = {}
  /** Cameras whose frames mean nothing until the next key frame. */
  const broken = new Set<string>()
  let messages = 0
  let cutNanos = info.startNanos
  let syncNanos = info.startNanos

  function channelOf(topic: string, name: SchemaName): number {
    const known = channels.get(topic)
    if (known !== undefined) return known
    const id = writer.channel(topic, { name, encoding: 'protobuf', data: descriptorOf(name) })
    channels.set(topic, id)
    return id
  }

  writer.metadata(
    EPISODE_INFO,
    metadataOf(info, { robot: info.robot?.name, instruction: info.run?.instruction })
  )
  for (const [topic, schema] of Object.entries(TOPICS))
    if (schema !== 'depthdeck.DatasetFrame') channelOf(topic, schema)

  /** Whether this one has to be left out. */
  function isDropped(entry: Entry): boolean {
    const { topic, isKey } = entry
    const isBulk = isVideo(entry) || topic === '/policy/observation'
    if (!isBulk) return false
    const isBehind = sink.backlogBytes() > MAX_BACKLOG_BYTES
    if (isBehind && isVideo(entry)) broken.add(topic)
    else if (isKey && !isBehind) broken.delete(topic)
    return isBehind || broken.has(topic)
  }

  return {
    info,
    add(entry) {
      if (isDropped(entry)) {
        drops[entry.topic] = (drops[entry.topic] ?? 0) + 1
        return
      }
      messages += 1
      const stream = isVideo(entry) ? 'video' : 'trace'
      writer.add(stream, channelOf(entry.topic, entry.schema), clock.toWall(entry.nanos), entry.encode(clock))
    },
    tick(now) {
      if (now - cutNanos >= CUT_EVERY_NANOS) {
        cutNanos = now
        writer.cut()
      }
      if (now - syncNanos >= SYNC_EVERY_NANOS) {
        syncNanos = now
        void sink.sync()
      }
    },
    stats: () => ({
      bytes: writer.bytes(),
      messages,
      drops: { ...drops },
      backlogBytes: sink.backlogBytes()
    }),
    settled: sink.drained,
    async finish(end) {
      writer.metadata(EPISODE_END, metadataOf({ ...end, drops }, {}))
      writer.finish()
      await sink.close()
      return sink.failure() === null
    }
  }
}
