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

/** Remainder of a packet times x¹⁶ divided by x¹⁶ + x¹⁵ + x² + 1: the CRC as its definition has it, by long division. */
function remainder(bytes: readonly number[]): number {
  let message = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) << 16n
  for (let bit = BigInt(8 * bytes.length + 15); bit >= 16n; bit--) {
    if ((message >> bit) & 1n) message ^= 0x18005n << (bit - 16n)
  }
  return Number(message)
}

/** Dynamixel instruction bytes made without the emulator's own code; parameters must not need stuffing. */
export function dynamixelInstruction(id: number, code: number, params: readonly number[] = []): string {
  const length = params.length + 3
  const packet = [0xff, 0xff, 0xfd, 0, id, length & 0xff, length >> 8, code, ...params]
  const crc = remainder(packet)
  return toHex(Uint8Array.from([...packet, crc & 0xff, crc >> 8]))
}

export const dynamixelStatus = (id: number, error: number, params: readonly number[] = []): string =>
  dynamixelInstruction(id, 0x55, [error, ...params])

/** A write of one register, its value little-endian. */
export function dynamixelWrite(id: number, address: number, value: number, bytes: number): string {
  const data = Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) & 0xff)
  return dynamixelInstruction(id, 0x03, [address & 0xff, address >> 8, ...data])
}
