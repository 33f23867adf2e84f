import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ok } from '@shared/domain/result'
import { parseRobotSpec } from '@shared/domain/robotSpecFile'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { NANOS_PER_SECOND } from '@shared/units'
import type { RobotDriver } from '../../../src/main/drivers/driver'
import { createArmMotion, type TickOutcome } from '../../../src/main/robot/armMotion'

/** The same motion code over an arm whose kinematics are a chain: an SO-101 with ideal servos. */

const file = join(import.meta.dirname, '../../../resources/robots/so101-follower.json')
const parsed = parseRobotSpec(readFileSync(file, 'utf8'), file)
if (!parsed.ok) throw new Error(parsed.error.message)
const spec = parsed.value
const kinematics = createKinematics(spec)
const HOME = spec.joints.map(({ home }) => home)
const TICK_NANOS = NANOS_PER_SECOND / spec.loopRateHz

/** `maxAcceleration` (rad/s²) far below the file's makes the gate clamp every start, stop and turn. */
function so101(maxAcceleration?: number) {
  const written: (readonly number[])[] = []
  let position: readonly number[] = HOME
  const driver: RobotDriver = {
    connect: () => Promise.resolve(ok(undefined)),
    disconnect: () => Promise.resolve(),
    read: (capturedNanos) => ok({ capturedNanos, position: [...position], velocity: HOME.map(() => 0) }),
    write(command) {
      written.push(command.position)
      position = command.position
      return ok(undefined)
    }
  }
  const joints = spec.joints.map((joint) => ({
    ...joint,
    maxAccelerationPerSec2: maxAcceleration ?? joint.maxAccelerationPerSec2
  }))
  const arm = createArmMotion({ ...spec, joints }, driver)
  arm.adoptPresent(0)
  let nanos = 0
  function run(): TickOutcome {
    let outcome: TickOutcome = { kind: 'moving' }
    for (let tick = 0; tick < 400 && outcome.kind === 'moving'; tick++) {
      nanos += TICK_NANOS
      arm.read(nanos)
      outcome = arm.advance(Number.MAX_SAFE_INTEGER, nanos)
    }
    arm.read(nanos)
    return outcome
  }
  return { arm, run, written }
}

const pitchOf = (position: readonly number[]): number => {
  const { rotation } = kinematics.forward(position)
  return Math.atan2(rotation[8] ?? NaN, Math.hypot(rotation[2] ?? NaN, rotation[5] ?? NaN))
}

test('an action ends where its delta says, with the gripper opened and the tool pointing as before', () => {
  const { arm, run, written } = so101()
  const [x, y, z] = arm.commanded().xyz
  arm.beginAction({ deltaMetres: [0.02, -0.01, -0.015], gripperOpening: 0.7 }, 25)
  expect(run()).toEqual({ kind: 'done' })
  const reached = arm.presentTool()
  expect(reached).toEqual([x + 0.02, y - 0.01, z - 0.015].map((value) => expect.closeTo(value, 6)))
  expect(arm.commanded().xyz).toEqual(
    [x + 0.02, y - 0.01, z - 0.015].map((value) => expect.closeTo(value, 6))
  )
  const last = written[written.length - 1] ?? []
  expect(last[5]).toBeCloseTo(0.7, 9)
  expect(pitchOf(last)).toBeCloseTo(pitchOf(HOME), 2)
})

test.each([
  ['', undefined],
  [', also where the gate clamps them', 6]
])('a hundred small actions out and back leave the arm where it began%s', (_, maxAcceleration) => {
  const { arm, run } = so101(maxAcceleration)
  const start = arm.commanded().xyz
  for (let action = 0; action < 100; action++) {
    const dx = action < 50 ? 0.001 : -0.001
    arm.beginAction({ deltaMetres: [dx, dx / 2, dx / 2], gripperOpening: null }, 5)
    expect(run()).toEqual({ kind: 'done' })
  }
  expect(arm.presentTool()).toEqual(start.map((value) => expect.closeTo(value, 5)))
  arm.present().position.forEach((value, index) => expect(value).toBeCloseTo(HOME[index] ?? NaN, 1))
})

test('a corner that the arm does not reach is refused by name, and nothing is sent for it', () => {
  const { arm, run, written } = so101()
  arm.beginMoveTo({ xyz: spec.workspace.max, gripper: 0.5 }, 0.3)
  const outcome = run()
  if (outcome.kind !== 'rejected') throw new Error('expected a rejection')
  expect(['unreachable', 'jointLimit']).toContain(outcome.cause.code)
  const before = written.length
  expect(run().kind).toBe('rejected')
  expect(written).toHaveLength(before)
})
