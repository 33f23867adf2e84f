import { beforeEach, describe, expect, test } from 'vitest'
import { HOME_POSITION, Z_HIGH } from '@shared/domain/benchWorld'
import { NANOS_PER_SECOND } from '@shared/units'
import { createSimDriver, type SimDriver } from '../../../../src/main/drivers/sim/simDriver'
import { trayArm } from '../../../../src/main/robot/specs/trayArm'
import { sceneView, type Scene } from '../../../../src/main/simulator/scene'
import { renderRasters } from '../../../../src/main/simulator/raster'
import { createScene } from '../../../../src/main/simulator/sceneGenerator'
import { expertActions, jointsAt } from './expertTicks'

const TICK_NANOS = NANOS_PER_SECOND / trayArm.loopRateHz
const HOME = { ...HOME_POSITION, z: Z_HIGH }

async function connectedDriver(): Promise<SimDriver> {
  const driver = createSimDriver({ spec: trayArm })
  expect(await driver.connect(0)).toEqual({ ok: true, value: undefined })
  return driver
}

/** Everything of a scene but the two figures that go through joints, as text: cheap to compare often. */
function discreteState(scene: Scene): string {
  const { gripper, slid, ...rest } = sceneView(scene)
  return JSON.stringify({ ...rest, sliding: slid !== null, closed: gripper.closed, outcome: scene.outcome })
}

const largestGap = (a: Scene, b: Scene): number =>
  Math.max(
    Math.abs(a.gripper.x - b.gripper.x),
    Math.abs(a.gripper.y - b.gripper.y),
    Math.abs(a.gripper.z - b.gripper.z),
    Math.abs(a.slid - b.slid)
  )

function expectSameState(through: Scene, direct: Scene): void {
  expect(discreteState(through)).toBe(discreteState(direct))
  expect(largestGap(through, direct)).toBeLessThan(1e-9)
}

describe('expert episodes through joints and driver', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'equal direct steps at chain depth %i',
    async (chainDepth) => {
      const driver = await connectedDriver()
      let nowNanos = 0
      for (let seed = 0; seed < 20; seed++) {
        const request = { seed: 100 * chainDepth + seed, chainDepth }
        const direct = createScene(request)
        driver.bench.newScene(request)
        expectSameState(driver.bench.scene(), direct)
        for (const { ticks } of expertActions(trayArm, direct)) {
          ticks.forEach((position, tick) => {
            nowNanos += TICK_NANOS
            const command = { position, settles: tick === ticks.length - 1 }
            if (!driver.write(command, nowNanos).ok) throw new Error('the driver refused a command')
          })
          expectSameState(driver.bench.scene(), direct)
          const rasters = driver.bench.rasters()
          const wanted = renderRasters(direct, 'shown')
          expect(Buffer.compare(rasters.top, wanted.top)).toBe(0)
          expect(Buffer.compare(rasters.wrist, wanted.wrist)).toBe(0)
        }
        expect(driver.bench.outcome()).toMatchObject({ success: true, reason: 'placed' })
      }
    }
  )
})

describe('sim driver', () => {
  let driver: SimDriver
  const at = (x: number, y: number, z: number, opening: number): number[] =>
    jointsAt(trayArm, { x, y, z }, opening)
  const read = (nowNanos = 0) => {
    const state = driver.read(nowNanos)
    if (!state.ok) throw new Error(state.error.message)
    return state.value
  }

  beforeEach(async () => {
    driver = await connectedDriver()
  })

  test('starts at home with the gripper open and at rest', () => {
    const state = read(5)
    expect(state.capturedNanos).toBe(5)
    expect(state.position).toEqual(trayArm.joints.map((joint) => joint.home))
    expect(state.velocity).toEqual([0, 0, 0, 0, 0])
  })

  test('reads back what was written, with its velocity', () => {
    const home = read().position
    const moved = at(0.5, 0.1, Z_HIGH, 0.9)
    driver.write({ position: moved, settles: false }, 1000)
    expect(read().position).toEqual(moved)
    expect(read().velocity[4]).toBeCloseTo(-0.1 / 0.02, 9)
    driver.write({ position: home, settles: false }, 1000 + 2 * TICK_NANOS)
    expect(read().velocity[4]).toBeCloseTo(0.1 / 0.04, 9)
    driver.write({ position: home, settles: false }, 1000 + 3 * TICK_NANOS)
    expect(read().velocity).toEqual([0, 0, 0, 0, 0])
  })

  test('physics stands still until a command settles', () => {
    const { bench } = driver
    const before = { version: bench.version(), view: bench.view() }
    driver.write({ position: at(0.3, 0.3, 0.1, 0), settles: false }, 0)
    expect({ version: bench.version(), view: bench.view() }).toEqual(before)
    driver.write({ position: at(0.3, 0.3, 0.1, 0), settles: true }, TICK_NANOS)
    expect(bench.version()).toBe(before.version + 1)
    expect(bench.view().gripper).toEqual({
      x: expect.closeTo(0.3, 11),
      y: expect.closeTo(0.3, 11),
      z: expect.closeTo(0.1, 11),
      closed: true
    })
    expect(bench.proprioception()).toEqual([0.075, 0.075, 0.025, 0].map((value) => expect.closeTo(value, 11)))
  })

  test.each([
    [0, true],
    [0.49, true],
    [0.5, false],
    [1, false]
  ])('a gripper opening of %f is closed: %s', (opening, closed) => {
    driver.write({ position: at(0.5, 0.5, Z_HIGH, opening), settles: true }, 0)
    expect(driver.bench.view().gripper.closed).toBe(closed)
  })

  test('pixel borders survive the way through joints', () => {
    for (let pixel = 4; pixel <= 60; pixel++) {
      driver.write({ position: at(pixel / 64, pixel / 64, Z_HIGH, 1), settles: true }, 0)
      expect(driver.bench.view().gripper).toMatchObject({ x: pixel / 64, y: pixel / 64 })
    }
  })

  test('a reset puts the arm over the new scene at rest', () => {
    driver.write({ position: at(0.9, 0.9, 0.1, 0), settles: true }, 0)
    const scene = createScene({ seed: 5, chainDepth: 3 })
    const version = driver.bench.version()
    driver.bench.reset(scene)
    expect(driver.bench.scene()).toBe(scene)
    expect(driver.bench.version()).toBe(version + 1)
    expect(driver.bench.chainDepth()).toBe(3)
    expect(driver.bench.actionBudget()).toBe(96)
    expect(driver.bench.instruction()).toBe(scene.instruction)
    expect(driver.bench.outcome()).toBeNull()
    expect(read().position).toEqual(jointsAt(trayArm, HOME, 1))
    expect(read().velocity).toEqual([0, 0, 0, 0, 0])
  })

  test('a reset to a pose out of reach is a bug of the caller', () => {
    const scene = createScene({ seed: 5, chainDepth: 0 })
    scene.gripper = { x: 9, y: 9, z: 0 }
    expect(() => driver.bench.reset(scene)).toThrow(RangeError)
    expect(driver.bench.scene()).not.toBe(scene)
  })

  test.each([
    ['too few joints', [0, 0, 0, 0]],
    ['a NaN', [0, 0, 0, Number.NaN, 1]],
    ['infinity', [0, 0, 0, 0, Infinity]]
  ])('refuses %s and stays where it was', (_, position) => {
    const before = read()
    expect(driver.write({ position, settles: true }, 0)).toMatchObject({
      ok: false,
      error: { code: 'badCommand' }
    })
    expect(read()).toEqual(before)
  })

  test('fails by name when not connected', async () => {
    await driver.disconnect()
    expect(driver.read(0)).toMatchObject({ ok: false, error: { code: 'notConnected' } })
    const command = { position: at(0.5, 0.5, 0.1, 1), settles: true }
    const version = driver.bench.version()
    expect(driver.write(command, 0)).toMatchObject({ ok: false, error: { code: 'notConnected' } })
    expect(driver.bench.version()).toBe(version)
    expect((await driver.connect(0)).ok).toBe(true)
    expect(driver.write(command, 0).ok).toBe(true)
  })

  test('what was read stays as it was', () => {
    const state = read()
    const before = [...state.position]
    driver.write({ position: at(0.3, 0.3, 0.1, 0), settles: true }, 0)
    expect(state.position).toEqual(before)
  })
})
