import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, type Workstation } from './workstation'

/**
 * Pictures of every state people meet, for looking at and for the README: `test-results/screenshots`, and with
 * UPDATE_SCREENSHOTS=1 the README's ones also in `docs/`.
 */
const ROOT = resolve(import.meta.dirname, '../../..')
const FOLDER = join(ROOT, 'test-results', 'screenshots')

export async function resize({ app }: Workstation, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.isVisible())
        ?.setContentSize(size.width, size.height),
    { width, height }
  )
}

export async function useTheme({ page }: Workstation, theme: 'dark' | 'light'): Promise<void> {
  const toggle = page.getByRole('button', { name: /^Theme/ })
  await expect(async () => {
    await toggle.click()
    await expect(toggle).toHaveAccessibleName(`Theme: ${theme}`, { timeout: 200 })
  }).toPass()
}

export async function picture(workstation: Workstation, name: string, readme = false): Promise<void> {
  const { page } = workstation
  await expectNothingOutside(workstation)
  mkdirSync(FOLDER, { recursive: true })
  const path = join(FOLDER, `${name}.png`)
  const image = await page.screenshot({ path })
  expect(image.length).toBeGreaterThan(20_000)
  if (readme && process.env.UPDATE_SCREENSHOTS === '1') copyFileSync(path, join(ROOT, 'docs', `${name}.png`))
}

/** A picture that the app itself has made, beside those of it. */
export function keepPicture(name: string, png: Buffer): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.png`), png)
}

/** Light and dark, at every size; the README shows dark at 1440. */
export async function inEveryLook(
  workstation: Workstation,
  show: (look: string, inReadme: boolean) => Promise<void>
): Promise<void> {
  const { page } = workstation
  for (const theme of ['light', 'dark'] as const) {
    await useTheme(workstation, theme)
    for (const [width, height] of [
      [1100, 700],
      [1440, 900],
      [1920, 1080]
    ] as const) {
      await resize(workstation, width, height)
      await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height])
      await show(`${theme}-${width}`, theme === 'dark' && width === 1440)
    }
  }
}

/** No page scroll in either direction, and in every state the stop button lies wholly inside the window. */
async function expectNothingOutside({ page, button }: Workstation): Promise<void> {
  const overflow = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement
      return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight }
    })
  await expect.poll(overflow).toEqual({ x: 0, y: 0 })
  await expect(button('Stop robot')).toBeInViewport({ ratio: 1 })
}
