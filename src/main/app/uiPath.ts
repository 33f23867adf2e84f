import { join, normalize, sep } from 'node:path'

/** Path of a requested file inside `root`; null when it would lead outside. */
export function resolveUiPath(root: string, url: string): string | null {
  try {
    const { host, pathname } = new URL(url)
    if (host !== 'app') return null
    const path = normalize(join(root, decodeURIComponent(pathname)))
    return path.startsWith(root + sep) ? path : null
  } catch {
    // Malformed escapes.
    return null
  }
}
