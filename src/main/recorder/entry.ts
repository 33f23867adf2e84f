import {
  CAMERA_PREFIX,
  timestampOf,
  TOPICS,
  type CameraSchema,
  type RecordedMessage,
  type SchemaName,
  type Topic
} from '../episodes/messages'
import { encodeMessage } from '../episodes/protobuf'
import type { WallClock } from './wallClock'

/** A message on its way into a recording: what it says is put in wall-clock time once it is known which recording's. */
export interface Entry {
  readonly topic: string
  readonly schema: SchemaName
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
  schema: TOPICS[topic],
  nanos,
  bytes,
  isKey: false,
  encode: (clock) => encodeMessage(TOPICS[topic], message(clock))
})

/** `topic` begins with `CAMERA_PREFIX`. */
export const pictureEntry = <S extends CameraSchema>(
  topic: string,
  schema: S,
  nanos: number,
  picture: { readonly isKey: boolean; readonly bytes: number },
  message: (clock: WallClock) => RecordedMessage<S>
): Entry => ({
  topic,
  schema,
  nanos,
  ...picture,
  encode: (clock) => encodeMessage(schema, message(clock))
})

/** H.264 as this app encodes it. */
export const videoEntry = (
  camera: string,
  nanos: number,
  { isKey, data }: { readonly isKey: boolean; readonly data: Uint8Array },
  capturedNanos: number
): Entry =>
  pictureEntry(
    `${CAMERA_PREFIX}${camera}`,
    'foxglove.CompressedVideo',
    nanos,
    { isKey, bytes: data.byteLength },
    (clock) => ({
      timestamp: timestampOf(clock.toWall(capturedNanos)),
      frameId: camera,
      data,
      format: 'h264'
    })
  )

/** What means nothing without a key frame before it. */
export const isVideo = ({ schema }: Pick<Entry, 'schema'>): boolean => schema === 'foxglove.CompressedVideo'
