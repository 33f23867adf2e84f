import { describe, expect, test } from 'vitest'
import { goalWithinLimits } from '../../emulators/feetech/position'
import { decodeSignMagnitude, encodeSignMagnitude } from '../../emulators/feetech/signMagnitude'
import { feetechBench, feetechInstruction, type Bench } from './support'

const OK = feetechInstruction(1, 0, [])
const low = (value: number): number => value & 0xff
const high = (value: number): number => value >> 8

const write = (bench: Bench, address: number, ...data: number[]): string[] =>
  bench.ask(feetechInstruction(1, 0x03, [address, ...data]))
const goal = (bench: Bench, ticks: number): string[] => write(bench, 42, low(ticks), high(ticks))
const present = (bench: Bench): number => bench.bus.servo(1).peek('presentPosition')
const powerCycle = (bench: Bench): void => {
  bench.bus.setPower(false, bench.nowNanos)
  bench.bus.setPower(true, bench.nowNanos)
}

test.each([
  [0, 15, 0],
  [1304, 15, 0x0518],
  [-1304, 15, 0x8518],
  [-2047, 11, 0x0fff],
  [-5000, 11, 0x0fff],
  [-250, 10, 0x04fa],
  [-0.2, 15, 0]
])('%d with sign bit %i is %i', (value, signBit, raw) => {
  expect(encodeSignMagnitude(value, signBit)).toBe(raw)
  if (value === Math.round(value) && value > -5000) expect(decodeSignMagnitude(raw, signBit)).toBe(value)
})

describe('EEPROM lock', () => {
  test('a write under lock counts until the power goes', () => {
    const bench = feetechBench()
    write(bench, 13, 55)
    expect(bench.bus.servo(1).peek('maxTemperatureLimit')).toBe(55)
    powerCycle(bench)
    expect(bench.bus.servo(1).peek('maxTemperatureLimit')).toBe(70)
  })

  test('an unlocked write stays; the lock is closed again after power on', () => {
    const bench = feetechBench()
    write(bench, 55, 0)
    write(bench, 13, 55)
    powerCycle(bench)
    expect(bench.bus.servo(1).peek('maxTemperatureLimit')).toBe(55)
    expect(bench.bus.servo(1).peek('lock')).toBe(1)
  })
})

describe('positions', () => {
  test.each([
    ['no offset', 0, 1000, 1000],
    ['present = actual − offset', 300, 1000, 700],
    ['a negative offset', 0x0800 + 300, 1000, 1300],
    ['wraps below 0', 300, 100, 3896],
    ['wraps above 4095', 0x0800 + 300, 4000, 204],
    ['whole turns do not show', 0, 4096 + 5, 5]
  ])('%s', (_what, homingOffset, startTicks, reading) => {
    expect(present(feetechBench([{ motor: { startTicks }, eeprom: { homingOffset } }]))).toBe(reading)
  })

  test('phase bit 4 reports beyond one turn, sign in bit 15', () => {
    const bench = feetechBench([{ motor: { startTicks: 4000 }, eeprom: { phase: 0x1c } }])
    bench.bus.servo(1).motor.place(4200)
    expect(present(bench)).toBe(4200)
    bench.bus.servo(1).motor.place(-30)
    expect(present(bench)).toBe(0x8000 + 30)
  })

  test('torque enable 128 makes the present position 2048, for good', () => {
    const bench = feetechBench([{ motor: { startTicks: 700 } }])
    expect(write(bench, 40, 128)).toEqual([OK])
    expect(present(bench)).toBe(2048)
    expect(bench.bus.servo(1).peek('homingOffset')).toBe(0x0800 + 1348)
    expect(bench.bus.servo(1).peek('torqueEnable')).toBe(0)
    powerCycle(bench)
    expect(present(bench)).toBe(2048)
  })

  test.each([
    [2000, 1000, 3000, 2000],
    [500, 1000, 3000, 1000],
    [3900, 1000, 3000, 3000],
    // Around the circle 4090 is nearer to 100 than to 3000.
    [4090, 100, 3000, 100],
    [9000, 0, 0, 9000]
  ])('goal %i within %i…%i is %i', (wanted, min, max, expected) => {
    expect(goalWithinLimits(wanted, min, max)).toBe(expected)
  })
})

describe('motion', () => {
  test('a goal switches the torque on and is reached; the register keeps what was written', () => {
    const bench = feetechBench([{ motor: { startTicks: 1000 }, eeprom: { maxPositionLimit: 1500 } }])
    goal(bench, 1800)
    expect(bench.bus.servo(1).peek('torqueEnable')).toBe(1)
    bench.wait(1000)
    expect(present(bench)).toBe(1500)
    expect(bench.bus.servo(1).peek('goalPosition')).toBe(1800)
    expect(bench.bus.servo(1).peek('targetPosition')).toBe(1500)
  })

  test('after power on the goal is where the joint is', () => {
    const bench = feetechBench([{ motor: { startTicks: 1234 } }])
    write(bench, 40, 1)
    bench.wait(500)
    expect(present(bench)).toBe(1234)
  })

  test('torque on goes for the last goal, however far the joint was moved meanwhile', () => {
    const bench = feetechBench([{ motor: { startTicks: 1000 } }])
    goal(bench, 1000)
    write(bench, 40, 0)
    bench.bus.servo(1).motor.place(1700)
    write(bench, 40, 1)
    bench.wait(1000)
    expect(present(bench)).toBe(1000)
  })

  test('goal velocity and acceleration bound the way', () => {
    const bench = feetechBench([{ motor: { startTicks: 1000 } }])
    write(bench, 41, 5)
    write(bench, 46, low(400), high(400))
    goal(bench, 3000)
    // 50 ms at 500 steps/s² since the goal arrived.
    expect(bench.bus.servo(1).peek('presentVelocity')).toBeCloseTo(25, 0)
    expect(bench.bus.servo(1).peek('moving')).toBe(1)
    bench.wait(1500)
    expect(bench.bus.servo(1).peek('presentVelocity')).toBe(400)
  })

  test('power off drops the arm; power on forgets RAM', () => {
    const gravity = (): number => 0.3
    const bench = feetechBench([{ motor: { startTicks: 1000, gravity } }])
    goal(bench, 1000)
    write(bench, 48, 0xff, 0x01)
    bench.wait(500)
    expect(present(bench)).toBe(1000)
    bench.bus.setPower(false, bench.nowNanos)
    expect(bench.ask(feetechInstruction(1, 1, []))).toEqual([])
    bench.wait(200)
    bench.bus.setPower(true, bench.nowNanos)
    expect(present(bench)).toBeGreaterThan(1020)
    expect(bench.bus.servo(1).peek('torqueEnable')).toBe(0)
    expect(bench.bus.servo(1).peek('torqueLimit')).toBe(1000)
  })
})

describe('protection', () => {
  /** A goal that a jammed joint can't reach. */
  function jammed(eeprom: Record<string, number> = {}): Bench {
    const bench = feetechBench([{ motor: { startTicks: 1000 }, eeprom }])
    bench.bus.servo(1).motor.jam(true)
    goal(bench, 2000)
    return bench
  }
  const errorOf = (bench: Bench): string | undefined => bench.ask(feetechInstruction(1, 1, []))[0]

  test('overload after protection time leaves the protective torque, in every answer until power goes', () => {
    const bench = jammed()
    bench.wait(1900)
    expect(errorOf(bench)).toBe(OK)
    expect(bench.bus.servo(1).peek('presentLoad')).toBe(1000)
    bench.wait(200)
    expect(errorOf(bench)).toBe(feetechInstruction(1, 32, []))
    expect(bench.bus.servo(1).peek('presentLoad')).toBe(200)
    expect(bench.bus.servo(1).peek('status')).toBe(32)
    expect(write(bench, 40, 0)).toEqual([feetechInstruction(1, 32, [])])
    powerCycle(bench)
    expect(errorOf(bench)).toBe(OK)
  })

  test('a goal away from the load ends an overload', () => {
    const bench = jammed()
    bench.wait(2100)
    expect(goal(bench, 900)).toEqual([OK])
  })

  test('a gripper set up by LeRobot yields sooner', () => {
    const bench = jammed({ overloadTorque: 25, maxTorqueLimit: 500, protectionTime: 50 })
    expect(bench.bus.servo(1).peek('presentLoad')).toBe(500)
    bench.wait(600)
    expect(errorOf(bench)).toBe(feetechInstruction(1, 32, []))
  })

  test('without the unloading bit it only reports', () => {
    const bench = jammed({ unloadingCondition: 0 })
    bench.wait(2100)
    expect(errorOf(bench)).toBe(feetechInstruction(1, 32, []))
    expect(bench.bus.servo(1).peek('presentLoad')).toBe(1000)
  })

  test('overcurrent', () => {
    const bench = jammed({ overloadTorque: 254, protectionCurrent: 200 })
    bench.wait(2100)
    expect(errorOf(bench)).toBe(feetechInstruction(1, 8, []))
  })

  test('heat builds up under load and drops the torque', () => {
    const bench = jammed({ unloadingCondition: 4, maxTemperatureLimit: 40 })
    bench.wait(60_000)
    expect(bench.bus.servo(1).peek('torqueEnable')).toBe(0)
    expect(bench.bus.servo(1).peek('presentTemperature')).toBeGreaterThan(30)
  })

  test.each([
    ['overload', 32],
    ['overheat', 4],
    ['overcurrent', 8],
    ['voltage', 1],
    ['encoder', 2]
  ] as const)('%s on demand is error bit %i', (cause, bit) => {
    const bench = feetechBench()
    bench.bus.servo(1).trip(cause)
    expect(errorOf(bench)).toBe(feetechInstruction(1, bit, []))
  })
})

test('registers that do not exist are a mistake of the test', () => {
  expect(() => feetechBench().bus.servo(1).peek('goalPositon')).toThrow(RangeError)
  expect(() => feetechBench().bus.servo(7)).toThrow(RangeError)
})
