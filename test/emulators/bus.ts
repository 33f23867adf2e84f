import { createRandom } from '@shared/random/xoshiro'
import { NANOS_PER_SECOND } from '@shared/units'
import { disturb, happens, noFaults, type FaultPlan, type Reply } from './faults'
import { type Protocol, type Servo, type StatusPacket } from './servo'

/**
 * Servos on one half-duplex wire. Pure and without a clock: bytes and a time in, bytes and times out. Times must not
 * run backwards.
 */
export interface ServoBus {
  readonly servos: readonly Servo[]
  /** Throws if the bus has no such servo (dead ones count). */
  servo(id: number): Servo
  /** Bytes from the host that have all arrived at `nowNanos`; what will reach it in return, by time. */
  receive(bytes: Uint8Array, nowNanos: number): readonly Reply[]
  /** Moves motors and firmware on without any traffic. */
  advance(nowNanos: number): void
  setPower(on: boolean, nowNanos: number): void
  setFaults(plan: Partial<FaultPlan>): void
  readonly faults: FaultPlan
}

export interface ServoBusOptions {
  readonly protocol: Protocol
  /** Start and stop bit included, a byte takes 10 bits. The rate is never checked: a pty has none. */
  readonly baud?: number
  readonly seed?: number
  readonly faults?: Partial<FaultPlan>
  /**
   * An instruction interrupted for longer is forgotten. ROBOTIS e-Manual, Protocol 2.0, "Byte to Byte Time": 1.5 ms.
   * Assumed for Feetech, whose manual is silent. Over a pty allow more: its scheduling is not a wire's.
   */
  readonly interByteNanos?: number
}

export function createServoBus({
  protocol,
  baud = 1_000_000,
  seed = 1,
  faults = {},
  interByteNanos = 1_500_000
}: ServoBusOptions): ServoBus {
  const byteNanos = (10 * NANOS_PER_SECOND) / baud
  const random = createRandom(seed)
  let plan: FaultPlan = { ...noFaults, ...faults }
  let wireFreeAtNanos = 0
  let lastByteAtNanos = 0
  /** What a slow adapter keeps back keeps back all that follows: bytes never overtake each other. */
  let deliveredAtNanos = 0

  const inOrder = (reply: Reply): Reply => {
    deliveredAtNanos = Math.max(deliveredAtNanos, reply.atNanos)
    return { ...reply, atNanos: deliveredAtNanos }
  }

  function transmit(packets: readonly StatusPacket[], nowNanos: number): readonly Reply[] {
    let atNanos = nowNanos
    const replies = packets.flatMap(({ bytes, delayNanos }) => {
      atNanos += delayNanos + bytes.length * byteNanos
      return disturb({ bytes, atNanos }, plan, random).map(inOrder)
    })
    wireFreeAtNanos = atNanos
    return replies
  }

  const advance = (nowNanos: number): void => {
    for (const servo of protocol.servos) servo.advance(nowNanos)
  }

  return {
    servos: protocol.servos,
    servo(id) {
      const found = protocol.servos.find((servo) => servo.id === id)
      if (!found) throw new RangeError(`no servo with id ${id} on this bus`)
      return found
    },
    receive(bytes, nowNanos) {
      advance(nowNanos)
      if (nowNanos - lastByteAtNanos > interByteNanos) protocol.reset()
      const replies: Reply[] = []
      for (const byte of bytes) {
        // Half-duplex: who speaks while a servo speaks is not heard.
        if (nowNanos < wireFreeAtNanos) continue
        lastByteAtNanos = nowNanos
        const execute = protocol.push(byte)
        if (execute === null || happens(plan.dropInstruction, random)) continue
        replies.push(...transmit(execute(), nowNanos))
      }
      return replies
    },
    advance,
    setPower(on, nowNanos) {
      advance(nowNanos)
      protocol.reset()
      for (const servo of protocol.servos) servo.setPower(on)
    },
    setFaults(given) {
      plan = { ...plan, ...given }
    },
    get faults() {
      return plan
    }
  }
}
