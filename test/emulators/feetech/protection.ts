import { STEP_NANOS } from '../motor'
import { type RegisterFile } from '../registers'
import { statusBits, type Sts3215Register } from './table'

/**
 * How an STS3215 protects itself. Memory table: Max_Temperature_Limit (13), Min/Max_Voltage_Limit (14, 15),
 * Unloading_Condition (19: which conditions act on the motor), Protection_Current (28), Protective_Torque (34),
 * Protection_Time (35), Overload_Torque (36), Over_Current_Protection_Time (38).
 *
 * Overload leaves Protective_Torque. Assumptions: overload ends with power off, a reboot, or a goal away from the load
 * (Torque_Enable = 0 alone does not end it: humancomputerlab/lelamp_runtime issue 9; operators report power cycles:
 * open-edge-platform/physical-ai-studio issue 955); overcurrent likewise; overheating and encoder errors switch the
 * torque off for good (Torque_Enable becomes 0) and their bit follows the condition.
 */
export interface Protection {
  /** Bits as in Status (65). */
  readonly bits: number
  /** % of stall torque that protection leaves, or null when it leaves all. */
  readonly torquePercent: number | null
  /** One millisecond of what the motor does. */
  observe(seen: Seen): void
  trip(cause: 'overload' | 'overcurrent' | 'encoder'): void
  /** The host wants to go the other way. */
  relieve(): void
  reset(): void
}

interface Seen {
  readonly torquePercent: number
  /** As in Present_Current. */
  readonly current: number
  readonly temperatureC: number
  /** 0.1 V. */
  readonly decivolts: number
}

export function createProtection(registers: RegisterFile<Sts3215Register>): Protection {
  let latched = 0
  let present = 0
  let tripped = 0
  let overloadNanos = 0
  let overcurrentNanos = 0

  const acts = (bit: number): boolean => (registers.get('unloadingCondition') & bit) !== 0
  /** Time a condition has lasted; more than the register's 10 ms units means protection. */
  const lasts = (nanos: number, limit: Sts3215Register): boolean =>
    nanos > registers.get(limit) * 10 * STEP_NANOS

  function observe({ torquePercent, current, temperatureC, decivolts }: Seen): void {
    const overloaded = torquePercent > registers.get('overloadTorque')
    overloadNanos = overloaded ? overloadNanos + STEP_NANOS : 0
    if (lasts(overloadNanos, 'protectionTime')) latched |= statusBits.overload
    const overcurrent = current > registers.get('protectionCurrent')
    overcurrentNanos = overcurrent ? overcurrentNanos + STEP_NANOS : 0
    if (lasts(overcurrentNanos, 'overCurrentProtectionTime')) latched |= statusBits.overcurrent

    const hot = temperatureC > registers.get('maxTemperatureLimit')
    const badVoltage =
      decivolts > registers.get('maxVoltageLimit') || decivolts < registers.get('minVoltageLimit')
    present = tripped | (hot ? statusBits.overheat : 0) | (badVoltage ? statusBits.voltage : 0)
    if ([statusBits.overheat, statusBits.encoder].some((bit) => (present & bit) !== 0 && acts(bit))) {
      registers.set('torqueEnable', 0)
    }
  }

  return {
    get bits() {
      return latched | present
    },
    get torquePercent() {
      const limited = [statusBits.overload, statusBits.overcurrent].some(
        (bit) => (latched & bit) !== 0 && acts(bit)
      )
      return limited ? registers.get('protectiveTorque') : null
    },
    observe,
    trip(cause) {
      if (cause === 'encoder') tripped |= statusBits.encoder
      else latched |= statusBits[cause]
    },
    relieve() {
      latched = 0
      overloadNanos = overcurrentNanos = 0
    },
    reset() {
      latched = present = tripped = overloadNanos = overcurrentNanos = 0
    }
  }
}
