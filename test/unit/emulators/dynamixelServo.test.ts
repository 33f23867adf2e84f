import { describe, expect, test } from 'vitest'
import { type DynamixelServoOptions } from '../../emulators/dynamixel/servo'
import { dynamixelBench, dynamixelInstruction, dynamixelStatus, dynamixelWrite, type Bench } from './support'

const OK = dynamixelStatus(1, 0)
const bench = (options: Partial<DynamixelServoOptions> = {}): Bench => dynamixelBench([options])
const peek = (on: Bench, register: string): number => on.bus.servo(1).peek(register)

const torqueOn = (on: Bench): string[] => on.ask(dynamixelWrite(1, 64, 1, 1))
const goal = (on: Bench, ticks: number): string[] => on.ask(dynamixelWrite(1, 116, ticks, 4))
const powerCycle = (on: Bench): void => {
  on.bus.setPower(false, on.nowNanos)
  on.bus.setPower(true, on.nowNanos)
}

describe('positions: present = ±actual + homing offset', () => {
  test.each([
    ['plain', {}, 1000, 1000],
    ['offset added', { homingOffset: 300 }, 1000, 1300],
    ['one turn after power on', {}, 4096 + 5, 5],
    ['an offset beyond ±1024 is ignored in position mode', { homingOffset: 1500 }, 1000, 1000],
    ['but not in extended position mode', { homingOffset: 1500, operatingMode: 4 }, 1000, 2500],
    ['reversed', { driveMode: 1 }, 1000, 3096],
    ['reversed, the offset as it is', { driveMode: 1, homingOffset: -100 }, 1000, 2996]
  ])('%s', (_what, eeprom, startTicks, reading) => {
    expect(peek(bench({ eeprom, motor: { startTicks } }), 'presentPosition')).toBe(reading)
  })

  test('turns count while torque is off and are forgotten by torque on in position mode', () => {
    const on = bench()
    on.bus.servo(1).motor.place(4096 + 300)
    expect(peek(on, 'presentPosition')).toBe(4396)
    goal(on, 300)
    torqueOn(on)
    expect(peek(on, 'presentPosition')).toBe(300)
  })

  test('EEPROM survives power, RAM does not', () => {
    const on = bench()
    on.ask(dynamixelWrite(1, 31, 60, 1))
    on.ask(dynamixelWrite(1, 65, 1, 1))
    powerCycle(on)
    expect([peek(on, 'temperatureLimit'), peek(on, 'led')]).toEqual([60, 0])
  })
})

describe('motion', () => {
  test.each([
    [3, 2500],
    [4, -5000],
    [5, 9000]
  ])('mode %i reaches %i', (operatingMode, ticks) => {
    const on = bench({ model: 'xl330-m288', eeprom: { operatingMode } })
    torqueOn(on)
    expect(goal(on, ticks)).toEqual([OK])
    on.wait(3000)
    expect(peek(on, 'presentPosition')).toBe(ticks)
    expect(peek(on, 'movingStatus')).toBe(1)
  })

  test('reversed, the joint turns the other way and reads what was asked for', () => {
    const on = bench({ eeprom: { driveMode: 1 }, motor: { startTicks: -2048 } })
    torqueOn(on)
    goal(on, 2500)
    on.wait(3000)
    expect(peek(on, 'presentPosition')).toBe(2500)
    expect(on.bus.servo(1).motor.ticks).toBeCloseTo(-2500, 0)
  })

  test('torque off: a goal is taken, nothing moves; drive mode bit 3: it switches the torque on', () => {
    const off = bench()
    expect(goal(off, 3000)).toEqual([OK])
    off.wait(1000)
    expect(peek(off, 'presentPosition')).toBe(2048)
    const byGoal = bench({ eeprom: { driveMode: 8 } })
    goal(byGoal, 3000)
    expect(peek(byGoal, 'torqueEnable')).toBe(1)
  })

  test('profile velocity, 0.229 rev/min a unit', () => {
    const on = bench()
    on.ask(dynamixelWrite(1, 112, 50, 4))
    torqueOn(on)
    goal(on, 3900)
    on.wait(500)
    expect(peek(on, 'presentVelocity')).toBe(50)
  })

  test('a time-based profile takes its time', () => {
    const on = bench({ eeprom: { driveMode: 4 } })
    on.ask(dynamixelWrite(1, 112, 2000, 4))
    torqueOn(on)
    goal(on, 3048)
    on.wait(950)
    expect(peek(on, 'presentPosition')).toBeCloseTo(2548, -2)
    on.wait(1200)
    expect(peek(on, 'presentPosition')).toBe(3048)
  })

  test('velocity mode', () => {
    const on = bench({ eeprom: { operatingMode: 1 } })
    torqueOn(on)
    on.ask(dynamixelWrite(1, 104, -100, 4))
    on.wait(500)
    expect(peek(on, 'presentVelocity')).toBe(-100)
  })

  test('a gripper in mode 5 presses with its goal current', () => {
    const on = bench({ model: 'xl330-m288', eeprom: { operatingMode: 5 } })
    on.bus.servo(1).motor.jam(true)
    torqueOn(on)
    on.ask(dynamixelWrite(1, 102, 300, 2))
    goal(on, 3000)
    on.wait(3000)
    expect(peek(on, 'presentCurrent')).toBe(300)
    expect(peek(on, 'hardwareErrorStatus')).toBe(0)
  })

  test('an XL430 reports load in 0.1 % at the same address', () => {
    const on = bench({ model: 'xl430-w250' })
    on.bus.servo(1).motor.jam(true)
    torqueOn(on)
    goal(on, 3000)
    expect(peek(on, 'presentCurrent')).toBe(1000)
  })

  test('changing the mode resets profiles and goals', () => {
    const on = bench()
    on.ask(dynamixelWrite(1, 112, 50, 4))
    on.ask(dynamixelWrite(1, 102, 10, 2))
    on.ask(dynamixelWrite(1, 11, 5, 1))
    expect([peek(on, 'profileVelocity'), peek(on, 'goalCurrent')]).toEqual([0, 1193])
  })

  test('torque on goes for the last goal, however far the joint was moved meanwhile', () => {
    const on = bench()
    torqueOn(on)
    goal(on, 2048)
    on.ask(dynamixelWrite(1, 64, 0, 1))
    on.bus.servo(1).motor.place(2600)
    torqueOn(on)
    on.wait(1000)
    expect(peek(on, 'presentPosition')).toBe(2048)
  })
})

describe('hardware errors', () => {
  test('a stalled motor overloads, lets go, and stays so until a reboot', () => {
    const on = bench()
    on.bus.servo(1).motor.jam(true)
    torqueOn(on)
    goal(on, 3000)
    on.wait(1600)
    expect(peek(on, 'hardwareErrorStatus')).toBe(32)
    expect(peek(on, 'torqueEnable')).toBe(0)
    // Alert bit, and Result Fail for what only a reboot allows.
    expect(on.ask(dynamixelWrite(1, 65, 1, 1))).toEqual([dynamixelStatus(1, 0x80)])
    expect(torqueOn(on)).toEqual([dynamixelStatus(1, 0x81)])
    on.ask(dynamixelInstruction(1, 0x08))
    on.wait(300)
    expect(torqueOn(on)).toEqual([OK])
    expect(peek(on, 'hardwareErrorStatus')).toBe(0)
  })

  test('an error that Shutdown does not name is reported only', () => {
    const on = bench({ eeprom: { shutdown: 0 } })
    torqueOn(on)
    on.bus.servo(1).trip('overheat')
    expect(on.ask(dynamixelInstruction(1, 0x02, [70, 0, 1, 0]))).toEqual([dynamixelStatus(1, 0x80, [4])])
    expect(peek(on, 'torqueEnable')).toBe(1)
  })

  test.each([
    ['overload', 32],
    ['overheat', 4],
    ['overcurrent', 16],
    ['voltage', 1],
    ['encoder', 8]
  ] as const)('%s on demand is bit %i', (cause, bit) => {
    const on = bench()
    on.bus.servo(1).trip(cause)
    expect(peek(on, 'hardwareErrorStatus')).toBe(bit)
  })
})

describe('bus watchdog', () => {
  /** Turning in velocity mode, watchdog at 100 ms: the example of the e-Manual, quicker. */
  function turning(): Bench {
    const on = bench({ eeprom: { operatingMode: 1 } })
    torqueOn(on)
    on.ask(dynamixelWrite(1, 104, 50, 4))
    on.ask(dynamixelWrite(1, 98, 5, 1))
    return on
  }

  test('any instruction in time keeps it going', () => {
    const on = turning()
    for (let i = 0; i < 10; i++) {
      on.ask(dynamixelInstruction(1, 0x01))
      on.wait(40)
    }
    expect(peek(on, 'busWatchdog')).toBe(5)
    expect(peek(on, 'presentVelocity')).toBe(50)
  })

  test('silence stops the motor; goals are refused until 0 is written', () => {
    const on = turning()
    on.wait(300)
    expect(peek(on, 'busWatchdog')).toBe(0xff)
    expect(peek(on, 'presentVelocity')).toBe(0)
    expect(on.ask(dynamixelWrite(1, 104, 150, 4))).toEqual([dynamixelStatus(1, 4)])
    expect(on.ask(dynamixelWrite(1, 98, 0, 1))).toEqual([OK])
    expect(on.ask(dynamixelWrite(1, 104, 150, 4))).toEqual([OK])
    on.wait(300)
    expect(peek(on, 'presentVelocity')).toBe(150)
  })

  test('in position mode it stops on the way and stays there when cleared', () => {
    const on = bench()
    on.ask(dynamixelWrite(1, 112, 20, 4))
    torqueOn(on)
    on.ask(dynamixelWrite(1, 98, 5, 1))
    goal(on, 3900)
    on.wait(500)
    const stopped = peek(on, 'presentPosition')
    expect(stopped).toBeLessThan(2200)
    on.ask(dynamixelWrite(1, 98, 0, 1))
    on.wait(500)
    expect(peek(on, 'presentPosition')).toBeCloseTo(stopped, -1)
    goal(on, 2300)
    on.wait(2000)
    expect(peek(on, 'presentPosition')).toBe(2300)
  })

  test('it does not count while torque is off', () => {
    const on = bench()
    on.ask(dynamixelWrite(1, 98, 1, 1))
    on.wait(1000)
    expect(peek(on, 'busWatchdog')).toBe(1)
  })
})
