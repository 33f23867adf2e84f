import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input, type InputVideoTrack } from 'mediabunny'
import type { PictureFormat } from '@shared/ipc/recording'
import { hasSequenceHeader } from '../../episodes/pictures'

/** A video's pictures as they are stored, each decodable by its predecessors alone. */
export interface VideoPacket {
  /** Place on the grid of the video's rate. */
  readonly index: number
  readonly isKey: boolean
  readonly data: Uint8Array
}

export interface VideoFile {
  readonly format: Extract<PictureFormat, 'h264' | 'av1'>
  /**
   * Pictures `from` to `to` (exclusive), and those before that a decoder needs.
   *
   * @throws where the file is damaged, or holds pictures out of order, which a recording can't
   */
  packets(from: number, to: number): AsyncGenerator<VideoPacket, void, void>
  close(): void
}

/** @throws when the file can't be read, or is of a codec that can't be recorded; the error says which */
export async function openVideoFile(path: string, framesPerSecond: number): Promise<VideoFile> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (!track) throw new Error('it holds no video')
    const { format, complete } = await codecOf(track)
    const sink = new EncodedPacketSink(track)
    return {
      format,
      async *packets(from, to) {
        // Half a picture on: times are rounded to the file's own ticks.
        const first = await sink.getKeyPacket((from + 0.5) / framesPerSecond)
        if (!first) throw new Error(`it has no picture that can be decoded at ${seconds(from)}`)
        let last = -1
        for await (const packet of sink.packets(first)) {
          const index = Math.round(packet.timestamp * framesPerSecond)
          if (index >= to) return
          if (index <= last)
            throw new Error('its pictures are stored out of order (B-frames): encode it anew without them')
          last = index
          const isKey = packet.type === 'key'
          yield { index, isKey, data: complete(packet.data, isKey) }
        }
      },
      close: () => input.dispose()
    }
  } catch (error) {
    input.dispose()
    throw error
  }

  function seconds(index: number): string {
    return `${(index / framesPerSecond).toFixed(2)} s`
  }
}

interface Codec {
  readonly format: VideoFile['format']
  /** With what the file keeps apart from the pictures. */
  readonly complete: (data: Uint8Array, isKey: boolean) => Uint8Array
}

async function codecOf(track: InputVideoTrack): Promise<Codec> {
  const { codec } = track
  const config = await track.getDecoderConfig()
  const description = config?.description ? bytesOf(config.description) : null
  if (codec === 'avc') return { format: 'h264', complete: annexB(description) }
  if (codec === 'av1') {
    // av1C: four bytes, then the sequence header (AV1 in ISO base media, 2.3).
    const header = description?.subarray(4) ?? new Uint8Array()
    return {
      format: 'av1',
      complete: (data, isKey) => (isKey && !hasSequenceHeader(data) ? joined([header, data]) : data)
    }
  }
  throw new Error(`its video is ${codec ?? 'of an unknown codec'}; H.264 and AV1 can be imported`)
}

const START = Uint8Array.of(0, 0, 0, 1)
const SPS = 7

/** An MP4 file keeps parameter sets apart, and lengths where Annex B has start codes (ISO/IEC 14496-15, 5.3.3.1). */
function annexB(description: Uint8Array | null): Codec['complete'] {
  // Without a description the pictures are Annex B already.
  if (description === null) return (data) => data
  const view = new DataView(description.buffer, description.byteOffset, description.byteLength)
  const lengthBytes = (view.getUint8(4) & 3) + 1
  const sets: Uint8Array[] = []
  let at = 5
  const take = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const size = view.getUint16(at)
      sets.push(START, description.subarray(at + 2, at + 2 + size))
      at += 2 + size
    }
  }
  take(view.getUint8(at++) & 0x1f)
  take(view.getUint8(at++))
  return (data, isKey) => {
    const units = unitsOf(data, lengthBytes)
    const hasSets = units.some((unit) => ((unit[0] ?? 0) & 0x1f) === SPS)
    return joined([...(isKey && !hasSets ? sets : []), ...units.flatMap((unit) => [START, unit])])
  }
}

function unitsOf(data: Uint8Array, lengthBytes: number): Uint8Array[] {
  const units: Uint8Array[] = []
  for (let at = 0; at + lengthBytes <= data.length;) {
    let size = 0
    for (let byte = 0; byte < lengthBytes; byte++) size = size * 256 + (data[at + byte] as number)
    at += lengthBytes
    if (at + size > data.length) throw new Error('a picture is cut off')
    units.push(data.subarray(at, at + size))
    at += size
  }
  return units
}

const bytesOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
