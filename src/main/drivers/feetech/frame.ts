import { scanFrames, type MotorData, type ServoProtocol } from '../protocol'

/**
 * Feetech's serial bus protocol (STS and SMS series): `FF FF ID LEN INST PARAMS… CHK` out, the same with an error byte
 * in place of INST back. LEN = params + 2, CHK = ~(ID + LEN + INST + params) & FF. Source: Feetech, “Communication
 * protocol manual”, and the STS3215 memory table.
 */

const HEADER = 0xff
const BROADCAST = 0xfe
const MAX_ID = 0xfd
/** Of a whole packet. */
const MAX_BYTES = 250
const INSTRUCTION = {
  ping: 0x01,
  read: 0x02,
  write: 0x03,
  reboot: 0x08,
  syncRead: 0x82,
  syncWrite: 0x83
} as const
/** Header, id, length, error and checksum. */
const OVERHEAD = 6

const ERROR_BITS: readonly (readonly [number, string])[] = [
  [1, 'voltage'],
  [2, 'angle sensor'],
  [4, 'overheated'],
  [8, 'overcurrent'],
  [32, 'overload']
]

const checksum = (bytes: Uint8Array): number => ~bytes.reduce((sum, byte) => sum + byte, 0) & 0xff

/** RangeError for what doesn't fit a packet: a bug, no state of the bus. */
function instruction(id: number, kind: keyof typeof INSTRUCTION, params: readonly number[]): Uint8Array {
  if (!Number.isInteger(id) || id < 0 || id > BROADCAST) throw new RangeError(`No Feetech id: ${id}`)
  const frame = new Uint8Array(params.length + OVERHEAD)
  if (frame.length > MAX_BYTES)
    throw new RangeError(`A Feetech packet has at most ${MAX_BYTES} bytes, not ${frame.length}`)
  frame.set([HEADER, HEADER, id, params.length + 2, INSTRUCTION[kind], ...params])
  frame[frame.length - 1] = checksum(frame.subarray(2, -1))
  return frame
}

export const feetech: ServoProtocol = {
  name: 'Feetech',
  maxId: MAX_ID,
  pingBytes: 0,
  statusOverheadBytes: OVERHEAD,
  fenceAddress: 3,
  ping: (id) => instruction(id, 'ping', []),
  read: (id, address, bytes) => instruction(id, 'read', [address, bytes]),
  write: (id, address, data) => instruction(id, 'write', [address, ...data]),
  reboot: (id) => instruction(id, 'reboot', []),
  syncRead: (ids, address, bytes) => instruction(BROADCAST, 'syncRead', [address, bytes, ...ids]),
  syncWrite(motors: readonly MotorData[], address) {
    const bytes = motors[0]?.data.length ?? 0
    return instruction(BROADCAST, 'syncWrite', [
      address,
      bytes,
      ...motors.flatMap(({ id, data }) => [id, ...data])
    ])
  },

  scan(received, { ids, dataBytes }) {
    const total = dataBytes + OVERHEAD
    return scanFrames(received, (offset) => {
      // A wrong byte of the beginning is enough to know: waiting for the rest would swallow true answers meanwhile.
      for (const [at, good] of [
        [0, (byte: number) => byte === HEADER],
        [1, (byte: number) => byte === HEADER],
        [2, (byte: number) => ids.has(byte)],
        [3, (byte: number) => byte === dataBytes + 2]
      ] as const) {
        const byte = received[offset + at]
        if (byte === undefined) return { kind: 'wait' }
        if (!good(byte)) return { kind: 'skip' }
      }
      if (offset + total > received.length) return { kind: 'wait' }
      const body = received.subarray(offset + 2, offset + total - 1)
      if (checksum(body) !== received[offset + total - 1]) return { kind: 'skip' }
      const [id = 0, , error = 0] = body
      return { kind: 'packet', packets: [{ id, error, data: body.slice(3) }], bytes: total }
    })
  },

  // The error byte tells of the motor only: what it doesn't understand it doesn't answer.
  refusal: () => null,
  alarmWords: (error) => ERROR_BITS.filter(([bit]) => (error & bit) !== 0).map(([, words]) => words)
}
