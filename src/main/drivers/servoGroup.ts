import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { Register } from './registers'
import type { BusError, ServoBus } from './servoBus'
import type { MotorTelemetry, ServoFamily } from './servoFamily'

/**
 * The motors of a robot, on one bus or several, asked and told together. What goes wrong names robot, arm and motor.
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

export interface Reading {
  /** When it was asked for: before any motor heard of it. */
  readonly capturedNanos: number
  readonly motors: readonly MotorReport[]
}

export interface ServoGroup {
  fault(code: string, message: string, tip: string): Fault
  /** Only reads: who is there, and which model. */
  identify(): Promise<Result<void, Fault>>
  torqueNow(): Promise<Result<'on' | 'off' | 'unknown', Fault>>
  /** All buses at once: they don't share a wire. */
  readAll(): Promise<Result<Reading, Fault>>
  /** Name and id of each motor that is being waited for. */
  awaited(): readonly string[]
  /** A register of every motor in turn, as `pick` says by family; the first that refuses ends it. */
  writeEach(pick: (family: ServoFamily) => readonly [Register, number] | null): Promise<Result<void, Fault>>
  /** Goals of each bus, motor id → ticks; not sent when `stillWanted` says no at the last moment. */
  writeGoals(
    goals: (bus: number) => ReadonlyMap<number, number>,
    stillWanted?: () => boolean
  ): Promise<Result<void, Fault>>
}

export function createServoGroup({ title, buses, joints, nowNanos }: ServoArmOptions): ServoGroup {
  const motors = joints.flatMap((joint) => joint.motors.map((motor) => ({ ...motor, joint: joint.name })))
  const models = new Map<string, number>()
  const key = (bus: number, id: number): string => `${bus}/${id}`
  const onBus = (bus: number) => motors.filter((motor) => motor.bus === bus)

  const fault = (code: string, message: string, tip: string): Fault => ({
    severity: 'high',
    source: 'robot',
    code,
    message: `${title}: ${message}`,
    tip
  })
  const titled = ({ name, id }: JointMotor): string => `${name} (${id})`
  function busFault(arm: ArmBus, { code, message }: BusError): Fault {
    const which = arm.title === title ? message : `${arm.title}: ${message}`
    return code === 'closed'
      ? fault('cableLost', which, 'Check the cable, then connect again.')
      : fault('motorSilent', which, 'Check the motor’s cable and the power supply, then connect again.')
  }

  async function identifyOn(index: number): Promise<Result<void, Fault>> {
    const arm = buses[index] as ArmBus
    const silent: string[] = []
    for (const motor of onBus(index)) {
      const { id } = motor
      const model = await arm.bus.read(id, arm.family.modelNumber)
      if (model.ok) models.set(key(index, id), model.value)
      else if (model.error.code === 'closed') return err(busFault(arm, model.error))
      else silent.push(titled(motor))
    }
    if (silent.length === 0) return ok(undefined)
    const message = `no answer on ${arm.bus.label} from ${silent.join(', ')}`
    return err(busFault(arm, { code: 'noAnswer', message }))
  }

  async function torqueNow(): Promise<Result<'on' | 'off' | 'unknown', Fault>> {
    const states: number[] = []
    for (const { bus, id } of motors) {
      const arm = buses[bus] as ArmBus
      const state = await arm.bus.read(id, arm.family.torqueEnable)
      if (!state.ok) return err(busFault(arm, state.error))
      states.push(state.value)
      if (arm.family.watchdog === null) continue
      const watchdog = await arm.bus.read(id, arm.family.watchdog.register)
      if (!watchdog.ok) return err(busFault(arm, watchdog.error))
      // It has struck: the motor has torque and obeys no goal.
      if (watchdog.value < 0) return ok('unknown')
    }
    if (states.every((state) => state === 1)) return ok('on')
    return ok(states.every((state) => state === 0) ? 'off' : 'unknown')
  }

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
      const names = members.filter(({ id }) => missing.includes(id)).map(titled)
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

  async function readAll(): Promise<Result<Reading, Fault>> {
    const capturedNanos = nowNanos()
    const all = await Promise.all(buses.map((_, index) => readBus(index)))
    const failed = all.find((each) => !each.ok)
    if (failed && !failed.ok) return failed
    return ok({ capturedNanos, motors: all.flatMap((each) => (each.ok ? each.value : [])) })
  }

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

  return {
    fault,
    torqueNow,
    readAll,
    writeEach,
    writeGoals,
    awaited: () =>
      buses.flatMap(({ bus }, index) => {
        const ids = bus.awaited()
        return onBus(index)
          .filter(({ id }) => ids.includes(id))
          .map(titled)
      }),
    async identify() {
      for (const index of buses.keys()) {
        const known = await identifyOn(index)
        if (!known.ok) return known
      }
      return ok(undefined)
    }
  }
}
