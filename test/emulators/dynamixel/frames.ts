import { crc16 } from './crc'

/**
 * Packets of DYNAMIXEL Protocol 2.0: FF FF FD 00 ID LEN_L LEN_H INST PARAMS… CRC_L CRC_H, LEN = parameters + 3.
 * Source: ROBOTIS e-Manual, "DYNAMIXEL Protocol 2.0", "Instruction Packet", "Status Packet", "Packet Process".
 */
export type Received =
  | { readonly kind: 'instruction'; readonly id: number; readonly code: number; readonly params: Uint8Array }
  | { readonly kind: 'crcError'; readonly id: number }

export const BROADCAST_ID = 0xfe
const HEADER = [0xff, 0xff, 0xfd, 0x00]
const STATUS = 0x55
/** Assumed; the manual gives no longest packet. Longer lengths count as noise. */
const MAX_LENGTH = 1024

const low = (value: number): number => value & 0xff
const high = (value: number): number => (value >> 8) & 0xff

/** FF FF FD in the payload is followed by one more FD. */
export function stuff(payload: readonly number[]): number[] {
  const stuffed: number[] = []
  for (const byte of payload) {
    stuffed.push(byte)
    if (byte === 0xfd && stuffed.at(-2) === 0xff && stuffed.at(-3) === 0xff) stuffed.push(0xfd)
  }
  return stuffed
}

export function unstuff(payload: readonly number[]): number[] {
  return payload.filter(
    (byte, at) =>
      !(byte === 0xfd && payload[at - 1] === 0xfd && payload[at - 2] === 0xff && payload[at - 3] === 0xff)
  )
}

/** Adds the length, header and CRC to what follows the length field. */
export function packet(id: number, payload: readonly number[]): number[] {
  const length = payload.length + 2
  const bytes = [...HEADER, id, low(length), high(length), ...payload]
  const crc = crc16(bytes)
  return [...bytes, low(crc), high(crc)]
}

export const encodeStatus = (id: number, error: number, params: Iterable<number> = []): Uint8Array =>
  Uint8Array.from(packet(id, stuff([STATUS, error, ...params])))

/**
 * One status packet that several servos build, each its own part: the first sends the header, error, id and data, each
 * next one error, id and data, and everyone the CRC of all that was sent so far. Nothing is stuffed. Source: e-Manual,
 * "Fast Sync Read (0x8A)". Parts of `null` (servos that stay silent) end the packet: who follows has nothing to
 * continue (assumed).
 */
export function encodeFastStatus(
  parts: readonly ({ readonly id: number; readonly error: number; readonly data: Uint8Array } | null)[],
  dataBytes: readonly number[]
): Uint8Array[] {
  const length = dataBytes.reduce((sum, bytes) => sum + bytes + 4, 1)
  const sent: number[] = [...HEADER, BROADCAST_ID, low(length), high(length), STATUS]
  const pieces: Uint8Array[] = []
  let from = 0
  for (const part of parts) {
    if (!part) break
    sent.push(part.error, part.id, ...part.data)
    const crc = crc16(sent)
    sent.push(low(crc), high(crc))
    pieces.push(Uint8Array.from(sent.slice(from)))
    from = sent.length
  }
  return pieces
}

export interface FrameReader {
  push(byte: number): Received | null
  reset(): void
}

/** Takes one byte at a time; what can't start a packet is skipped. */
export function createFrameReader(): FrameReader {
  let buffer: number[] = []

  /** Whether the last bytes, taken together, may be the start of a header. */
  function searchHeader(byte: number): void {
    const expected = HEADER[buffer.length - 1]
    if (byte === expected) return
    // FF FF FF: the header may start one byte later.
    if (byte === 0xff) buffer = buffer.length === 3 ? [0xff, 0xff] : [0xff]
    else buffer = []
  }

  function push(byte: number): Received | null {
    buffer.push(byte)
    if (buffer.length <= HEADER.length) {
      searchHeader(byte)
      return null
    }
    const [, , , , id = 0, lengthLow = 0, lengthHigh] = buffer
    if (lengthHigh === undefined) return null
    const length = lengthLow + 256 * lengthHigh
    if (length < 3 || length > MAX_LENGTH) {
      buffer = []
      return null
    }
    if (buffer.length < length + 7) return null
    const whole = buffer
    buffer = []
    const crc = crc16(whole.slice(0, -2))
    if (whole.at(-2) !== low(crc) || whole.at(-1) !== high(crc)) return { kind: 'crcError', id }
    const [code = 0, ...params] = unstuff(whole.slice(7, -2))
    return { kind: 'instruction', id, code, params: Uint8Array.from(params) }
  }

  return { push, reset: () => void (buffer = []) }
}
