const MAX_PATH_LENGTH = 240
const MAX_SEGMENTS = 8
/** Windows can't store these in a name; a colon would also name a drive or an alternate stream. */
const FORBIDDEN_CHARACTERS = '<>:"|?*'

/**
 * Why a path from a manifest or a zip must not be used, or null when it is a plain relative path with forward
 * slashes that stays inside the bundle on every platform.
 */
export function bundlePathProblem(path: string): string | null {
  if (path === '') return 'is empty'
  if (path.length > MAX_PATH_LENGTH) return `is longer than ${MAX_PATH_LENGTH} characters`
  if (path.includes('\\')) return 'contains a backslash'
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute'
  for (const character of path) {
    if (character === '\0') return 'contains a NUL character'
    if (character < ' ' || character === '\x7f') return 'contains a control character'
    if (FORBIDDEN_CHARACTERS.includes(character)) return `contains the character ${character}`
  }
  const segments = path.split('/')
  if (segments.length > MAX_SEGMENTS) return `is nested deeper than ${MAX_SEGMENTS} levels`
  if (segments.includes('..')) return 'leaves the bundle (..)'
  if (segments.includes('') || segments.includes('.')) return 'has an empty or "." segment'
  return null
}

/** Two paths with equal keys are one file on a case-insensitive disk. */
export const bundlePathKey = (path: string): string => path.normalize('NFC').toLowerCase()

/** A path as shown to people: control characters escaped, never longer than a line. */
export const quotePath = (path: string): string =>
  JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path)
