import { type XModel, type XRegisterName } from './tables'
import { errors, operatingModes, type ErrorNumber, type XRegisterFile } from './xRegisters'

/** What decides, besides the registers, whether a write is taken. */
export interface WriteContext {
  readonly model: XModel
  readonly registers: XRegisterFile
  /** Bus_Watchdog has expired: goals are read-only. */
  readonly watchdogExpired: boolean
  /** An error has shut the motor down: only a reboot lets the torque on again. */
  readonly shutDown: boolean
}

export interface RegisterWrite {
  readonly name: XRegisterName
  /** As written: two's complement where the register has negative values. */
  readonly value: number
}

const goals: readonly XRegisterName[] = ['goalPwm', 'goalCurrent', 'goalVelocity', 'goalPosition']

function decode(data: Uint8Array, signed: boolean): number {
  const value = data.reduceRight((sum, byte) => sum * 256 + byte, 0)
  const range = 2 ** (8 * data.length)
  return signed && value >= range / 2 ? value - range : value
}

/** Limit registers that bound a goal; `null`: none in this mode. */
function limitsOf(name: XRegisterName, { registers }: WriteContext): readonly [number, number] | null {
  const upTo = (limit: XRegisterName): [number, number] => [-registers.get(limit), registers.get(limit)]
  switch (name) {
    case 'goalPwm':
      return upTo('pwmLimit')
    case 'goalCurrent':
      return upTo('currentLimit')
    case 'goalVelocity':
      return upTo('velocityLimit')
    case 'goalPosition':
      return registers.get('operatingMode') === operatingModes.position
        ? [registers.get('minPositionLimit'), registers.get('maxPositionLimit')]
        : null
    default:
      return null
  }
}

function problemWith({ name, value }: RegisterWrite, context: WriteContext): ErrorNumber {
  const { model, registers, watchdogExpired, shutDown } = context
  const register = model.table[name]
  if (register.access === 'r') return errors.access
  const torqueOn = registers.get('torqueEnable') === 1
  if (register.area === 'eeprom' && torqueOn) return errors.access
  // e-Manual, "Bus Watchdog(98)": a new goal is answered with a Data Range Error.
  if (watchdogExpired && goals.includes(name)) return errors.dataRange
  const limits = limitsOf(name, context)
  if (limits && (value < limits[0] || value > limits[1])) return errors.dataLimit
  if (value < register.min || value > register.max) return errors.dataRange
  if (name === 'operatingMode' && !model.operatingModes.includes(value)) return errors.dataRange
  // Assumed number: the manual says only that a reboot is needed.
  if (name === 'torqueEnable' && value === 1 && shutDown) return errors.resultFail
  return errors.none
}

/**
 * Whole registers that a write covers, or the error it is refused with (then nothing is written). Error numbers: e-Manual,
 * Protocol 2.0, "Error". Assumed: a write that starts inside a register is an Access Error.
 */
export function planWrite(
  address: number,
  data: Uint8Array,
  context: WriteContext
): { readonly writes: readonly RegisterWrite[]; readonly error: ErrorNumber } {
  const { model, registers } = context
  const writes: RegisterWrite[] = []
  for (let at = 0; at < data.length;) {
    const name = registers.at(address + at)
    if (name === undefined || model.absent.includes(name)) return { writes: [], error: errors.access }
    const register = model.table[name]
    if (at + register.bytes > data.length) return { writes: [], error: errors.dataLength }
    const value = decode(data.subarray(at, at + register.bytes), register.min < 0)
    const error = problemWith({ name, value }, context)
    if (error !== errors.none) return { writes: [], error }
    writes.push({ name, value })
    at += register.bytes
  }
  return writes.length > 0 ? { writes, error: errors.none } : { writes, error: errors.dataLength }
}

/**
 * Whether a block may be read: it starts at something and stays within the table. Assumed: gaps inside it read as 0 (the
 * manual's Access Error is for an address that "has not been defined").
 */
export function mayRead(address: number, count: number, { model, registers }: WriteContext): boolean {
  const first = registers.covering(address)
  return (
    count > 0 && first !== undefined && !model.absent.includes(first) && address + count <= registers.size
  )
}
