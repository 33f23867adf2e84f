/**
 * Frames of the Feetech SCS/STS protocol, as a servo sees them: FF FF ID LEN INST PARAMS… CHK, LEN = parameters + 2,
 * CHK = ~(ID + LEN + INST + parameters) & 0xFF. Source: Feetech "Communication Protocol User Manual" 1.1 and 1.2.
 */
export interface Instruction {
  readonly id: number
  readonly code: number
  readonly params: Uint8Array
}

export const BROADCAST_ID = 0xfe
/** The protocol's longest packet, header and checksum included. */
export const MAX_PACKET_BYTES = 250

export function checksum(body: Iterable<number>): number {
  let sum = 0
  for (const byte of body) sum += byte
  return ~sum & 0xff
}

export function encodeStatus(id: number, error: number, params: Uint8Array): Uint8Array {
  const body = [id, params.length + 2, error, ...params]
  return Uint8Array.from([0xff, 0xff, ...body, checksum(body)])
}

export interface FrameReader {
  push(byte: number): Instruction | null
  reset(): void
}

/**
 * Takes one byte at a time. A frame with a wrong checksum is thrown away whole, one with an impossible id or length as
 * soon as that is seen (assumed: the manual doesn't say; no status bit exists for it, so silence).
 */
export function createFrameReader(): FrameReader {
  let buffer: number[] = []

  function push(byte: number): Instruction | null {
    buffer.push(byte)
    const [first, second, id, length] = buffer
    if (first !== 0xff || (second !== undefined && second !== 0xff)) {
      buffer = byte === 0xff ? [byte] : []
      return null
    }
    if (id === 0xff) {
      // A third FF: the header starts one byte later.
      buffer = [0xff, 0xff]
      return null
    }
    if (length === undefined || id === undefined) return null
    if (length < 2 || length + 4 > MAX_PACKET_BYTES) {
      buffer = byte === 0xff ? [byte] : []
      return null
    }
    if (buffer.length < length + 4) return null
    const body = buffer.slice(2, -1)
    buffer = []
    if (checksum(body) !== byte) return null
    return { id, code: body[2] ?? 0, params: Uint8Array.from(body.slice(3)) }
  }

  return { push, reset: () => void (buffer = []) }
}
