import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { demoFiles, editManifest, type BundleFiles } from '../../support/bundleFiles'
import { test as base, type Workstation } from './workstation'

/** What tests of the Policy view share: bundles to open, and the ways to them. */

export { expect } from '@playwright/test'

/** With a folder for bundles that is removed afterwards. */
export const test = base.extend<{ folder: string }>({
  folder: async ({ browserName: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'depthdeck-bundles-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  }
})

/** The demo bundle under a name of its own. */
export const renamed = (name: string, version = '7.0'): BundleFiles =>
  editManifest(demoFiles(), { name, version })

/** The system's dialog is not ours to drive: it answers with `path`. */
export async function answerDialog({ app }: Workstation, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

export const rail = ({ page }: Workstation): Locator => page.getByRole('complementary', { name: 'Bundles' })
export const region = ({ page }: Workstation, name: string): Locator =>
  page.getByRole('region', { name, exact: true })

export async function openFolder(workstation: Workstation, path: string): Promise<void> {
  await answerDialog(workstation, path)
  await rail(workstation).getByRole('button', { name: 'Open folder…' }).click()
}

export async function showPolicy(workstation: Workstation): Promise<void> {
  await workstation.ready()
  await workstation.page.getByRole('button', { name: 'Policy', exact: true }).click()
}
