import {
  schemaOfTopic,
  TOPICS,
  type RecordedMessage,
  type SchemaName,
  type Topic
} from '../episodes/messages'
import { encodeMessage } from '../episodes/protobuf'
import type { WallClock } from './wallClock'

/** A message on its way into a recording: what it says is put in wall-clock time once it is known which recording's. */
export interface Entry {
  readonly topic: string
  /** Log time on the monotonic clock. */
  readonly nanos: number
  encode(clock: WallClock): Uint8Array
  /** About, for what is kept in memory. */
  readonly bytes: number
  /** Of video: whether decoding may begin here. */
  readonly isKey: boolean
}

const TYPICAL_BYTES = 300

export const entry = <T extends Topic>(
  topic: T,
  nanos: number,
  message: (clock: WallClock) => RecordedMessage<(typeof TOPICS)[T]>,
  bytes = TYPICAL_BYTES
): Entry => ({
  topic,
  nanos,
  bytes,
  isKey: false,
  encode: (clock) => encodeMessage(TOPICS[topic], message(clock))
})

export const videoEntry = (
  topic: string,
  nanos: number,
  video: { readonly isKey: boolean; readonly bytes: number },
  message: (clock: WallClock) => RecordedMessage<'foxglove.CompressedVideo'>
): Entry => ({
  topic,
  nanos,
  ...video,
  encode: (clock) => encodeMessage('foxglove.CompressedVideo', message(clock))
})

export const isVideo = ({ topic }: Pick<Entry, 'topic'>): boolean =>
  schemaName(topic) === 'foxglove.CompressedVideo'

export function schemaName(topic: string): SchemaName {
  const name = schemaOfTopic(topic)
  if (!name) throw new Error(`Nothing is recorded under ${topic}`)
  return name
}
