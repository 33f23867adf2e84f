import { McapChunkBuilder, type McapTypes } from '@mcap/core'
import {
  channelRecords,
  chunkOf,
  chunkRecords,
  closingRecords,
  countMessage,
  emptyLedger,
  headerRecords,
  metadataRecord,
  type McapLedger
} from '../episodes/mcapLedger'
import { channelSeal } from '../episodes/seal'
import { compress } from '../episodes/zstd'

/**
 * Writes one MCAP file. The library's own writer keeps an open chunk until it is full, and has no way to be told
 * otherwise: here `cut` closes chunks whenever the recorder wants what it has to be in the file. Video gains nothing by
 * compression and has chunks of its own.
 */
export interface McapWriter {
  /** Registers a channel; `schema` is written once per name. */
  channel(topic: string, schema: Omit<McapTypes.Schema, 'id'>): number
  metadata(name: string, entries: ReadonlyMap<string, string>): void
  add(stream: McapStream, channelId: number, logTime: bigint, data: Uint8Array): void
  /** Closes the open chunks: everything added so far has been handed to `append`. */
  cut(): void
  /** Summary and footer; the writer is done. */
  finish(): void
  /** Bytes handed on so far, and those of open chunks. */
  bytes(): number
}

export type McapStream = 'trace' | 'video'

const CHUNK_BYTES = 1024 * 1024

export interface McapWriterOptions {
  /** Takes the file's next bytes; they belong to the receiver. */
  readonly append: (bytes: Uint8Array) => void
  readonly library: string
}

interface OpenChunk {
  readonly builder: McapChunkBuilder
  readonly compresses: boolean
}

export function createMcapWriter({ append, library }: McapWriterOptions): McapWriter {
  const ledger: McapLedger = emptyLedger()
  const streams: Readonly<Record<McapStream, OpenChunk>> = {
    trace: { builder: new McapChunkBuilder({}), compresses: true },
    video: { builder: new McapChunkBuilder({}), compresses: false }
  }
  const schemaIds = new Map<string, number>()
  const sequences = new Map<number, number>()

  append(headerRecords(ledger, { profile: '', library }))

  function close({ builder, compresses }: OpenChunk): void {
    if (builder.numMessages === 0) return
    const times = { start: builder.messageStartTime, end: builder.messageEndTime }
    const chunk = chunkOf(builder.buffer, times, compresses ? compress : null)
    append(chunkRecords(ledger, chunk, [...builder.indices]))
    builder.reset()
  }

  function cut(): void {
    close(streams.trace)
    close(streams.video)
  }

  return {
    channel(topic, schema) {
      const known = schemaIds.get(schema.name)
      const schemaId = known ?? schemaIds.size + 1
      schemaIds.set(schema.name, schemaId)
      const id = ledger.channels.length + 1
      append(
        channelRecords(ledger, known === undefined ? { ...schema, id: schemaId } : null, {
          id,
          schemaId,
          topic,
          messageEncoding: 'protobuf',
          metadata: channelSeal(topic, schema)
        })
      )
      return id
    },
    metadata(name, entries) {
      append(metadataRecord(ledger, { name, metadata: new Map(entries) }))
    },
    add(stream, channelId, logTime, data) {
      const { builder } = streams[stream]
      const sequence = sequences.get(channelId) ?? 0
      sequences.set(channelId, sequence + 1)
      builder.addMessage({ channelId, sequence, logTime, publishTime: logTime, data })
      countMessage(ledger, channelId, logTime)
      if (builder.byteLength >= CHUNK_BYTES) close(streams[stream])
    },
    cut,
    finish() {
      cut()
      append(closingRecords(ledger))
    },
    bytes: () => Number(ledger.position) + streams.trace.builder.byteLength + streams.video.builder.byteLength
  }
}
