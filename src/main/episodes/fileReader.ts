import { open, type FileHandle } from 'node:fs/promises'

/** Reads a file at any place; what an MCAP reader needs of it. */
export interface FileReader {
  size(): Promise<bigint>
  read(offset: bigint, size: bigint): Promise<Uint8Array>
  close(): Promise<void>
}

/** Larger pieces are nothing we ever wrote: a length that was damaged or made up must not exhaust the machine. */
const MAX_READ_BYTES = 1024 * 1024 * 1024

export async function openFileReader(path: string): Promise<FileReader> {
  const handle = await open(path, 'r')
  return fileReader(handle)
}

export function fileReader(handle: FileHandle): FileReader {
  return {
    size: async () => BigInt((await handle.stat()).size),
    async read(offset, size) {
      if (size > BigInt(MAX_READ_BYTES)) throw new Error(`a part claims to be ${size} bytes long`)
      const bytes = new Uint8Array(Number(size))
      let done = 0
      while (done < bytes.byteLength) {
        const { bytesRead } = await handle.read(bytes, done, bytes.byteLength - done, Number(offset) + done)
        if (bytesRead === 0) throw new Error(`the file ends at byte ${Number(offset) + done}`)
        done += bytesRead
      }
      return bytes
    },
    close: () => handle.close()
  }
}
