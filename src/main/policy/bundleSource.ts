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

export const DEFAULT_BUNDLE_LIMITS: BundleLimits = {
  maxFiles: 256,
  maxManifestBytes: 4 * MIB,
  maxFileBytes: 2048 * MIB,
  maxTotalBytes: 8192 * MIB,
  maxCompressionRatio: 100
}

/** Bundle files wherever they lie (folder or zip), listed and read within the limits. */
export interface BundleSource {
  /** Path inside the bundle → uncompressed bytes as declared by the disk or the zip directory. */
  readonly files: ReadonlyMap<string, number>
  /** The whole file; a fault when it is missing, longer than listed, or can't be read. */
  read(path: string): Promise<Result<Uint8Array, Fault>>
  close(): Promise<void>
}
