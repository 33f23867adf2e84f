import { createMotor, type Drive, type MotorSpec } from '../motor'
import { createRegisterFile, registerNamed, type RegisterFile } from '../registers'
import { type Servo } from '../servo'
import { createPositions, type Positions } from './position'
import { createProtection } from './protection'
import { decodeSignMagnitude, encodeSignMagnitude } from './signMagnitude'
import { sts3215, type Sts3215Register } from './table'

/** What the protocol does with one STS3215. */
export interface FeetechServo extends Servo {
  /** Error byte of its status packets: Status (65). */
  readonly error: number
  readonly returnDelayNanos: number
  /** Status level 1: it answers more than ping and read. */
  readonly answersEverything: boolean
  read(address: number, count: number): Uint8Array
  write(address: number, data: Uint8Array): void
  registerWrite(address: number, data: Uint8Array): void
  action(): void
  restoreFactory(): void
  reboot(): void
  forgetTurns(): void
  calibrate(reading: number): void
}

export interface FeetechServoOptions {
  readonly id: number
  readonly name: string
  readonly motor?: Partial<MotorSpec>
  /** EEPROM as somebody left it. */
  readonly eeprom?: Partial<Record<Sts3215Register, number>>
  /** Supply, 0.1 V. */
  readonly decivolts?: number
}

/** Feetech protocol manual, "Reboot": no answer, about 800 ms. */
const BOOT_NANOS = 800_000_000
/** Assumed: 2.6 A stall current in the 6.5 mA of Present_Current. */
const STALL_CURRENT = 400
/** Memory table, "Phase": bit 2 counts speeds in 1 step/s instead of 50, bit 3 makes speed 0 the maximum. */
const PHASE_FINE_SPEED = 4
const PHASE_ZERO_IS_MAXIMUM = 8
const TORQUE_CALIBRATE = 128

function driveOf(
  registers: RegisterFile<Sts3215Register>,
  positions: Positions,
  leftPercent: number | null
): Drive {
  if (registers.get('torqueEnable') !== 1) return { kind: 'free' }
  const phase = registers.get('phase')
  const speed = decodeSignMagnitude(registers.get('goalVelocity'), 15) * (phase & PHASE_FINE_SPEED ? 1 : 50)
  const acceleration = registers.get('acceleration') || registers.get('maximumAcceleration')
  const fastest = registers.get('maximumVelocityLimit') * 50
  const limits = {
    maxTicksPerSec:
      speed === 0 && phase & PHASE_ZERO_IS_MAXIMUM ? fastest : Math.min(Math.abs(speed), fastest),
    maxTicksPerSec2: 100 * Math.min(acceleration, registers.get('maximumAcceleration') || acceleration),
    maxTorque: Math.min(registers.get('torqueLimit') / 1000, leftPercent === null ? 1 : leftPercent / 100)
  }
  switch (registers.get('operatingMode')) {
    case 1:
      return { kind: 'velocity', ticksPerSec: speed, ...limits, maxTicksPerSec: fastest }
    case 2: {
      const torque = decodeSignMagnitude(registers.get('goalTime'), 10) / 1000
      return { kind: 'torque', torque: Math.min(Math.max(torque, -limits.maxTorque), limits.maxTorque) }
    }
    default:
      // Step mode (3) is not emulated: it moves like position mode.
      return { kind: 'position', errorTicks: positions.target() - positions.present(), ...limits }
  }
}

/**
 * An STS3215 (SO-100, SO-101). EEPROM lock, memory table: Lock = 0 saves EEPROM writes, Lock = 1 doesn't; the protocol
 * manual says of an id written under lock that it "will not be saved when power is off". So a locked write counts until
 * the power goes.
 *
 * A write to Goal_Position switches the torque on (huggingface/lerobot issue 3585). Assumptions: after power on the goal
 * is the present position (arms under LeRobot don't jump at their first torque-on); later Torque_Enable = 1 goes for the
 * last goal written, however far off the joint was moved meanwhile: the case a driver must be ready for.
 */
export function createFeetechServo(options: FeetechServoOptions): FeetechServo {
  const motor = createMotor(options.motor ?? {})
  const registers = createRegisterFile(sts3215)
  const positions = createPositions(registers, motor)
  const protection = createProtection(registers)
  const supply = options.decivolts ?? 74
  let decivolts = supply
  let nowNanos: number | null = null
  let powered = true
  let dead = false
  let bootedAtNanos = 0
  let registered: { address: number; data: Uint8Array } | null = null

  function boot(): void {
    registers.powerCycle()
    protection.reset()
    positions.forgetTurns()
    decivolts = supply
    registered = null
    registers.set('torqueLimit', registers.get('maxTorqueLimit'))
    registers.set('goalPosition', encodeSignMagnitude(positions.reading(), 15))
  }
  for (const name of registers.names) {
    const value = name === 'id' ? options.id : options.eeprom?.[name]
    if (value !== undefined) registers.set(name, value)
    registers.save(name)
  }
  boot()

  const current = (): number => motor.torque * STALL_CURRENT
  const observe = (): void =>
    protection.observe({
      torquePercent: 100 * Math.abs(motor.torque),
      current: Math.abs(current()),
      temperatureC: motor.temperatureC,
      decivolts
    })

  /** Everything the servo measures, as of now. */
  function refresh(): void {
    const measured: Partial<Record<Sts3215Register, number>> = {
      presentPosition: encodeSignMagnitude(positions.reading(), 15),
      presentVelocity: encodeSignMagnitude(motor.ticksPerSec, 15),
      presentLoad: encodeSignMagnitude(1000 * motor.torque, 10),
      presentCurrent: encodeSignMagnitude(current(), 15),
      presentVoltage: decivolts,
      presentTemperature: motor.temperatureC,
      status: protection.bits,
      moving: Math.abs(motor.ticksPerSec) > registers.get('movingVelocityThreshold') ? 1 : 0,
      targetPosition: encodeSignMagnitude(positions.target(), 15),
      goalPosition2: registers.get('goalPosition'),
      asyncWriteFlag: registered ? 1 : 0
    }
    for (const name of registers.names) {
      const value = measured[name]
      if (value !== undefined) registers.set(name, value)
    }
  }

  function write(address: number, data: Uint8Array): void {
    const torqueBefore = registers.get('torqueEnable')
    const unlocked = registers.get('lock') === 0
    const written = new Set<Sts3215Register>()
    data.forEach((byte, index) => {
      const name = registers.covering(address + index)
      if (name === undefined || sts3215[name].access === 'r') return
      registers.writeByte(address + index, byte)
      written.add(name)
    })
    if (unlocked) registers.save(...written)
    if (registers.get('torqueEnable') === TORQUE_CALIBRATE) {
      registers.set('torqueEnable', torqueBefore)
      positions.calibrate(2048)
    }
    if (written.has('goalPosition')) {
      registers.set('torqueEnable', 1)
      if ((positions.target() - positions.present()) * motor.torque < 0) protection.relieve()
    }
  }

  return {
    name: options.name,
    motor,
    get id() {
      return registers.get('id')
    },
    get listens() {
      return powered && !dead && (nowNanos ?? 0) >= bootedAtNanos
    },
    get error() {
      return protection.bits
    },
    get returnDelayNanos() {
      return Math.max(1, registers.get('returnDelayTime')) * 2000
    },
    get answersEverything() {
      return registers.get('responseStatusLevel') !== 0
    },
    advance(toNanos) {
      const elapsed = toNanos - (nowNanos ?? toNanos)
      nowNanos = toNanos
      const control = (): Drive =>
        powered ? driveOf(registers, positions, protection.torquePercent) : { kind: 'free' }
      motor.advance(elapsed, control, observe)
    },
    setPower(on) {
      if (on && !powered) boot()
      if (!on) registers.set('torqueEnable', 0)
      powered = on
    },
    setDead: (given) => void (dead = given),
    trip(cause) {
      if (cause === 'overheat') motor.heatTo(registers.get('maxTemperatureLimit') + 10)
      else if (cause === 'voltage') decivolts = registers.get('minVoltageLimit') - 5
      else protection.trip(cause)
      observe()
    },
    peek(register) {
      refresh()
      return registers.get(registerNamed(registers, register))
    },
    poke: (register, value) => registers.set(registerNamed(registers, register), value),
    read(address, count) {
      refresh()
      return registers.readBytes(address, count)
    },
    write,
    registerWrite: (address, data) => void (registered = { address, data }),
    action() {
      if (registered) write(registered.address, registered.data)
      registered = null
    },
    restoreFactory() {
      registers.factoryReset(['id'])
      boot()
    },
    reboot() {
      boot()
      bootedAtNanos = (nowNanos ?? 0) + BOOT_NANOS
    },
    forgetTurns: positions.forgetTurns,
    calibrate: positions.calibrate
  }
}
