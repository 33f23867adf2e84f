import { compareWithMotors, compareWithSpec, type Calibration } from '@shared/domain/calibration'
import type {
  ArmSlot,
  CalibrationProgress,
  ConnectedArm,
  DeviceCommand,
  PortInfo,
  ScanResult
} from '@shared/domain/devices'
import { findPort } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { assertNever, err, ok, type Result } from '@shared/domain/result'
import { prefixed } from '@shared/domain/robotSpecFile'
import { openBusLine, type BusLine, type BusLineOptions } from '../drivers/busLine'
import { settingsOf } from '../drivers/motorSettings'
import {
  assignId,
  clearMotor,
  readEeprom,
  scanBus,
  settingsDue,
  settingText,
  writeEeprom,
  writeRegisters,
  type DueSetting,
  type NamedMotor
} from '../drivers/motorSetup'
import { calibrationId, writeCalibration } from './calibrationFiles'
import { beginCalibration, type CalibrationWizard } from './calibrationWizard'
import type { OpenArm, OpenRobot } from './openRobot'
import type { RobotSession } from './robotSession'

/** What is done to motors besides moving them, for the Devices view: searches, ids, settings, calibration. */
export type CareCommand = Extract<
  DeviceCommand,
  { type: 'scan' | 'assignId' | 'setUp' | 'clearMotor' | 'settleCalibration' | 'calibrate' }
>

export interface MotorCare {
  command(command: CareCommand): Promise<Result<string | null, Fault>>
  /** Reads what the motors of a slot have: calibration, settings. */
  inspect(slot: ArmSlot): Promise<void>
  stateOf(slot: ArmSlot): Pick<ConnectedArm, 'calibration' | 'setUpDue'>
  /** Why the arm may not be moved by its calibration. */
  calibrationTrouble(slot: ArmSlot): string | null
  /** Once a tick. */
  tick(): void
  scan(): ScanResult | null
  calibration(): CalibrationProgress | null
}

export interface MotorCareOptions extends Pick<BusLineOptions, 'nowNanos' | 'later' | 'patienceMillis'> {
  readonly calibrationRoot: string
  readonly session: (slot: ArmSlot) => RobotSession | null
  readonly listPorts: () => Promise<readonly PortInfo[]>
  /** Opens the robot again: its calibration is another one now. */
  readonly reopen: (slot: ArmSlot) => Promise<Result<string | null, Fault>>
}

interface Inspected {
  readonly calibration: ConnectedArm['calibration']
  readonly due: readonly (DueSetting & { readonly line: BusLine })[]
}

const UNKNOWN: Inspected = { calibration: { file: null, state: 'missing', differences: [] }, due: [] }
const REBOOT_PAUSE_MS = 100

export function createMotorCare(options: MotorCareOptions): MotorCare {
  const inspected: Record<ArmSlot, Inspected> = { follower: UNKNOWN, leader: UNKNOWN }
  let found: ScanResult | null = null
  let wizard: { readonly slot: ArmSlot; readonly open: OpenArm; readonly steps: CalibrationWizard } | null =
    null

  const pause = (): Promise<void> => new Promise((resolve) => options.later(REBOOT_PAUSE_MS, resolve))

  function openOf(slot: ArmSlot): Result<{ session: RobotSession; robot: OpenRobot }, Fault> {
    const session = options.session(slot)
    const robot = session?.open()
    if (session && robot) return ok({ session, robot })
    return err(fault('notConnected', `No ${slot} is connected`, 'Connect one first.'))
  }

  async function inspect(slot: ArmSlot): Promise<void> {
    const open = openOf(slot)
    inspected[slot] = open.ok ? await inspectRobot(open.value.robot) : UNKNOWN
  }

  /** On a line of its own, or on the one that a robot has already. */
  async function onLine(
    { port, family, baudRate }: Extract<CareCommand, { type: 'scan' }>,
    act: (line: Pick<BusLine, 'bus' | 'family'>) => Promise<Result<string | null, Fault>>
  ): Promise<Result<string | null, Fault>> {
    const now = findPort(await options.listPorts(), port)
    const path = now?.path ?? port.path
    for (const slot of ['follower', 'leader'] as const) {
      const line = options
        .session(slot)
        ?.open()
        ?.lines.find(({ bus }) => bus.label === path)
      if (line) return act(line)
    }
    const opened = await openBusLine({ ...options, path, baud: baudRate, family })
    if (!opened.ok) return opened
    try {
      return await act(opened.value)
    } finally {
      await opened.value.close()
    }
  }

  function scan(command: Extract<CareCommand, { type: 'scan' }>): Promise<Result<string | null, Fault>> {
    const { port, family, baudRate } = command
    const show = (progress: number, motors: ScanResult['found']): void => {
      found = { port, family, baudRate, progress, found: [...motors] }
    }
    show(0, [])
    return onLine(command, async (line) => {
      const result = await scanBus(line, (progress, motors) => show(progress, [...motors]))
      if (!result.ok) {
        found = null
        return result
      }
      show(1, [...result.value])
      return ok(`${result.value.length} motors on ${line.bus.label}`)
    })
  }

  async function setUp(slot: ArmSlot): Promise<Result<string | null, Fault>> {
    let written = 0
    for (const { line, motor, register, wants } of inspected[slot].due) {
      const done = await writeRegisters(line, motor, [[register, wants]])
      if (!done.ok) return done
      written += done.value
    }
    await inspect(slot)
    return ok(`${written} settings written`)
  }

  async function clear(slot: ArmSlot, motor: string): Promise<Result<string | null, Fault>> {
    const open = openOf(slot)
    if (!open.ok) return open
    const { session, robot } = open.value
    for (const arm of robot.arms) {
      const named = motorsOf(arm).find(({ name }) => prefixed(arm.arm.instance, name) === motor)
      const line = robot.lines[arm.line]
      if (!named || !line) continue
      // A motor that starts anew obeys nobody: the others keep their goals until the operator takes the arm again.
      session.release()
      const cleared = await clearMotor(line, named, pause)
      return cleared.ok ? ok(`${motor} was started anew. Switch torque on to go on.`) : cleared
    }
    return err(fault('unknownMotor', `There is no motor ${motor}`, 'Choose one of the table.'))
  }

  async function settle(slot: ArmSlot, from: 'file' | 'motors'): Promise<Result<string | null, Fault>> {
    const open = openOf(slot)
    if (!open.ok) return open
    const { session, robot } = open.value
    for (const arm of robot.arms) {
      const line = robot.lines[arm.line]
      if (!line) continue
      if (from === 'file') {
        for (const motor of motorsOf(arm)) {
          const range = arm.calibration?.motors[motor.name]
          const written = range ? await writeEeprom(line, motor, range) : ok(0)
          if (!written.ok) return written
        }
      } else {
        const eeprom = await readEeprom(line, motorsOf(arm))
        if (!eeprom.ok) return eeprom
        const motors = Object.fromEntries(
          Object.entries(eeprom.value).flatMap(([name, has]) =>
            has
              ? [
                  [
                    name,
                    { ...has, drive_mode: has.drive_mode ?? arm.calibration?.motors[name]?.drive_mode ?? 0 }
                  ]
                ]
              : []
          )
        )
        const kept = await keep(session, arm, motors)
        if (!kept.ok) return kept
      }
    }
    return options.reopen(slot)
  }

  async function keep(session: RobotSession, { arm }: OpenArm, calibration: Calibration) {
    const { lerobot } = arm.spec
    if (lerobot === null)
      return err(
        fault('noFolder', `${arm.spec.title}: its file names no LeRobot folder`, 'Add “lerobot” to it.')
      )
    const id = calibrationId(session.request.id, arm.instance)
    return writeCalibration({ root: options.calibrationRoot, lerobot, id }, calibration)
  }

  async function begin(slot: ArmSlot): Promise<Result<string | null, Fault>> {
    const open = openOf(slot)
    if (!open.ok) return open
    const { session, robot } = open.value
    // One arm at a time: of a robot of several, the one that is driven.
    const arm = robot.arms.find(({ arm }) => arm.instance.prefix === session.request.drives)
    const line = arm && robot.lines[arm.line]
    if (!arm || !line) return err(fault('unknownArm', 'There is no such arm', 'Choose which arm is driven.'))
    const off = await session.torqueOff()
    if (!off.ok) return off
    const steps = await beginCalibration({ spec: arm.arm.spec, line })
    if (!steps.ok) return steps
    wizard = { slot, open: arm, steps: steps.value }
    return ok(null)
  }

  async function calibrate(
    slot: ArmSlot,
    step: Extract<CareCommand, { type: 'calibrate' }>['step']
  ): Promise<Result<string | null, Fault>> {
    if (step === 'begin') {
      if (wizard) return err(fault('calibrating', 'An arm is being calibrated', 'Save or cancel that first.'))
      return begin(slot)
    }
    if (wizard?.slot !== slot)
      return err(fault('notCalibrating', `The ${slot} is not being calibrated`, 'Begin first.'))
    const { steps, open } = wizard
    const session = options.session(slot)
    switch (step) {
      case 'middle': {
        const set = await steps.middle()
        return set.ok ? ok(null) : set
      }
      case 'save': {
        const calibration = await steps.save()
        if (!calibration.ok) return calibration
        const file = session
          ? await keep(session, open, calibration.value)
          : err(fault('notConnected', 'The arm is gone', 'Connect it and calibrate again.'))
        if (!file.ok) return file
        wizard = null
        const again = await options.reopen(slot)
        return again.ok ? ok(`Saved as ${file.value}`) : again
      }
      case 'cancel': {
        wizard = null
        const back = await steps.cancel()
        await inspect(slot)
        return back.ok ? ok('The motors have their old calibration again') : back
      }
      default:
        return assertNever(step)
    }
  }

  return {
    inspect,
    stateOf: (slot) => ({
      calibration: inspected[slot].calibration,
      setUpDue: inspected[slot].due.map(settingText)
    }),

    calibrationTrouble(slot) {
      if (wizard?.slot === slot) return 'it is being calibrated'
      const { state } = inspected[slot].calibration
      if (state === 'matches') return null
      return state === 'missing'
        ? 'it has no calibration: calibrate it in Devices'
        : 'its calibration file and its motors differ: settle that in Devices'
    },

    async command(command) {
      switch (command.type) {
        case 'scan':
          return scan(command)
        case 'assignId':
          return onLine({ ...command, type: 'scan' }, async (line) => {
            const assigned = await assignId(line, command.from, command.to)
            return assigned.ok ? ok(`Motor ${command.from} is ${command.to} now`) : assigned
          })
        case 'setUp':
          return setUp(command.slot)
        case 'clearMotor':
          return clear(command.slot, command.motor)
        case 'settleCalibration':
          return settle(command.slot, command.from)
        case 'calibrate':
          return calibrate(command.slot, command.step)
        default:
          return assertNever(command)
      }
    },

    tick() {
      if (!wizard) return
      const { slot, open, steps } = wizard
      const session = options.session(slot)
      if (!session?.open()) {
        // Its motors keep what they have; the arm can't be moved before the calibration matches again.
        wizard = null
        return
      }
      const motors = new Map(motorsOf(open).map(({ name }) => [prefixed(open.arm.instance, name), name]))
      steps.observe(
        new Map(
          session.readings().flatMap(({ motor, ticks }) => {
            const name = motors.get(motor)
            return name === undefined ? [] : [[name, ticks] as const]
          })
        )
      )
    },

    scan: () => found,
    calibration: () =>
      wizard && { slot: wizard.slot, step: wizard.steps.step(), motors: [...wizard.steps.motors()] }
  }
}

const motorsOf = ({ arm }: OpenArm): readonly NamedMotor[] =>
  arm.spec.joints.flatMap(({ motors }) => motors.map(({ name, id }) => ({ name, id })))

async function inspectRobot(robot: OpenRobot): Promise<Inspected> {
  const differences: string[] = []
  const due: (DueSetting & { line: BusLine })[] = []
  for (const open of robot.arms) {
    const line = robot.lines[open.line]
    if (!line) continue
    const { spec } = open.arm
    if (open.calibration) {
      const eeprom = await readEeprom(line, motorsOf(open))
      const { motors } = open.calibration
      const differs = eeprom.ok ? compareWithMotors(motors, eeprom.value) : []
      differences.push(...[...compareWithSpec(motors, spec.joints), ...differs].map(({ message }) => message))
      if (!eeprom.ok) differences.push(eeprom.error.message)
    }
    for (const joint of spec.joints)
      for (const { name, id, model } of joint.motors) {
        const role = {
          family: spec.driver === 'dynamixel' ? ('dynamixel' as const) : ('feetech' as const),
          isGripper: joint.kind === 'gripper',
          model
        }
        const settings = await settingsDue(line, { name, id }, settingsOf(role))
        if (settings.ok) due.push(...settings.value.map((setting) => ({ ...setting, line })))
      }
  }
  const missing = robot.arms.some(({ calibration }) => calibration === null)
  const state = missing ? 'missing' : differences.length > 0 ? 'differs' : 'matches'
  return { calibration: { file: robot.arms[0]?.calibration?.file ?? null, state, differences }, due }
}

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})
