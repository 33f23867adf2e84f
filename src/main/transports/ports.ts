import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SerialPort } from 'serialport'
import { z } from 'zod'
import { portInfo, type PortInfo } from '@shared/domain/devices'

export type PortLister = () => Promise<readonly PortInfo[]>

const BY_ID = '/dev/serial/by-id'

/** Ports of this machine; never throws: where udev's tool is missing, what the kernel's links say. */
export const listSerialPorts: PortLister = async () => {
  try {
    const ports = await SerialPort.list()
    // On Linux also the sixteen legacy ports that no mainboard has any more.
    return ports
      .filter(({ path, vendorId }) => vendorId !== undefined || !/\/ttyS\d+$/.test(path))
      .map(({ path, serialNumber, vendorId, productId, manufacturer }) => ({
        path,
        serialNumber: serialNumber ?? null,
        vendorId: vendorId?.toLowerCase() ?? null,
        productId: productId?.toLowerCase() ?? null,
        manufacturer: manufacturer ?? null
      }))
  } catch {
    return portsByLinks(BY_ID)
  }
}

/** `usb-<maker>_<product>_<serial>-if00-port0` → `../../ttyUSB0`; empty where the folder isn't there. */
export async function portsByLinks(folder: string): Promise<readonly PortInfo[]> {
  const names = await readdir(folder).catch(() => [])
  const ports = await Promise.all(
    names.map(async (name): Promise<PortInfo | null> => {
      const target = await readlink(join(folder, name)).catch(() => null)
      if (target === null) return null
      const parts = /^usb-(.+)_([^_]+)-if\d+(?:-port\d+)?$/.exec(name)
      return {
        path: `/dev/${basename(target)}`,
        serialNumber: parts?.[2] ?? null,
        vendorId: null,
        productId: null,
        manufacturer: parts?.[1]?.replaceAll(/_+/g, ' ') ?? null
      }
    })
  )
  return ports.filter((port) => port !== null).sort((a, b) => a.path.localeCompare(b.path))
}

const listed = z.array(portInfo)

/** The ports of a JSON file besides the lister's own: emulated arms. A file that isn't there or is broken adds none. */
export const withListedPorts =
  (lister: PortLister, file: string | null): PortLister =>
  async () => {
    const ports = await lister()
    if (file === null) return ports
    try {
      return [...ports, ...listed.parse(JSON.parse(await readFile(file, 'utf8')))]
    } catch {
      return ports
    }
  }
