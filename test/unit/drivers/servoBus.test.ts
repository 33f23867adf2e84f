import { describe, expect, test } from 'vitest'
import { err, ok, type Result } from '@shared/domain/result'
import { dynamixel } from '../../../src/main/drivers/dynamixel/frame'
import { xSeries, xSeriesTelemetry } from '../../../src/main/drivers/dynamixel/tables'
import { feetech } from '../../../src/main/drivers/feetech/frame'
import { sts3215, sts3215Telemetry } from '../../../src/main/drivers/feetech/sts3215'
import type { ServoProtocol } from '../../../src/main/drivers/protocol'
import { createServoBus, type ServoBus } from '../../../src/main/drivers/servoBus'
import type { TransportError } from '../../../src/main/transports/transport'
import { answerOf, bytesOf, hexOf } from './wire'

/** A line whose other end is played by the test, and a clock that only it moves. */
function wiredBus(protocol: ServoProtocol) {
  const sent: string[] = []
  const timers = new Set<() => void>()
  let refusal: TransportError | null = null
  const bus = createServoBus({
    protocol,
    baud: 1_000_000,
    transport: {
      label: 'test port',
      send(bytes): Result<void, TransportError> {
        if (refusal) return err(refusal)
        sent.push(hexOf(bytes))
        return ok(undefined)
      },
      close: () => Promise.resolve()
    },
    nowNanos: () => 0,
    later(_, callback) {
      timers.add(callback)
      return () => timers.delete(callback)
    }
  })
  return {
    bus,
    sent,
    /** All that waited has waited too long. */
    timeOut() {
      // First it is late, then it is too late.
      for (const callback of [...timers]) {
        timers.delete(callback)
        callback()
      }
      for (const callback of [...timers]) {
        timers.delete(callback)
        callback()
      }
    },
    timersRunning: () => timers.size,
    refuseSending: (error: TransportError) => (refusal = error),
    answer: (id: number, data: Uint8Array, error = 0) => bus.receive(answerOf(protocol, { id, error, data }))
  }
}

/** Lets what has been resolved go on. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

const position = (ticks: number): Uint8Array => Uint8Array.of(ticks & 0xff, ticks >> 8)

describe('one motor', () => {
  test('is read and written, one exchange at a time', async () => {
    const { bus, sent, answer, timersRunning } = wiredBus(feetech)
    const read = bus.read(3, sts3215.presentPosition)
    const written = bus.write(4, sts3215.torqueEnable, 1)
    expect(sent).toEqual([hexOf(feetech.read(3, 56, 2))])
    answer(3, position(2048))
    expect(await read).toEqual(ok(2048))
    await settle()
    expect(sent[1]).toBe(hexOf(feetech.write(4, 40, Uint8Array.of(1))))
    answer(4, new Uint8Array(0))
    expect(await written).toEqual(ok(undefined))
    expect(timersRunning()).toBe(0)
    expect(bus.counters()).toMatchObject({ requests: 2, retries: 0, unanswered: 0, garbageBytes: 0 })
  })

  test('is asked five times before it counts as silent', async () => {
    const { bus, sent, timeOut } = wiredBus(feetech)
    const read = bus.read(3, sts3215.presentPosition)
    for (let attempt = 0; attempt < 5; attempt++) {
      timeOut()
      await settle()
    }
    expect(await read).toMatchObject({
      error: { code: 'noAnswer', message: 'Motor 3 on test port does not answer' }
    })
    // Not before it has answered something that no late answer to the first could be taken for.
    expect(sent).toEqual(
      [feetech.read(3, 56, 2), ...[1, 3, 4, 5].map((bytes) => feetech.read(3, 3, bytes))].map(hexOf)
    )
    expect(bus.counters()).toMatchObject({ retries: 4, unanswered: 5 })
  })

  test('is understood behind garbage, in pieces, and behind the beginning of another packet', async () => {
    const { bus, answer, timeOut } = wiredBus(feetech)
    const first = bus.read(3, sts3215.presentPosition)
    bus.receive(bytesOf('00 FF FF 55 FF'))
    for (const byte of answerOf(feetech, { id: 3, error: 0, data: position(5) }))
      bus.receive(Uint8Array.of(byte))
    expect(await first).toEqual(ok(5))

    const second = bus.read(3, sts3215.presentPosition)
    // Looks like the answer up to its last byte but one, so the true one seems to be part of it.
    bus.receive(bytesOf('FF FF 03 04'))
    answer(3, position(6))
    timeOut()
    expect(await second).toEqual(ok(6))
    expect(bus.counters()).toMatchObject({ unanswered: 0, garbageBytes: 9 })
  })

  test('is not taken at the word of our own echo', async () => {
    // An echoed read of two bytes has the shape of its own answer.
    const { bus, sent, answer } = wiredBus(feetech)
    const read = bus.read(3, sts3215.presentPosition)
    bus.receive(bytesOf(sent[0] ?? ''))
    answer(3, position(7))
    expect(await read).toEqual(ok(7))
  })

  test('an answer that nobody waits for is thrown away', async () => {
    const { bus, answer, timeOut } = wiredBus(feetech)
    const ping = bus.ping(3)
    timeOut()
    expect(await ping).toMatchObject({ error: { code: 'noAnswer' } })
    answer(3, new Uint8Array(0))
    const read = bus.read(3, sts3215.presentPosition)
    answer(3, Uint8Array.of(0))
    answer(3, position(9))
    expect(await read).toEqual(ok(9))
    expect(bus.counters().garbageBytes).toBe(6)
  })

  test('an answer that comes too late is not one to the next request of the same shape', async () => {
    const { bus, sent, answer, timeOut } = wiredBus(feetech)
    const offset = bus.read(3, sts3215.homingOffset)
    timeOut()
    await settle()
    answer(3, position(411))
    answer(3, Uint8Array.of(0))
    await settle()
    expect(sent.at(-1)).toBe(hexOf(feetech.read(3, 31, 2)))
    answer(3, position(411))
    expect(await offset).toEqual(ok(411))
    const limit = bus.read(3, sts3215.minPositionLimit)
    answer(3, position(760))
    expect(await limit).toEqual(ok(760))
    // The wrong guess costs a request, not a value.
    expect(sent.at(-1)).toBe(hexOf(feetech.read(3, 9, 2)))
  })

  test('tells its model number and why it refuses (Dynamixel)', async () => {
    const { bus, answer } = wiredBus(dynamixel)
    const ping = bus.ping(1)
    answer(1, Uint8Array.of(0xb0, 0x04, 52))
    expect(await ping).toEqual(ok({ id: 1, error: 0, model: 1200 }))
    const write = bus.write(1, xSeries.operatingMode, 4)
    answer(1, new Uint8Array(0), 7)
    expect(await write).toEqual(
      err({
        code: 'refused',
        message: 'Motor 1 on test port refused Operating_Mode = 4: access refused'
      })
    )
  })

  test('is never sent what its register cannot hold', async () => {
    const { bus, sent } = wiredBus(feetech)
    await expect(bus.write(1, sts3215.torqueEnable, 256)).rejects.toThrow(/Torque_Enable holds whole numbers/)
    await expect(bus.syncWrite(new Map([[1, Number.NaN]]), sts3215.goalPosition)).rejects.toThrow(RangeError)
    expect(sent).toEqual([])
  })
})

describe('all motors', () => {
  const block = sts3215Telemetry
  const telemetry = (ticks: number): Uint8Array => {
    const data = new Uint8Array(block.bytes)
    data.set(position(ticks))
    return data
  }

  test('are read with one request, and who is missing is asked again', async () => {
    const { bus, sent, answer, timeOut } = wiredBus(feetech)
    const reading = bus.syncRead([1, 2, 3], block)
    answer(1, telemetry(100))
    answer(3, telemetry(300), 32)
    timeOut()
    await settle()
    expect(sent.pop()).toBe(hexOf(feetech.read(3, 3, 1)))
    answer(3, Uint8Array.of(0))
    await settle()
    expect(sent).toEqual([hexOf(feetech.syncRead([1, 2, 3], 56, 15)), hexOf(feetech.syncRead([2], 56, 15))])
    answer(2, telemetry(200))
    const read = await reading
    if (!read.ok) throw new Error(read.error.message)
    expect([...read.value.motors].map(([id, { error, values }]) => [id, error, values.position])).toEqual([
      [1, 0, 100],
      [3, 32, 300],
      [2, 0, 200]
    ])
    expect(read.value.missing).toEqual([])
  })

  test('a dead one is named missing, the others are still read', async () => {
    const { bus, answer, timeOut } = wiredBus(feetech)
    const reading = bus.syncRead([1, 2], block)
    answer(1, telemetry(100))
    timeOut()
    await settle()
    answer(1, Uint8Array.of(0))
    await settle()
    timeOut()
    expect(await reading).toMatchObject({ ok: true, value: { missing: [2] } })
  })

  test('the loop’s reads and commands overtake what waits', async () => {
    const { bus, sent, answer } = wiredBus(feetech)
    void bus.read(1, sts3215.id)
    void bus.read(2, sts3215.id)
    void bus.syncRead([1], block)
    void bus.syncWrite(new Map([[1, 2048]]), sts3215.goalPosition)
    answer(1, Uint8Array.of(1))
    await settle()
    answer(1, telemetry(0))
    await settle()
    expect(sent.map((hex) => hex.split(' ')[4])).toEqual(['02', '82', '83', '02'])
  })

  test('a command that grew old while it waited is not sent', async () => {
    const { bus, sent, answer } = wiredBus(feetech)
    let wanted = true
    void bus.read(1, sts3215.id)
    const write = bus.syncWrite(new Map([[1, 2048]]), sts3215.goalPosition, () => wanted)
    wanted = false
    answer(1, Uint8Array.of(1))
    expect(await write).toMatchObject({ error: { code: 'stale' } })
    expect(sent).toHaveLength(1)
  })

  test('are read at once where their firmware can, and otherwise never asked to again (Dynamixel)', async () => {
    const instruction = (hex: string | undefined) => hex?.split(' ')[7]
    const { bus, sent, answer, timeOut } = wiredBus(dynamixel)
    const data = new Uint8Array(xSeriesTelemetry.bytes)
    const first = bus.syncRead([1], xSeriesTelemetry)
    timeOut()
    await settle()
    answer(1, data)
    expect(await first).toMatchObject({ ok: true, value: { missing: [] } })
    const second = bus.syncRead([1], xSeriesTelemetry)
    answer(1, data)
    expect(await second).toMatchObject({ ok: true, value: { missing: [] } })
    expect(sent.map(instruction)).toEqual(['8A', '82', '82'])
  })
})

describe('a line that ends', () => {
  const both = (bus: ServoBus) => [bus.read(1, sts3215.id), bus.syncRead([1], sts3215Telemetry)] as const

  test('ends all that waits, and every later request', async () => {
    const { bus, sent, timersRunning } = wiredBus(feetech)
    const waiting = both(bus)
    bus.lost('the cable was pulled')
    const closed = { error: { code: 'closed', message: 'the cable was pulled' } }
    for (const result of [...waiting, ...both(bus)]) expect(await result).toMatchObject(closed)
    expect(sent).toHaveLength(1)
    expect(timersRunning()).toBe(0)
  })

  test('is noticed by the write that fails', async () => {
    const { bus, refuseSending } = wiredBus(feetech)
    refuseSending({ code: 'lost', message: 'test port went away' })
    for (const result of both(bus))
      expect(await result).toMatchObject({ error: { code: 'closed', message: 'test port went away' } })
  })

  test('what a busy line did not take is not sent later', async () => {
    const { bus, refuseSending, sent } = wiredBus(feetech)
    refuseSending({ code: 'busy', message: 'test port is busy' })
    expect(await bus.syncWrite(new Map([[1, 1]]), sts3215.goalPosition)).toMatchObject({
      error: { code: 'busy' }
    })
    expect(sent).toEqual([])
  })
})
