import { crc32, crc32Final, crc32Init, crc32Update } from '@foxglove/crc'
import { McapRecordBuilder, Opcode, type McapTypes } from '@mcap/core'

/**
 * What an MCAP file's summary section says of its data section. Kept while a file is written, and found again when one
 * without a summary is repaired.
 */
export interface McapLedger {
  /** Bytes so far. */
  position: bigint
  /** Running CRC of them, not finalised. */
  dataCrc: number
  readonly schemas: McapTypes.Schema[]
  readonly channels: McapTypes.Channel[]
  readonly chunks: McapTypes.ChunkIndex[]
  readonly metadata: McapTypes.MetadataIndex[]
  readonly messageCounts: Map<number, bigint>
  firstLogTime: bigint | null
  lastLogTime: bigint | null
}

export const emptyLedger = (): McapLedger => ({
  position: 0n,
  dataCrc: crc32Init(),
  schemas: [],
  channels: [],
  chunks: [],
  metadata: [],
  messageCounts: new Map(),
  firstLogTime: null,
  lastLogTime: null
})

/** These bytes follow. */
export function extend(ledger: McapLedger, bytes: Uint8Array): void {
  ledger.position += BigInt(bytes.byteLength)
  ledger.dataCrc = crc32Update(ledger.dataCrc, bytes)
}

export function countMessage(ledger: McapLedger, channelId: number, logTime: bigint): void {
  ledger.messageCounts.set(channelId, (ledger.messageCounts.get(channelId) ?? 0n) + 1n)
  if (ledger.firstLogTime === null || logTime < ledger.firstLogTime) ledger.firstLogTime = logTime
  if (ledger.lastLogTime === null || logTime > ledger.lastLogTime) ledger.lastLogTime = logTime
}

/** A chunk record and its message indexes; the ledger learns where they are. */
export function chunkRecords(
  ledger: McapLedger,
  chunk: McapTypes.Chunk,
  indexes: readonly McapTypes.MessageIndex[]
): Uint8Array {
  const builder = new McapRecordBuilder()
  const chunkStartOffset = ledger.position
  builder.writeChunk(chunk)
  const chunkLength = BigInt(builder.length)
  const messageIndexOffsets = new Map<number, bigint>()
  for (const index of indexes) {
    messageIndexOffsets.set(index.channelId, chunkStartOffset + BigInt(builder.length))
    builder.writeMessageIndex(index)
  }
  ledger.chunks.push({
    messageStartTime: chunk.messageStartTime,
    messageEndTime: chunk.messageEndTime,
    chunkStartOffset,
    chunkLength,
    messageIndexOffsets,
    messageIndexLength: BigInt(builder.length) - chunkLength,
    compression: chunk.compression,
    compressedSize: BigInt(chunk.records.byteLength),
    uncompressedSize: chunk.uncompressedSize
  })
  const bytes = builder.buffer.slice()
  extend(ledger, bytes)
  return bytes
}

export function metadataRecord(ledger: McapLedger, metadata: McapTypes.Metadata): Uint8Array {
  const builder = new McapRecordBuilder()
  const length = builder.writeMetadata(metadata)
  ledger.metadata.push({ name: metadata.name, offset: ledger.position, length })
  const bytes = builder.buffer.slice()
  extend(ledger, bytes)
  return bytes
}

export function headerRecords(ledger: McapLedger, header: McapTypes.Header): Uint8Array {
  const builder = new McapRecordBuilder()
  builder.writeMagic()
  builder.writeHeader(header)
  const bytes = builder.buffer.slice()
  extend(ledger, bytes)
  return bytes
}

/** A schema and its channel, outside of chunks: later chunks may be lost without losing what they mean. */
export function channelRecords(
  ledger: McapLedger,
  schema: McapTypes.Schema | null,
  channel: McapTypes.Channel
): Uint8Array {
  const builder = new McapRecordBuilder()
  if (schema) {
    builder.writeSchema(schema)
    ledger.schemas.push(schema)
  }
  builder.writeChannel(channel)
  ledger.channels.push(channel)
  const bytes = builder.buffer.slice()
  extend(ledger, bytes)
  return bytes
}

/** Everything after the data section: its end, the summary, the footer, the closing magic. */
export function closingRecords(ledger: McapLedger): Uint8Array {
  const builder = new McapRecordBuilder()
  builder.writeDataEnd({ dataSectionCrc: crc32Final(ledger.dataCrc) })
  const dataEndLength = builder.length
  const summaryStart = ledger.position + BigInt(dataEndLength)
  const groups: McapTypes.SummaryOffset[] = []
  const group = (groupOpcode: number, write: () => void): void => {
    const from = builder.length
    write()
    if (builder.length === from) return
    groups.push({
      groupOpcode,
      groupStart: ledger.position + BigInt(from),
      groupLength: BigInt(builder.length - from)
    })
  }
  group(Opcode.SCHEMA, () => ledger.schemas.forEach((schema) => builder.writeSchema(schema)))
  group(Opcode.CHANNEL, () => ledger.channels.forEach((channel) => builder.writeChannel(channel)))
  group(Opcode.STATISTICS, () => builder.writeStatistics(statistics(ledger)))
  group(Opcode.METADATA_INDEX, () => ledger.metadata.forEach((index) => builder.writeMetadataIndex(index)))
  group(Opcode.CHUNK_INDEX, () => ledger.chunks.forEach((index) => builder.writeChunkIndex(index)))
  const summaryOffsetStart = ledger.position + BigInt(builder.length)
  for (const offset of groups) builder.writeSummaryOffset(offset)
  const footer = { summaryStart, summaryOffsetStart, summaryCrc: 0 }
  const summary = builder.buffer.slice(dataEndLength)
  builder.writeFooter({ ...footer, summaryCrc: summaryCrc(summary, footer) })
  builder.writeMagic()
  return builder.buffer.slice()
}

/** Of the summary section and of the footer up to this CRC, as the format says. */
function summaryCrc(summary: Uint8Array, footer: McapTypes.Footer): number {
  const builder = new McapRecordBuilder()
  builder.writeFooter(footer)
  const footerHead = builder.buffer.slice(0, -4)
  return crc32Final(crc32Update(crc32Update(crc32Init(), summary), footerHead))
}

function statistics(ledger: McapLedger): McapTypes.Statistics {
  return {
    messageCount: [...ledger.messageCounts.values()].reduce((sum, count) => sum + count, 0n),
    schemaCount: ledger.schemas.length,
    channelCount: ledger.channels.length,
    attachmentCount: 0,
    metadataCount: ledger.metadata.length,
    chunkCount: ledger.chunks.length,
    messageStartTime: ledger.firstLogTime ?? 0n,
    messageEndTime: ledger.lastLogTime ?? 0n,
    channelMessageCounts: ledger.messageCounts
  }
}

/** A chunk of these serialised messages. */
export function chunkOf(
  records: Uint8Array,
  times: { start: bigint; end: bigint },
  compress: ((bytes: Uint8Array) => Uint8Array) | null
): McapTypes.Chunk {
  return {
    messageStartTime: times.start,
    messageEndTime: times.end,
    uncompressedSize: BigInt(records.byteLength),
    uncompressedCrc: crc32(records),
    compression: compress ? 'zstd' : '',
    records: compress ? compress(records) : records
  }
}
