import { expect, test } from 'vitest'
import { createRandom } from '@shared/random/xoshiro'
import { disturb, noFaults } from '../../emulators/faults'
import { fromHex } from '../../emulators/hex'
import { feetechBench, feetechInstruction, type FeetechBenchOptions } from './support'

const PING = feetechInstruction(1, 1, [])
const PONG = feetechInstruction(1, 0, [])

/** What 200 pings bring back, one entry a ping. */
function pings(options: FeetechBenchOptions): string[][] {
  const bench = feetechBench([{}], options)
  return Array.from({ length: 200 }, () => bench.ask(PING))
}
const intact = (replies: readonly string[][]): number =>
  replies.filter((reply) => reply.join('|') === PONG).length

test('nothing is disturbed unless asked for', () => {
  expect(intact(pings({}))).toBe(200)
})

test.each(['drop', 'dropInstruction', 'corrupt', 'split', 'garbage'] as const)(
  '%s with probability 0.3 hits about a third, the same ones for the same seed',
  (fault) => {
    const faults = { [fault]: 0.3 }
    const replies = pings({ faults, seed: 7 })
    expect(intact(replies)).toBeGreaterThan(110)
    expect(intact(replies)).toBeLessThan(170)
    expect(pings({ faults, seed: 7 })).toEqual(replies)
    expect(pings({ faults, seed: 8 })).not.toEqual(replies)
  }
)

test('a lost instruction is not carried out, a lost answer was', () => {
  const write = feetechInstruction(1, 3, [41, 20])
  for (const [fault, expected] of [
    ['dropInstruction', 0],
    ['drop', 20]
  ] as const) {
    const bench = feetechBench([{}], { faults: { [fault]: 1 } })
    expect(bench.ask(write)).toEqual([])
    expect(bench.bus.servo(1).peek('acceleration')).toBe(expected)
  }
})

test('one bit flips in a corrupted packet', () => {
  const bytes = fromHex(PONG)
  const [reply] = disturb({ bytes, atNanos: 0 }, { ...noFaults, corrupt: 1 }, createRandom(3))
  const bits = [...(reply?.bytes ?? [])].map((byte, index) => byte ^ (bytes[index] ?? 0))
  expect(bits.filter((bit) => bit !== 0)).toHaveLength(1)
  expect(Math.log2(Math.max(...bits)) % 1).toBe(0)
  // The servo's own packet stays as it was.
  expect(bytes).toEqual(fromHex(PONG))
})

test('a split packet arrives whole, in two pieces', () => {
  const plan = { ...noFaults, split: 1, splitNanos: 500 }
  const pieces = disturb({ bytes: fromHex(PONG), atNanos: 100 }, plan, createRandom(3))
  expect(pieces.map((piece) => piece.atNanos)).toEqual([100, 600])
  expect(pieces.flatMap((piece) => [...piece.bytes])).toEqual([...fromHex(PONG)])
})

test('a delayed answer keeps back the next one, for which the wire is free: bytes never overtake each other', () => {
  const { bus } = feetechBench([{}], { faults: { delay: 1, delayNanos: 20_000_000 } })
  const late = bus.receive(fromHex(PING), 0)
  bus.setFaults({ delay: 0 })
  const next = bus.receive(fromHex(PING), 5_000_000)
  expect(late[0]?.atNanos).toBe(20_560_000)
  expect(next[0]?.atNanos).toBe(20_560_000)
})

test('a revived motor answers again, as it was', () => {
  const bench = feetechBench()
  bench.ask(feetechInstruction(1, 3, [41, 20]))
  bench.bus.servo(1).setDead(true)
  expect(bench.ask(PING)).toEqual([])
  bench.bus.servo(1).setDead(false)
  expect(bench.ask(PING)).toEqual([PONG])
  expect(bench.bus.servo(1).peek('acceleration')).toBe(20)
})
