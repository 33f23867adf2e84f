import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { bundlePathKey, bundlePathProblem, quotePath } from './bundlePath'
import type { BundleLimits, BundleSource } from './bundleSource'
import { limitProblem } from './folderSource'

/** Below this an entry can't hurt, and tiny texts may compress very well. */
const RATIO_EXEMPT_BYTES = 64 * 1024
const UNIX_FILE_TYPE_MASK = 0o170000
const UNIX_SYMBOLIC_LINK = 0o120000

/**
 * Lists a zipped bundle from its central directory, without inflating anything; entries are checked again
 * while they are inflated, because a directory can lie. One common top folder is stripped ("the folder, zipped").
 */
export async function openZipSource(
  path: string,
  limits: BundleLimits
): Promise<Result<BundleSource, Fault>> {
  let zip: ZipFile
  try {
    zip = await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: false })
  } catch (error) {
    return err(policyFault('bundle-unreadable', `Not a readable .zip: ${errorText(error)}`))
  }
  const listed = await listEntries(zip, limits)
  if (!listed.ok) {
    zip.close()
    return listed
  }
  const entries = stripCommonFolder(listed.value)

  return ok({
    files: new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize])),
    async read(name) {
      const entry = entries.get(name)
      if (entry === undefined)
        return err(policyFault('bundle-files', `The bundle has no file ${quotePath(name)}`))
      return inflate(zip, name, entry)
    },
    close() {
      zip.close()
      return Promise.resolve()
    }
  })
}

async function listEntries(zip: ZipFile, limits: BundleLimits): Promise<Result<Map<string, Entry>, Fault>> {
  const entries = new Map<string, Entry>()
  const keys = new Set<string>()
  let seen = 0
  let totalBytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      seen += 1
      if (seen > 2 * limits.maxFiles)
        return err(policyFault('bundle-limit', `The .zip has more than ${2 * limits.maxFiles} entries`))
      const isFolder = entry.fileName.endsWith('/')
      const path = isFolder ? entry.fileName.slice(0, -1) : entry.fileName
      const problem = entryProblem(path, entry)
      if (problem !== null) return err(policyFault('bundle-path', problem))
      if (isFolder) continue
      if (keys.has(bundlePathKey(path)))
        return err(policyFault('bundle-path', `The .zip contains ${quotePath(path)} twice`))
      keys.add(bundlePathKey(path))
      entries.set(path, entry)
      totalBytes += entry.uncompressedSize
      const excess =
        limitProblem(path, entry.uncompressedSize, entries.size, totalBytes, limits) ??
        ratioProblem(path, entry, limits)
      if (excess !== null) return err(policyFault('bundle-limit', excess))
    }
  } catch (error) {
    // yauzl refuses absolute paths, ".." and backslashes itself, naming the entry.
    return err(policyFault('bundle-path', `The .zip's directory is refused: ${errorText(error)}`))
  }
  return ok(entries)
}

function entryProblem(path: string, entry: Entry): string | null {
  const problem = bundlePathProblem(path)
  if (problem !== null) return `The path ${quotePath(path)} in the .zip ${problem}`
  if (((entry.externalFileAttributes >>> 16) & UNIX_FILE_TYPE_MASK) === UNIX_SYMBOLIC_LINK) {
    return `${quotePath(path)} is a symbolic link; a bundle may not contain links`
  }
  if (entry.isEncrypted()) return `${quotePath(path)} is encrypted`
  if (!entry.canDecodeFileData())
    return `${quotePath(path)} uses compression method ${entry.compressionMethod}; only store and deflate are read`
  return null
}

function ratioProblem(path: string, entry: Entry, limits: BundleLimits): string | null {
  const { compressedSize, uncompressedSize } = entry
  if (
    uncompressedSize <= RATIO_EXEMPT_BYTES ||
    uncompressedSize <= compressedSize * limits.maxCompressionRatio
  )
    return null
  return `${quotePath(path)} would inflate from ${compressedSize} to ${uncompressedSize} bytes, more than ${limits.maxCompressionRatio} to 1 (zip bomb)`
}

/** Inflates one entry into memory of the declared size; an entry that gives more or less is refused. */
async function inflate(zip: ZipFile, name: string, entry: Entry): Promise<Result<Uint8Array, Fault>> {
  const declared = entry.uncompressedSize
  try {
    const stream = await zip.openReadStreamPromise(entry)
    const content = new Uint8Array(declared)
    let filled = 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      if (filled + chunk.byteLength > declared) {
        stream.destroy()
        return err(
          policyFault(
            'bundle-limit',
            `${quotePath(name)} inflates to more than its declared ${declared} bytes (zip bomb)`
          )
        )
      }
      content.set(chunk, filled)
      filled += chunk.byteLength
    }
    if (filled < declared)
      return err(
        policyFault(
          'bundle-files',
          `${quotePath(name)} inflates to ${filled} of its declared ${declared} bytes`
        )
      )
    return ok(content)
  } catch (error) {
    return err(policyFault('bundle-files', `Can't inflate ${quotePath(name)}: ${errorText(error)}`))
  }
}

/** Removes a single top folder that everything lies in, when the manifest isn't at the top itself. */
function stripCommonFolder(entries: Map<string, Entry>): Map<string, Entry> {
  const paths = [...entries.keys()]
  const top = paths[0]?.split('/')[0]
  if (top === undefined || entries.has('manifest.json')) return entries
  if (!paths.every((path) => path.startsWith(`${top}/`))) return entries
  return new Map([...entries].map(([path, entry]) => [path.slice(top.length + 1), entry]))
}
