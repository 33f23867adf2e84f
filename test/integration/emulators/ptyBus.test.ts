import { existsSync, readlinkSync } from 'node:fs'
import { SerialPort } from 'serialport'
import { afterEach, expect, test } from 'vitest'
import { createServoBus } from '../../emulators/bus'
import { createFeetechProtocol } from '../../emulators/feetech/protocol'
import { createFeetechServo } from '../../emulators/feetech/servo'
import { fromHex, toHex } from '../../emulators/hex'
import { openPtyBus, type PtyBus } from '../../emulators/ptyBus'

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

interface Client {
  readonly port: SerialPort
  /** Sends a packet and resolves with as many bytes as asked for. */
  ask(packet: string, count: number): Promise<string>
  readonly closed: Promise<void>
}

async function connect(path: string): Promise<Client> {
  const port = new SerialPort({ path, baudRate: 1_000_000, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
  port.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  toClose.push(async () => {
    if (!port.isOpen) return
    port.close(() => undefined)
    await closed
  })
  return {
    port,
    closed,
    ask: (packet, count) =>
      new Promise((resolve) => {
        const received: number[] = []
        const take = (bytes: Uint8Array): void => {
          received.push(...bytes)
          if (received.length < count) return
          port.off('data', take)
          resolve(toHex(Uint8Array.from(received)))
        }
        port.on('data', take)
        port.write(fromHex(packet))
      })
  }
}

const writeFailure = (port: SerialPort, packet: string): Promise<string> =>
  new Promise((resolve) => port.write(fromHex(packet), (error) => resolve(error?.message ?? 'no failure')))

test('ping and read through the stable path, without echo', async () => {
  const ptyBus = openBus()
  const client = await connect(ptyBus.path)
  expect(await client.ask(PING, 6)).toBe(PONG)
  expect(await client.ask('FF FF 01 04 02 38 02 BE', 8)).toBe('FF FF 01 04 00 00 08 F2')
  expect(ptyBus.log.entries.map((entry) => entry.from)).toEqual(['host', 'servo', 'host', 'servo'])
})

test('control characters and XON/XOFF pass as they are, both ways', async () => {
  const ptyBus = openBus()
  const client = await connect(ptyBus.path)
  // Goal velocity and torque limit 0x0311 0x1304: ETX, EOT, XON, XOFF. Then read back.
  expect(await client.ask('FF FF 01 07 03 2E 11 03 13 04 9B', 6)).toBe(PONG)
  expect(await client.ask('FF FF 01 04 02 2E 04 C6', 10)).toBe('FF FF 01 06 00 11 03 13 04 CD')
})

test('a client may close and the next one open', async () => {
  const ptyBus = openBus()
  const first = await connect(ptyBus.path)
  expect(await first.ask(PING, 6)).toBe(PONG)
  first.port.close()
  await first.closed
  const second = await connect(ptyBus.path)
  expect(await second.ask(PING, 6)).toBe(PONG)
})

test('unplugged: the port closes, writes fail, the path is gone; replugged: another number, the same identity', async () => {
  const ptyBus = openBus()
  const client = await connect(ptyBus.path)
  expect(await client.ask(PING, 6)).toBe(PONG)
  const before = ptyBus.port
  ptyBus.use((bus) => bus.servo(1).poke('torqueLimit', 321))

  ptyBus.unplug()
  const [failure] = await Promise.all([writeFailure(client.port, PING), client.closed])
  expect(failure).toMatch(/EIO/)
  expect(existsSync(ptyBus.path)).toBe(false)
  expect(ptyBus.port).toBeNull()

  ptyBus.replug()
  expect(ptyBus.port).toEqual({ ...identity, path: ptyBus.devicePath })
  expect(ptyBus.devicePath).not.toBe(before?.path)
  expect(readlinkSync(ptyBus.path)).toBe(ptyBus.devicePath)
  const again = await connect(ptyBus.path)
  expect(await again.ask(PING, 6)).toBe(PONG)
  // The servos had power all along.
  expect(ptyBus.use((bus) => bus.servo(1).peek('torqueLimit'))).toBe(321)
})

test('a dead motor stays silent while its neighbour answers', async () => {
  const ptyBus = openBus()
  const client = await connect(ptyBus.path)
  ptyBus.use((bus) => bus.servo(1).setDead(true))
  client.port.write(fromHex(PING))
  expect(await client.ask('FF FF 02 02 01 FA', 6)).toBe('FF FF 02 02 00 FB')
})
