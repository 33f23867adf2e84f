/** Registers of a servo's control table, little-endian, and the ways the two families write negative numbers. */

/** `signBit`: sign and magnitude, the sign in that bit (Feetech). */
export type Coding = 'unsigned' | 'twosComplement' | { readonly signBit: number }

export interface Register {
  readonly name: string
  readonly address: number
  readonly bytes: 1 | 2 | 4
  readonly coding: Coding
  /** Survives a power cut; written only on purpose, with torque off. */
  readonly eeprom: boolean
}

/** Smallest and largest value that a register can hold. */
export function registerRange({ bytes, coding }: Register): readonly [number, number] {
  const values = 2 ** (8 * bytes)
  if (coding === 'unsigned') return [0, values - 1]
  if (coding === 'twosComplement') return [-values / 2, values / 2 - 1]
  const magnitude = 2 ** coding.signBit - 1
  return [-magnitude, magnitude]
}

/** RangeError for a number that the register can't hold: what is sent is never what wasn't meant. */
export function encodeRegister(register: Register, value: number): Uint8Array {
  const [min, max] = registerRange(register)
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${register.name} holds whole numbers from ${min} to ${max}, not ${value}`)
  const { bytes, coding } = register
  let word = value
  if (value < 0) word = typeof coding === 'object' ? 2 ** coding.signBit - value : 2 ** (8 * bytes) + value
  return Uint8Array.from({ length: bytes }, (_, index) => Math.floor(word / 2 ** (8 * index)) & 0xff)
}

/** `data` are the register's bytes; RangeError when there are more or fewer. */
export function decodeRegister({ name, bytes, coding }: Register, data: Uint8Array): number {
  if (data.length !== bytes) throw new RangeError(`${name} has ${bytes} bytes, got ${data.length}`)
  const word = data.reduceRight((sum, byte) => sum * 256 + byte, 0)
  if (coding === 'unsigned') return word
  if (coding === 'twosComplement') return word >= 2 ** (8 * bytes - 1) ? word - 2 ** (8 * bytes) : word
  const sign = 2 ** coding.signBit
  const magnitude = word % sign
  return Math.floor(word / sign) % 2 === 1 && magnitude > 0 ? -magnitude : magnitude
}

/** Registers that lie in one stretch of the table, read with one request. */
export interface RegisterBlock<Name extends string> {
  readonly address: number
  readonly bytes: number
  readonly decode: (data: Uint8Array) => Record<Name, number>
}

/** The shortest stretch that holds all of `registers`. */
export function registerBlock<Name extends string>(
  registers: Readonly<Record<Name, Register>>
): RegisterBlock<Name> {
  const named = Object.entries(registers) as [Name, Register][]
  const address = Math.min(...named.map(([, register]) => register.address))
  const end = Math.max(...named.map(([, register]) => register.address + register.bytes))
  return {
    address,
    bytes: end - address,
    decode(data) {
      const values: Partial<Record<Name, number>> = {}
      for (const [name, register] of named) {
        const at = register.address - address
        values[name] = decodeRegister(register, data.subarray(at, at + register.bytes))
      }
      return values as Record<Name, number>
    }
  }
}
