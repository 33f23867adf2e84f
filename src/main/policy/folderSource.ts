import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { bundlePathKey, bundlePathProblem, quotePath } from './bundlePath'
import type { BundleLimits, BundleSource } from './bundleSource'

/** Undefined on Windows, where the walk below is the only check for links. */
const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0

/**
 * Lists a bundle folder. Symbolic links are refused wherever they point (what they point to can change after
 * the check), as is anything that is neither a file nor a folder: reading a pipe would never end.
 */
export async function openFolderSource(
  root: string,
  limits: BundleLimits
): Promise<Result<BundleSource, Fault>> {
  const files = new Map<string, number>()
  const keys = new Set<string>()
  let totalBytes = 0
  const pending = ['']
  try {
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      for (const name of await readdir(join(root, folder))) {
        const path = folder === '' ? name : `${folder}/${name}`
        const problem = bundlePathProblem(path)
        if (problem !== null)
          return err(policyFault('bundle-path', `The path ${quotePath(path)} in the bundle ${problem}`))
        const entry = await lstat(join(root, path))
        if (entry.isSymbolicLink()) {
          return err(
            policyFault(
              'bundle-path',
              `${quotePath(path)} is a symbolic link; a bundle may not contain links`
            )
          )
        }
        if (entry.isDirectory()) {
          pending.push(path)
          continue
        }
        if (!entry.isFile())
          return err(policyFault('bundle-path', `${quotePath(path)} is not a regular file`))
        if (keys.has(bundlePathKey(path))) {
          return err(
            policyFault(
              'bundle-path',
              `The bundle contains ${quotePath(path)} twice (upper and lower case don't count)`
            )
          )
        }
        keys.add(bundlePathKey(path))
        totalBytes += entry.size
        files.set(path, entry.size)
        const excess = limitProblem(path, entry.size, files.size, totalBytes, limits)
        if (excess !== null) return err(policyFault('bundle-limit', excess))
      }
    }
  } catch (error) {
    return err(policyFault('bundle-unreadable', `Can't list the bundle folder: ${errorText(error)}`))
  }

  return ok({
    files,
    async read(path) {
      const bytes = files.get(path)
      if (bytes === undefined)
        return err(policyFault('bundle-files', `The bundle has no file ${quotePath(path)}`))
      try {
        return ok(await readExactly(join(root, path), bytes))
      } catch (error) {
        return err(policyFault('bundle-unreadable', `Can't read ${quotePath(path)}: ${errorText(error)}`))
      }
    },
    close: () => Promise.resolve()
  })
}

/** Why one more entry breaks a limit, or null. Shared with the zip source. */
export function limitProblem(
  path: string,
  bytes: number,
  fileCount: number,
  totalBytes: number,
  limits: BundleLimits
): string | null {
  if (fileCount > limits.maxFiles) return `The bundle has more than ${limits.maxFiles} files`
  if (bytes > limits.maxFileBytes)
    return `${quotePath(path)} has ${bytes} bytes, more than the ${limits.maxFileBytes} allowed`
  if (totalBytes > limits.maxTotalBytes)
    return `The bundle's files add up to more than ${limits.maxTotalBytes} bytes`
  return null
}

/** Reads a file whose size was listed before; throws when it changed in between or became a link. */
async function readExactly(path: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | NO_FOLLOW)
  try {
    const content = new Uint8Array(bytes)
    let filled = 0
    while (filled < bytes) {
      const { bytesRead } = await handle.read(content, filled, bytes - filled, filled)
      if (bytesRead === 0) throw new Error(`it ended after ${filled} of ${bytes} bytes`)
      filled += bytesRead
    }
    return content
  } finally {
    await handle.close()
  }
}
