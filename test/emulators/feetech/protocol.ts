import { type Execution, type Protocol, type StatusPacket } from '../servo'
import { BROADCAST_ID, createFrameReader, encodeStatus, MAX_PACKET_BYTES, type Instruction } from './frames'
import { type FeetechServo } from './servo'

/** Feetech protocol manual, 1.3, and the instructions of its newer edition (reboot, reset turns, calibrate). */
export const instructions = {
  ping: 0x01,
  read: 0x02,
  write: 0x03,
  regWrite: 0x04,
  action: 0x05,
  factoryReset: 0x06,
  reboot: 0x08,
  resetTurns: 0x0a,
  calibrate: 0x0b,
  syncRead: 0x82,
  syncWrite: 0x83
} as const

export interface FeetechProtocolOptions {
  readonly servos: readonly FeetechServo[]
  /**
   * Whether servos named after a silent one answer a sync read. Not documented; assumed: they do, one answer's time
   * later. Dynamixels don't, so a driver should survive both.
   */
  readonly afterSilentServo?: 'continue' | 'stop'
}

const nothing = new Uint8Array()
const LONGEST_DATA = MAX_PACKET_BYTES - 6

/**
 * Broadcasts are carried out by all and answered by none, except ping and sync read (manual 1.1). Several servos that
 * answer one ping collide; assumed: a low bit wins (open drain), so the bytes are ANDed.
 *
 * Assumptions: unknown instructions and malformed parameters are met with silence; undefined addresses read as 0 and
 * ignore writes, as read-only ones do.
 */
export function createFeetechProtocol({
  servos,
  afterSilentServo = 'continue'
}: FeetechProtocolOptions): Protocol {
  const reader = createFrameReader()

  function status(servo: FeetechServo, params: Uint8Array = nothing): StatusPacket {
    return { bytes: encodeStatus(servo.id, servo.error, params), delayNanos: servo.returnDelayNanos }
  }
  const listening = (id: number): FeetechServo[] =>
    servos.filter((servo) => servo.listens && (id === BROADCAST_ID || servo.id === id))

  function collide(packets: readonly StatusPacket[]): StatusPacket[] {
    const [first, ...others] = packets
    if (!first) return []
    const bytes = first.bytes.map((byte, index) =>
      others.reduce((low, packet) => low & (packet.bytes[index] ?? 0xff), byte)
    )
    return [{ bytes, delayNanos: Math.min(...packets.map((packet) => packet.delayNanos)) }]
  }

  /** Carries out an instruction that each addressed servo acknowledges on its own. */
  function acknowledge(id: number, perform: (servo: FeetechServo) => void): StatusPacket[] {
    const answers = listening(id).flatMap((servo) => {
      // The id and the delay that count are those from before the write.
      const { id: askedId, answersEverything, returnDelayNanos } = servo
      perform(servo)
      const bytes = encodeStatus(askedId, servo.error, nothing)
      return answersEverything ? [{ bytes, delayNanos: returnDelayNanos }] : []
    })
    return id === BROADCAST_ID ? [] : collide(answers)
  }

  function syncRead([address = 0, count = 0, ...ids]: readonly number[]): StatusPacket[] {
    if (count === 0 || count > LONGEST_DATA) return []
    const packets: StatusPacket[] = []
    let silenceNanos = 0
    for (const id of ids) {
      const [servo] = listening(id)
      if (servo) {
        const answer = status(servo, servo.read(address, count))
        packets.push({ ...answer, delayNanos: answer.delayNanos + silenceNanos })
        silenceNanos = 0
      } else if (afterSilentServo === 'stop') {
        break
      } else {
        silenceNanos += (count + 6) * 10_000
      }
    }
    return packets
  }

  function syncWrite([address = 0, count = 0, ...rest]: readonly number[]): void {
    if (count === 0 || rest.length % (count + 1) !== 0) return
    for (let at = 0; at < rest.length; at += count + 1) {
      const data = Uint8Array.from(rest.slice(at + 1, at + 1 + count))
      for (const servo of listening(rest[at] ?? BROADCAST_ID)) servo.write(address, data)
    }
  }

  function execute({ id, code, params }: Instruction): readonly StatusPacket[] {
    const [first, second] = params
    switch (code) {
      case instructions.ping:
        return collide(listening(id).map((servo) => status(servo)))
      case instructions.read:
        if (first === undefined || !second || second > LONGEST_DATA || id === BROADCAST_ID) return []
        return collide(listening(id).map((servo) => status(servo, servo.read(first, second))))
      case instructions.write:
      case instructions.regWrite: {
        if (first === undefined || second === undefined) return []
        const data = params.slice(1)
        return acknowledge(id, (servo) =>
          code === instructions.write ? servo.write(first, data) : servo.registerWrite(first, data)
        )
      }
      case instructions.action:
        return acknowledge(id, (servo) => servo.action())
      case instructions.factoryReset:
        return acknowledge(id, (servo) => servo.restoreFactory())
      case instructions.reboot:
        for (const servo of listening(id)) servo.reboot()
        return []
      case instructions.resetTurns:
        return acknowledge(id, (servo) => servo.forgetTurns())
      case instructions.calibrate:
        return acknowledge(id, (servo) =>
          servo.calibrate(first !== undefined && second !== undefined ? first + 256 * second : 2048)
        )
      case instructions.syncRead:
        return id === BROADCAST_ID ? syncRead([...params]) : []
      case instructions.syncWrite:
        if (id === BROADCAST_ID) syncWrite([...params])
        return []
      default:
        return []
    }
  }

  return {
    servos,
    push(byte): Execution | null {
      const instruction = reader.push(byte)
      return instruction && (() => execute(instruction))
    },
    reset: reader.reset
  }
}
