import { type Motor } from './motor'

/** Conditions a servo's firmware protects itself from. */
export const trips = ['overload', 'overheat', 'overcurrent', 'voltage', 'encoder'] as const
export type Trip = (typeof trips)[number]

/** What a bus, a fault and a test may do with any servo, whatever its protocol. */
export interface Servo {
  /** As the ID register says. */
  readonly id: number
  /** Joint name, for people. */
  readonly name: string
  readonly motor: Motor
  /** Whether it hears and answers: powered, not dead, not booting. */
  readonly listens: boolean
  /** Moves its time on to `nowNanos`. */
  advance(nowNanos: number): void
  setPower(on: boolean): void
  /** A dead one stays silent; whatever it was doing with its motor goes on. */
  setDead(dead: boolean): void
  /** Makes its firmware see a condition at once, without waiting for physics to bring it about. */
  trip(cause: Trip): void
  /** Register by its name in the control table: for tests and people, past the protocol. Unknown names throw. */
  peek(register: string): number
  poke(register: string, value: number): void
}

/** One status packet as a servo would put it on the wire. */
export interface StatusPacket {
  readonly bytes: Uint8Array
  /** Silence on the wire before its first byte. */
  readonly delayNanos: number
}

/** Carries an instruction out and returns the answers, in their order on the wire. */
export type Execution = () => readonly StatusPacket[]

/** Instruction bytes to status packets: one protocol and the servos that speak it on one bus. */
export interface Protocol {
  /** The next byte from the host; once it completes an instruction, what carries that out and answers it. */
  push(byte: number): Execution | null
  /** Forgets an unfinished instruction. */
  reset(): void
  readonly servos: readonly Servo[]
}
