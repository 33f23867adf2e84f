import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of a zip under construction; every field a hostile archive would lie about can be set. */
export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array
  readonly store?: boolean
  /** Uncompressed size as declared in both headers; default: the truth. */
  readonly declaredBytes?: number
  /** Unix mode, for the external attributes. */
  readonly unixMode?: number
  readonly encrypted?: boolean
}

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END_OF_DIRECTORY = 0x06054b50
const DEFLATE = 8
const UNIX = 3 << 8

/** Builds a zip archive (APPNOTE 6.3, no zip64) byte by byte. */
export function buildZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const data = entry.store ? Buffer.from(entry.content) : deflateRawSync(entry.content, { level: 9 })
    const name = Buffer.from(entry.name, 'utf8')
    const local = header(LOCAL_HEADER, 30, entry, data, name, 6)
    const central = header(CENTRAL_HEADER, 46, entry, data, name, 8)
    central.writeUInt16LE(UNIX | 20, 4)
    central.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 38)
    central.writeUInt32LE(offset, 42)
    locals.push(local, name, data)
    directory.push(central, name)
    offset += local.length + name.length + data.length
  }
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END_OF_DIRECTORY, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...directory, end])
}

/** The fields that local and central headers share start at `at`: flags, method, time, date, crc, sizes, name length. */
function header(
  signature: number,
  bytes: number,
  entry: ZipEntry,
  data: Buffer,
  name: Buffer,
  at: number
): Buffer {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUInt32LE(signature, 0)
  buffer.writeUInt16LE(20, at - 2)
  buffer.writeUInt16LE(0x0800 | (entry.encrypted ? 1 : 0), at)
  buffer.writeUInt16LE(entry.store ? 0 : DEFLATE, at + 2)
  buffer.writeUInt32LE(crc32(entry.content), at + 8)
  buffer.writeUInt32LE(data.length, at + 12)
  buffer.writeUInt32LE(entry.declaredBytes ?? entry.content.length, at + 16)
  buffer.writeUInt16LE(name.length, at + 20)
  return buffer
}
