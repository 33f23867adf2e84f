import { McapRecordBuilder, McapStreamReader, type McapTypes } from '@mcap/core'
import { decompressHandlers } from './zstd'

/** Record bytes → records, one at a time, each as if the file held nothing else. */

/** @throws when the bytes are no complete record */
export function parseRecord(bytes: Uint8Array): McapTypes.TypedMcapRecord {
  const reader = new McapStreamReader({ noMagicPrefix: true, includeChunks: true, decompressHandlers })
  reader.append(bytes)
  const record = reader.nextRecord()
  if (!record) throw new Error('an incomplete record')
  return record
}

export function channelBytes(channels: Iterable<McapTypes.Channel>): Uint8Array {
  const builder = new McapRecordBuilder()
  for (const channel of channels) builder.writeChannel(channel)
  return builder.buffer.slice()
}

/**
 * The messages of one chunk record; its checksum is verified.
 *
 * @param channels of `channelBytes`: those that the messages may refer to
 * @throws when anything of the chunk is damaged
 */
export function messagesOfChunk(record: Uint8Array, channels: Uint8Array): McapTypes.Message[] {
  const reader = new McapStreamReader({ noMagicPrefix: true, decompressHandlers })
  reader.append(channels)
  reader.append(record)
  const messages: McapTypes.Message[] = []
  for (let next = reader.nextRecord(); next; next = reader.nextRecord())
    if (next.type === 'Message') messages.push(next)
  if (reader.bytesRemaining() > 0) throw new Error('an incomplete chunk')
  return messages
}

/** Complete messages at the start of an uncompressed chunk's records that end somewhere. */
export function messagesOfTornRecords(records: Uint8Array, channels: Uint8Array): McapTypes.Message[] {
  const reader = new McapStreamReader({ noMagicPrefix: true })
  reader.append(channels)
  reader.append(records)
  const messages: McapTypes.Message[] = []
  try {
    for (let next = reader.nextRecord(); next; next = reader.nextRecord())
      if (next.type === 'Message') messages.push(next)
  } catch {
    // What comes after the last sound message isn't one.
  }
  return messages
}
