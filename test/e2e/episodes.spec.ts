import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Locator } from '@playwright/test'
import { checkDataset } from '../support/datasetCheck'
import { decodedTimes } from '../support/systemFfmpeg'
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

/** As `record`, and the last episode ends by itself: nothing is stopped in the pictures. */
async function recordCalmly(workstation: Workstation, count: number): Promise<void> {
  await workstation.start()
  await showEpisodes(workstation)
  await expect.poll(() => rows(workstation).count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(count)
  await workstation.button('Live').click()
  await workstation.page.getByRole('switch', { name: 'Continuous' }).click()
  await expect.poll(async () => (await workstation.robot()).run.phase.kind, { timeout: 30_000 }).toBe('ended')
  await showEpisodes(workstation)
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
  await recordCalmly(workstation, 4)
  await rows(workstation).first().click()
  await inEveryLook(workstation, (look, inReadme) => picture(workstation, `episodes-${look}`, inReadme))
})

test('an episode is replayed in the live components, by keys and by the timeline', async ({
  workstation
}) => {
  const { page, button, press } = workstation
  await record(workstation, 1)
  await rows(workstation).last().click()
  await detail(workstation).getByRole('button', { name: 'Replay' }).click()
  const replay = page.getByTestId('replay')
  await expect(replay.getByRole('region', { name: 'Replay' })).toBeVisible()
  await expect(page.getByText('REPLAY', { exact: true })).toBeVisible()
  const time = replay.getByTestId('replay-time')
  const seconds = async (): Promise<number> => parseFloat((await time.textContent()) ?? '')
  // It plays by itself, and to the end.
  await press('l')
  await press('l')
  await expect(replay.getByLabel('Replay speed')).toHaveValue('4')
  await expect(replay.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  const length = parseFloat(((await time.textContent()) ?? '').split('/')[1] ?? '')
  expect(await seconds()).toBeCloseTo(length, 1)

  await press('Home')
  expect(await seconds()).toBe(0)
  await press('ArrowRight')
  await expect(replay.getByText(/prediction 0/).first()).toBeVisible()
  const observed = await seconds()
  await press(']')
  await press(']')
  await expect(replay.getByRole('heading', { name: 'Action chunk at k = 2' })).toBeVisible()
  expect(await seconds()).toBeGreaterThan(observed)
  await press('[')
  await expect(replay.getByRole('heading', { name: 'Action chunk at k = 1' })).toBeVisible()
  const before = await seconds()
  await press('.')
  await press('.')
  expect(await seconds()).toBeGreaterThan(before)
  for (const camera of ['top', 'wrist']) await expect(replay.getByTestId(`video-${camera}`)).toBeVisible()
  await expect(replay.getByText('No picture here')).toHaveCount(0)

  // Space is the replay's while the robot stands, and the robot's when it moves.
  await press('Home')
  await press(' ')
  await expect(replay.getByRole('button', { name: 'Pause replay' })).toBeVisible()
  await press('End')
  expect((await workstation.robot()).motion.kind).toBe('stopped')
  await replay.getByRole('button', { name: 'Back to the library' }).click()
  await expect(rows(workstation).first()).toBeVisible()
  await button('Live').click()
  await expect(page.getByRole('region', { name: 'Episode' })).toBeVisible()
  expect(workstation.errors).toEqual([])
})

test('a replay, dark and light, small and large', async ({ workstation }) => {
  await recordCalmly(workstation, 2)
  await rows(workstation).last().click()
  await detail(workstation).getByRole('button', { name: 'Replay' }).click()
  await expect(workstation.page.getByTestId('replay').getByRole('region', { name: 'Replay' })).toBeVisible()
  await workstation.press('ArrowRight')
  for (let step = 0; step < 4; step++) await workstation.press(']')
  await inEveryLook(workstation, (look, inReadme) => picture(workstation, `replay-${look}`, inReadme))
})

test('episodes become a LeRobot dataset, and more of them are added to it', async ({ workstation }) => {
  const { page, button, app } = workstation
  await record(workstation, 2)
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-dataset-'))
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, folder)
  const dialog = page.getByRole('dialog')
  const exportChosen = async (): Promise<void> => {
    await button(/^Export( \d+)?$/).click()
    await dialog.getByRole('button', { name: 'Choose folder and export…' }).click()
  }
  await rows(workstation).last().click()
  await exportChosen()
  await expect(dialog.getByText(/1 episode with \d+ frames written and read back/)).toBeVisible()
  await expect(dialog.getByText('every picture decoded and counted by ffprobe')).toBeVisible()
  await picture(workstation, 'export')
  await dialog.getByRole('button', { name: 'Close' }).click()
  expect((await checkDataset(folder)).episodes).toBe(1)

  const count = await rows(workstation).count()
  await rows(workstation)
    .first()
    .click({ modifiers: ['Shift'] })
  await exportChosen()
  await expect(dialog.getByText('1 in the dataset already')).toBeVisible()
  const facts = await checkDataset(folder)
  expect(facts.episodes).toBe(count)
  expect(facts.videos).toEqual(['observation.images.top', 'observation.images.wrist'])
  expect(facts.codec).toBe('h264')

  // A dataset has one codec: this one keeps its own, and another folder takes AV1.
  await dialog.getByLabel('AV1').check()
  await dialog.getByRole('button', { name: 'Choose folder and export…' }).click()
  await expect(dialog.getByText('every picture decoded')).toHaveCount(0)
  await expect(dialog.getByText(`${count} in the dataset already`)).toBeVisible()
  rmSync(folder, { recursive: true, force: true })
  await dialog.getByRole('button', { name: 'Choose folder and export…' }).click()
  await expect(dialog.getByText('every picture decoded and counted by ffprobe')).toBeVisible()
  const encoded = await checkDataset(folder)
  expect([encoded.codec, encoded.episodes]).toEqual(['av1', count])
  for (const { path, length } of encoded.files) expect(decodedTimes(path).times).toHaveLength(length)

  await dialog.getByLabel('Predictions, CSV').check()
  await expect(dialog.getByLabel('AV1')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Choose folder and export…' }).click()
  await expect(dialog.getByText(/^iterations-.*\.csv written$/)).toBeVisible()
  const [table = ''] = readdirSync(folder).filter((name) => name.startsWith('predictions-'))
  expect(readFileSync(join(folder, table), 'utf8').split('\n')[0]).toContain('episode,prediction,k')

  await dialog.getByRole('button', { name: 'Close' }).click()
  const panel = page.getByRole('region', { name: 'Import' })
  await panel.getByRole('button', { name: 'LeRobot dataset…' }).click()
  await expect(panel.getByText(`${count} imported`)).toBeVisible()
  await picture(workstation, 'imported-dataset')
  await rows(workstation)
    .filter({ hasText: /depthdeck-dataset-\w+, episode 0/ })
    .click()
  await detail(workstation).getByRole('button', { name: 'Replay' }).click()
  const replay = page.getByTestId('replay')
  await expect(replay.getByTestId('video-top')).toBeVisible()
  await expect(replay.getByText(/^top · \d+ ms$/)).toBeVisible()
  await picture(workstation, 'replay-dataset')
  rmSync(folder, { recursive: true, force: true })
  expect(workstation.errors).toEqual([])
})

test.describe('without ffmpeg', () => {
  test.use({ variables: { PATH: '/nowhere' } })
  test('AV1 is not offered, and why; copied video is read back all the same', async ({ workstation }) => {
    const { page, button, app } = workstation
    await record(workstation, 1)
    const folder = mkdtempSync(join(tmpdir(), 'depthdeck-dataset-'))
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, folder)
    await rows(workstation).last().click()
    await button('Export').click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('no ffmpeg is installed')).toBeVisible()
    await expect(dialog.getByLabel('AV1')).toBeDisabled()
    await dialog.getByRole('button', { name: 'Choose folder and export…' }).click()
    await expect(dialog.getByText(/counted by the built-in reader/)).toBeVisible()
    expect((await checkDataset(folder)).codec).toBe('h264')
    rmSync(folder, { recursive: true, force: true })
    expect(workstation.errors).toEqual([])
  })
})

test('step logs of the reference evaluation are imported, listed and replayed', async ({ workstation }) => {
  const { page, app } = workstation
  await workstation.ready()
  await app.evaluate(
    ({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    },
    resolve(import.meta.dirname, '../fixtures/stepLog/rdvla_step_log_sample.jsonl')
  )
  await showEpisodes(workstation)
  const panel = page.getByRole('region', { name: 'Import' })
  await panel.getByRole('button', { name: 'Recordings, step logs…' }).click()
  await expect(panel.getByText('1 imported')).toBeVisible()
  await rows(workstation).filter({ hasText: 'pick up the black bowl' }).click()
  await detail(workstation).getByRole('button', { name: 'Replay' }).click()
  const replay = page.getByTestId('replay')
  await expect(replay.getByRole('region', { name: 'Replay' })).toBeVisible()
  await workstation.press('End')
  await expect(replay.getByText(/prediction 12/).first()).toBeVisible()
  await picture(workstation, 'replay-imported')
  expect(workstation.errors).toEqual([])
})
