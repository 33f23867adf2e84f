/**
 * A servo's memory as the manuals describe it: named registers, little-endian, in an EEPROM area that outlives power
 * and a RAM area that does not.
 */
export interface Register {
  readonly address: number
  readonly bytes: 1 | 2 | 4
  readonly access: 'r' | 'rw'
  readonly area: 'eeprom' | 'ram'
  /** From the factory (EEPROM) or after power on (RAM); the register's bytes as an unsigned number. */
  readonly initial: number
}

export type ControlTable<Name extends string> = Readonly<Record<Name, Register>>

export interface RegisterFile<Name extends string> {
  readonly table: ControlTable<Name>
  readonly names: readonly Name[]
  /** Addresses below this can hold something. */
  readonly size: number
  /** Unsigned. */
  get(name: Name): number
  /** Two's complement. */
  getSigned(name: Name): number
  /** Keeps the low bytes of a number of either sign. Doesn't outlive power until `save`. */
  set(name: Name, value: number): void
  /** The register that starts at, or covers, an address. */
  at(address: number): Name | undefined
  covering(address: number): Name | undefined
  /** A copy; addresses without a register read as 0. */
  readBytes(address: number, count: number): Uint8Array
  writeByte(address: number, value: number): void
  /** EEPROM remembers the present value of these registers. */
  save(...names: readonly Name[]): void
  /** What power on finds: EEPROM as saved, RAM as initial. */
  powerCycle(): void
  /** EEPROM as it left the factory, apart from some registers; RAM as after power on. */
  factoryReset(keep: readonly Name[]): void
}

export function createRegisterFile<Name extends string>(table: ControlTable<Name>): RegisterFile<Name> {
  const names = Object.keys(table).filter((name): name is Name => name in table)
  const size = Math.max(...names.map((name) => table[name].address + table[name].bytes))
  const live = new Uint8Array(size)
  const saved = new Uint8Array(size)
  const startsAt = new Map(names.map((name) => [table[name].address, name]))
  const coveredBy = new Map<number, Name>()
  for (const name of names) {
    for (let i = 0; i < table[name].bytes; i++) coveredBy.set(table[name].address + i, name)
  }

  function put(image: Uint8Array, { address, bytes }: Register, value: number): void {
    for (let i = 0; i < bytes; i++) image[address + i] = Math.floor(value / 2 ** (8 * i)) & 0xff
  }
  function take(image: Uint8Array, { address, bytes }: Register): number {
    let value = 0
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (image[address + i] ?? 0)
    return value
  }

  const isEeprom = (name: Name): boolean => table[name].area === 'eeprom'
  const powerCycle = (): void => {
    for (const name of names) {
      const value = isEeprom(name) ? take(saved, table[name]) : table[name].initial
      put(live, table[name], value)
    }
  }
  for (const name of names) put(saved, table[name], table[name].initial)
  powerCycle()

  return {
    table,
    names,
    size,
    get: (name) => take(live, table[name]),
    getSigned(name) {
      const value = take(live, table[name])
      const range = 2 ** (8 * table[name].bytes)
      return value >= range / 2 ? value - range : value
    },
    set: (name, value) => put(live, table[name], Math.round(value)),
    at: (address) => startsAt.get(address),
    covering: (address) => coveredBy.get(address),
    readBytes(address, count) {
      const bytes = new Uint8Array(count)
      bytes.set(live.subarray(address, address + count))
      return bytes
    },
    writeByte(address, value) {
      if (coveredBy.has(address)) live[address] = value
    },
    save(...given) {
      for (const name of given) if (isEeprom(name)) put(saved, table[name], take(live, table[name]))
    },
    powerCycle,
    factoryReset(keep) {
      for (const name of names) {
        if (isEeprom(name) && !keep.includes(name)) put(saved, table[name], table[name].initial)
      }
      powerCycle()
    }
  }
}

/** For names that come from people and tests. */
export function registerNamed<Name extends string>(registers: RegisterFile<Name>, register: string): Name {
  const name = registers.names.find((candidate) => candidate === register)
  if (name === undefined) throw new RangeError(`no register ${register}`)
  return name
}
