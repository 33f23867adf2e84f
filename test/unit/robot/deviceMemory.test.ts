import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConnectRequest } from '@shared/domain/devices'
import { openDeviceMemory } from '../../../src/main/robot/deviceMemory'
import { limitsOf } from '../../../src/main/robot/ownLimits'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { tempFolder } from './tempFolder'

const request: ConnectRequest = {
  robot: 'so101-follower',
  id: 'alice',
  ports: { arm: { serialNumber: 'S1', path: '/dev/ttyACM0' } },
  drives: ''
}
const complaints: string[] = []
const open = (file: string) => openDeviceMemory(file, (message) => complaints.push(message))

test('what was connected, and whose limits, outlive the process', async () => {
  const file = join(await tempFolder(), 'user', 'devices.json')
  const memory = open(file)
  expect([memory.last('follower'), memory.wasConnected('follower'), memory.limits(request)]).toEqual([
    null,
    false,
    null
  ])
  memory.connected('follower', request)
  memory.keepLimits(request, limitsOf(trayArm))
  const again = open(file)
  expect(again.last('follower')).toEqual(request)
  expect(again.wasConnected('follower')).toBe(true)
  expect(again.limits(request)).toEqual(limitsOf(trayArm))
  expect(again.limits({ ...request, id: 'bob' })).toBeNull()

  again.disconnected('follower')
  again.keepLimits(request, null)
  const once = open(file)
  expect(once.last('follower')).toEqual(request)
  expect(once.wasConnected('follower')).toBe(false)
  expect(once.limits(request)).toBeNull()
  expect(complaints).toEqual([])
})

test.each(['{"format": 1, "follower"', '[]', '{"format": 2}'])(
  'a broken file (%s) is set aside and said so',
  async (text) => {
    const file = join(await tempFolder(), 'devices.json')
    writeFileSync(file, text)
    const memory = open(file)
    expect(complaints.splice(0)).toEqual([expect.stringContaining('set aside as')])
    expect(readFileSync(`${file}.broken`, 'utf8')).toBe(text)
    expect(memory.last('follower')).toBeNull()
    memory.connected('follower', request)
    expect(open(file).last('follower')).toEqual(request)
  }
)

test('what can’t be saved is said, and known until the end', async () => {
  const file = join(await tempFolder(), 'devices.json')
  mkdirSync(file)
  const memory = open(file)
  complaints.splice(0)
  // Its place was taken by a folder, which was set aside; another one stands where the part would be written.
  mkdirSync(`${file}.part`)
  memory.connected('leader', request)
  expect(complaints.splice(0)).toEqual([expect.stringContaining('could not be saved')])
  expect(memory.last('leader')).toEqual(request)
  expect(existsSync(file)).toBe(false)
})
