import { STEP_NANOS } from '../motor'
import { hardwareErrorBits, type XRegisterFile } from './xRegisters'

/**
 * Hardware_Error_Status and Shutdown: e-Manual, "Shutdown(63)". An error that Shutdown names switches the torque off
 * until a reboot. Assumptions: every error stays until then; overload is 90 % of stall torque for 1.5 s (the manual:
 * "persistent load that exceeds maximum output").
 */
export interface HardwareErrors {
  readonly bits: number
  readonly shutDown: boolean
  /** One millisecond of what the motor does. */
  observe(seen: { readonly torque: number; readonly temperatureC: number; readonly decivolts: number }): void
  raise(bits: number): void
  reset(): void
}

const OVERLOAD_TORQUE = 0.9
const OVERLOAD_NANOS = 1_500_000_000

export function createHardwareErrors(registers: XRegisterFile): HardwareErrors {
  let bits = 0
  let shutDown = false
  let overloadNanos = 0

  function raise(more: number): void {
    bits |= more
    if ((bits & registers.get('shutdown')) === 0) return
    shutDown = true
    registers.set('torqueEnable', 0)
  }

  return {
    get bits() {
      return bits
    },
    get shutDown() {
      return shutDown
    },
    observe({ torque, temperatureC, decivolts }) {
      overloadNanos = Math.abs(torque) >= OVERLOAD_TORQUE ? overloadNanos + STEP_NANOS : 0
      const hot = temperatureC > registers.get('temperatureLimit')
      const badVoltage =
        decivolts > registers.get('maxVoltageLimit') || decivolts < registers.get('minVoltageLimit')
      const seen =
        (overloadNanos >= OVERLOAD_NANOS ? hardwareErrorBits.overload : 0) |
        (hot ? hardwareErrorBits.overheat : 0) |
        (badVoltage ? hardwareErrorBits.voltage : 0)
      if (seen !== 0) raise(seen)
    },
    raise,
    reset() {
      bits = overloadNanos = 0
      shutDown = false
    }
  }
}

/** Bus_Watchdog (98): e-Manual, "Bus Watchdog(98)". Counts only with torque on. */
export interface Watchdog {
  /** −1 in the register: goals are read-only until 0 is written. */
  readonly expired: boolean
  /**
   * An instruction was heard. Assumed: one for this servo, by its id, its secondary id or broadcast (the manual: "all the
   * Instruction Packet in the DYNAMIXEL Protocol").
   */
  feed(): void
  /** One millisecond; calls back when the time is over. */
  tick(expire: () => void): void
}

const EXPIRED = 0xff
const UNIT_NANOS = 20_000_000

export function createWatchdog(registers: XRegisterFile): Watchdog {
  let silentNanos = 0
  const expired = (): boolean => registers.get('busWatchdog') === EXPIRED
  return {
    get expired() {
      return expired()
    },
    feed: () => void (silentNanos = 0),
    tick(expire) {
      const units = registers.get('busWatchdog')
      if (units === 0 || expired() || registers.get('torqueEnable') !== 1) {
        silentNanos = 0
        return
      }
      silentNanos += STEP_NANOS
      if (silentNanos <= units * UNIT_NANOS) return
      registers.set('busWatchdog', EXPIRED)
      // e-Manual, example step 4: profile acceleration and velocity count as 0 when it stops.
      registers.set('profileAcceleration', 0)
      registers.set('profileVelocity', 0)
      expire()
    }
  }
}
