import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { quotePath } from './bundlePath'
import type { BundleLimits, BundleSource } from './bundleSource'
import { openFolderSource } from './folderSource'
import { parseManifest, type Manifest } from './manifest'
import { checkManifest } from './manifestCheck'
import { openZipSource } from './zipSource'

const MANIFEST = 'manifest.json'

/** A bundle whose files are exactly those of its manifest, hash by hash, held in memory. */
export interface Bundle {
  /** Where it was loaded from, for people. */
  readonly origin: string
  readonly manifest: Manifest
  /** SHA-256 of manifest.json, which lists the hash of every other file. */
  readonly hash: string
  /** Path inside the bundle → content, for every listed file. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Loads and verifies a bundle folder or .zip. Nothing is written to disk, and no session reads from it: graphs
 * are created from the very bytes that were hashed.
 *
 * @returns a fault that names the file and the cause when anything is missing, extra, changed, too large, outside
 *   the bundle, or of an unknown format version
 */
export async function loadBundle(path: string, limits: BundleLimits): Promise<Result<Bundle, Fault>> {
  const opened = await openSource(path, limits)
  if (!opened.ok) return opened
  const source = opened.value
  try {
    return await verify(path, source, limits)
  } finally {
    await source.close()
  }
}

async function openSource(path: string, limits: BundleLimits): Promise<Result<BundleSource, Fault>> {
  try {
    const isFolder = (await stat(path)).isDirectory()
    return isFolder ? await openFolderSource(path, limits) : await openZipSource(path, limits)
  } catch (error) {
    return err(policyFault('bundle-unreadable', `Can't open the bundle: ${errorText(error)}`))
  }
}

async function verify(
  path: string,
  source: BundleSource,
  limits: BundleLimits
): Promise<Result<Bundle, Fault>> {
  const manifestBytes = source.files.get(MANIFEST)
  if (manifestBytes === undefined)
    return err(policyFault('bundle-files', `No ${MANIFEST}: this is not a policy bundle`))
  if (manifestBytes > limits.maxManifestBytes) {
    return err(
      policyFault(
        'bundle-limit',
        `${MANIFEST} has ${manifestBytes} bytes, more than the ${limits.maxManifestBytes} allowed`
      )
    )
  }
  const raw = await source.read(MANIFEST)
  if (!raw.ok) return raw
  const parsed = parseManifest(raw.value)
  if (!parsed.ok) return parsed
  const checked = checkManifest(parsed.value)
  if (!checked.ok) return checked
  const manifest = checked.value

  const listing = listingFault(manifest, source)
  if (listing !== null) return err(listing)

  const files = new Map<string, Uint8Array>()
  for (const listed of manifest.files) {
    const content = await source.read(listed.path)
    if (!content.ok) return content
    const found = sha256(content.value)
    if (found !== listed.sha256) {
      return err(
        policyFault(
          'bundle-hash',
          `${quotePath(listed.path)} has SHA-256 ${found}, the manifest says ${listed.sha256}`
        )
      )
    }
    files.set(listed.path, content.value)
  }
  return ok({ origin: path, manifest, hash: sha256(raw.value), files })
}

/** Files and sizes must be the manifest's, no more and no less, before any of them is read. */
function listingFault(manifest: Manifest, source: BundleSource): Fault | null {
  for (const { path, bytes } of manifest.files) {
    const found = source.files.get(path)
    if (found === undefined)
      return policyFault('bundle-files', `The file ${quotePath(path)} is missing from the bundle`)
    if (found !== bytes) {
      return policyFault('bundle-files', `${quotePath(path)} has ${found} bytes, the manifest says ${bytes}`)
    }
  }
  const listed = new Set(manifest.files.map(({ path }) => path))
  const extra = [...source.files.keys()].find((path) => path !== MANIFEST && !listed.has(path))
  return extra === undefined
    ? null
    : policyFault('bundle-files', `The bundle contains ${quotePath(extra)}, which the manifest doesn't list`)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
