import type { Page } from '@playwright/test'
import { expect, test } from './support/workstation'

const records = (page: Page) =>
  page.evaluate(() =>
    window.__tap.policy.flatMap((m) =>
      m.type === 'prediction'
        ? [{ k: m.record.k, horizon: m.record.horizon, rule: m.record.rule.kind, index: m.record.index }]
        : []
    )
  )
const executions = (page: Page) =>
  page.evaluate(() => window.__tap.robot.flatMap((m) => (m.type === 'execution' ? [m.execution] : [])))

test('a changed stopping rule and horizon are in force for the next prediction', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  await page.getByRole('button', { name: /^Stop rule/ }).click()
  await page.getByRole('button', { name: /^Stopping rule/ }).click()
  await page.getByRole('menuitemradio', { name: /fixed/i }).click()
  await page.getByRole('textbox', { name: 'Iterations', exact: true }).fill('5')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+.')
  await workstation.button('Start').click()
  await expect.poll(async () => (await records(page)).length).toBeGreaterThan(0)
  expect((await records(page))[0]).toMatchObject({ k: 5, rule: 'fixed' })
})

test('a bar of the strip opens its prediction, and back to live', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  for (const index of [0, 1]) {
    await workstation.press('c')
    await expect(phase).toHaveText(/converged/)
    await workstation.press('Enter')
    await expect.poll(async () => (await records(page)).length).toBe(index + 1)
    await expect(phase).toHaveText(/paused at k = 1/, { timeout: 15_000 })
  }
  const bars = page.getByRole('list', { name: 'Prediction list' }).getByRole('listitem')
  await expect(bars).toHaveCount(2)
  await expect(page.getByText(/prediction 2 ·/)).toBeVisible()
  await page.getByTestId('strip').click({ position: { x: 12, y: 50 } })
  await expect(page.getByText(/prediction 0 ·/)).toBeVisible()
  // The past is called so, and what was in force then cannot be changed any more.
  await expect(page.getByRole('region', { name: 'Refinement', exact: true })).toContainText('past prediction')
  const threshold = page.getByRole('slider', { name: /^Stopping threshold/ })
  await expect(threshold).toHaveAttribute('aria-readonly', 'true')
  await page.getByRole('button', { name: /back to live/i }).click()
  await expect(page.getByText(/prediction 2 ·/)).toBeVisible()
})

test('the cursor scrubs the iterations and redraws the chunk', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('}')
  await expect(phase).toHaveText(/paused at k = 6/)
  const value = (): Promise<string | null> =>
    page.getByTestId('chunk').getByRole('slider').nth(6).getAttribute('aria-valuetext')
  const newest = await value()
  const cursor = page.getByRole('slider', { name: 'Iteration cursor' })
  await cursor.focus()
  for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowLeft')
  await expect(page.getByText('Action chunk at k = 2')).toBeVisible()
  expect(await value()).not.toBe(newest)
  await page.keyboard.press('End')
  await expect(page.getByText('Action chunk at k = 6')).toBeVisible()
  expect(await value()).toBe(newest)
})

test('keys live again after Enter in a field, and after Ctrl+. in a popover', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  const seed = page.getByRole('textbox', { name: 'Seed for reseeding' })
  await seed.fill('lots')
  await seed.press('Enter')
  await expect(page.getByText(/^whole number from 0x0/)).toBeVisible()
  await seed.fill('7')
  await seed.press('Enter')
  await expect(seed).toHaveValue('0x00000007')
  await workstation.press(']')
  await expect(phase).toHaveText(/paused at k = 2/)

  const rule = page.getByRole('button', { name: /^Stop rule/ })
  await rule.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Threshold' })).toBeVisible()
  await workstation.press('Control+.')
  await expect(page.getByRole('textbox', { name: 'Threshold' })).toBeHidden()
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
  await expect(page.getByRole('textbox', { name: 'Threshold' })).toBeHidden()
})

test('new scene, home, discard and the last episode of a run', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.ready()
  await page.getByRole('textbox', { name: 'Scene seed' }).fill('42')
  await workstation.button('New scene').click()
  await expect.poll(async () => (await workstation.robot()).run.sceneSeed).toBe(42)

  await workstation.button('Start').click()
  await expect(phase).toHaveText(/executing/)
  await workstation.press('Backspace')
  await workstation.button('Discard episode').click()
  await expect(phase).toHaveText('ready')
  expect((await workstation.robot()).run).toMatchObject({ sceneSeed: 42, finished: 0 })

  await workstation.button('Start').click()
  await expect.poll(async () => (await executions(page)).some(({ dropped }) => dropped === null)).toBe(true)
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused/)
  const gripperBefore = (await workstation.robot()).state.position.at(-1)
  await workstation.button('Home').click()
  await expect(phase).toHaveText('homing')
  await expect(phase).toHaveText(/held: The arm is home/, { timeout: 15_000 })
  // The snapshot that says so was read a tick before the last command.
  await expect(async () => {
    const { spec, state } = await page.evaluate(() => {
      const hello = window.__tap.robot.find((m) => m.type === 'hello')
      const last = window.__tap.robot.filter((m) => m.type === 'snapshot').at(-1)
      return {
        spec: hello?.type === 'hello' ? hello.spec : null,
        state: last?.type === 'snapshot' ? last.snapshot.state : null
      }
    })
    // What the gripper holds goes home with it.
    spec?.joints.forEach(({ home, kind }, index) =>
      expect(state?.position[index]).toBeCloseTo(kind === 'gripper' ? (gripperBefore ?? NaN) : home, 6)
    )
  }).toPass()
  await workstation.press('f')
  await expect(page.getByText('judged by operator')).toBeVisible()
})

test('the pace slows refinement down so that people can follow, and pausing needs not wait for it', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.ready()
  const pace = page.getByRole('slider', { name: /^Pace/ })
  await pace.focus()
  await page.keyboard.press('End')
  await expect(page.getByText('1000 ms')).toBeVisible()
  await workstation.button('Start').click()
  await expect(phase).toHaveText('refining k = 1')
  await expect(phase).toHaveText('refining k = 2')
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused at k = 2/, { timeout: 900 })
  await workstation.press('h')
  await expect(phase).toHaveText(/executing/)
})
