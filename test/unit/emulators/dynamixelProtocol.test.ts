import { describe, expect, test } from 'vitest'
import { crc16 } from '../../emulators/dynamixel/crc'
import { stuff, unstuff } from '../../emulators/dynamixel/frames'
import { fromHex } from '../../emulators/hex'
import { dynamixelBench, dynamixelInstruction, dynamixelStatus, dynamixelWrite } from './support'

const OK = 'FF FF FD 00 01 04 00 55 00 A1 0C'

/** Bytes as printed in the ROBOTIS e-Manual, "DYNAMIXEL Protocol 2.0"; sections in the names. */
describe('examples of the manual', () => {
  test('Ping, example 1 and 2', () => {
    const bench = dynamixelBench([{}, {}])
    for (const servo of bench.bus.servos) {
      servo.poke('modelNumber', 1030)
      servo.poke('firmwareVersion', 38)
    }
    const [first, second] = [
      'FF FF FD 00 01 07 00 55 00 06 04 26 65 5D',
      'FF FF FD 00 02 07 00 55 00 06 04 26 6F 6D'
    ]
    expect(bench.ask('FF FF FD 00 01 03 00 01 19 4E')).toEqual([first])
    expect(bench.ask('FF FF FD 00 FE 03 00 01 31 42')).toEqual([first, second])
  })

  test('Read: present position 166', () => {
    const bench = dynamixelBench([{ motor: { startTicks: 166 } }])
    expect(bench.ask('FF FF FD 00 01 07 00 02 84 00 04 00 1D 15')).toEqual([
      'FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0'
    ])
  })

  test('Write: 512 to goal position', () => {
    const bench = dynamixelBench()
    expect(bench.ask('FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89')).toEqual([OK])
    expect(bench.bus.servo(1).peek('goalPosition')).toBe(512)
  })

  test('Reg Write and Action', () => {
    const bench = dynamixelBench()
    expect(bench.ask('FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E')).toEqual([OK])
    expect(bench.bus.servo(1).peek('registeredInstruction')).toBe(1)
    expect(bench.bus.servo(1).peek('goalVelocity')).toBe(0)
    expect(bench.ask('FF FF FD 00 01 03 00 05 02 CE')).toEqual([OK])
    expect(bench.bus.servo(1).peek('registeredInstruction')).toBe(0)
    expect(bench.bus.servo(1).peek('goalVelocity')).toBe(200)
  })

  test('Factory Reset, all except the id', () => {
    const bench = dynamixelBench([{ eeprom: { baudRate: 3, homingOffset: 77 } }])
    expect(bench.ask('FF FF FD 00 01 04 00 06 01 A1 E6')).toEqual([OK])
    const servo = bench.bus.servo(1)
    expect([servo.peek('baudRate'), servo.peek('homingOffset')]).toEqual([1, 0])
  })

  test('Reboot', () => {
    const bench = dynamixelBench()
    bench.bus.servo(1).poke('led', 1)
    expect(bench.ask('FF FF FD 00 01 03 00 08 2F 4E')).toEqual([OK])
    expect(bench.bus.servo(1).peek('led')).toBe(0)
    expect(bench.ask(dynamixelInstruction(1, 1))).toEqual([])
    bench.wait(300)
    expect(bench.ask(dynamixelInstruction(1, 1))).toHaveLength(1)
  })

  test('Clear: multi-turn position', () => {
    const bench = dynamixelBench([{ eeprom: { operatingMode: 4 } }])
    bench.bus.servo(1).motor.place(3 * 4096 + 100)
    expect(bench.bus.servo(1).peek('presentPosition')).toBe(3 * 4096 + 100)
    expect(bench.ask('FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC')).toEqual([OK])
    expect(bench.bus.servo(1).peek('presentPosition')).toBe(100)
  })

  const pair = [{ motor: { startTicks: 166 } }, { motor: { startTicks: 2079 } }]

  test('Sync Read', () => {
    expect(dynamixelBench(pair).ask('FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA')).toEqual([
      'FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0',
      'FF FF FD 00 02 08 00 55 00 1F 08 00 00 BA BE'
    ])
  })

  test('Sync Write', () => {
    const bench = dynamixelBench([{}, {}])
    const packet = 'FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87'
    expect(bench.ask(packet)).toEqual([])
    expect(bench.bus.servos.map((servo) => servo.peek('goalPosition'))).toEqual([150, 170])
  })

  test('Fast Sync Read: one packet that three servos build', () => {
    const bench = dynamixelBench([
      { id: 3, motor: { startTicks: 166 } },
      { id: 7, motor: { startTicks: 2079 } },
      { id: 4, motor: { startTicks: 1023 } }
    ])
    expect(bench.ask('FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04 20 F2')).toEqual([
      'FF FF FD 00 FE 19 00 55 00 03 A6 00 00 00 84 08',
      '00 07 1F 08 00 00 16 CA',
      '00 04 FF 03 00 00 D1 9E'
    ])
  })

  test('Bulk Read', () => {
    const bench = dynamixelBench([{ decivolts: 119 }, {}])
    bench.bus.servo(2).motor.heatTo(36)
    const packet = 'FF FF FD 00 FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05'
    expect(bench.ask(packet)).toEqual([
      'FF FF FD 00 01 06 00 55 00 77 00 C3 69',
      'FF FF FD 00 02 05 00 55 00 24 8B A9'
    ])
  })

  test('Bulk Write', () => {
    const bench = dynamixelBench([{ eeprom: { maxVoltageLimit: 150 } }, { eeprom: { temperatureLimit: 70 } }])
    const packet = 'FF FF FD 00 FE 10 00 93 01 20 00 02 00 A0 00 02 1F 00 01 00 50 B7 68'
    expect(bench.ask(packet)).toEqual([])
    expect(bench.bus.servo(1).peek('maxVoltageLimit')).toBe(160)
    expect(bench.bus.servo(2).peek('temperatureLimit')).toBe(80)
  })
})

describe('byte stuffing and CRC', () => {
  test.each([
    ['FF FF FD', 'FF FF FD FD'],
    ['FF FF FD FD', 'FF FF FD FD FD'],
    ['FF FF FF FD 01', 'FF FF FF FD FD 01'],
    ['FF FF FD FF FF FD', 'FF FF FD FD FF FF FD FD'],
    ['FD FF FF 00', 'FD FF FF 00']
  ])('%s → %s', (plain, stuffed) => {
    expect(stuff([...fromHex(plain)])).toEqual([...fromHex(stuffed)])
    expect(unstuff([...fromHex(stuffed)])).toEqual([...fromHex(plain)])
  })

  test('a stuffed write arrives unstuffed, and a stuffed read answer is longer', () => {
    const bench = dynamixelBench([{ model: 'xl330-m288', eeprom: { operatingMode: 4 } }])
    // Goal PWM −1 and goal current −3: FF FF FD FF from address 100.
    const packet = fromHex('FF FF FD 00 01 0A 00 03 64 00 FF FF FD FD FF')
    const crc = crc16(packet)
    const replies = bench.bus.receive(Uint8Array.from([...packet, crc & 0xff, crc >> 8]), bench.nowNanos)
    expect(replies).toHaveLength(1)
    expect([bench.bus.servo(1).peek('goalPwm'), bench.bus.servo(1).peek('goalCurrent')]).toEqual([-1, -3])
    bench.wait(10)
    const [read] = bench.ask(dynamixelInstruction(1, 2, [100, 0, 4, 0]))
    expect(read?.slice(0, -6)).toBe('FF FF FD 00 01 09 00 55 00 FF FF FD FD FF')
  })

  test('a wrong CRC is answered by the servo it is for, with error 3', () => {
    const bench = dynamixelBench()
    expect(bench.ask('FF FF FD 00 01 03 00 01 19 4F')).toEqual([dynamixelStatus(1, 3)])
    expect(bench.ask('FF FF FD 00 02 03 00 01 00 00')).toEqual([])
    expect(bench.ask('FF FF FD 00 FE 03 00 01 00 00')).toEqual([])
  })

  test('noise that looks like a header, and headers after it', () => {
    const ping = 'FF FF FD 00 01 03 00 01 19 4E'
    for (const noise of [
      'FF',
      'FF FF',
      'FF FF FD',
      'FF FF FD FD',
      'FF FF FF',
      'FF FF FD 00 01 FF FF',
      '00'
    ]) {
      expect(dynamixelBench().ask(`${noise} ${ping}`)).toHaveLength(1)
    }
  })

  test('an instruction cut short is forgotten after 1.5 ms', () => {
    const bench = dynamixelBench()
    bench.ask('FF FF FD 00 01 09 00 03 74')
    expect(bench.ask('FF FF FD 00 01 03 00 01 19 4E')).toHaveLength(1)
  })
})

describe('errors', () => {
  test.each([
    ['an undefined instruction', dynamixelInstruction(1, 0x77), 2],
    ['an action without a registered write', dynamixelInstruction(1, 0x05), 2],
    ['a value outside its range', dynamixelWrite(1, 64, 2, 1), 4],
    ['an operating mode that does not exist', dynamixelWrite(1, 11, 2, 1), 4],
    ['a value shorter than its register', dynamixelWrite(1, 116, 5, 2), 5],
    ['a goal beyond the position limits', dynamixelWrite(1, 116, 4096, 4), 6],
    ['a negative goal in position mode', dynamixelWrite(1, 116, -1, 4), 6],
    ['a goal current above its limit', dynamixelWrite(1, 102, 1194, 2), 6],
    ['a goal velocity above its limit', dynamixelWrite(1, 104, 201, 4), 6],
    ['a read-only register', dynamixelWrite(1, 132, 0, 4), 7],
    ['an address where nothing is', dynamixelWrite(1, 14, 0, 1), 7],
    ['the middle of a register', dynamixelWrite(1, 117, 0, 1), 7],
    ['a read where nothing is', dynamixelInstruction(1, 0x02, [14, 0, 1, 0]), 7],
    ['a read beyond the table', dynamixelInstruction(1, 0x02, [146, 0, 40, 0]), 7],
    ['a clear of something else', dynamixelInstruction(1, 0x10, [2, 0x44, 0x58, 0x4c, 0x22]), 4]
  ] as const)('%s', (_what, packet, error) => {
    expect(dynamixelBench().ask(packet)).toEqual([dynamixelStatus(1, error)])
  })

  test('EEPROM is read-only while torque is on', () => {
    const bench = dynamixelBench()
    expect(bench.ask(dynamixelWrite(1, 20, 5, 4))).toEqual([OK])
    expect(bench.ask(dynamixelWrite(1, 64, 1, 1))).toEqual([OK])
    expect(bench.ask(dynamixelWrite(1, 20, 6, 4))).toEqual([dynamixelStatus(1, 7)])
    expect(bench.bus.servo(1).peek('homingOffset')).toBe(5)
  })

  test('a refused block writes nothing of itself', () => {
    const bench = dynamixelBench()
    // Goal velocity 100 is fine, profile acceleration 40000 is not.
    const data = [104, 0, 100, 0, 0, 0, 0x40, 0x9c, 0, 0]
    expect(bench.ask(dynamixelInstruction(1, 0x03, data))).toEqual([dynamixelStatus(1, 4)])
    expect(bench.bus.servo(1).peek('goalVelocity')).toBe(0)
  })

  test('an XL430 has no goal current and no current limit', () => {
    const bench = dynamixelBench([{ model: 'xl430-w250' }])
    expect(bench.ask(dynamixelWrite(1, 102, 0, 2))).toEqual([dynamixelStatus(1, 7)])
    expect(bench.ask(dynamixelInstruction(1, 0x02, [38, 0, 2, 0]))).toEqual([dynamixelStatus(1, 7)])
  })
})

describe('who answers', () => {
  test.each([
    [0, 1, 0, 0],
    [1, 1, 1, 0],
    [2, 1, 1, 1]
  ])('status return level %i: ping %i, read %i, write %i', (level, ping, read, write) => {
    const bench = dynamixelBench()
    bench.bus.servo(1).poke('statusReturnLevel', level)
    expect(bench.ask(dynamixelInstruction(1, 0x01))).toHaveLength(ping)
    expect(bench.ask(dynamixelInstruction(1, 0x02, [132, 0, 4, 0]))).toHaveLength(read)
    expect(bench.ask(dynamixelWrite(1, 65, 1, 1))).toHaveLength(write)
    expect(bench.bus.servo(1).peek('led')).toBe(1)
  })

  test('broadcast writes are carried out by all and answered by none', () => {
    const bench = dynamixelBench([{}, {}])
    expect(bench.ask(dynamixelWrite(0xfe, 65, 1, 1))).toEqual([])
    expect(bench.bus.servos.map((servo) => servo.peek('led'))).toEqual([1, 1])
    expect(bench.ask(dynamixelInstruction(0xfe, 0x02, [132, 0, 4, 0]))).toEqual([])
  })

  test.each([
    ['stop', 1],
    ['continue', 2]
  ] as const)('sync read with a dead motor in the middle: %s', (afterSilentServo, count) => {
    const bench = dynamixelBench([{}, {}, {}], { afterSilentServo })
    bench.bus.servo(2).setDead(true)
    expect(bench.ask(dynamixelInstruction(0xfe, 0x82, [132, 0, 4, 0, 1, 2, 3]))).toHaveLength(count)
  })

  test('fast sync read with a dead motor: the packet ends before it', () => {
    const bench = dynamixelBench([{}, {}, {}])
    bench.bus.servo(2).setDead(true)
    const pieces = bench.ask(dynamixelInstruction(0xfe, 0x8a, [132, 0, 4, 0, 1, 2, 3]))
    expect(pieces).toHaveLength(1)
    expect(pieces[0]).toMatch(/^FF FF FD 00 FE 19 00 55 00 01 /)
  })

  test('secondary id: carried out without an answer, EEPROM apart', () => {
    const bench = dynamixelBench([{}, { eeprom: { secondaryId: 1 } }])
    expect(bench.ask(dynamixelWrite(1, 65, 1, 1))).toEqual([OK])
    expect(bench.bus.servo(2).peek('led')).toBe(1)
    expect(bench.ask(dynamixelWrite(1, 31, 60, 1))).toEqual([OK])
    expect(bench.bus.servos.map((servo) => servo.peek('temperatureLimit'))).toEqual([60, 80])
  })

  test('the last byte arrives after return delay and wire time', () => {
    const { bus } = dynamixelBench([{ eeprom: { returnDelayTime: 10 } }])
    // 20 µs and 14 bytes of 10 µs.
    expect(bus.receive(fromHex(dynamixelInstruction(1, 1)), 0)[0]?.atNanos).toBe(160_000)
  })
})
