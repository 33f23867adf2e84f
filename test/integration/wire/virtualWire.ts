import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Calibration } from '@shared/domain/calibration'
import { err, ok } from '@shared/domain/result'
import type { PolicyToRobot, UiToRobot } from '@shared/ipc/ports'
import { armsOf, parseRobotSpec } from '@shared/domain/robotSpecFile'
import { createMotorWatch } from '@shared/safety/motorWatch'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import { createVirtualBench } from '../../../src/main/drivers/sim/virtualBench'
import { createServoArm } from '../../../src/main/drivers/servoArm'
import { createServoBus } from '../../../src/main/drivers/servoBus'
import { SERVO_FAMILIES } from '../../../src/main/drivers/servoFamily'
import { benchWorld } from '../../../src/main/hosts/benchStation'
import { calibratedJoints } from '../../../src/main/robot/calibratedJoints'
import { placeBench } from '../../../src/main/robot/placeBench'
import { createStation } from '../../../src/main/robot/station'
import { createSo101, so101Calibration } from '../../emulators/arms/so101'
import { valueOf } from '../drivers/openArm'

/**
 * A station, its driver and its bus on an emulated SO-101, wire and clock virtual: whatever passes the wire is seen, and
 * hours of disturbances take seconds. Only the serial port is missing.
 */

/** Goals of all motors as one frame on the wire had them. */
export interface GoalFrame {
  readonly nanos: number
  /** rad, or ratio for the gripper; by joint. */
  readonly position: readonly number[]
  /** Where the joints really were. */
  readonly actual: readonly number[]
  /** Written by switching torque on, not by the loop. */
  readonly isTorqueOn: boolean
}

/** What the station gave its driver, or was given by it. */
export interface Command {
  readonly nanos: number
  readonly position: readonly number[]
}

const file = resolve(import.meta.dirname, '../../../resources/robots/so101-follower.json')
const follower = armsOf(valueOf(parseRobotSpec(readFileSync(file, 'utf8'), 'so101-follower')))[0]
if (!follower) throw new Error('no arm')
const placed = placeBench(follower.spec)
if (!placed) throw new Error('no place for the bench')
export const spec = {
  ...follower.spec,
  joints: follower.spec.joints.map((joint, index) => ({ ...joint, home: placed.home[index] as number }))
}
const joints = valueOf(calibratedJoints(follower, so101Calibration('follower') as Calibration, 0))
/** What a tick of the motor is worth, rad or ratio; by joint. */
export const resolution = joints.map(({ motors: [{ toValue }] }) => Math.abs(toValue(2501) - toValue(2500)))

const TICK_NANOS = NANOS_PER_SECOND / spec.loopRateHz
const FAMILY = SERVO_FAMILIES.feetech
/** Of a frame: header, id, length, instruction, first parameters. */
const INSTRUCTION = 4
const WRITE = 0x03
const SYNC_WRITE = 0x83

/** Settles what promises have become ready. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 12; round++) await Promise.resolve()
}

export function openVirtualWire(seed: number) {
  let nanos = NANOS_PER_SECOND
  let order = 0
  const events: { readonly nanos: number; readonly order: number; run(): void }[] = []
  const at = (when: number, run: () => void): (() => void) => {
    const event = { nanos: when, order: order++, run }
    events.push(event)
    return () => {
      const index = events.indexOf(event)
      if (index >= 0) events.splice(index, 1)
    }
  }
  const arm = createSo101('follower', { seed })
  const frames: GoalFrame[] = []
  const commands: Command[] = []
  /** What the station was told of the arm. */
  const readings: Command[] = []
  let switchingOn = false
  let silent = false
  const goal = new Map<number, number>()

  const actualPosition = (): number[] =>
    joints.map(({ motors: [{ id, toValue }] }) => toValue(arm.bus.servo(id).peek('presentPosition')))

  function watch(bytes: Uint8Array): void {
    const { address } = FAMILY.goalPosition
    const word = (offset: number): number => {
      const raw = (bytes[offset] as number) + 256 * (bytes[offset + 1] as number)
      return raw & 0x8000 ? -(raw & 0x7fff) : raw
    }
    if (bytes[INSTRUCTION] === WRITE && bytes[5] === address) goal.set(bytes[2] as number, word(6))
    else if (bytes[INSTRUCTION] === SYNC_WRITE && bytes[5] === address)
      for (let offset = 7; offset + 3 <= bytes.length - 1; offset += 3)
        goal.set(bytes[offset] as number, word(offset + 1))
    else return
    const position = joints.map(({ motors: [{ id, toValue }] }) => toValue(goal.get(id) as number))
    frames.push({ nanos, position, actual: actualPosition(), isTorqueOn: switchingOn })
  }

  const bus = createServoBus({
    protocol: FAMILY.protocol,
    transport: {
      label: 'the wire',
      send(bytes) {
        if (silent) return err({ code: 'busy', message: 'the line takes nothing now' })
        watch(bytes)
        for (const reply of arm.bus.receive(bytes, nanos)) at(reply.atNanos, () => bus.receive(reply.bytes))
        return ok(undefined)
      },
      close: async () => undefined
    },
    baud: arm.baud,
    nowNanos: () => nanos,
    later: (millis, callback) => at(nanos + millisToNanos(millis), callback)
  })
  const driver = createServoArm({
    title: spec.title,
    buses: [{ bus, family: FAMILY, title: spec.title }],
    joints,
    loopRateHz: spec.loopRateHz,
    nowNanos: () => nanos
  })
  const bench = createVirtualBench({
    spec,
    frame: (placed as NonNullable<typeof placed>).frame,
    arm: {
      ...driver,
      read(now) {
        const read = driver.read(now)
        if (read.ok) readings.push({ nanos: now, position: read.value.position })
        return read
      },
      write(command, now) {
        // Also one that is answered by what went wrong with the last one: it may go out all the same.
        commands.push({ nanos: now, position: command.position })
        return driver.write(command, now)
      }
    }
  })
  const motors = createMotorWatch({ thresholds: spec.thresholds, title: spec.title })
  const model = 'sts3215'
  const station = createStation({
    spec,
    driver: bench,
    world: benchWorld(bench),
    frame: (placed as NonNullable<typeof placed>).frame,
    actionBox: (placed as NonNullable<typeof placed>).box,
    calibrationHash: null,
    unready: () => (driver.torque() === 'on' ? null : 'no torque'),
    motorTrouble: (now) =>
      motors.observe(
        driver.telemetry().map((each) => ({ ...each, model })),
        now
      ).hold,
    leader: () => null,
    firstEpoch: 0,
    initialRequest: { level: 'hard', seedBase: 1, continuous: true, episodes: null },
    supervised: true,
    startStopped: null,
    betweenEpisodesMs: 100,
    nowNanos: () => nanos,
    loopStats: () => ({ rateHz: spec.loopRateHz, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }),
    sendUi: () => undefined,
    sendPolicy: () => undefined,
    onEpisodeEnd: () => undefined
  })

  /** Everything that is due until then, in its order. */
  async function pass(until: number): Promise<void> {
    for (;;) {
      await settle()
      const due = events
        .filter((event) => event.nanos <= until)
        .sort((a, b) => a.nanos - b.nanos || a.order - b.order)[0]
      if (!due) break
      events.splice(events.indexOf(due), 1)
      nanos = Math.max(nanos, due.nanos)
      due.run()
    }
    nanos = until
    arm.bus.advance(nanos)
  }

  return {
    arm,
    station,
    driver,
    frames,
    commands,
    readings,
    now: () => nanos,
    ui: (message: UiToRobot) => station.fromUi(message),
    policy: (message: PolicyToRobot) => station.fromPolicy(message),
    /** The line takes nothing, as with a full buffer. */
    setSilent: (given: boolean) => void (silent = given),

    async tick(count: number, heartbeats = true): Promise<void> {
      for (let done = 0; done < count; done++) {
        await pass(nanos + TICK_NANOS)
        if (heartbeats) station.fromUi({ type: 'heartbeat' })
        station.tick(nanos)
      }
      await settle()
    },

    /** The robot process stands still for so long; motors don't. What came meanwhile it sees only afterwards. */
    async stall(milliseconds: number): Promise<void> {
      nanos += millisToNanos(milliseconds)
      await pass(nanos)
    },

    async connect(): Promise<void> {
      const connected = driver.connect(nanos)
      await pass(nanos + millisToNanos(300))
      valueOf(await connected)
    },

    /** As a person does in the Devices view; nothing happens when it fails. */
    async torqueOn(): Promise<boolean> {
      switchingOn = true
      const switching = driver.torqueOn().then((on) => {
        switchingOn = false
        if (on.ok) {
          motors.reset()
          station.adoptPresent()
        }
        return on.ok
      })
      await pass(nanos + millisToNanos(1500))
      return switching
    },
    async torqueOff(): Promise<void> {
      const switching = driver.torqueOff()
      await pass(nanos + millisToNanos(1500))
      await switching
    }
  }
}

export type VirtualWire = ReturnType<typeof openVirtualWire>
