import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ok } from '@shared/domain/result'
import { createRandom } from '@shared/random/xoshiro'
import { dynamixel } from '../../../src/main/drivers/dynamixel/frame'
import { feetech } from '../../../src/main/drivers/feetech/frame'
import type { ServoProtocol } from '../../../src/main/drivers/protocol'
import { registerBlock, type Register } from '../../../src/main/drivers/registers'
import { createServoBus } from '../../../src/main/drivers/servoBus'
import { answerOf } from './wire'

/**
 * A line on which any answer may be lost, garbled or late by any time, in order, and noise between them. What the bus
 * takes for a register's value must be that register's, and of no earlier time than it was asked for.
 */

const IDS = [1, 2, 3]
const ADDRESSES = [20, 24, 28]
/** Requests; what is told is told by its last eight bits. */
const LONG_AGO = 128
const register = (address: number): Register => ({
  name: `R${address}`,
  address,
  bytes: 2,
  coding: 'unsigned',
  eeprom: false
})

/** What the line does with an answer: it takes so many milliseconds; 0 and 1 of `fate` lose and garble it. */
const answers = fc.array(
  fc.record({
    fate: fc.integer({ min: 0, max: 6 }),
    millis: fc.oneof(
      { weight: 3, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 90 }) }
    ),
    noise: fc.oneof(
      { weight: 4, arbitrary: fc.constant(new Uint8Array(0)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }) }
    )
  }),
  { minLength: 1, maxLength: 60 }
)
const requests = fc.array(
  fc.record({
    kind: fc.constantFrom('read', 'write', 'sync'),
    id: fc.constantFrom(...IDS),
    address: fc.constantFrom(...ADDRESSES)
  }),
  { minLength: 1, maxLength: 25 }
)

interface Fate {
  readonly fate: number
  readonly millis: number
  readonly noise: Uint8Array
}

/** Time passes only when nothing else can happen. */
function simulatedLine(protocol: ServoProtocol, fates: readonly Fate[]) {
  let now = 0
  let order = 0
  let deliveredAt = 0
  let answered = 0
  /** Counts up with every request that a motor hears: a register's value is when it was read. */
  let clock = 0
  const events = new Map<number, { at: number; run: () => void }>()
  const schedule = (at: number, run: () => void): (() => void) => {
    const key = order++
    events.set(key, { at, run })
    return () => events.delete(key)
  }

  function deliver(bytes: Uint8Array): void {
    const { fate, millis, noise } = fates[answered++ % fates.length] as Fate
    deliveredAt = Math.max(deliveredAt, now + millis)
    const garbled = bytes.map((byte, index) => (fate === 1 && index === bytes.length - 1 ? byte ^ 1 : byte))
    schedule(deliveredAt, () => {
      if (noise.length > 0) bus.receive(noise)
      if (fate > 0) bus.receive(garbled)
    })
  }

  /** A register of two bytes tells when it was read and which it is. */
  const dataOf = (address: number, bytes: number): Uint8Array =>
    Uint8Array.from({ length: bytes }, (_, index) => (index % 2 === 0 ? clock : address + index - 1))

  const bus = createServoBus({
    protocol: {
      ...protocol,
      // Requests as data: what a motor hears is not under test here.
      read: (id, address, bytes) => Uint8Array.of(0, id, address, bytes),
      write: (id, address) => Uint8Array.of(1, id, address, 0),
      syncRead: (ids, address, bytes) => Uint8Array.of(2, ids.length, address, bytes)
    },
    baud: 1_000_000,
    nowNanos: () => now * 1e6,
    later: (millis, callback) => schedule(now + millis, callback),
    transport: {
      label: 'line',
      close: () => Promise.resolve(),
      send([kind = 0, id = 0, address = 0, bytes = 0]) {
        clock += 1
        const heard = kind === 2 ? IDS.slice(0, id) : [id]
        const data = kind === 1 ? new Uint8Array(0) : dataOf(address, bytes)
        for (const motor of heard) deliver(answerOf(protocol, { id: motor, error: 0, data }))
        return ok(undefined)
      }
    }
  })

  return {
    bus,
    clock: () => clock,
    /** Time passes until then; what is still on its way may come later. */
    async until<T>(result: Promise<T>): Promise<T> {
      let done = false
      void result.then(() => (done = true))
      for (;;) {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve()
        if (done) return result
        const [next] = [...events].sort(([a, x], [b, y]) => x.at - y.at || a - b)
        if (!next) throw new Error('nothing happens any more')
        events.delete(next[0])
        now = Math.max(now, next[1].at)
        next[1].run()
      }
    }
  }
}

describe.each([feetech, { ...dynamixel, fastSyncRead: undefined }] as ServoProtocol[])(
  '$name',
  (protocol) => {
    test('what is read is the register that was asked for, not as it was before', async () => {
      let believed = 0
      await fc.assert(
        fc.asyncProperty(requests, answers, async (asked, fates) => {
          const { bus, clock, until } = simulatedLine(protocol, fates)
          const check = (address: number, since: number, value: number): void => {
            expect(value >> 8, 'address').toBe(address)
            const later = (value - since) & 0xff
            expect(later, 'requests since').toBeGreaterThan(0)
            expect(later, 'requests since').toBeLessThan(LONG_AGO)
            believed += 1
          }
          for (const { kind, id, address } of asked) {
            const since = clock()
            if (kind === 'write') await until(bus.write(id, register(address), 1))
            else if (kind === 'read') {
              const read = await until(bus.read(id, register(address)))
              if (read.ok) check(address, since, read.value)
            } else {
              const read = await until(bus.syncRead(IDS, registerBlock({ value: register(address) })))
              if (!read.ok) continue
              for (const { values } of read.value.motors.values()) check(address, since, values.value)
            }
          }
        }),
        { numRuns: 300, seed: 4 }
      )
      expect(believed).toBeGreaterThan(500)
    })

    test('a million random bytes are no answer and no exception', async () => {
      const random = createRandom(17)
      const timers = new Set<() => void>()
      const bus = createServoBus({
        protocol,
        baud: 1_000_000,
        nowNanos: () => 0,
        later(_, callback) {
          timers.add(callback)
          return () => timers.delete(callback)
        },
        transport: { label: 'noise', send: () => ok(undefined), close: () => Promise.resolve() }
      })
      let asked = 0
      let received = 0
      while (received < 1_000_000) {
        asked += 1
        const read = bus.read(IDS[asked % 3] ?? 1, register(ADDRESSES[asked % 3] ?? 20))
        let done = false
        void read.then(() => (done = true))
        while (!done) {
          for (let chunk = 0; chunk < 20; chunk++) {
            const bytes = Uint8Array.from({ length: 1 + random.integer(200) }, () => random.integer(256))
            received += bytes.length
            bus.receive(bytes)
          }
          for (const callback of [...timers]) {
            timers.delete(callback)
            callback()
          }
          for (let turn = 0; turn < 10; turn++) await Promise.resolve()
        }
        expect(await read).toMatchObject({ ok: false, error: { code: 'noAnswer' } })
      }
      expect(asked).toBeGreaterThan(20)
    })
  }
)
