import { beforeEach, describe, expect, test } from 'vitest'
import { err, ok } from '@shared/domain/result'
import type { EndEffectorAction } from '@shared/domain/robot'
import { NANOS_PER_SECOND } from '@shared/units'
import type { RobotCommand, RobotDriver } from '../../../src/main/drivers/driver'
import { clampToWorkspace, createArmMotion, type ArmMotion } from '../../../src/main/robot/armMotion'
import { trayArm } from '../../../src/main/robot/specs/trayArm'

const TICK_NANOS = NANOS_PER_SECOND / trayArm.loopRateHz
const NEVER = Number.MAX_SAFE_INTEGER
const HOME = trayArm.joints.map(({ home }) => home)
const CABLE = { severity: 'high', source: 'robot', code: 'bus', message: 'no answer', tip: 'cable' } as const

const down: EndEffectorAction = { deltaMetres: [0, 0, -0.02], gripperOpening: 0.5 }

/** An ideal servo whose bus can be unplugged. */
function idealDriver() {
  const state = { position: HOME, readable: true, writable: true }
  const written: RobotCommand[] = []
  const driver: RobotDriver = {
    connect: () => Promise.resolve(ok(undefined)),
    disconnect: () => Promise.resolve(),
    read: (capturedNanos) =>
      state.readable
        ? ok({ capturedNanos, position: [...state.position], velocity: HOME.map(() => 0) })
        : err(CABLE),
    write(command) {
      if (!state.writable) return err(CABLE)
      written.push(command)
      state.position = [...command.position]
      return ok(undefined)
    }
  }
  return { driver, state, written }
}

let servo: ReturnType<typeof idealDriver>
let arm: ArmMotion
let nanos: number

beforeEach(() => {
  nanos = 0
  servo = idealDriver()
  arm = createArmMotion(trayArm, servo.driver)
  arm.adoptPresent(nanos)
})

function advance(expiresNanos = NEVER): ReturnType<ArmMotion['advance']> {
  nanos += TICK_NANOS
  arm.read(nanos)
  return arm.advance(expiresNanos, nanos)
}

describe('an action', () => {
  test('is a straight line of as many ticks as it has, settled by its last', () => {
    const from = arm.commanded()
    arm.beginAction(down, 5)
    const kinds = Array.from({ length: 5 }, () => advance().kind)
    expect(kinds).toEqual(['moving', 'moving', 'moving', 'moving', 'done'])
    expect(servo.written.map(({ settles }) => settles)).toEqual([false, false, false, false, true])
    expect(arm.commanded().xyz[2]).toBeCloseTo(from.xyz[2] - 0.02, 12)
    expect(arm.commanded().gripper).toBe(0.5)
    servo.written.forEach(({ position }, tick) => {
      expect(position.at(-1)).toBeCloseTo(1 - 0.1 * (tick + 1), 12)
    })
    arm.read(nanos)
    expect(arm.presentTool()[0]).toBeCloseTo(from.xyz[0], 9)
    expect(arm.presentTool()[1]).toBeCloseTo(from.xyz[1], 9)
  })

  test('leaves the gripper alone when it says nothing about it', () => {
    arm.beginAction({ deltaMetres: [0, 0, 0], gripperOpening: null }, 1)
    advance()
    expect(arm.commanded().gripper).toBe(1)
  })

  test('ends at the face of the workspace instead of beyond it', () => {
    arm.beginAction({ deltaMetres: [0, 0, 5], gripperOpening: null }, 5)
    while (advance().kind === 'moving');
    expect(arm.commanded().xyz[2]).toBe(trayArm.workspace.max[2])
  })

  test('that is too fast is clamped and takes longer', () => {
    arm.beginAction({ deltaMetres: [0.1, 0.15, -0.05], gripperOpening: 0 }, 1)
    const target = [0.1, 0.15, -0.05].map((delta, axis) => (arm.commanded().xyz[axis] ?? NaN) + delta)
    expect(advance().kind).toBe('moving')
    expect(arm.verdict().kind).toBe('clamp')
    while (advance().kind === 'moving');
    expect(arm.commanded().xyz).toEqual(target)
    expect(servo.written.length).toBeGreaterThan(3)
    expect(servo.written.filter(({ settles }) => settles)).toHaveLength(1)
  })

  test('that expired is not sent', () => {
    arm.beginAction(down, 5)
    const outcome = advance(1)
    expect(outcome).toMatchObject({ kind: 'rejected', cause: { code: 'expired' } })
    expect(servo.written).toEqual([])
  })

  test('given up stays where the last command was, and the next counts from there', () => {
    arm.beginAction(down, 5)
    advance()
    advance()
    const last = servo.written.at(-1)?.position
    arm.abandon(nanos)
    expect(servo.written.at(-1)).toEqual({ position: last, settles: true })
    arm.read(nanos)
    expect(arm.commanded().xyz).toEqual(arm.presentTool())
    arm.abandon(nanos)
    arm.hold(nanos)
    expect(servo.written.filter(({ settles }) => settles)).toHaveLength(1)
  })
})

describe('a bus that fails', () => {
  test('makes the arm late by the ticks that it failed, and nothing else', () => {
    arm.beginAction(down, 5)
    advance()
    servo.state.writable = false
    expect([advance().kind, advance().kind]).toEqual(['moving', 'moving'])
    servo.state.writable = true
    expect(Array.from({ length: 4 }, () => advance().kind)).toEqual(['moving', 'moving', 'moving', 'done'])
    expect(arm.verdict().kind).toBe('pass')
    expect(servo.written).toHaveLength(5)
  })

  test.each(['readable', 'writable'] as const)(
    'is counted although the other direction works: not %s',
    (way) => {
      servo.state[way] = false
      arm.beginAction(down, 50)
      for (let tick = 0; tick < 4; tick++) advance()
      expect(arm.driverErrors()).toEqual({ consecutive: 4, last: 'no answer' })
      servo.state[way] = true
      advance()
      expect(arm.driverErrors()).toEqual({ consecutive: 0, last: null })
    }
  )

  test('lets a command that never arrived be no part of what the arm holds', () => {
    arm.beginAction(down, 5)
    advance()
    const arrived = servo.written.at(-1)?.position
    servo.state.writable = false
    advance()
    servo.state.writable = true
    arm.hold(nanos)
    expect(servo.written.at(-1)?.position).toEqual(arrived)
  })
})

describe('the arm itself', () => {
  test('owes a world that was laid out anew no settling of the one before', () => {
    arm.beginAction(down, 5)
    advance()
    servo.state.writable = false
    arm.abandon(nanos)
    servo.state.writable = true
    arm.adoptPresent(nanos)
    arm.hold(nanos)
    expect(servo.written.filter(({ settles }) => settles)).toEqual([])
  })

  test('is commanded nothing before it was read', () => {
    servo = idealDriver()
    servo.state.readable = false
    servo.state.position = HOME.map((value) => value + 0.1)
    arm = createArmMotion(trayArm, servo.driver)
    arm.hold(nanos)
    arm.adoptPresent(nanos)
    arm.hold(nanos)
    expect(arm.isAdopted()).toBe(false)
    expect(servo.written).toEqual([])
    servo.state.readable = true
    arm.read(nanos)
    arm.hold(nanos)
    expect(servo.written).toEqual([{ position: HOME.map((value) => value + 0.1), settles: false }])
  })

  test('has not moved by lagging one tick behind its commands', () => {
    arm.beginAction({ deltaMetres: [0, 0, -0.04], gripperOpening: 0 }, 5)
    advance()
    advance()
    expect(arm.hasMovedFromSent()).toBe(false)
    servo.state.position = servo.state.position.map((value, joint) => (joint === 1 ? value + 0.05 : value))
    arm.read(nanos)
    expect(arm.hasMovedFromSent()).toBe(true)
  })
})

test.each([
  [
    [-1, 5, 0.01],
    [0.005, 0.245, 0.01]
  ],
  [
    [0.1, 0.1, -3],
    [0.1, 0.1, 0]
  ]
] as const)('%j is brought into the workspace as %j', (given, expected) => {
  expect(clampToWorkspace(given, trayArm.workspace)).toEqual(expected)
})

describe('an arm that was not read for a while', () => {
  const blindFor = (reads: number): number => {
    servo.state.readable = false
    const before = servo.written.length
    for (let tick = 0; tick < reads; tick++) {
      nanos += TICK_NANOS
      arm.read(nanos)
      arm.hold(nanos)
    }
    return servo.written.length - before
  }
  const sagged = HOME.map((value, index) => (index === 1 ? value + 0.2 : value))

  beforeEach(() => {
    servo = idealDriver()
    arm = createArmMotion(trayArm, servo.driver)
    nanos = NANOS_PER_SECOND
    arm.adoptPresent(nanos)
  })

  test('is sent nothing from the fifth failed reading on, and then holds where it is', () => {
    expect(blindFor(20)).toBe(4)
    servo.state.position = sagged
    servo.state.readable = true
    nanos += TICK_NANOS
    arm.read(nanos)
    arm.hold(nanos)
    expect(servo.written.at(-1)?.position).toEqual(sagged)
  })

  test('goes on holding what it was sent when only a few readings failed', () => {
    expect(blindFor(4)).toBe(4)
    servo.state.position = sagged.map((value, index) => (index === 1 ? value - 0.19 : value))
    servo.state.readable = true
    nanos += TICK_NANOS
    arm.read(nanos)
    arm.hold(nanos)
    expect(servo.written.at(-1)?.position).toEqual(HOME)
  })
})
