import { createMotor, type Drive, type MotorSpec } from '../motor'
import { registerNamed } from '../registers'
import { type Servo } from '../servo'
import { createXPositions, driveOf, profileOf } from './drive'
import { createHardwareErrors, createWatchdog } from './guards'
import { measure } from './measure'
import { type XModelName, xModels, type XModel, type XRegisterName } from './tables'
import { mayRead, planWrite, type RegisterWrite, type WriteContext } from './writeRules'
import {
  createXRegisters,
  driveModeBits,
  errors,
  hardwareErrorBits,
  operatingModes,
  type ErrorNumber
} from './xRegisters'

/** What the protocol does with one X-series servo. */
export interface DynamixelServo extends Servo {
  readonly model: XModel
  /** 253 and above: none. */
  readonly secondaryId: number
  readonly alert: boolean
  readonly returnDelayNanos: number
  /** Status_Return_Level. */
  readonly statusReturnLevel: number
  /** An instruction for it was heard. */
  feedWatchdog(): void
  /** Null: Access Error. */
  read(address: number, count: number): Uint8Array | null
  /** `ramOnly`: by its secondary id, which can't change EEPROM. */
  write(address: number, data: Uint8Array, ramOnly?: boolean): ErrorNumber
  registerWrite(address: number, data: Uint8Array): ErrorNumber
  action(): ErrorNumber
  /** `keep`: registers that stay as they are. Reboots. */
  factoryReset(keep: readonly XRegisterName[]): void
  reboot(): void
  clearTurns(): ErrorNumber
}

export interface DynamixelServoOptions {
  readonly id: number
  readonly name: string
  readonly model: XModelName
  readonly motor?: Partial<MotorSpec>
  /** EEPROM as somebody left it. */
  readonly eeprom?: Partial<Record<XRegisterName, number>>
  /** Supply, 0.1 V; what the model is recommended otherwise. */
  readonly decivolts?: number
}

/** Assumed; the manual names no time. */
const BOOT_NANOS = 300_000_000

/**
 * An X-series servo under Protocol 2.0. Assumptions: after power on and a change of mode the goal is the present position;
 * Torque_Enable = 1 goes for the last goal written, however far off the joint was moved meanwhile: the case a driver must
 * be ready for. When an expired watchdog is cleared the motor stays where it stopped until the next goal.
 */
export function createDynamixelServo(options: DynamixelServoOptions): DynamixelServo {
  const model: XModel = xModels[options.model]
  const motor = createMotor({ maxTicksPerSec: model.maxTicksPerSec, ...options.motor })
  const registers = createXRegisters(model)
  const positions = createXPositions(registers, motor)
  const hardware = createHardwareErrors(registers)
  const watchdog = createWatchdog(registers)
  const supply = options.decivolts ?? model.decivolts
  let decivolts = supply
  let profile = profileOf(registers, model, 0)
  let nowNanos: number | null = null
  let powered = true
  let dead = false
  let onSinceNanos = 0
  let bootedAtNanos = 0
  let heldAt: number | null = null
  let registered: { address: number; data: Uint8Array } | null = null

  function restGoals(): void {
    positions.forgetTurns()
    registers.set('goalPosition', positions.present())
    profile = profileOf(registers, model, 0)
    heldAt = null
  }
  function boot(): void {
    registers.powerCycle()
    hardware.reset()
    decivolts = supply
    registered = null
    onSinceNanos = nowNanos ?? 0
    registers.set('goalPwm', registers.get('pwmLimit'))
    registers.set('goalCurrent', registers.get('currentLimit'))
    restGoals()
    registers.set('torqueEnable', registers.get('startupConfiguration') & 1)
  }
  for (const name of registers.names) {
    const value = name === 'id' ? options.id : options.eeprom?.[name]
    if (value !== undefined) registers.set(name, value)
    registers.save(name)
  }
  boot()

  const context = (): WriteContext => ({
    model,
    registers,
    watchdogExpired: watchdog.expired,
    shutDown: hardware.shutDown
  })

  /** What follows from a register's new value. */
  function react({ name, value }: RegisterWrite): void {
    switch (name) {
      case 'operatingMode':
        // e-Manual, "Operating Mode(11)": profiles become 0, Goal_PWM and Goal_Current their limits.
        registers.set('profileVelocity', 0)
        registers.set('profileAcceleration', 0)
        registers.set('goalPwm', registers.get('pwmLimit'))
        registers.set('goalCurrent', registers.get('currentLimit'))
        restGoals()
        break
      case 'driveMode':
        restGoals()
        break
      case 'torqueEnable':
        if (value === 1 && registers.get('operatingMode') === operatingModes.position) positions.forgetTurns()
        if (value === 0) heldAt = null
        break
      case 'goalPosition':
        profile = profileOf(registers, model, value - positions.present())
        heldAt = null
        if (registers.get('driveMode') & driveModeBits.torqueOnByGoal && !hardware.shutDown)
          registers.set('torqueEnable', 1)
        break
      case 'goalVelocity':
      case 'goalCurrent':
      case 'goalPwm':
        if (registers.get('operatingMode') !== operatingModes.currentBasedPosition) heldAt = null
        break
      default:
    }
  }

  function write(address: number, data: Uint8Array, ramOnly = false): ErrorNumber {
    const { writes, error } = planWrite(address, data, context())
    if (error !== errors.none) return error
    if (ramOnly && writes.some(({ name }) => model.table[name].area === 'eeprom')) return errors.access
    for (const given of writes) {
      registers.set(given.name, given.value)
      registers.save(given.name)
      react(given)
    }
    return errors.none
  }

  function refresh(): void {
    measure({
      model,
      registers,
      motor,
      positions,
      decivolts,
      uptimeNanos: (nowNanos ?? 0) - onSinceNanos,
      hardwareErrorBits: hardware.bits,
      writeRegistered: registered !== null
    })
  }

  function afterStep(): void {
    if (!powered) return
    hardware.observe({ torque: motor.torque, temperatureC: motor.temperatureC, decivolts })
    watchdog.tick(() => (heldAt = positions.present()))
  }

  function reboot(): void {
    boot()
    bootedAtNanos = (nowNanos ?? 0) + BOOT_NANOS
  }

  return {
    name: options.name,
    model,
    motor,
    get id() {
      return registers.get('id')
    },
    get secondaryId() {
      return registers.get('secondaryId')
    },
    get listens() {
      return powered && !dead && (nowNanos ?? 0) >= bootedAtNanos
    },
    get alert() {
      return hardware.bits !== 0
    },
    get returnDelayNanos() {
      return registers.get('returnDelayTime') * 2000
    },
    get statusReturnLevel() {
      return registers.get('statusReturnLevel')
    },
    feedWatchdog: watchdog.feed,
    advance(toNanos) {
      const elapsed = toNanos - (nowNanos ?? toNanos)
      nowNanos = toNanos
      const control = (): Drive =>
        powered ? driveOf(registers, model, positions, profile, heldAt) : { kind: 'free' }
      motor.advance(elapsed, control, afterStep)
    },
    setPower(on) {
      if (on && !powered) boot()
      powered = on
    },
    setDead: (given) => void (dead = given),
    trip(cause) {
      if (cause === 'overheat') motor.heatTo(registers.get('temperatureLimit') + 10)
      else if (cause === 'voltage') decivolts = registers.get('minVoltageLimit') - 5
      hardware.raise(hardwareErrorBits[cause === 'overcurrent' ? 'shock' : cause])
    },
    peek(register) {
      refresh()
      const name = registerNamed(registers, register)
      return model.table[name].min < 0 || model.table[name].access === 'r'
        ? registers.getSigned(name)
        : registers.get(name)
    },
    poke: (register, value) => registers.set(registerNamed(registers, register), value),
    read(address, count) {
      if (!mayRead(address, count, context())) return null
      refresh()
      return registers.readBytes(address, count)
    },
    write,
    registerWrite(address, data) {
      const { error } = planWrite(address, data, context())
      if (error === errors.none) registered = { address, data }
      return error
    },
    action() {
      // e-Manual, "Error": an action without a registered write is an Instruction Error.
      if (!registered) return errors.instruction
      const { address, data } = registered
      registered = null
      return write(address, data)
    },
    factoryReset(keep) {
      registers.factoryReset(keep)
      reboot()
    },
    reboot,
    clearTurns() {
      // e-Manual, "Clear (0x10)": Result Fail while moving.
      if (Math.abs(motor.ticksPerSec) > 0) return errors.resultFail
      restGoals()
      return errors.none
    }
  }
}
