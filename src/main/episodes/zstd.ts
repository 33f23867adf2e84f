import { compress as compressZstd, decompress as decompressZstd, isLoaded } from '@foxglove/wasm-zstd'
import type { McapTypes } from '@mcap/core'

/** zstd, the only compression our recordings use. `zstdReady` comes first. */
export async function zstdReady(): Promise<void> {
  await isLoaded
}

const LEVEL = 1
/** No chunk of ours is larger; a damaged or hostile file may claim anything. */
const MAX_CHUNK_BYTES = 512 * 1024 * 1024

export const compress = (bytes: Uint8Array): Uint8Array => compressZstd(bytes, LEVEL)

export const decompressHandlers: McapTypes.DecompressHandlers = {
  zstd(bytes, size) {
    if (size > BigInt(MAX_CHUNK_BYTES)) throw new Error(`a chunk claims ${size} bytes`)
    return decompressZstd(bytes, Number(size))
  }
}
