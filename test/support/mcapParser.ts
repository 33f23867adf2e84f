import { decompress } from '@foxglove/wasm-zstd'

/**
 * An MCAP reader written from the format's specification (mcap.dev/spec), sharing nothing with the code under test but
 * the zstd decoder. It reads a whole file, checks every checksum, offset, index and count, and throws at the first thing
 * that is not as the specification says.
 */
export interface ParsedMcap {
  readonly library: string
  readonly schemas: ReadonlyMap<number, { name: string; encoding: string; data: Buffer }>
  readonly channels: ReadonlyMap<number, { topic: string; schemaId: number; messageEncoding: string }>
  readonly messages: readonly ParsedMessage[]
  readonly metadata: readonly { name: string; entries: ReadonlyMap<string, string> }[]
  readonly chunks: number
}

export interface ParsedMessage {
  readonly topic: string
  readonly sequence: number
  readonly logTime: bigint
  readonly data: Buffer
}

const MAGIC = Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a])
const [HEADER, FOOTER, SCHEMA, CHANNEL, MESSAGE, CHUNK, MESSAGE_INDEX, CHUNK_INDEX] = [1, 2, 3, 4, 5, 6, 7, 8]
const [STATISTICS, METADATA, METADATA_INDEX, SUMMARY_OFFSET, DATA_END] = [0x0b, 0x0c, 0x0d, 0x0e, 0x0f]

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = ((crc >>> 8) ^ (table[(crc ^ byte) & 255] as number)) >>> 0
  return (crc ^ 0xffffffff) >>> 0
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`MCAP: ${what}`)
}

/** A cursor over little-endian fields. */
class Fields {
  at = 0
  constructor(readonly bytes: Buffer) {}
  take(length: number): Buffer {
    check(this.at + length <= this.bytes.length, `a field of ${length} bytes ends beyond its record`)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
  u16 = (): number => this.take(2).readUInt16LE()
  u32 = (): number => this.take(4).readUInt32LE()
  u64 = (): bigint => this.take(8).readBigUInt64LE()
  text = (): string => this.take(this.u32()).toString('utf8')
  map<K, V>(key: () => K, value: () => V): Map<K, V> {
    const end = this.u32() + this.at
    const entries = new Map<K, V>()
    while (this.at < end) entries.set(key(), value())
    check(this.at === end, 'a map ends inside an entry')
    return entries
  }
  done = (): void => check(this.at === this.bytes.length, 'a record has bytes too many')
}

interface RawRecord {
  readonly opcode: number
  readonly offset: number
  readonly length: number
  readonly fields: Fields
}

function* records(bytes: Buffer, from: number, to: number): Generator<RawRecord> {
  let offset = from
  while (offset < to) {
    check(offset + 9 <= to, 'a record head is cut off')
    const opcode = bytes.readUInt8(offset)
    const length = Number(bytes.readBigUInt64LE(offset + 1))
    check(offset + 9 + length <= to, `the record at ${offset} is cut off`)
    const fields = new Fields(bytes.subarray(offset + 9, offset + 9 + length))
    yield { opcode, offset, length: 9 + length, fields }
    offset += 9 + length
  }
}

export function parseMcap(bytes: Buffer): ParsedMcap {
  check(bytes.subarray(0, 8).equals(MAGIC), 'no magic at the start')
  check(bytes.subarray(-8).equals(MAGIC), 'no magic at the end')
  const footerAt = bytes.length - 8 - 20 - 9
  check(bytes.readUInt8(footerAt) === FOOTER, 'no footer before the closing magic')
  const footer = new Fields(bytes.subarray(footerAt + 9, footerAt + 29))
  const [summaryStart, summaryOffsetStart, summaryCrc] = [
    Number(footer.u64()),
    Number(footer.u64()),
    footer.u32()
  ]
  check(
    crc32(bytes.subarray(summaryStart, bytes.length - 8 - 4)) === summaryCrc,
    'the summary’s checksum fails'
  )

  const schemas = new Map<number, { name: string; encoding: string; data: Buffer }>()
  const channels = new Map<number, { topic: string; schemaId: number; messageEncoding: string }>()
  const messages: ParsedMessage[] = []
  const metadata: { name: string; entries: ReadonlyMap<string, string>; offset: number; length: number }[] =
    []
  const counts = new Map<number, bigint>()
  const chunkStarts = new Map<number, { length: number; compression: string; indexes: Map<number, number> }>()
  let library: string | null = null
  let ended = false
  let openChunk: { at: number; records: Buffer; channels: Map<number, number> } | null = null

  function schemaOrChannel({ opcode, fields }: RawRecord): boolean {
    if (opcode === SCHEMA) {
      const id = fields.u16()
      check(id > 0, 'schema 0')
      schemas.set(id, { name: fields.text(), encoding: fields.text(), data: fields.take(fields.u32()) })
    } else if (opcode === CHANNEL) {
      const [id, schemaId, topic, messageEncoding] = [
        fields.u16(),
        fields.u16(),
        fields.text(),
        fields.text()
      ]
      fields.map(fields.text, fields.text)
      check(schemas.has(schemaId), `channel ${topic} comes before its schema`)
      channels.set(id, { topic, schemaId, messageEncoding })
    } else return false
    fields.done()
    return true
  }

  function message({ fields }: RawRecord): { channelId: number; logTime: bigint } {
    const [channelId, sequence, logTime] = [fields.u16(), fields.u32(), fields.u64()]
    fields.u64()
    const channel = channels.get(channelId)
    check(channel !== undefined, `a message of channel ${channelId}, which does not exist`)
    messages.push({
      topic: channel.topic,
      sequence,
      logTime,
      data: fields.take(fields.bytes.length - fields.at)
    })
    counts.set(channelId, (counts.get(channelId) ?? 0n) + 1n)
    return { channelId, logTime }
  }

  for (const record of records(bytes, 8, summaryStart)) {
    const { opcode, fields, offset } = record
    check(!ended, 'something comes between the end of the data and the summary')
    if (opcode === HEADER) {
      check(library === null && offset === 8, 'a header that is not the first record')
      fields.text()
      library = fields.text()
      fields.done()
    } else if (schemaOrChannel(record)) continue
    else if (opcode === CHUNK) {
      const [start, end, size, crc, compression] = [
        fields.u64(),
        fields.u64(),
        fields.u64(),
        fields.u32(),
        fields.text()
      ]
      check(compression === '' || compression === 'zstd', `compression ${compression}`)
      const packed = fields.take(Number(fields.u64()))
      fields.done()
      const content = compression === 'zstd' ? Buffer.from(decompress(packed, Number(size))) : packed
      check(BigInt(content.length) === size, 'a chunk of another size than it says')
      check(crc32(content) === crc, 'a chunk’s checksum fails')
      const times: bigint[] = []
      const inside = new Map<number, number>()
      for (const inner of records(content, 0, content.length)) {
        if (schemaOrChannel(inner)) continue
        check(inner.opcode === MESSAGE, `a record of kind ${inner.opcode} inside a chunk`)
        const { channelId, logTime } = message(inner)
        times.push(logTime)
        inside.set(channelId, (inside.get(channelId) ?? 0) + 1)
      }
      const [first, last] = [times.reduce((a, b) => (b < a ? b : a)), times.reduce((a, b) => (b > a ? b : a))]
      check(first === start && last === end, 'a chunk’s times are not those of its messages')
      openChunk = { at: offset, records: content, channels: inside }
      chunkStarts.set(offset, { length: record.length, compression, indexes: new Map() })
    } else if (opcode === MESSAGE_INDEX) {
      check(openChunk !== null, 'a message index without a chunk')
      const channelId = fields.u16()
      const size = fields.u32() + fields.at
      let entries = 0
      while (fields.at < size) {
        const [logTime, at] = [fields.u64(), Number(fields.u64())]
        check(openChunk.records.readUInt8(at) === MESSAGE, 'an index that points at no message')
        check(openChunk.records.readUInt16LE(at + 9) === channelId, 'an index that points at another channel')
        check(openChunk.records.readBigUInt64LE(at + 15) === logTime, 'an index with another time')
        entries += 1
      }
      fields.done()
      check(openChunk.channels.get(channelId) === entries, 'an index that misses messages')
      chunkStarts.get(openChunk.at)?.indexes.set(channelId, offset)
    } else if (opcode === METADATA) {
      metadata.push({
        name: fields.text(),
        entries: fields.map(fields.text, fields.text),
        offset,
        length: record.length
      })
      fields.done()
    } else {
      check(opcode === DATA_END, `a record of kind ${opcode} in the data section`)
      const crc = fields.u32()
      check(crc === 0 || crc32(bytes.subarray(0, offset)) === crc, 'the data’s checksum fails')
      ended = true
    }
  }
  check(ended && library !== null, 'no header, or no end of the data')

  const groups = new Map<number, { start: number; length: number }>()
  let indexed = 0
  for (const record of records(bytes, summaryStart, summaryOffsetStart)) {
    const { opcode, fields, offset, length } = record
    const group = groups.get(opcode)
    check(
      group === undefined || group.start + group.length === offset,
      'records of a kind that are not together'
    )
    groups.set(opcode, { start: group?.start ?? offset, length: (group?.length ?? 0) + length })
    if (opcode === SCHEMA || opcode === CHANNEL) schemaOrChannel(record)
    else if (opcode === STATISTICS) {
      check(fields.u64() === BigInt(messages.length), 'another count of messages')
      check(
        fields.u16() === schemas.size && fields.u32() === channels.size,
        'another count of schemas or channels'
      )
      check(
        fields.u32() === 0 && fields.u32() === metadata.length,
        'another count of attachments or metadata'
      )
      check(fields.u32() === chunkStarts.size, 'another count of chunks')
      fields.take(16)
      const told = fields.map(fields.u16, fields.u64)
      check(
        [...counts].every(([id, count]) => told.get(id) === count),
        'another count of a channel’s messages'
      )
      fields.done()
    } else if (opcode === CHUNK_INDEX) {
      fields.take(16)
      const [at, chunkLength] = [Number(fields.u64()), Number(fields.u64())]
      const offsets = fields.map(fields.u16, fields.u64)
      const chunk = chunkStarts.get(at)
      check(chunk !== undefined && chunk.length === chunkLength, 'a chunk index that points at no chunk')
      check(
        offsets.size === chunk.indexes.size &&
          [...chunk.indexes].every(([id, place]) => Number(offsets.get(id)) === place),
        'a chunk index that points at other message indexes'
      )
      indexed += 1
    } else if (opcode === METADATA_INDEX) {
      const [at, size, name] = [Number(fields.u64()), Number(fields.u64()), fields.text()]
      check(
        metadata.some((entry) => entry.offset === at && entry.length === size && entry.name === name),
        'a metadata index that points elsewhere'
      )
    } else check(false, `a record of kind ${opcode} in the summary`)
  }
  check(indexed === chunkStarts.size, 'chunks without an index')
  for (const { opcode, fields } of records(bytes, summaryOffsetStart, footerAt)) {
    check(opcode === SUMMARY_OFFSET, 'something else among the summary offsets')
    const kind = fields.take(1).readUInt8()
    const group = groups.get(kind)
    check(
      group !== undefined && Number(fields.u64()) === group.start && Number(fields.u64()) === group.length,
      'a summary offset that points elsewhere'
    )
  }
  return { library, schemas, channels, messages, metadata, chunks: chunkStarts.size }
}
