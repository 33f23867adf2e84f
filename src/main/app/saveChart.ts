import { rename, rm, writeFile } from 'node:fs/promises'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { InvokeInput } from '@shared/ipc/contract'

/** Writes a chart's picture where the operator wants it: only that place, and only what is a picture. */
export interface SaveChartOptions {
  /** The system's dialog; null when it was closed without a choice. */
  readonly ask: (name: string, kind: 'png' | 'svg') => Promise<string | null>
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const isPicture = (kind: 'png' | 'svg', data: Uint8Array): boolean =>
  kind === 'png'
    ? PNG_SIGNATURE.every((byte, at) => data[at] === byte)
    : new TextDecoder().decode(data.subarray(0, 5)) === '<svg '

export async function saveChart(
  { name, kind, data }: InvokeInput<'chart:save'>,
  { ask }: SaveChartOptions
): Promise<Result<{ path: string | null }, Fault>> {
  if (!isPicture(kind, data)) return err(unsaved(`what was given is no ${kind.toUpperCase()}`))
  const path = await ask(`${name}.${kind}`, kind)
  if (path === null) return ok({ path: null })
  const part = `${path}.part`
  try {
    await writeFile(part, data)
    await rename(part, path)
    return ok({ path })
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    return err(unsaved(errorText(error)))
  }
}

const unsaved = (why: string): Fault => ({
  severity: 'low',
  source: 'main',
  code: 'chart',
  message: `The chart could not be saved: ${why}`,
  tip: 'Choose another folder.'
})
