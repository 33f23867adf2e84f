import type { MotorCalibration, MotorEeprom } from '@shared/domain/calibration'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { BusLine } from './busLine'
import type { MotorSetting } from './motorSettings'
import type { Register } from './registers'
import type { BusError } from './servoBus'

/** What is done to single motors besides moving them: found, named, set up, calibrated, cleared. */

type Line = Pick<BusLine, 'bus' | 'family'>

/** A motor for people: `elbow_flex (3)`. */
export interface NamedMotor {
  readonly name: string
  readonly id: number
}

export interface FoundMotor {
  readonly id: number
  readonly model: string | null
  readonly modelNumber: number | null
}

export interface DueSetting {
  readonly motor: NamedMotor
  readonly register: Register
  readonly has: number
  readonly wants: number
}

const LAST_ID = 252

const label = ({ name, id }: NamedMotor): string => `${name} (${id})`

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})

const busFault = (what: string, { code, message }: BusError): Fault =>
  code === 'closed'
    ? fault('cableLost', `${what}: ${message}`, 'Check the cable, then connect again.')
    : fault('motorSilent', `${what}: ${message}`, 'Check the motor’s cable and the power supply.')

/** Pings every id, lowest first; ends early when `goesOn` says no or the line is gone. */
export async function scanBus(
  { bus, family }: Line,
  onProgress: (done: number, found: readonly FoundMotor[]) => void,
  goesOn: () => boolean = () => true
): Promise<Result<readonly FoundMotor[], Fault>> {
  const found: FoundMotor[] = []
  for (let id = 0; id <= LAST_ID && goesOn(); id++) {
    const answer = await bus.ping(id)
    if (!answer.ok && answer.error.code === 'closed') return err(busFault('The search', answer.error))
    if (answer.ok) {
      const model =
        answer.value.model === null ? await bus.read(id, family.modelNumber) : ok(answer.value.model)
      const modelNumber = model.ok ? model.value : null
      found.push({ id, modelNumber, model: modelNumber === null ? null : family.modelName(modelNumber) })
    }
    onProgress((id + 1) / (LAST_ID + 1), found)
  }
  return ok(found)
}

/** A motor with torque would move, or refuse, while its settings change. */
export async function refuseTorque({ bus, family }: Line, motor: NamedMotor): Promise<Result<void, Fault>> {
  const torque = await bus.read(motor.id, family.torqueEnable)
  if (!torque.ok) return err(busFault(label(motor), torque.error))
  if (torque.value === 0) return ok(undefined)
  return err(
    fault('torqueIsOn', `${label(motor)} has torque`, 'Support the arm, switch torque off, then try again.')
  )
}

/** Only what differs, where the family locks its EEPROM after unlocking it. Needs torque off. */
export async function writeRegisters(
  line: Line,
  motor: NamedMotor,
  values: readonly (readonly [Register, number])[]
): Promise<Result<number, Fault>> {
  const { bus, family } = line
  const released = await refuseTorque(line, motor)
  if (!released.ok) return released
  let written = 0
  for (const [register, value] of values) {
    const has = await bus.read(motor.id, register)
    if (!has.ok) return err(busFault(label(motor), has.error))
    if (has.value === value) continue
    if (register.eeprom && family.lock) {
      const unlocked = await bus.write(motor.id, family.lock, 0)
      if (!unlocked.ok) return err(busFault(label(motor), unlocked.error))
    }
    const done = await bus.write(motor.id, register, value)
    if (!done.ok) return err(busFault(label(motor), done.error))
    const now = await bus.read(motor.id, register)
    if (!now.ok) return err(busFault(label(motor), now.error))
    if (now.value !== value)
      return err(
        fault(
          'notWritten',
          `${label(motor)} keeps ${register.name} at ${now.value}; it was told ${value}`,
          'Power the motor off and on, then try again.'
        )
      )
    written += 1
  }
  return ok(written)
}

/** One motor's new id. Faults: `idTaken`, `noSuchId`, `torqueIsOn`, `idNotTaken` when it doesn't answer there. */
export async function assignId(line: Line, from: number, to: number): Promise<Result<void, Fault>> {
  const { bus, family } = line
  if (from === to) return ok(undefined)
  if ((await bus.ping(to)).ok)
    return err(
      fault(
        'idTaken',
        `There is a motor with id ${to} on ${bus.label} already`,
        'Give that one another id first.'
      )
    )
  if (!(await bus.ping(from)).ok)
    return err(fault('noSuchId', `No motor with id ${from} answers on ${bus.label}`, 'Search the bus again.'))
  const motor = { name: 'the motor', id: from }
  const released = await refuseTorque(line, motor)
  if (!released.ok) return released
  if (family.lock) {
    const unlocked = await bus.write(from, family.lock, 0)
    if (!unlocked.ok) return err(busFault(label(motor), unlocked.error))
  }
  // It may answer with its old id, its new one, or not at all: only a ping tells.
  await bus.write(from, family.calibration.id, to)
  if ((await bus.ping(to)).ok && !(await bus.ping(from)).ok) {
    if (family.lock) await bus.write(to, family.lock, 1)
    return ok(undefined)
  }
  return err(
    fault(
      'idNotTaken',
      `The motor does not answer with id ${to} on ${bus.label}`,
      'Power it off and on, search the bus, and see that only one motor has the old id.'
    )
  )
}

/** What each motor keeps of its calibration; null for one that doesn't answer. */
export async function readEeprom(
  { bus, family }: Line,
  motors: readonly NamedMotor[]
): Promise<Result<Readonly<Record<string, MotorEeprom | null>>, Fault>> {
  const { homingOffset, minPosition, maxPosition, driveMode } = family.calibration
  const all: Record<string, MotorEeprom | null> = {}
  for (const { name, id } of motors) {
    const values: number[] = []
    for (const register of [homingOffset, minPosition, maxPosition, driveMode]) {
      const value = register ? await bus.read(id, register) : ok(NaN)
      if (value.ok) values.push(value.value)
      else if (value.error.code === 'closed') return err(busFault(name, value.error))
      else break
    }
    const [homing_offset, range_min, range_max, drive_mode] = values
    all[name] =
      homing_offset === undefined ||
      range_min === undefined ||
      range_max === undefined ||
      drive_mode === undefined
        ? null
        : { id, homing_offset, range_min, range_max, drive_mode: driveMode ? drive_mode : null }
  }
  return ok(all)
}

export type MotorRange = Pick<MotorCalibration, 'homing_offset' | 'range_min' | 'range_max' | 'drive_mode'>

/** Homing offset, range, and drive mode where the motor has one. Needs torque off. */
export function writeEeprom(
  line: Line,
  motor: NamedMotor,
  { homing_offset, range_min, range_max, drive_mode }: MotorRange
): Promise<Result<number, Fault>> {
  const { homingOffset, minPosition, maxPosition, driveMode } = line.family.calibration
  return writeRegisters(line, motor, [
    [homingOffset, homing_offset],
    [minPosition, range_min],
    [maxPosition, range_max],
    ...(driveMode ? [[driveMode, drive_mode] as const] : [])
  ])
}

/** Settings that aren't as they should be. */
export async function settingsDue(
  { bus }: Line,
  motor: NamedMotor,
  settings: readonly MotorSetting[]
): Promise<Result<readonly DueSetting[], Fault>> {
  const due: DueSetting[] = []
  for (const { register, wants } of settings) {
    const has = await bus.read(motor.id, register)
    if (!has.ok) return err(busFault(label(motor), has.error))
    const wanted = wants(has.value)
    if (wanted !== has.value) due.push({ motor, register, has: has.value, wants: wanted })
  }
  return ok(due)
}

export const settingText = ({ motor, register, has, wants }: DueSetting): string =>
  `${label(motor)}: ${register.name} is ${has}, should be ${wants}`

/**
 * Starts a motor anew, which clears what it latched (Feetech's overload outlives torque off and on:
 * humancomputerlab/lelamp_runtime issue 9). It has no torque afterwards, and its joint falls if nobody holds it.
 */
export async function clearMotor(
  { bus }: Line,
  motor: NamedMotor,
  pause: () => Promise<void>
): Promise<Result<void, Fault>> {
  await bus.reboot(motor.id)
  for (let left = REBOOT_TRIES; left > 0; left--) {
    await pause()
    const answer = await bus.ping(motor.id)
    if (answer.ok) return ok(undefined)
    if (answer.error.code === 'closed') return err(busFault(label(motor), answer.error))
  }
  return err(
    fault('notBack', `${label(motor)} was started anew and does not answer yet`, 'Power the arm off and on.')
  )
}

const REBOOT_TRIES = 20
