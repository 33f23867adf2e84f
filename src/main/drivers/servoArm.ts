import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import type { RobotDriver } from './driver'
import {
  createServoGroup,
  type MotorReport,
  type Reading,
  type ServoArmOptions,
  type ServoJoint
} from './servoGroup'

/**
 * Arms made of bus servos, one bus or several read side by side, as one robot. Connecting only reads. A goal is written
 * only while torque is on, only the newest one, and only while it is fresh.
 */

export interface ServoArm extends RobotDriver {
  /** Of every motor, as last read; empty before the first reading. */
  telemetry(): readonly MotorReport[]
  torque(): 'on' | 'off' | 'unknown'
  /** Goals become the present positions first, so that nothing moves when torque comes; then watchdogs are armed. */
  torqueOn(): Promise<Result<void, Fault>>
  torqueOff(): Promise<Result<void, Fault>>
}

/** A reading is the robot's state for so long; then it counts as silent. */
const FRESH_NANOS = millisToNanos(60)
const PATIENT_ATTEMPTS = 4
/** A command that couldn't go out within a tick is one of the past. */
const COMMAND_TICKS = 1

export function createServoArm(options: ServoArmOptions): ServoArm {
  const { buses, joints, nowNanos } = options
  const tickNanos = NANOS_PER_SECOND / options.loopRateHz
  const group = createServoGroup(options)
  const { fault, readAll, writeEach, writeGoals } = group

  let connected = false
  let torque: ReturnType<ServoArm['torque']> = 'unknown'
  let reading: Reading | null = null
  let readTrouble: Fault | null = null
  /** Of the last command that went out or should have: told with the next one. */
  let writeTrouble: Fault | null = null
  let cycling = false
  let wroteSinceRead = false
  let newest = 0
  /** When the motors last heard us, at the earliest. */
  let heardNanos = 0

  /** No tick waits for it: a machine that stood still for a moment is no reason to refuse what was asked for. */
  async function readPatiently(): Promise<Result<Reading, Fault>> {
    for (let attempt = 1; ; attempt++) {
      const read = await readAll()
      if (read.ok || attempt === PATIENT_ATTEMPTS || read.error.code === 'cableLost') return read
    }
  }

  function cycle(): void {
    if (cycling || !connected) return
    cycling = true
    void readAll().then((read) => {
      cycling = false
      if (!connected) return
      if (read.ok) {
        reading = read.value
        heardNanos = read.value.capturedNanos
      }
      readTrouble = read.ok ? null : read.error
    })
  }

  const report = (joint: ServoJoint): MotorReport | undefined => {
    const [first] = joint.motors
    return reading?.motors.find(({ bus, id }) => bus === first.bus && id === first.id)
  }

  const notConnected = (): Fault => fault('notConnected', 'it is not connected', 'Connect the robot first.')

  /** One value per motor of one bus, in ticks. */
  const goalsOn = (index: number, position: readonly number[]): Map<number, number> =>
    new Map(
      joints.flatMap((joint, at) =>
        joint.motors
          .filter(({ bus }) => bus === index)
          .map(({ id, toTicks }) => [id, Math.round(toTicks(position[at] as number))] as const)
      )
    )

  const writeTicks = (read: readonly MotorReport[]): Promise<Result<void, Fault>> =>
    writeGoals(
      (index) => new Map(read.filter(({ bus }) => bus === index).map(({ id, ticks }) => [id, ticks]))
    )

  function silence(): string {
    const awaited = group.awaited()
    const few = awaited.length > 0 && awaited.length < joints.flatMap(({ motors }) => motors).length
    return `${few ? awaited.join(', ') : 'its motors'} ${awaited.length === 1 ? 'has' : 'have'} not answered in time`
  }

  /** After a silence that their watchdogs don't bear the motors obey no goal any more: nobody may think they do. */
  function watchdogsStruck(now: number): boolean {
    const bearable = Math.min(...buses.map(({ family }) => family.watchdog?.millis ?? Infinity))
    const struck = torque === 'on' && now - heardNanos > millisToNanos(bearable)
    if (struck) torque = 'unknown'
    return struck
  }

  return {
    telemetry: () => reading?.motors ?? [],
    torque: () => torque,

    async connect() {
      if (connected) return ok(undefined)
      const known = await group.identify()
      if (!known.ok) return known
      const state = await group.torqueNow()
      if (!state.ok) return state
      const first = await readPatiently()
      if (!first.ok) return first
      torque = state.value
      reading = first.value
      heardNanos = first.value.capturedNanos
      readTrouble = null
      writeTrouble = null
      connected = true
      return ok(undefined)
    },

    read(now) {
      if (!connected) return err(notConnected())
      if (!wroteSinceRead) cycle()
      wroteSinceRead = false
      if (readTrouble) return err(readTrouble)
      if (reading === null || now - reading.capturedNanos > FRESH_NANOS)
        return err(fault('motorSilent', silence(), 'Check the cables and the power supply.'))
      const position: number[] = []
      const velocity: number[] = []
      for (const joint of joints) {
        const own = report(joint)
        if (own === undefined) return err(notConnected())
        const { toValue } = joint.motors[0]
        position.push(toValue(own.ticks))
        velocity.push((toValue(own.ticks + 1) - toValue(own.ticks)) * own.ticksPerSec)
      }
      return ok({ capturedNanos: reading.capturedNanos, position, velocity })
    },

    write({ position }, now) {
      if (!connected) return err(notConnected())
      if (position.length !== joints.length || !position.every(Number.isFinite)) {
        const given = `a command needs ${joints.length} finite positions, got [${position.join(', ')}]`
        return err(fault('badCommand', given, 'Stop the run and report this.'))
      }
      wroteSinceRead = true
      if (watchdogsStruck(now)) {
        const silence = 'its bus was silent for so long that its motors stopped by themselves'
        writeTrouble = fault(
          'watchdogStruck',
          silence,
          'See that the arm is clear, then switch torque on again.'
        )
        return err(writeTrouble)
      }
      if (torque === 'on') {
        const own = ++newest
        const fresh = (): boolean =>
          own === newest && torque === 'on' && nowNanos() - now <= COMMAND_TICKS * tickNanos
        void writeGoals((index) => goalsOn(index, position), fresh).then((written) => {
          if (connected) writeTrouble = written.ok ? null : written.error
        })
      }
      cycle()
      if (torque !== 'on')
        return err(fault('torqueOff', 'its motors have no torque', 'Switch torque on first.'))
      return writeTrouble ? err(writeTrouble) : ok(undefined)
    },

    async torqueOn() {
      if (!connected) return err(notConnected())
      const now = await readPatiently()
      if (!now.ok) return now
      torque = 'unknown'
      // Goals are the ticks that were read, of every motor: a conversion would round, or pull the arm into its range.
      for (const step of [
        // One that has struck refuses goals until it is cleared.
        () => writeEach(({ watchdog }) => watchdog && [watchdog.register, 0]),
        () => writeTicks(now.value.motors),
        () => writeEach(({ torqueEnable }) => [torqueEnable, 1]),
        () => writeEach(({ lock }) => lock && [lock, 1]),
        () => {
          heardNanos = nowNanos()
          return writeEach(({ watchdog }) => watchdog && [watchdog.register, watchdog.armed])
        }
      ]) {
        const done = await step()
        if (!done.ok) return done
      }
      // All those writes took longer than a reading stays fresh.
      const after = await readPatiently()
      torque = 'on'
      if (!after.ok) return after
      reading = after.value
      readTrouble = null
      writeTrouble = null
      return ok(undefined)
    },

    async torqueOff() {
      if (!connected) return err(notConnected())
      torque = 'unknown'
      const disarmed = await writeEach(({ watchdog }) => watchdog && [watchdog.register, 0])
      const off = await writeEach(({ torqueEnable }) => [torqueEnable, 0])
      if (!off.ok) return off
      torque = 'off'
      const unlocked = await writeEach(({ lock }) => lock && [lock, 0])
      return disarmed.ok ? unlocked : disarmed
    },

    async disconnect() {
      connected = false
      reading = null
      torque = 'unknown'
    }
  }
}
