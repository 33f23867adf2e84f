import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import type { RobotDriver } from './driver'
import type { Register } from './registers'
import type { BusError, ServoBus } from './servoBus'
import type { MotorTelemetry, ServoFamily } from './servoFamily'

/**
 * Arms made of bus servos, one bus or several read side by side, as one robot. Connecting only reads. A goal is written
 * only while torque is on, only the newest one, and only while it is fresh.
 */

/** A motor of a joint: where it is, and what its ticks mean there (calibration). */
export interface JointMotor {
  readonly name: string
  /** Index of its bus. */
  readonly bus: number
  readonly id: number
  /** rad, or ratio for a gripper ↔ ticks. */
  readonly toTicks: (value: number) => number
  readonly toValue: (ticks: number) => number
}

/** Several motors on one joint move together; the first is the one that is read. */
export interface ServoJoint {
  readonly name: string
  readonly motors: readonly [JointMotor, ...JointMotor[]]
}

export interface ArmBus {
  readonly bus: ServoBus
  readonly family: ServoFamily
  /** For people: `left arm`, `SO-101 follower`. */
  readonly title: string
}

export interface ServoArmOptions {
  readonly title: string
  readonly buses: readonly ArmBus[]
  readonly joints: readonly ServoJoint[]
  readonly loopRateHz: number
  readonly nowNanos: () => number
}

export interface MotorReport extends MotorTelemetry {
  readonly joint: string
  readonly motor: string
  readonly bus: number
  readonly id: number
}

export interface ServoArm extends RobotDriver {
  /** Of every motor, as last read; empty before the first reading. */
  telemetry(): readonly MotorReport[]
  torque(): 'on' | 'off' | 'unknown'
  /** Goals become the present positions first, so that nothing moves when torque comes; then watchdogs are armed. */
  torqueOn(): Promise<Result<void, Fault>>
  torqueOff(): Promise<Result<void, Fault>>
}

/** A reading is the robot's state for this many ticks; then it counts as silent. */
const FRESH_TICKS = 3
/** A command that couldn't go out within a tick is one of the past. */
const COMMAND_TICKS = 1

interface Reading {
  readonly capturedNanos: number
  readonly motors: readonly MotorReport[]
}

export function createServoArm(options: ServoArmOptions): ServoArm {
  const { buses, joints, nowNanos } = options
  const tickNanos = NANOS_PER_SECOND / options.loopRateHz
  const motors = joints.flatMap((joint) => joint.motors.map((motor) => ({ ...motor, joint: joint.name })))
  const models = new Map<string, number>()
  const key = (bus: number, id: number): string => `${bus}/${id}`
  const onBus = (bus: number) => motors.filter((motor) => motor.bus === bus)

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

  const fault = (code: string, message: string, tip: string): Fault => ({
    severity: 'high',
    source: 'robot',
    code,
    message: `${options.title}: ${message}`,
    tip
  })
  const busFault = ({ title }: ArmBus, { code, message }: BusError): Fault =>
    code === 'closed'
      ? fault('cableLost', `${title}: ${message}`, 'Check the cable, then connect again.')
      : fault(
          'motorSilent',
          `${title}: ${message}`,
          'Check the motor’s cable and the power supply, then connect again.'
        )

  async function readBus(index: number): Promise<Result<readonly MotorReport[], Fault>> {
    const arm = buses[index] as ArmBus
    const members = onBus(index)
    const read = await arm.bus.syncRead(
      members.map(({ id }) => id),
      arm.family.telemetry
    )
    if (!read.ok) return err(busFault(arm, read.error))
    const { missing } = read.value
    if (missing.length > 0) {
      const names = members.filter(({ id }) => missing.includes(id)).map(({ name, id }) => `${name} (${id})`)
      const message = `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not answer on ${arm.bus.label}`
      return err(busFault(arm, { code: 'noAnswer', message }))
    }
    return ok(
      members.flatMap(({ joint, name, bus, id }) => {
        const answer = read.value.motors.get(id)
        if (answer === undefined) return []
        const telemetry = arm.family.decode(models.get(key(bus, id)) ?? 0, answer.error, answer.values)
        return [{ ...telemetry, joint, motor: name, bus, id }]
      })
    )
  }

  /** All buses at once: they don't share a wire. */
  async function readAll(): Promise<Result<Reading, Fault>> {
    const capturedNanos = nowNanos()
    const all = await Promise.all(buses.map((_, index) => readBus(index)))
    const failed = all.find((each) => !each.ok)
    if (failed && !failed.ok) return failed
    return ok({ capturedNanos, motors: all.flatMap((each) => (each.ok ? each.value : [])) })
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

  async function identify(index: number): Promise<Result<void, Fault>> {
    const arm = buses[index] as ArmBus
    const silent: string[] = []
    for (const { id, name } of onBus(index)) {
      const model = await arm.bus.read(id, arm.family.modelNumber)
      if (model.ok) models.set(key(index, id), model.value)
      else if (model.error.code === 'closed') return err(busFault(arm, model.error))
      else silent.push(`${name} (${id})`)
    }
    if (silent.length === 0) return ok(undefined)
    const message = `no answer on ${arm.bus.label} from ${silent.join(', ')}`
    return err(busFault(arm, { code: 'noAnswer', message }))
  }

  async function firstTorque(): Promise<Result<ReturnType<ServoArm['torque']>, Fault>> {
    const states: number[] = []
    for (const { bus, id } of motors) {
      const arm = buses[bus] as ArmBus
      const state = await arm.bus.read(id, arm.family.torqueEnable)
      if (!state.ok) return err(busFault(arm, state.error))
      states.push(state.value)
    }
    if (states.every((state) => state === 1)) return ok('on')
    return ok(states.every((state) => state === 0) ? 'off' : 'unknown')
  }

  /** Every motor in turn; the first that refuses ends it. */
  async function writeEach(
    pick: (family: ServoFamily) => readonly [Register, number] | null
  ): Promise<Result<void, Fault>> {
    for (const { bus, id } of motors) {
      const arm = buses[bus] as ArmBus
      const wanted = pick(arm.family)
      if (wanted === null) continue
      const written = await arm.bus.write(id, ...wanted)
      if (!written.ok) return err(busFault(arm, written.error))
    }
    return ok(undefined)
  }

  async function writeGoals(
    goals: (bus: number) => ReadonlyMap<number, number>,
    stillWanted?: () => boolean
  ): Promise<Result<void, Fault>> {
    const written = await Promise.all(
      buses.map(({ bus, family }, index) => bus.syncWrite(goals(index), family.goalPosition, stillWanted))
    )
    for (const [index, result] of written.entries()) {
      // Overtaken by a newer one is no trouble.
      if (!result.ok && result.error.code !== 'stale')
        return err(busFault(buses[index] as ArmBus, result.error))
    }
    return ok(undefined)
  }

  const writeTicks = (read: readonly MotorReport[]): Promise<Result<void, Fault>> =>
    writeGoals(
      (index) => new Map(read.filter(({ bus }) => bus === index).map(({ id, ticks }) => [id, ticks]))
    )

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
      for (const index of buses.keys()) {
        const known = await identify(index)
        if (!known.ok) return known
      }
      const state = await firstTorque()
      if (!state.ok) return state
      const first = await readAll()
      if (!first.ok) return first
      torque = state.value
      reading = first.value
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
      if (reading === null || now - reading.capturedNanos > FRESH_TICKS * tickNanos)
        return err(
          fault(
            'motorSilent',
            'its motors have not answered in time',
            'Check the cables and the power supply.'
          )
        )
      const position: number[] = []
      const velocity: number[] = []
      for (const joint of joints) {
        const own = report(joint)
        if (own === undefined) return err(notConnected())
        const { toValue } = joint.motors[0]
        position.push(toValue(own.ticks))
        velocity.push(toValue(own.ticks + own.ticksPerSec) - toValue(own.ticks))
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
      const now = await readAll()
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
      torque = 'on'
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
