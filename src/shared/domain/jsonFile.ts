import { errorText } from './errorText'
import type { Fault } from './fault'
import { err, ok, type Result } from './result'

/** Files that people edit by hand: what is said when one isn't JSON, and where in it something is. */

export interface JsonError {
  readonly message: string
  /** Counted from 1; null when the parser didn't say. */
  readonly line: number | null
}

export function parseJson(text: string): Result<unknown, JsonError> {
  try {
    // Windows editors put a byte order mark in front.
    return ok(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    const message = errorText(error)
    const position = /position (\d+)/.exec(message)?.[1]
    const line = position === undefined ? null : text.slice(0, Number(position)).split('\n').length
    return err({ message, line })
  }
}

export const jsonFault = (
  code: string,
  source: Fault['source'],
  fileName: string,
  { message, line }: JsonError
): Fault => ({
  severity: 'high',
  source,
  code,
  message: `${fileName} is not JSON${line === null ? '' : ` (line ${line})`}: ${message}`,
  tip: `Correct ${fileName}: look for a missing comma, quote or bracket${line === null ? '' : ` near line ${line}`}.`
})

/** What a schema found, as people read it: `joints[2].max: is missing, expected number`. */
export const issueText = ({ path, message }: { path: readonly PropertyKey[]; message: string }): string =>
  `${pathText(path)}: ${message.replace(/^Invalid input: (.*), received undefined$/, 'is missing, $1')}`

/** `joints[2].max`, as people write it; `the file` for its outermost value. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text === '' ? 'the file' : text.replace(/^\./, '')
}
