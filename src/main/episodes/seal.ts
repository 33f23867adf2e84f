import { crc32 } from '@foxglove/crc'
import type { McapTypes } from '@mcap/core'

/** MCAP protects messages by checksums, but neither metadata, nor channels, nor schemas: ours carry their own. */

const KEY = 'crc32'

const hex = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, '0')

function checksum(entries: ReadonlyMap<string, string>): string {
  const text = [...entries]
    .filter(([key]) => key !== KEY)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}\0${value}\0`)
    .join('')
  return hex(new TextEncoder().encode(text))
}

export const sealed = (entries: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...entries, [KEY, checksum(entries)]])

export const isSealSound = (entries: ReadonlyMap<string, string>): boolean =>
  entries.get(KEY) === checksum(entries)

/** The metadata of a channel that says what it and its schema are. */
export const channelSeal = (topic: string, schema: Omit<McapTypes.Schema, 'id'>): Map<string, string> =>
  sealed(
    new Map([
      ['topic', topic],
      ['schema', schema.name],
      ['schema_crc32', hex(schema.data)]
    ])
  )

export function isChannelSound(channel: McapTypes.Channel, schema: McapTypes.Schema | undefined): boolean {
  const { metadata } = channel
  return (
    schema !== undefined &&
    isSealSound(metadata) &&
    metadata.get('topic') === channel.topic &&
    metadata.get('schema') === schema.name &&
    metadata.get('schema_crc32') === hex(schema.data) &&
    channel.messageEncoding === 'protobuf' &&
    schema.encoding === 'protobuf'
  )
}
