import { pictureFormat, type PictureFormat } from '@shared/ipc/recording'
import { isKeyFrame } from './h264'
import { CAMERA_SCHEMAS, type CameraSchema, type SchemaName } from './messages'
import { decodeMessage } from './protobuf'

/** One recorded picture, as a decoder takes it. */
export interface Picture {
  readonly format: PictureFormat
  /** Decoding may begin here. */
  readonly isKey: boolean
  readonly data: Uint8Array
}

export const isCamera = (schema: SchemaName): schema is CameraSchema =>
  (CAMERA_SCHEMAS as readonly SchemaName[]).includes(schema)

/** @returns null for a format that no recording of this app has */
export function pictureOf(schema: CameraSchema, bytes: Uint8Array): Picture | null {
  const { format, data } = decodeMessage(schema, bytes)
  const known = pictureFormat.safeParse(format)
  return known.success ? { format: known.data, data, isKey: isKeyPicture(known.data, data) } : null
}

export function isKeyPicture(format: PictureFormat, data: Uint8Array): boolean {
  switch (format) {
    case 'h264':
      return isKeyFrame(data)
    case 'av1':
      return hasSequenceHeader(data)
    case 'jpeg':
    case 'png':
      return true
  }
}

const SEQUENCE_HEADER = 1

/** Whether an AV1 temporal unit can be decoded alone: it brings its sequence header (AV1 specification, 5.3.2 and 5.5). */
export function hasSequenceHeader(data: Uint8Array): boolean {
  let at = 0
  while (at < data.length) {
    const header = data[at] as number
    const type = (header >> 3) & 0xf
    if (type === SEQUENCE_HEADER) return true
    at += (header & 4) === 0 ? 1 : 2
    // Without a size the unit takes all the rest.
    if ((header & 2) === 0) return false
    let size = 0
    for (let shift = 0; shift < 56; shift += 7) {
      const byte = data[at++] ?? 0
      size += (byte & 0x7f) * 2 ** shift
      if ((byte & 0x80) === 0) break
    }
    at += size
  }
  return false
}
