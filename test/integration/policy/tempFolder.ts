import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { writeBundle, type BundleFiles } from '../../support/bundleFiles'

/** A folder that is removed after the test file, and ways to fill it. */
export function useTempFolder() {
  const root = mkdtempSync(join(tmpdir(), 'depthdeck-policy-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  let count = 0
  const fresh = (): string => join(root, String(count++))
  return {
    writeFolder: (files: BundleFiles): string => writeBundle(fresh(), files),
    writeFile(content: Uint8Array): string {
      const file = `${fresh()}.zip`
      writeFileSync(file, content)
      return file
    }
  }
}
