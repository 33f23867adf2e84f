import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'

/** How much a bundle may ask of this machine before anything of it is trusted. */
export interface BundleLimits {
  readonly maxFiles: number
  readonly maxManifestBytes: number
  readonly maxFileBytes: number
  readonly maxTotalBytes: number
  /** Uncompressed to compressed size of one zip entry; weights and JSON stay far below. */
  readonly maxCompressionRatio: number
}

const MIB = 1024 * 1024

/** A bundle is held in memory, and the runtime copies its weights once more. */
const MEMORY_SHARE = 1 / 4

/** Limits on a machine with that much memory. */
export const bundleLimits = (memoryBytes: number): BundleLimits => ({
  maxFiles: 256,
  maxManifestBytes: 4 * MIB,
  maxFileBytes: 2048 * MIB,
  maxTotalBytes: Math.min(8192 * MIB, Math.floor(memoryBytes * MEMORY_SHARE)),
  maxCompressionRatio: 100
})

/** Bundle files wherever they lie (folder or zip), listed and read within the limits. */
export interface BundleSource {
  /** Path inside the bundle → uncompressed bytes as declared by the disk or the zip directory. */
  readonly files: ReadonlyMap<string, number>
  /** The whole file; a fault when it is missing, longer than listed, or can't be read. */
  read(path: string): Promise<Result<Uint8Array, Fault>>
  close(): Promise<void>
}
