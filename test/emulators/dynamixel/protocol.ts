import { type Execution, type Protocol, type StatusPacket } from '../servo'
import { BROADCAST_ID, createFrameReader, encodeFastStatus, encodeStatus, type Received } from './frames'
import { executeOne, type Outcome } from './instructions'
import { type DynamixelServo } from './servo'
import { ALERT_BIT, errors, type ErrorNumber } from './xRegisters'

/** Instructions to several servos at once: e-Manual, Protocol 2.0. */
const group = {
  syncRead: 0x82,
  syncWrite: 0x83,
  fastSyncRead: 0x8a,
  bulkRead: 0x92,
  bulkWrite: 0x93
} as const
const PING = 0x01

export interface DynamixelProtocolOptions {
  readonly servos: readonly DynamixelServo[]
  /**
   * Whether servos named after a silent one still answer a sync or bulk read. A maintainer of ROBOTIS: "if one device
   * does not respond in the middle, all IDs do not respond after that" (DynamixelSDK issue 364).
   */
  readonly afterSilentServo?: 'continue' | 'stop'
}

const word = (bytes: readonly number[], at: number): number => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0)

/**
 * Broadcasts are answered only for ping, sync and bulk reads (e-Manual, "Packet ID"). Assumptions: a broadcast ping is
 * answered in the order of ids, each after its return delay; a packet with a wrong CRC is answered with error 3 by the
 * servo whose id it bears, at Status_Return_Level 2; malformed group instructions are ignored.
 */
export function createDynamixelProtocol({
  servos,
  afterSilentServo = 'stop'
}: DynamixelProtocolOptions): Protocol {
  const reader = createFrameReader()
  const listening = (): DynamixelServo[] => servos.filter((servo) => servo.listens)
  const withId = (id: number): DynamixelServo | undefined => listening().find((servo) => servo.id === id)
  const errorByte = (servo: DynamixelServo, error: ErrorNumber): number =>
    error | (servo.alert ? ALERT_BIT : 0)

  function answer(servo: DynamixelServo, { error, params = [], asId = servo.id }: Outcome): StatusPacket {
    return {
      bytes: encodeStatus(asId, errorByte(servo, error), params),
      delayNanos: servo.returnDelayNanos
    }
  }

  function pingAll(): StatusPacket[] {
    return listening()
      .sort((a, b) => a.id - b.id)
      .map((servo) => answer(servo, executeOne(servo, PING, [])))
  }

  /** Reads in the order asked for, each answered once the one before has. */
  function readEach(wanted: readonly Wanted[]): StatusPacket[] {
    const packets: StatusPacket[] = []
    for (const { id, address, count } of wanted) {
      const servo = withId(id)
      if (servo && servo.statusReturnLevel >= 1) {
        const data = servo.read(address, count)
        packets.push(answer(servo, data ? { error: errors.none, params: data } : { error: errors.access }))
      } else if (afterSilentServo === 'stop') break
    }
    return packets
  }

  function fastSyncRead(address: number, count: number, ids: readonly number[]): StatusPacket[] {
    const asked = ids.map((id) => withId(id))
    const parts = asked.map((servo) => {
      if (!servo) return null
      const data = servo.read(address, count)
      // Assumed: what can't be read fills its place in the packet with zeros.
      const error = errorByte(servo, data ? errors.none : errors.access)
      return { id: servo.id, error, data: data ?? new Uint8Array(count) }
    })
    return encodeFastStatus(
      parts,
      ids.map(() => count)
    ).map((bytes, index) => ({
      bytes,
      delayNanos: index === 0 ? (asked[0]?.returnDelayNanos ?? 0) : 0
    }))
  }

  function writeTo(id: number, address: number, data: Uint8Array): void {
    for (const servo of listening()) {
      if (servo.id === id) servo.write(address, data)
      else if (servo.secondaryId === id && id < 253) servo.write(address, data, true)
    }
  }

  function executeGroup(code: number, params: readonly number[]): readonly StatusPacket[] {
    const [address, count] = [word(params, 0), word(params, 2)]
    const rest = params.slice(4)
    switch (code) {
      case group.syncRead:
        return readEach(rest.map((id) => ({ id, address, count })))
      case group.fastSyncRead:
        return rest.length > 0 && count > 0 ? fastSyncRead(address, count, rest) : []
      case group.syncWrite:
        if (count === 0 || rest.length % (count + 1) !== 0) return []
        for (let at = 0; at < rest.length; at += count + 1) {
          writeTo(rest[at] ?? BROADCAST_ID, address, Uint8Array.from(rest.slice(at + 1, at + 1 + count)))
        }
        return []
      case group.bulkRead: {
        const wanted: Wanted[] = []
        for (let at = 0; at + 5 <= params.length; at += 5) {
          wanted.push({ id: params[at] ?? 0, address: word(params, at + 1), count: word(params, at + 3) })
        }
        return readEach(wanted)
      }
      default: {
        for (let at = 0; at + 5 <= params.length;) {
          const bytes = word(params, at + 3)
          const data = Uint8Array.from(params.slice(at + 5, at + 5 + bytes))
          if (data.length === bytes) writeTo(params[at] ?? BROADCAST_ID, word(params, at + 1), data)
          at += 5 + bytes
        }
        return []
      }
    }
  }

  function executeSingle(id: number, code: number, params: readonly number[]): StatusPacket[] {
    const packets: StatusPacket[] = []
    for (const servo of listening()) {
      const byPrimary = servo.id === id
      const bySecondary = !byPrimary && servo.secondaryId === id && id < 253
      if (!byPrimary && !bySecondary && id !== BROADCAST_ID) continue
      const { statusReturnLevel, returnDelayNanos } = servo
      const outcome = executeOne(servo, code, params, bySecondary, id === BROADCAST_ID)
      if (!byPrimary || statusReturnLevel < (outcome.answeredFrom ?? 2)) continue
      packets.push({ ...answer(servo, { ...outcome, asId: id }), delayNanos: returnDelayNanos })
    }
    return packets
  }

  function execute(received: Received): readonly StatusPacket[] {
    if (received.kind === 'crcError') {
      const servo = withId(received.id)
      return servo && servo.statusReturnLevel === 2 ? [answer(servo, { error: errors.crc })] : []
    }
    const { id, code, params } = received
    const isGroup = Object.values(group).some((value) => value === code)
    for (const servo of listening()) {
      if (id === BROADCAST_ID || id === servo.id || id === servo.secondaryId) servo.feedWatchdog()
    }
    if (isGroup && id === BROADCAST_ID) return executeGroup(code, [...params])
    if (code === PING && id === BROADCAST_ID) return pingAll()
    return executeSingle(id, code, [...params])
  }

  return {
    servos,
    push(byte): Execution | null {
      const received = reader.push(byte)
      return received && (() => execute(received))
    },
    reset: reader.reset
  }
}

interface Wanted {
  readonly id: number
  readonly address: number
  readonly count: number
}
