import { scanFrames, type MotorData, type ServoProtocol, type StatusPacket } from '../protocol'
import { crc16 } from './crc'

/**
 * ROBOTIS Protocol 2.0: `FF FF FD 00 ID LEN_L LEN_H INST PARAMS… CRC_L CRC_H`; an answer is instruction 55 with an error
 * byte before its data. `FF FF FD` in instruction, error and params is stuffed with a further `FD`; a fast sync read's
 * answer isn't. Source: https://emanual.robotis.com/docs/en/dxl/protocol2/
 */

const HEADER = [0xff, 0xff, 0xfd, 0x00] as const
const BROADCAST = 0xfe
const MAX_ID = 0xfc
const STATUS = 0x55
const INSTRUCTION = {
  ping: 0x01,
  read: 0x02,
  write: 0x03,
  reboot: 0x08,
  syncRead: 0x82,
  syncWrite: 0x83,
  fastSyncRead: 0x8a
} as const
/** Header, id and length. */
const PREFIX = 7
const CRC_BYTES = 2
/** Around a motor's data in a fast sync read's answer: error, id and CRC. */
const FAST_OVERHEAD = 4
/** Of LEN, far above what any request of ours needs. */
const MAX_LENGTH = 1024

const ALERT_BIT = 0x80
const ERROR_NUMBERS = [
  '',
  'the instruction failed',
  'unknown instruction',
  'wrong CRC',
  'value out of range',
  'wrong length',
  'value outside its limits',
  'access refused'
]

const word = (value: number): [number, number] => [value & 0xff, value >> 8]
const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)

/** `FF FF FD` becomes `FF FF FD FD`. */
export function stuff(bytes: Uint8Array): Uint8Array {
  const stuffed: number[] = []
  for (const byte of bytes) {
    stuffed.push(byte)
    if (byte === 0xfd && stuffed.at(-2) === 0xff && stuffed.at(-3) === 0xff) stuffed.push(0xfd)
  }
  return Uint8Array.from(stuffed)
}

/** The inverse; null for bytes that no stuffing makes. */
export function unstuff(bytes: Uint8Array): Uint8Array | null {
  const plain: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    plain.push(bytes[at] as number)
    if (bytes[at] === 0xfd && bytes[at - 1] === 0xff && bytes[at - 2] === 0xff) {
      if (bytes[at + 1] !== 0xfd) return null
      at += 1
    }
  }
  return Uint8Array.from(plain)
}

/** RangeError for what doesn't fit a packet: a bug, no state of the bus. */
function instruction(id: number, kind: keyof typeof INSTRUCTION, params: readonly number[]): Uint8Array {
  if (!Number.isInteger(id) || id < 0 || (id > MAX_ID && id !== BROADCAST))
    throw new RangeError(`No Dynamixel id: ${id}`)
  const body = stuff(Uint8Array.from([INSTRUCTION[kind], ...params]))
  const length = body.length + CRC_BYTES
  if (length > MAX_LENGTH) throw new RangeError(`A packet of ${length} bytes is longer than ${MAX_LENGTH}`)
  const frame = new Uint8Array(PREFIX + length)
  frame.set([...HEADER, id, ...word(length)])
  frame.set(body, PREFIX)
  frame.set(word(crc16(frame.subarray(0, -CRC_BYTES))), frame.length - CRC_BYTES)
  return frame
}

type Frame = {
  readonly kind: 'frame'
  readonly id: number
  readonly body: Uint8Array
  readonly bytes: number
}

/**
 * The status packet that begins at `offset`, if it is one of `isId` with a LEN within bounds and a right CRC. What can't
 * be one is known from its first wrong byte: waiting for the rest would swallow true answers meanwhile.
 */
function frameAt(
  received: Uint8Array,
  offset: number,
  isId: (id: number) => boolean,
  minLength: number,
  maxLength: number
): Frame | { readonly kind: 'skip' } | { readonly kind: 'wait' } {
  for (let at = 0; at < PREFIX + 1; at++) {
    const byte = received[offset + at]
    if (byte === undefined) return { kind: 'wait' }
    if (at < HEADER.length && byte !== HEADER[at]) return { kind: 'skip' }
    if (at === 4 && !isId(byte)) return { kind: 'skip' }
    if (at === 6) {
      const length = wordAt(received, offset + 5)
      if (length < minLength || length > maxLength) return { kind: 'skip' }
    }
    if (at === PREFIX && byte !== STATUS) return { kind: 'skip' }
  }
  const bytes = PREFIX + wordAt(received, offset + 5)
  if (offset + bytes > received.length) return { kind: 'wait' }
  const end = offset + bytes - CRC_BYTES
  if (crc16(received.subarray(offset, end)) !== wordAt(received, end)) return { kind: 'skip' }
  return {
    kind: 'frame',
    id: received[offset + 4] as number,
    body: received.subarray(offset + PREFIX, end),
    bytes
  }
}

/** Status, error, data and CRC. */
const STATUS_OVERHEAD = 2 + CRC_BYTES

function refusal(error: number): string | null {
  const number = error & ~ALERT_BIT
  return number === 0 ? null : (ERROR_NUMBERS[number] ?? `error ${number}`)
}

export const dynamixel: ServoProtocol = {
  name: 'Dynamixel',
  maxId: MAX_ID,
  pingBytes: 3,
  statusOverheadBytes: PREFIX + STATUS_OVERHEAD,
  fenceAddress: 0,
  ping: (id) => instruction(id, 'ping', []),
  read: (id, address, bytes) => instruction(id, 'read', [...word(address), ...word(bytes)]),
  write: (id, address, data) => instruction(id, 'write', [...word(address), ...data]),
  reboot: (id) => instruction(id, 'reboot', []),
  syncRead: (ids, address, bytes) =>
    instruction(BROADCAST, 'syncRead', [...word(address), ...word(bytes), ...ids]),
  syncWrite(motors: readonly MotorData[], address) {
    const bytes = motors[0]?.data.length ?? 0
    const params = motors.flatMap(({ id, data }) => [id, ...data])
    return instruction(BROADCAST, 'syncWrite', [...word(address), ...word(bytes), ...params])
  },

  fastSyncRead: {
    request: (ids, address, bytes) =>
      instruction(BROADCAST, 'fastSyncRead', [...word(address), ...word(bytes), ...ids]),
    scan(received, ids, bytes) {
      const length = 1 + ids.length * (bytes + FAST_OVERHEAD)
      return scanFrames(received, (offset) => {
        const found = frameAt(received, offset, (id) => id === BROADCAST, length, length)
        if (found.kind !== 'frame') return found
        const packets: StatusPacket[] = []
        for (const [index, id] of ids.entries()) {
          const at = 1 + index * (bytes + FAST_OVERHEAD)
          if (found.body[at + 1] !== id) return { kind: 'skip' }
          packets.push({
            id,
            error: found.body[at] as number,
            data: found.body.slice(at + 2, at + 2 + bytes)
          })
        }
        return { kind: 'packet', packets, bytes: found.bytes }
      })
    }
  },

  scan(received, { ids, dataBytes }) {
    const plain = STATUS_OVERHEAD + dataBytes
    const stuffing = Math.floor((dataBytes + 2) / 3)
    return scanFrames(received, (offset) => {
      const found = frameAt(received, offset, (id) => ids.has(id), STATUS_OVERHEAD, plain + stuffing)
      if (found.kind !== 'frame') return found
      const body = unstuff(found.body)
      const error = body?.[1] ?? 0
      // A motor that refuses answers without data.
      const refused = body?.length === 2 && refusal(error) !== null
      if (body === null || (body.length !== dataBytes + 2 && !refused)) return { kind: 'skip' }
      const packet: StatusPacket = { id: found.id, error, data: body.slice(2) }
      return { kind: 'packet', packets: [packet], bytes: found.bytes }
    })
  },

  alarmWords: (error) => (error & ALERT_BIT ? ['hardware alert'] : []),
  refusal
}
