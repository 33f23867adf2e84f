import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '@shared/random/xoshiro'
import { stuff, unstuff } from '../../emulators/dynamixel/frames'
import { fromHex, toHex } from '../../emulators/hex'
import {
  dynamixelBench,
  dynamixelInstruction,
  dynamixelWrite,
  feetechBench,
  feetechInstruction,
  type Bench
} from './support'

/** What holds for any bytes whatsoever, on both protocols. */
const buses: readonly { name: string; open: () => Bench; packets: readonly string[] }[] = [
  {
    name: 'feetech',
    open: () => feetechBench([{}, {}, {}]),
    packets: [
      feetechInstruction(1, 0x01, []),
      feetechInstruction(2, 0x02, [56, 15]),
      feetechInstruction(1, 0x03, [42, 0, 8]),
      feetechInstruction(3, 0x04, [42, 0, 8]),
      feetechInstruction(0xfe, 0x05, []),
      feetechInstruction(0xfe, 0x82, [56, 15, 1, 2, 3]),
      feetechInstruction(0xfe, 0x83, [42, 2, 1, 0, 8, 2, 0, 9])
    ]
  },
  {
    name: 'dynamixel',
    open: () => dynamixelBench([{}, {}, {}]),
    packets: [
      dynamixelInstruction(1, 0x01),
      dynamixelInstruction(0xfe, 0x01),
      dynamixelInstruction(2, 0x02, [132, 0, 4, 0]),
      dynamixelWrite(1, 116, 1000, 4),
      dynamixelInstruction(0xfe, 0x82, [126, 0, 21, 0, 1, 2, 3]),
      dynamixelInstruction(0xfe, 0x8a, [126, 0, 10, 0, 3, 1]),
      dynamixelInstruction(1, 0x08)
    ]
  }
]

describe.each(buses)('$name', ({ open, packets }) => {
  /** Instructions, damaged instructions and noise. */
  const packet = fc.constantFrom(...packets).map((text) => [...fromHex(text)])
  const damaged = fc.tuple(packet, fc.nat(200), fc.nat(255)).map(([bytes, at, value]) => {
    return bytes.map((byte, index) => (index === at % bytes.length ? value : byte))
  })
  const noise = fc.array(fc.oneof(fc.constant(0xff), fc.constant(0xfd), fc.nat(255)), { maxLength: 30 })
  const stream = fc
    .array(fc.oneof({ weight: 3, arbitrary: packet }, damaged, noise), { maxLength: 12 })
    .map((parts) => parts.flat())

  test('a stream cut anywhere gets the same answers', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(300), { maxLength: 10 }), (bytes, cuts) => {
        const [whole, cut] = [open(), open()]
        const expected = whole.bus.receive(Uint8Array.from(bytes), 1000)
        const edges = [0, ...cuts.map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b), bytes.length]
        const pieces = edges.slice(1).map((end, index) => bytes.slice(edges[index], end))
        const replies = pieces.flatMap((piece) => cut.bus.receive(Uint8Array.from(piece), 1000))
        expect(replies.map(({ bytes: reply, atNanos }) => [toHex(reply), atNanos])).toEqual(
          expected.map(({ bytes: reply, atNanos }) => [toHex(reply), atNanos])
        )
      })
    )
  })

  test('a bus still answers after any stream, once the line has been quiet', () => {
    fc.assert(
      fc.property(stream, (bytes) => {
        const bench = open()
        bench.bus.receive(Uint8Array.from(bytes), 0)
        // Reboots, renumbered ids and status levels are no damage: only look whether somebody is there.
        bench.wait(2000)
        bench.bus.setPower(false, bench.nowNanos)
        bench.bus.setPower(true, bench.nowNanos)
        const id = bench.bus.servos[0]?.id ?? 1
        const ping =
          packets[0] === feetechInstruction(1, 0x01, []) ? feetechInstruction : dynamixelInstruction
        expect(bench.ask(ping(id, 0x01, [])).length).toBeGreaterThan(0)
      }),
      { numRuns: 30 }
    )
  })

  test('100,000 random bytes never throw', () => {
    const random = createRandom(42)
    const bench = open()
    let nowNanos = 0
    for (let sent = 0; sent < 100_000; sent += 25) {
      // Many FF and FD: purely random bytes hardly ever make a header.
      const bytes = Uint8Array.from({ length: 25 }, () =>
        random.integer(4) === 0 ? 0xff : random.integer(8) === 0 ? 0xfd : random.integer(256)
      )
      nowNanos += 300_000
      for (const reply of bench.bus.receive(bytes, nowNanos)) expect(reply.atNanos).toBeGreaterThan(nowNanos)
    }
  })

  test('random instructions with sound frames never throw', () => {
    const make = packets[0] === feetechInstruction(1, 0x01, []) ? feetechInstruction : dynamixelInstruction
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 0xfe),
        fc.nat(255),
        fc.array(fc.nat(252), { maxLength: 40 }),
        (id, code, params) => {
          const bench = open()
          bench.ask(make(id, code, params))
          bench.ask(packets[0] ?? '')
        }
      )
    )
  })
})

test('unstuffing undoes stuffing', () => {
  const payload = fc.array(fc.oneof(fc.constant(0xff), fc.constant(0xfd), fc.nat(255)))
  fc.assert(
    fc.property(payload, (bytes) => {
      const stuffed = stuff(bytes)
      expect(unstuff(stuffed)).toEqual(bytes)
      expect(toHex(Uint8Array.from(stuffed))).not.toMatch(/FF FF FD (?!FD)/)
    })
  )
})
