import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { parseMcap } from '../support/mcapParser'
import { inEveryLook, picture } from './support/pictures'
import { expect, launch, test, type Workstation } from './support/workstation'

test.use({ flags: ['--level=easy', '--seed-base=3', '--between-episodes-ms=300'] })

const list = ({ page }: Workstation): Locator => page.getByRole('listbox', { name: 'Episodes' })
const rows = (workstation: Workstation): Locator => list(workstation).getByRole('option')
const detail = ({ page }: Workstation): Locator => page.getByRole('region', { name: 'Episode', exact: true })
const showEpisodes = ({ button }: Workstation): Promise<void> => button('Episodes').click()
const badge = ({ page }: Workstation): Locator => page.getByTestId('recording')
const recordings = (userData: string): string[] =>
  readdirSync(join(userData, 'episodes')).filter((name) => name.endsWith('.mcap'))

/** Runs episodes until the library has this many. */
async function record(workstation: Workstation, count: number): Promise<void> {
  await workstation.start()
  await showEpisodes(workstation)
  await expect.poll(() => rows(workstation).count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(count)
  await workstation.press('Escape')
}

test('every run is an episode: recorded, found again, labelled, and moved to the trash', async ({
  workstation
}) => {
  const { page, button } = workstation
  await workstation.ready()
  await expect(badge(workstation)).toHaveText('REC READY')
  await showEpisodes(workstation)
  await expect(page.getByText('No episodes yet.')).toBeVisible()
  await button('Go to Live').click()
  await button('Start').click()
  await expect(badge(workstation)).toHaveText(/^REC \d:\d\d$/)
  await showEpisodes(workstation)
  await expect.poll(() => rows(workstation).count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(2)
  await workstation.press('Escape')
  await expect(badge(workstation)).toHaveText(/REC \d|REC READY/)

  const oldest = rows(workstation).last()
  await oldest.click()
  await expect(detail(workstation)).toContainText('says the bench')
  await detail(workstation).getByLabel('New label').fill('blocked view')
  await workstation.press('Enter')
  await expect(detail(workstation).getByRole('button', { name: 'Remove label blocked view' })).toBeVisible()
  await detail(workstation).getByLabel('Notes').fill('The tray stood a little askew.')
  await detail(workstation).getByRole('button', { name: 'Failure' }).click()
  await expect(detail(workstation)).toContainText('failure, says a review')

  await page.getByLabel('Search episodes').fill('askew')
  await expect(rows(workstation)).toHaveCount(1)
  await expect(rows(workstation).first()).toContainText('blocked view')
  await page.getByLabel('Search episodes').fill('nothing is called this')
  await button('Show all').click()
  await expect(rows(workstation).nth(1)).toBeVisible()

  const before = await rows(workstation).count()
  await rows(workstation).last().click()
  await detail(workstation).getByRole('button', { name: 'Move to trash' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Move to trash' }).click()
  await expect(rows(workstation)).toHaveCount(before - 1)
  expect(workstation.errors).toEqual([])
})

test('killed in the middle of an episode: it is there when Depthdeck is opened again, and says so', async ({
  flags,
  variables,
  userFiles
}) => {
  const options = { flags, variables, userFiles }
  const first = await launch(options)
  await record(first.workstation, 1)
  await first.workstation.button('Live').click()
  const { userData } = first
  // The episode after the stop goes on once it was reset; it is cut off in its middle.
  await expect(badge(first.workstation)).toHaveText(/^REC \d:\d\d$/)
  await expect.poll(async () => recordings(userData).length).toBeGreaterThanOrEqual(2)
  const pid = await first.workstation.hostPid('recorder')
  first.workstation.app.process().kill('SIGKILL')
  process.kill(pid, 'SIGKILL')

  const second = await launch(options, userData)
  const { workstation } = second
  await workstation.ready()
  await showEpisodes(workstation)
  await expect(rows(workstation).filter({ hasText: 'repaired' })).toHaveCount(1)
  await expect(workstation.page.getByText(/was not closed and has been repaired/)).toBeVisible()
  await rows(workstation).filter({ hasText: 'repaired' }).click()
  await expect(detail(workstation)).toContainText('the recording was cut off')
  await second.quit()
  for (const name of recordings(userData)) {
    const parsed = parseMcap(readFileSync(join(userData, 'episodes', name)))
    expect(parsed.messages.length).toBeGreaterThan(50)
  }
  rmSync(userData, { recursive: true, force: true })
})

test('a recorder that dies costs the robot nothing and is back for the next episode', async ({
  workstation
}) => {
  await workstation.start()
  await expect(badge(workstation)).toHaveText(/^REC \d:\d\d$/)
  process.kill(await workstation.hostPid('recorder'), 'SIGKILL')
  await expect(badge(workstation)).toHaveText(/^REC \d:\d\d$/, { timeout: 20_000 })
  expect((await workstation.robot()).motion.kind).toMatch(/executing|holding/)
  await showEpisodes(workstation)
  await expect(rows(workstation).filter({ hasText: 'repaired' })).toHaveCount(1)
})

test('a mark keeps the seconds before it when nothing is recorded', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  await showEpisodes(workstation)
  await page.getByRole('switch', { name: 'Record episodes' }).click()
  await expect(badge(workstation)).toHaveText('REC OFF')
  await workstation.button('Live').click()
  await workstation.button('Start').click()
  await expect(workstation.phase).toHaveText(/refining|executing|observing|decided/i)
  await workstation.press('m')
  await expect(page.getByText('Moment marked')).toBeVisible()
  await showEpisodes(workstation)
  await expect(rows(workstation).filter({ hasText: 'Marked moment' })).toHaveCount(1)
})

test('the episodes view, dark and light, small and large', async ({ workstation }) => {
  await record(workstation, 3)
  await rows(workstation).first().click()
  await inEveryLook(workstation, (look) => picture(workstation, `episodes-${look}`))
})
