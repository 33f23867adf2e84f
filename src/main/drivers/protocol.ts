/**
 * What the buses of the two servo families have in common: a host that speaks, motors that answer one at a time on the
 * same wire, control tables of little-endian registers. Families differ in frames, not in what can be asked.
 */

/** One motor's answer. `error` is the family's error byte; `data` what was asked for (register bytes, or a ping's). */
export interface StatusPacket {
  readonly id: number
  readonly error: number
  readonly data: Uint8Array
}

/**
 * What an answer must look like to be believed. A wire carries noise and answers that come too late: only packets from
 * `ids` with exactly `dataBytes` of data are answers, everything else is passed over byte by byte.
 */
export interface Expectation {
  readonly ids: ReadonlySet<number>
  readonly dataBytes: number
}

/** `rest` may be the beginning of a further packet; `skipped` counts the bytes that belonged to none. */
export interface Scan {
  readonly packets: readonly StatusPacket[]
  readonly rest: Uint8Array
  readonly skipped: number
}

export interface MotorData {
  readonly id: number
  readonly data: Uint8Array
}

/** Instruction packets of one servo family, and how its status packets are found among received bytes. */
export interface ServoProtocol {
  readonly name: string
  readonly maxId: number
  /** Bytes that a ping's answer carries. */
  readonly pingBytes: number
  /** Bytes of a status packet around its data, for the time it takes on the wire. */
  readonly statusOverheadBytes: number
  /** Where every motor has a dozen registers in a row that can be read at any time. */
  readonly fenceAddress: number
  ping(id: number): Uint8Array
  read(id: number, address: number, bytes: number): Uint8Array
  write(id: number, address: number, data: Uint8Array): Uint8Array
  reboot(id: number): Uint8Array
  /** All `ids` answer, each with a status packet of its own, in that order. */
  syncRead(ids: readonly number[], address: number, bytes: number): Uint8Array
  /** Nobody answers. All data have the same length. */
  syncWrite(motors: readonly MotorData[], address: number): Uint8Array
  /** One packet answers for all `ids`; absent where the family has none. */
  readonly fastSyncRead?: {
    request(ids: readonly number[], address: number, bytes: number): Uint8Array
    scan(received: Uint8Array, ids: readonly number[], bytes: number): Scan
  }
  scan(received: Uint8Array, expected: Expectation): Scan
  /** What the error byte says of the motor's state, in words; empty when it says nothing. */
  alarmWords(error: number): readonly string[]
  /** Why the motor didn't do what it was told; null when it did. */
  refusal(error: number): string | null
}

/** Splits what was received at `take`: found packets are passed over, anything else byte by byte. */
export function scanFrames(
  received: Uint8Array,
  /** At `offset`: a packet and its length, how far the bytes are surely no packet (`skip`), or `wait` for more. */
  take: (
    offset: number
  ) =>
    | { readonly kind: 'packet'; readonly packets: readonly StatusPacket[]; readonly bytes: number }
    | { readonly kind: 'skip' }
    | { readonly kind: 'wait' }
): Scan {
  const packets: StatusPacket[] = []
  let offset = 0
  let skipped = 0
  while (offset < received.length) {
    const found = take(offset)
    if (found.kind === 'wait') break
    if (found.kind === 'packet') {
      packets.push(...found.packets)
      offset += found.bytes
    } else {
      offset += 1
      skipped += 1
    }
  }
  return { packets, rest: received.subarray(offset), skipped }
}
