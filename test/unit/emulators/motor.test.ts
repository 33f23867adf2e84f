import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMotor, type Drive, type Motor } from '../../emulators/motor'

const SECOND = 1_000_000_000
const limits = { maxTicksPerSec: 1000, maxTicksPerSec2: 10_000, maxTorque: 1 }

const free: Drive = { kind: 'free' }
const goTo =
  (motor: Motor, ticks: number, given: Partial<typeof limits> = {}): (() => Drive) =>
  () => ({ kind: 'position', errorTicks: ticks - motor.ticks, ...limits, ...given })

describe('position drive', () => {
  test('arrives without overshoot, within velocity and acceleration limits', () => {
    const motor = createMotor({ startTicks: 0 })
    let [fastest, farthest, hardest, before] = [0, 0, 0, 0]
    const watch = (): void => {
      fastest = Math.max(fastest, motor.ticksPerSec)
      farthest = Math.max(farthest, motor.ticks)
      hardest = Math.max(hardest, Math.abs(motor.ticksPerSec - before) * 1000)
      before = motor.ticksPerSec
    }
    motor.advance(3 * SECOND, goTo(motor, 1500), watch)
    expect(motor.ticks).toBeCloseTo(1500, 0)
    expect(motor.ticksPerSec).toBe(0)
    expect(fastest).toBeCloseTo(1000, 5)
    expect(farthest).toBeLessThan(1501)
    // Braking near the goal may take more than the acceleration limit; twice it is the size.
    expect(hardest).toBeLessThan(60_000)
  })

  test('carries a load it is strong enough for and shows what it takes', () => {
    const motor = createMotor({ startTicks: 0, gravity: () => -0.4 })
    motor.advance(3 * SECOND, goTo(motor, 500))
    expect(motor.ticks).toBeCloseTo(500, 0)
    expect(motor.torque).toBeCloseTo(0.4, 1)
  })

  test('loses ground where the load is stronger', () => {
    const motor = createMotor({ startTicks: 0, gravity: () => -0.4 })
    motor.advance(SECOND, goTo(motor, 0, { maxTorque: 0.2 }))
    expect(motor.ticks).toBeLessThan(-100)
    expect(motor.torque).toBeCloseTo(0.2)
  })

  test('a jammed joint stays and is pushed with all that is allowed; free again, it goes on', () => {
    const motor = createMotor({ startTicks: 0 })
    motor.jam(true)
    motor.advance(SECOND, goTo(motor, 800, { maxTorque: 0.7 }))
    expect([motor.ticks, motor.torque]).toEqual([0, 0.7])
    motor.jam(false)
    motor.advance(2 * SECOND, goTo(motor, 800))
    expect(motor.ticks).toBeCloseTo(800, 0)
  })

  test('ends at a mechanical stop', () => {
    const motor = createMotor({ startTicks: 0, stops: { minTicks: -50, maxTicks: 300 } })
    motor.advance(2 * SECOND, goTo(motor, 800))
    expect([motor.ticks, motor.torque]).toEqual([300, 1])
  })
})

describe('passive', () => {
  test('friction holds a light load, a heavy one falls to the stop', () => {
    const light = createMotor({ startTicks: 0, friction: 0.05, gravity: () => 0.04 })
    light.advance(SECOND, () => free)
    expect(light.ticks).toBe(0)
    const heavy = createMotor({
      startTicks: 0,
      gravity: () => 0.2,
      stops: { minTicks: 0, maxTicks: 400 }
    })
    heavy.advance(2 * SECOND, () => free)
    expect([heavy.ticks, heavy.ticksPerSec]).toEqual([400, 0])
  })

  test('a hand pushes it and lets go', () => {
    const motor = createMotor({ startTicks: 0 })
    motor.push(0.2)
    motor.advance(SECOND / 2, () => free)
    const pushed = motor.ticks
    expect(pushed).toBeGreaterThan(100)
    motor.push(0)
    motor.advance(SECOND, () => free)
    const rest = motor.ticks
    motor.advance(SECOND, () => free)
    expect(motor.ticks).toBe(rest)
  })
})

test('a stuck encoder repeats itself while the joint moves', () => {
  const motor = createMotor({ startTicks: 10 })
  motor.stickEncoder(true)
  motor.advance(SECOND, goTo(motor, 500))
  expect(motor.sensedTicks).toBe(10)
  expect(motor.ticks).toBeCloseTo(500, 0)
  motor.stickEncoder(false)
  expect(motor.sensedTicks).toBe(motor.ticks)
})

test('warms up under torque and cools down without', () => {
  const motor = createMotor({ startTicks: 0 })
  motor.jam(true)
  motor.advance(120 * SECOND, goTo(motor, 800))
  const hot = motor.temperatureC
  // One time constant towards 90 °C above 25 °C.
  expect(hot).toBeCloseTo(25 + 90 * (1 - Math.exp(-1)), 0)
  motor.advance(600 * SECOND, () => free)
  expect(motor.temperatureC).toBeLessThan(27)
})

test('how time is cut into pieces makes no difference', () => {
  const run = (pieces: readonly number[]): Motor => {
    const motor = createMotor({ startTicks: 0, gravity: (ticks) => 0.1 * Math.sin(ticks / 300) })
    for (const nanos of pieces) motor.advance(nanos, goTo(motor, 700))
    return motor
  }
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50_000_000 }), { maxLength: 20 }), (pieces) => {
      const [whole, cut] = [run([pieces.reduce((sum, piece) => sum + piece, 0)]), run(pieces)]
      expect(cut.ticks).toBe(whole.ticks)
      expect(cut.temperatureC).toBe(whole.temperatureC)
    })
  )
})
