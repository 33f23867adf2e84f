import { existsSync, readlinkSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { createServoBus } from '../../emulators/bus'
import { createFeetechProtocol } from '../../emulators/feetech/protocol'
import { createFeetechServo } from '../../emulators/feetech/servo'
import { openPtyBus, type PtyBus } from '../../emulators/ptyBus'
import { connect, type Client } from './serialClient'

/** The real serialport package against a bus behind a real pty. */

const PING = 'FF FF 01 02 01 FB'
const PONG = 'FF FF 01 02 00 FC'
const identity = { serialNumber: '5A46000001', vendorId: '1a86', productId: '55d3', manufacturer: 'WCH.CN' }

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function openBus(): PtyBus {
  const servos = [1, 2].map((id) => createFeetechServo({ id, name: `motor ${id}` }))
  const bus = createServoBus({ protocol: createFeetechProtocol({ servos }), interByteNanos: 20_000_000 })
  const ptyBus = openPtyBus(bus, { name: 'so101-follower', identity })
  toClose.push(() => ptyBus.close())
  return ptyBus
}

async function client(path: string): Promise<Client> {
  const opened = await connect(path)
  toClose.push(() => opened.close())
  return opened
}

test('ping and read through the stable path, without echo', async () => {
  const ptyBus = openBus()
  const serial = await client(ptyBus.path)
  expect(await serial.ask(PING, 6)).toBe(PONG)
  expect(await serial.ask('FF FF 01 04 02 38 02 BE', 8)).toBe('FF FF 01 04 00 00 08 F2')
  expect(ptyBus.log.entries.map((entry) => entry.from)).toEqual(['host', 'servo', 'host', 'servo'])
})

test('control characters and XON/XOFF pass as they are, both ways', async () => {
  const ptyBus = openBus()
  const serial = await client(ptyBus.path)
  // Goal velocity and torque limit 0x0311 0x1304: ETX, EOT, XON, XOFF. Then read back.
  expect(await serial.ask('FF FF 01 07 03 2E 11 03 13 04 9B', 6)).toBe(PONG)
  expect(await serial.ask('FF FF 01 04 02 2E 04 C6', 10)).toBe('FF FF 01 06 00 11 03 13 04 CD')
})

test('a client may close and the next one open', async () => {
  const ptyBus = openBus()
  const first = await client(ptyBus.path)
  expect(await first.ask(PING, 6)).toBe(PONG)
  await first.close()
  const second = await client(ptyBus.path)
  expect(await second.ask(PING, 6)).toBe(PONG)
})

test('unplugged: the port closes, writes fail, the path is gone; replugged: another number, the same identity', async () => {
  const ptyBus = openBus()
  const serial = await client(ptyBus.path)
  expect(await serial.ask(PING, 6)).toBe(PONG)
  const before = ptyBus.port
  ptyBus.use((bus) => bus.servo(1).poke('torqueLimit', 321))

  ptyBus.unplug()
  const [failure] = await Promise.all([serial.writeFailure(PING), serial.closed])
  expect(failure).toMatch(/EIO/)
  expect(existsSync(ptyBus.path)).toBe(false)
  expect(ptyBus.port).toBeNull()

  ptyBus.replug()
  expect(ptyBus.port).toEqual({ ...identity, path: ptyBus.devicePath })
  expect(ptyBus.devicePath).not.toBe(before?.path)
  expect(readlinkSync(ptyBus.path)).toBe(ptyBus.devicePath)
  const again = await client(ptyBus.path)
  expect(await again.ask(PING, 6)).toBe(PONG)
  // The servos had power all along.
  expect(ptyBus.use((bus) => bus.servo(1).peek('torqueLimit'))).toBe(321)
})

test('a dead motor stays silent while its neighbour answers', async () => {
  const ptyBus = openBus()
  const serial = await client(ptyBus.path)
  ptyBus.use((bus) => bus.servo(1).setDead(true))
  serial.send(PING)
  expect(await serial.ask('FF FF 02 02 01 FA', 6)).toBe('FF FF 02 02 00 FB')
})
