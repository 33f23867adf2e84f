import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findPort, type PortInfo } from '@shared/domain/devices'
import { portsByLinks, withListedPorts } from '../../../src/main/transports/ports'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depthdeck-by-id-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const port = (path: string, serialNumber: string | null): PortInfo => ({
  path,
  serialNumber,
  vendorId: null,
  productId: null,
  manufacturer: null
})

describe('ports by the kernel’s links, where udev’s tool is missing', () => {
  test('are named with maker and serial number', async () => {
    symlinkSync('../../ttyACM0', join(folder, 'usb-1a86_USB_Single_Serial_5A46081101-if00'))
    symlinkSync('../../ttyUSB3', join(folder, 'usb-FTDI_USB__-__Serial_Converter_FT6Z5MMF-if00-port0'))
    expect(await portsByLinks(folder)).toEqual([
      { ...port('/dev/ttyACM0', '5A46081101'), manufacturer: '1a86 USB Single Serial' },
      { ...port('/dev/ttyUSB3', 'FT6Z5MMF'), manufacturer: 'FTDI USB - Serial Converter' }
    ])
  })

  test('that say nothing of themselves are still ports', async () => {
    symlinkSync('../../ttyACM1', join(folder, 'strange'))
    expect(await portsByLinks(folder)).toEqual([port('/dev/ttyACM1', null)])
  })

  test('are none where there is no such folder', async () => {
    expect(await portsByLinks(join(folder, 'nowhere'))).toEqual([])
  })
})

describe('a remembered port', () => {
  const ports = [port('/dev/ttyACM0', 'B'), port('/dev/ttyACM1', 'A'), port('/dev/ttyS0', null)]

  test('is found by its serial number, whatever its path is now', () =>
    expect(findPort(ports, { serialNumber: 'A', path: '/dev/ttyACM0' })?.path).toBe('/dev/ttyACM1'))

  test('without one is found by its path', () =>
    expect(findPort(ports, { serialNumber: null, path: '/dev/ttyS0' })?.path).toBe('/dev/ttyS0'))

  test('that is away is nobody else', () => {
    expect(findPort(ports, { serialNumber: 'C', path: '/dev/ttyACM0' })).toBeNull()
    expect(findPort(ports, { serialNumber: null, path: '/dev/ttyUSB0' })).toBeNull()
  })

  test('without a serial number is not another adapter that took its path', () =>
    expect(findPort([port('/dev/ttyACM0', 'B')], { serialNumber: null, path: '/dev/ttyACM0' })).toBeNull())
})

describe('ports of a list', () => {
  const own = port('/dev/ttyACM0', 'A')
  const listed = port('/dev/pts/3', 'B')
  const lister = (file: string | null) => withListedPorts(() => Promise.resolve([own]), file)

  test('come after the system’s own', async () => {
    const file = join(folder, 'ports.json')
    writeFileSync(file, JSON.stringify([listed]))
    expect(await lister(file)()).toEqual([own, listed])
    expect(await lister(null)()).toEqual([own])
  })

  test.each(['[{"path": 3}]', 'not JSON', '{}'])('are none where the list is %s', async (text) => {
    const file = join(folder, 'ports.json')
    writeFileSync(file, text)
    expect(await lister(file)()).toEqual([own])
    expect(await lister(join(folder, 'nowhere'))()).toEqual([own])
  })
})
