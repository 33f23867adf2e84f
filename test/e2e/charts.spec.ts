import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepPicture, picture } from './support/pictures'
import { expect, test } from './support/workstation'

test('every chart of the Live view is saved as SVG and PNG', async ({ workstation }) => {
  const { page, app, button } = workstation
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-charts-'))
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (...args: unknown[]) => {
      const options = args[args.length - 1] as { defaultPath: string }
      return Promise.resolve({ canceled: false, filePath: `${chosen}/${options.defaultPath}` })
    }
  }, folder)
  await workstation.startPausedAtFirst()
  for (let step = 0; step < 3; step++) await workstation.press(']')
  await expect(page.getByTestId('k')).toHaveText('4')

  const save = async (title: string, kind: 'SVG' | 'PNG'): Promise<Buffer> => {
    await button(`Save chart: ${title}`).click()
    await page.getByRole('menuitem', { name: `As ${kind}…` }).click()
    const notice = page.getByRole('log').getByText(new RegExp(`${folder}.*${kind.toLowerCase()}$`))
    await expect(notice.first()).toBeVisible()
    const path = (await notice.first().textContent()) ?? ''
    await page.getByRole('button', { name: 'Dismiss: The chart was saved' }).first().click()
    return readFileSync(path)
  }

  const scope = (await save('Refinement', 'SVG')).toString('utf8')
  for (const words of ['Refinement of episode 0, prediction 0', 'Depthdeck', 'traypick-demo', '&lt; 1.0e-4'])
    expect(scope).toContain(words)
  const shapes = await page.evaluate((svg) => {
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
    return {
      error: parsed.querySelector('parsererror') !== null,
      paths: parsed.querySelectorAll('path').length
    }
  }, scope)
  expect(shapes.error).toBe(false)
  expect(shapes.paths).toBeGreaterThan(4)

  for (const title of ['Refinement', 'Action chunk', 'Predictions']) {
    const png = await save(title, 'PNG')
    keepPicture(`saved-${title.toLowerCase().replace(' ', '-')}`, png)
    expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG')
    // Twice the size on the screen.
    expect(png.readUInt32BE(16)).toBeGreaterThan(20)
    expect(png.length).toBeGreaterThan(1000)
  }
  expect((await save('Predictions', 'SVG')).toString('utf8')).toContain('<rect ')
  await picture(workstation, 'charts-saved')
  rmSync(folder, { recursive: true, force: true })
  expect(workstation.errors).toEqual([])
})
