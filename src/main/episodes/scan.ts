import { crc32Final, crc32Init, crc32Update } from '@foxglove/crc'
import { MCAP_MAGIC, McapIndexedReader, Opcode, type McapTypes } from '@mcap/core'
import { errorText } from '@shared/domain/errorText'
import { channelBytes, messagesOfChunk, messagesOfTornRecords, parseRecord } from './chunkRecords'
import type { FileReader } from './fileReader'
import { isChannelSound, isSealSound } from './seal'

/** Reads a recording from end to end, believing nothing: what of it is sound, and where it isn't. */
export interface Scan {
  /**
   * `sound`: every checksum holds. `unfinished`: it just ends, as after a crash. `damaged`: something before its end is
   * not what was written.
   */
  readonly state: 'sound' | 'unfinished' | 'damaged'
  readonly parts: readonly SoundPart[]
  readonly damages: readonly Damage[]
  /** Messages that were complete in a chunk that wasn't. */
  readonly salvaged: readonly McapTypes.Message[]
  readonly messages: number
}

/** A record that is as it was written. */
export interface SoundPart {
  readonly offset: number
  readonly length: number
  readonly kind: 'header' | 'schema' | 'channel' | 'metadata' | 'chunk'
}

export interface Damage {
  readonly offset: number
  readonly message: string
}

/** The file is no MCAP file at all. */
export class NotARecording extends Error {}

const HEAD_BYTES = 9
const MAX_RECORD_BYTES = 1024 * 1024 * 1024
const WINDOW_BYTES = 1024 * 1024

export async function scanRecording(file: FileReader): Promise<Scan> {
  const size = Number(await file.size())
  const magic = await file.read(0n, BigInt(Math.min(size, MCAP_MAGIC.length)))
  if (!MCAP_MAGIC.every((byte, index) => magic[index] === byte)) {
    throw new NotARecording('it does not begin as an MCAP file does')
  }
  const parts: SoundPart[] = []
  const damages: Damage[] = []
  const channels = new Map<number, McapTypes.Channel>()
  const schemas = new Map<number, McapTypes.Schema>()
  let channelRecords = channelBytes([])
  let salvaged: readonly McapTypes.Message[] = []
  let messages = 0
  let crc = crc32Update(crc32Init(), magic)
  let dataEnd: { offset: number; crc: number } | null = null
  let offset: number = MCAP_MAGIC.length

  /** The record is as it was written, as far as can be told from itself. */
  function take(opcode: number, bytes: Uint8Array): void {
    const at = { offset, length: bytes.byteLength }
    if (opcode === Opcode.CHUNK) {
      const found = messagesOfChunk(bytes, channelRecords)
      parts.push({ ...at, kind: 'chunk' })
      messages += found.length
      const chunk = parseRecord(bytes)
      // Outside of its checksum; what is in it is sound all the same.
      if (chunk.type === 'Chunk' && !hasTimesOf(chunk, found))
        damages.push({ offset, message: 'the times of a chunk are not those of its messages' })
      return
    }
    const record = parseRecord(bytes)
    switch (record.type) {
      case 'Header':
        parts.push({ ...at, kind: 'header' })
        return
      case 'Schema':
        schemas.set(record.id, record)
        parts.push({ ...at, kind: 'schema' })
        return
      case 'Channel':
        if (!isChannelSound(record, schemas.get(record.schemaId)))
          throw new Error(`the channel ${record.topic} or its schema is not what was written`)
        channels.set(record.id, record)
        channelRecords = channelBytes(channels.values())
        parts.push({ ...at, kind: 'channel' })
        return
      case 'Metadata':
        if (!isSealSound(record.metadata))
          throw new Error(`the metadata "${record.name}" is not what was written`)
        parts.push({ ...at, kind: 'metadata' })
        return
      case 'MessageIndex':
        if (!channels.has(record.channelId))
          throw new Error(`an index of channel ${record.channelId}, which is none`)
        return
      case 'DataEnd':
        dataEnd = { offset, crc: record.dataSectionCrc }
        return
      default:
        throw new Error(`a record of kind ${opcode}, which has no place here`)
    }
  }

  while (offset < size && !dataEnd) {
    const head = await file.read(BigInt(offset), BigInt(Math.min(HEAD_BYTES, size - offset)))
    if (head.byteLength < HEAD_BYTES) break
    const view = new DataView(head.buffer, head.byteOffset)
    const opcode = view.getUint8(0)
    const length = HEAD_BYTES + Number(view.getBigUint64(1, true))
    const whole = length <= MAX_RECORD_BYTES && offset + length <= size
    if (!whole) {
      const next = await findChunk(file, offset + 1, size, channelRecords)
      if (next !== null) {
        damages.push({ offset, message: `${next - offset} bytes are no records` })
        offset = next
        continue
      }
      salvaged = opcode === Opcode.CHUNK ? await salvage(file, offset, size, channelRecords) : []
      break
    }
    const bytes = await file.read(BigInt(offset), BigInt(length))
    try {
      take(opcode, bytes)
    } catch (error) {
      damages.push({ offset, message: errorText(error) })
      if (!(await isRecordAt(file, offset + length, size))) {
        const next = await findChunk(file, offset + 1, size, channelRecords)
        if (next === null) break
        offset = next
        continue
      }
    }
    if (!dataEnd) crc = crc32Update(crc, bytes)
    offset += length
  }
  messages += salvaged.length
  const end = dataEnd as { offset: number; crc: number } | null
  if (end && end.crc !== crc32Final(crc))
    damages.push({ offset: end.offset, message: 'the checksum of the data does not hold' })
  const isClosed = end !== null && (await hasSummary(file, parts))
  const state = damages.length > 0 ? 'damaged' : isClosed ? 'sound' : 'unfinished'
  return { state, parts, damages, salvaged, messages }
}

function hasTimesOf(chunk: McapTypes.Chunk, messages: readonly McapTypes.Message[]): boolean {
  const times = messages.map(({ logTime }) => logTime)
  const least = times.reduce((a, b) => (b < a ? b : a), times[0] ?? 0n)
  const greatest = times.reduce((a, b) => (b > a ? b : a), times[0] ?? 0n)
  return chunk.messageStartTime === least && chunk.messageEndTime === greatest
}

/** Whether the summary can be read, its checksum holds, and it lists just these chunks. */
async function hasSummary(file: FileReader, parts: readonly SoundPart[]): Promise<boolean> {
  try {
    const { chunkIndexes } = await McapIndexedReader.Initialize({ readable: file })
    const listed = new Set(chunkIndexes.map((index) => Number(index.chunkStartOffset)))
    const chunks = parts.filter((part) => part.kind === 'chunk')
    return listed.size === chunks.length && chunks.every((chunk) => listed.has(chunk.offset))
  } catch {
    return false
  }
}

/** Whether something that looks like a record begins here, or the file ends. */
async function isRecordAt(file: FileReader, offset: number, size: number): Promise<boolean> {
  if (offset >= size) return offset === size
  if (offset + HEAD_BYTES > size) return false
  const head = await file.read(BigInt(offset), BigInt(HEAD_BYTES))
  const view = new DataView(head.buffer, head.byteOffset)
  const opcode = view.getUint8(0)
  const length = Number(view.getBigUint64(1, true))
  return opcode >= Opcode.MIN && opcode <= Opcode.MAX && offset + HEAD_BYTES + length <= size
}

/** Offset of the next chunk at or after `from` whose checksum holds; null when there is none. */
async function findChunk(
  file: FileReader,
  from: number,
  size: number,
  channelRecords: Uint8Array
): Promise<number | null> {
  for (let start = from; start < size; start += WINDOW_BYTES) {
    const window = await file.read(BigInt(start), BigInt(Math.min(WINDOW_BYTES + HEAD_BYTES, size - start)))
    const view = new DataView(window.buffer, window.byteOffset, window.byteLength)
    const last = Math.min(WINDOW_BYTES, window.byteLength - HEAD_BYTES)
    for (
      let at = window.indexOf(Opcode.CHUNK);
      at !== -1 && at < last;
      at = window.indexOf(Opcode.CHUNK, at + 1)
    ) {
      const length = HEAD_BYTES + Number(view.getBigUint64(at + 1, true))
      if (length > MAX_RECORD_BYTES || start + at + length > size) continue
      const record = await file.read(BigInt(start + at), BigInt(length))
      if (isChunk(record, channelRecords)) return start + at
    }
  }
  return null
}

function isChunk(record: Uint8Array, channelRecords: Uint8Array): boolean {
  try {
    return messagesOfChunk(record, channelRecords).length > 0
  } catch {
    return false
  }
}

/** Start and end time, sizes, checksum and the compression's name, before the records. */
const CHUNK_HEAD_BYTES = 8 + 8 + 8 + 4 + 4

/** The complete messages of a chunk that the file's end cuts off; of a compressed one there are none. */
async function salvage(
  file: FileReader,
  offset: number,
  size: number,
  channelRecords: Uint8Array
): Promise<McapTypes.Message[]> {
  const rest = await file.read(BigInt(offset), BigInt(Math.min(size - offset, MAX_RECORD_BYTES)))
  const compressionAt = HEAD_BYTES + CHUNK_HEAD_BYTES - 4
  if (rest.byteLength < compressionAt + 4 + 8) return []
  const view = new DataView(rest.buffer, rest.byteOffset)
  if (view.getUint32(compressionAt, true) !== 0) return []
  return messagesOfTornRecords(rest.subarray(compressionAt + 4 + 8), channelRecords)
}
