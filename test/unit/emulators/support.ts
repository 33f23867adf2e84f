import { NANOS_PER_MILLI } from '@shared/units'
import { createServoBus, type ServoBus, type ServoBusOptions } from '../../emulators/bus'
import { createDynamixelProtocol, type DynamixelProtocolOptions } from '../../emulators/dynamixel/protocol'
import { createDynamixelServo, type DynamixelServoOptions } from '../../emulators/dynamixel/servo'
import { createFeetechProtocol, type FeetechProtocolOptions } from '../../emulators/feetech/protocol'
import { createFeetechServo, type FeetechServoOptions } from '../../emulators/feetech/servo'
import { fromHex, toHex } from '../../emulators/hex'

/** A bus and a clock that only moves when told to. */
export interface Bench {
  readonly bus: ServoBus
  /** Sends one packet, waits 50 ms for what comes back, and returns that as hexadecimal, one packet a line. */
  ask(packet: string): string[]
  wait(millis: number): void
  readonly nowNanos: number
}

export function createBench(bus: ServoBus): Bench {
  let nowNanos = 0
  const wait = (millis: number): void => {
    nowNanos += millis * NANOS_PER_MILLI
    bus.advance(nowNanos)
  }
  bus.advance(0)
  return {
    bus,
    wait,
    ask(packet) {
      const replies = bus.receive(fromHex(packet), nowNanos)
      wait(50)
      return replies.map((reply) => toHex(reply.bytes))
    },
    get nowNanos() {
      return nowNanos
    }
  }
}

export interface FeetechBenchOptions extends Partial<Omit<ServoBusOptions, 'protocol'>> {
  readonly afterSilentServo?: FeetechProtocolOptions['afterSilentServo']
}

export function feetechBench(
  servos: readonly Partial<FeetechServoOptions>[] = [{}],
  { afterSilentServo = 'continue', ...bus }: FeetechBenchOptions = {}
): Bench {
  const made = servos.map((options, index) =>
    createFeetechServo({ id: index + 1, name: `motor ${index + 1}`, ...options })
  )
  const protocol = createFeetechProtocol({ servos: made, afterSilentServo })
  return createBench(createServoBus({ protocol, ...bus }))
}

/** Feetech instruction bytes made without the emulator's own code. */
export function feetechInstruction(id: number, code: number, params: readonly number[]): string {
  const body = [id, params.length + 2, code, ...params]
  const sum = body.reduce((total, byte) => total + byte, 0)
  return toHex(Uint8Array.from([0xff, 0xff, ...body, 255 - (sum % 256)]))
}

export interface DynamixelBenchOptions extends Partial<Omit<ServoBusOptions, 'protocol'>> {
  readonly afterSilentServo?: DynamixelProtocolOptions['afterSilentServo']
}

export function dynamixelBench(
  servos: readonly Partial<DynamixelServoOptions>[] = [{}],
  { afterSilentServo = 'stop', ...bus }: DynamixelBenchOptions = {}
): Bench {
  const made = servos.map((options, index) =>
    createDynamixelServo({ id: index + 1, name: `motor ${index + 1}`, model: 'xm430-w350', ...options })
  )
  const protocol = createDynamixelProtocol({ servos: made, afterSilentServo })
  return createBench(createServoBus({ protocol, ...bus }))
}
