import { type DynamixelServo } from './servo'
import { errors, type ErrorNumber } from './xRegisters'

/** Instructions to one servo: e-Manual, Protocol 2.0, "Instruction". */
const codes = {
  ping: 0x01,
  read: 0x02,
  write: 0x03,
  regWrite: 0x04,
  action: 0x05,
  factoryReset: 0x06,
  reboot: 0x08,
  clear: 0x10
} as const

export interface Outcome {
  readonly error: ErrorNumber
  readonly params?: Iterable<number>
  /** Id that the answer bears, when not the present one. */
  readonly asId?: number
  /** Lowest Status_Return_Level that answers this instruction; 2 unless given. */
  readonly answeredFrom?: 0 | 1
}

/** e-Manual, "Factory Reset (0x06)": what each option leaves alone. */
const keptByReset = new Map<number, readonly ('id' | 'baudRate')[]>([
  [0xff, []],
  [0x01, ['id']],
  [0x02, ['id', 'baudRate']]
])
/** e-Manual, "Clear (0x10)". */
const CLEAR_TURNS = [0x01, 0x44, 0x58, 0x4c, 0x22]

const word = (bytes: readonly number[], at: number): number => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0)

/**
 * Carries an instruction out on one servo. Error numbers for malformed parameters are assumed: Data Length Error where
 * some are missing, Data Range Error where a value is none of the manual's.
 */
export function executeOne(
  servo: DynamixelServo,
  code: number,
  params: readonly number[],
  bySecondaryId = false,
  broadcast = false
): Outcome {
  const data = (): Uint8Array => Uint8Array.from(params.slice(2))
  switch (code) {
    case codes.ping: {
      const model = servo.peek('modelNumber')
      return {
        error: errors.none,
        params: [model & 0xff, model >> 8, servo.peek('firmwareVersion')],
        answeredFrom: 0
      }
    }
    case codes.read: {
      // e-Manual, "Read (0x02)": not executed when broadcast.
      if (broadcast || params.length !== 4) return { error: errors.dataLength, answeredFrom: 1 }
      const read = servo.read(word(params, 0), word(params, 2))
      return read
        ? { error: errors.none, params: read, answeredFrom: 1 }
        : { error: errors.access, answeredFrom: 1 }
    }
    case codes.write:
      return {
        error: params.length < 3 ? errors.dataLength : servo.write(word(params, 0), data(), bySecondaryId)
      }
    case codes.regWrite:
      return { error: params.length < 3 ? errors.dataLength : servo.registerWrite(word(params, 0), data()) }
    case codes.action:
      return { error: servo.action() }
    case codes.factoryReset: {
      const [option = -1] = params
      const keep = keptByReset.get(option)
      if (!keep) return { error: errors.dataRange }
      // e-Manual: "reset all" to everybody is not executed.
      if (!broadcast || option !== 0xff) servo.factoryReset(keep)
      return { error: errors.none }
    }
    case codes.reboot:
      servo.reboot()
      return { error: errors.none }
    case codes.clear:
      return CLEAR_TURNS.every((byte, index) => params[index] === byte)
        ? { error: servo.clearTurns() }
        : { error: errors.dataRange }
    default:
      return { error: errors.instruction }
  }
}
