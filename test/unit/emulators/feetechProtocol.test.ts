import { describe, expect, test } from 'vitest'
import { fromHex } from '../../emulators/hex'
import { feetechBench, feetechInstruction } from './support'

/** A status packet has an instruction's form, the error in the instruction's place. */
const feetechStatus = feetechInstruction

/** Bytes as printed in Feetech's "Communication Protocol User Manual"; sections in the names. */
describe('examples of the manual', () => {
  test('1.3.1 ping', () => {
    expect(feetechBench().ask('FF FF 01 02 01 FB')).toEqual(['FF FF 01 02 00 FC'])
  })

  test('1.3.2 read data: position 0x0518', () => {
    const bench = feetechBench([{ motor: { startTicks: 0x0518 } }])
    expect(bench.ask('FF FF 01 04 02 38 02 BE')).toEqual(['FF FF 01 04 00 18 05 DD'])
  })

  test('1.3.3 write data: position 2048 at 1000 steps/s; id by broadcast, without an answer', () => {
    const bench = feetechBench([{ motor: { startTicks: 1548 } }])
    expect(bench.ask('FF FF 01 09 03 2A 00 08 00 00 E8 03 D5')).toEqual(['FF FF 01 02 00 FC'])
    bench.wait(200)
    expect(bench.bus.servo(1).peek('presentVelocity')).toBe(1000)
    bench.wait(1000)
    expect(bench.bus.servo(1).peek('presentPosition')).toBe(2048)

    const renamed = feetechBench([{ id: 9 }])
    expect(renamed.ask('FF FF FE 04 03 05 01 F4')).toEqual([])
    expect(renamed.bus.servos[0]?.id).toBe(1)
  })

  test('1.3.4 and 1.3.5 reg write, then action by broadcast', () => {
    const bench = feetechBench([{ motor: { startTicks: 2000 } }])
    expect(bench.ask('FF FF 01 09 04 2A 00 08 00 00 E8 03 D4')).toEqual(['FF FF 01 02 00 FC'])
    expect(bench.bus.servo(1).peek('asyncWriteFlag')).toBe(1)
    bench.wait(500)
    expect(bench.bus.servo(1).peek('presentPosition')).toBe(2000)
    expect(bench.ask('FF FF FE 02 05 FA')).toEqual([])
    bench.wait(500)
    expect(bench.bus.servo(1).peek('asyncWriteFlag')).toBe(0)
    expect(bench.bus.servo(1).peek('presentPosition')).toBe(2048)
  })

  test('1.3.6 sync write', () => {
    const bench = feetechBench([{}, {}, {}, {}])
    const packet =
      'FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 03 00 08 00 00 E8 03 04 00 08 00 00 E8 03 58'
    expect(bench.ask(packet)).toEqual([])
    for (const servo of bench.bus.servos) {
      expect([servo.peek('goalPosition'), servo.peek('goalVelocity')]).toEqual([2048, 1000])
    }
  })

  test('1.3.7 sync read: position, speed, load, voltage, temperature of two servos, in the order asked for', () => {
    const bench = feetechBench([
      { motor: { startTicks: 2048 }, decivolts: 0x79, eeprom: { maxVoltageLimit: 140 } },
      { motor: { startTicks: 2047 }, decivolts: 0x77, eeprom: { maxVoltageLimit: 140 } }
    ])
    bench.bus.servo(1).motor.heatTo(0x1e)
    bench.bus.servo(2).motor.heatTo(0x23)
    expect(bench.ask('FF FF FE 06 82 38 08 01 02 36')).toEqual([
      'FF FF 01 0A 00 00 08 00 00 00 00 79 1E 55',
      'FF FF 02 0A 00 FF 07 00 00 00 00 77 23 53'
    ])
  })

  test('1.3.8 reset to factory values keeps the id', () => {
    const bench = feetechBench([{ eeprom: { maxTorqueLimit: 500, homingOffset: 0x0855 } }])
    expect(bench.ask('FF FF 01 02 06 F6')).toEqual(['FF FF 01 02 00 FC'])
    expect(bench.bus.servo(1).peek('maxTorqueLimit')).toBe(1000)
    expect(bench.bus.servo(1).peek('homingOffset')).toBe(0)
  })
})

describe('what is met with silence', () => {
  test.each([
    ['a wrong checksum', 'FF FF 01 02 01 FA'],
    ['another id', 'FF FF 02 02 01 FA'],
    ['an unknown instruction', 'FF FF 01 02 77 85'],
    ['a read without a length', 'FF FF 01 03 02 38 C1'],
    ['a read of nothing', 'FF FF 01 04 02 38 00 C0'],
    ['a read that would not fit 250 bytes', 'FF FF 01 04 02 00 F5 03'],
    ['a write without data', 'FF FF 01 03 03 38 C0'],
    ['a sync read to one id', 'FF FF 01 05 82 38 02 01 3C']
  ])('%s', (_what, packet) => {
    const bench = feetechBench()
    expect(bench.ask(packet)).toEqual([])
    // And the next instruction is understood.
    expect(bench.ask('FF FF 01 02 01 FB')).toEqual(['FF FF 01 02 00 FC'])
  })

  test('a frame longer than 250 bytes is dropped at its length byte', () => {
    expect(feetechBench().ask('FF FF 01 F7 FF FF 01 02 01 FB')).toEqual(['FF FF 01 02 00 FC'])
  })

  test('garbage before a header, and a third FF in it', () => {
    expect(feetechBench().ask('00 FF 12 FF FF FF 01 02 01 FB')).toEqual(['FF FF 01 02 00 FC'])
  })

  test('an instruction cut short is forgotten after the inter-byte time', () => {
    const bench = feetechBench()
    bench.ask('FF FF 01 09 03 2A')
    expect(bench.ask('FF FF 01 02 01 FB')).toEqual(['FF FF 01 02 00 FC'])
  })
})

test('addresses without a register read as 0 and ignore writes; read-only ones ignore writes', () => {
  const bench = feetechBench()
  // Write 0x55 to 50…54 (nothing there) and to 3 (model number), then read both.
  bench.ask(feetechInstruction(1, 0x03, [50, 0x55, 0x55, 0x55, 0x55, 0x55]))
  bench.ask(feetechInstruction(1, 0x03, [3, 0x55]))
  expect(bench.ask(feetechInstruction(1, 0x02, [50, 5]))).toEqual([feetechStatus(1, 0, [0, 0, 0, 0, 0])])
  expect(bench.ask(feetechInstruction(1, 0x02, [3, 2]))).toEqual([feetechStatus(1, 0, [0x09, 0x03])])
  expect(bench.ask(feetechInstruction(1, 0x02, [84, 6]))).toEqual([
    feetechStatus(1, 0, [70, 254, 1, 0, 0, 0])
  ])
})

test('firmware 3.10, model 777', () => {
  expect(feetechBench().ask(feetechInstruction(1, 0x02, [0, 5]))).toEqual([
    feetechStatus(1, 0, [3, 10, 0, 0x09, 0x03])
  ])
})

describe('broadcast', () => {
  test('ping is answered by the only servo on a bus; several collide', () => {
    expect(feetechBench([{ id: 5 }]).ask('FF FF FE 02 01 FE')).toEqual(['FF FF 05 02 00 F8'])
    // 01…FC and 02…FB on an open-drain line: id 00, checksum F8.
    expect(feetechBench([{}, {}]).ask('FF FF FE 02 01 FE')).toEqual(['FF FF 00 02 00 F8'])
  })

  test.each([
    ['continue', ['FF FF 01 03 00 01 FA', 'FF FF 03 03 00 03 F6']],
    ['stop', ['FF FF 01 03 00 01 FA']]
  ] as const)('sync read with a dead motor in the middle: %s', (afterSilentServo, expected) => {
    const bench = feetechBench([{}, {}, {}], { afterSilentServo })
    bench.bus.servo(2).setDead(true)
    expect(bench.ask('FF FF FE 07 82 05 01 01 02 03 6C')).toEqual(expected)
  })
})

test('status level 0 answers only ping and reads', () => {
  const bench = feetechBench([{ eeprom: { responseStatusLevel: 0 } }])
  expect(bench.ask(feetechInstruction(1, 0x03, [48, 0xf4, 0x01]))).toEqual([])
  expect(bench.bus.servo(1).peek('torqueLimit')).toBe(500)
  expect(bench.ask('FF FF 01 02 01 FB')).toHaveLength(1)
  expect(bench.ask('FF FF 01 04 02 38 02 BE')).toHaveLength(1)
})

test('the last byte arrives after return delay and wire time', () => {
  const { bus } = feetechBench([{ eeprom: { returnDelayTime: 250 } }, { eeprom: { returnDelayTime: 0 } }])
  // 500 µs and 6 bytes of 10 µs.
  expect(bus.receive(fromHex('FF FF 01 02 01 FB'), 0)[0]?.atNanos).toBe(560_000)
  // At least one unit of 2 µs.
  expect(bus.receive(fromHex('FF FF 02 02 01 FA'), 1_000_000)[0]?.atNanos).toBe(1_062_000)
})

test('the line is half-duplex: who speaks over an answer is not heard', () => {
  const { bus } = feetechBench()
  expect(bus.receive(fromHex('FF FF 01 02 01 FB FF FF 01 02 01 FB'), 0)).toHaveLength(1)
  expect(bus.receive(fromHex('FF FF 01 02 01 FB'), 559_999)).toEqual([])
  expect(bus.receive(fromHex('FF FF 01 02 01 FB'), 560_000)).toHaveLength(1)
})

test('a reboot is not acknowledged and takes 800 ms', () => {
  const bench = feetechBench()
  bench.ask(feetechInstruction(1, 0x03, [41, 20]))
  expect(bench.ask('FF FF 01 02 08 F4')).toEqual([])
  bench.wait(700)
  expect(bench.ask('FF FF 01 02 01 FB')).toEqual([])
  bench.wait(60)
  expect(bench.ask('FF FF 01 02 01 FB')).toHaveLength(1)
  expect(bench.bus.servo(1).peek('acceleration')).toBe(0)
})
