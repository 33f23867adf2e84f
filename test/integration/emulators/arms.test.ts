import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { listEmulatedPorts, openArm, type ArmName, type OpenArm } from '../../emulators/arms'
import { dynamixelInstruction, dynamixelWrite, feetechInstruction } from '../../unit/emulators/support'
import { connect, type Client } from './serialClient'

/** Whole arms over real ptys, spoken to by the real serialport package. */

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

function open(name: ArmName, directory?: string): OpenArm {
  const arm = openArm(name, directory === undefined ? {} : { directory })
  toClose.push(() => arm.pty.close())
  return arm
}

async function client(arm: OpenArm): Promise<Client> {
  const opened = await connect(arm.pty.path)
  toClose.push(() => opened.close())
  return opened
}

test('SO-101: all telemetry of six motors in one sync read', async () => {
  const arm = open('so101-follower')
  const serial = await client(arm)
  const ids = [1, 2, 3, 4, 5, 6]
  // 56…70: 15 bytes, so 21 a motor.
  const answer = (await serial.ask(feetechInstruction(0xfe, 0x82, [56, 15, ...ids]), 6 * 21)).split(' ')
  const packets = ids.map((_, index) => answer.slice(21 * index, 21 * (index + 1)))
  expect(packets.map((packet) => packet.slice(0, 5).join(' '))).toEqual(ids.map((id) => `FF FF 0${id} 11 00`))
  const positions = packets.map((packet) => parseInt(`${packet[6]}${packet[5]}`, 16))
  expect(positions).toEqual([2047, 820, 3095, 2850, 2047, 2060])
})

test('Koch: torque on, a goal, and the way there', async () => {
  const arm = open('koch-follower')
  const serial = await client(arm)
  await serial.ask(dynamixelWrite(1, 112, 100, 4), 11)
  await serial.ask(dynamixelWrite(1, 64, 1, 1), 11)
  await serial.ask(dynamixelWrite(1, 116, 2400, 4), 11)
  const read = dynamixelInstruction(1, 0x02, [132, 0, 4, 0])
  const seen: number[] = []
  while (seen.at(-1) !== 2400) {
    const bytes = (await serial.ask(read, 15)).split(' ')
    seen.push(parseInt([12, 11, 10, 9].map((at) => bytes[at]).join(''), 16))
  }
  expect(seen[0]).toBeLessThan(2400)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
})

test('a pair shares a folder; ports are listed while plugged in', () => {
  const directory = mkdtempSync(join(tmpdir(), 'depthdeck-test-'))
  toClose.push(() => rmSync(directory, { recursive: true, force: true }))
  const pair = [open('viperx-left', directory), open('viperx-right', directory)]
  expect(pair.map(({ pty }) => pty.path)).toEqual([
    join(directory, 'viperx-left'),
    join(directory, 'viperx-right')
  ])
  expect(listEmulatedPorts(pair).map((port) => port.serialNumber)).toEqual(['FT6S4DSA', 'FT6S4DSB'])
  pair[0]?.pty.unplug()
  expect(listEmulatedPorts(pair).map((port) => port.serialNumber)).toEqual(['FT6S4DSB'])
})

test('motor power fails and comes back while the cable stays', async () => {
  const arm = open('so101-leader')
  const serial = await client(arm)
  const ping = feetechInstruction(1, 1, [])
  await serial.ask(ping, 6)
  arm.pty.use((bus, nowNanos) => bus.setPower(false, nowNanos))
  const heard = arm.pty.log.next((entry) => entry.from === 'host')
  serial.send(ping)
  await heard
  arm.pty.use((bus, nowNanos) => bus.setPower(true, nowNanos))
  expect(await serial.ask(feetechInstruction(2, 1, []), 6)).toBe(feetechInstruction(2, 0, []))
})
