import { kill } from 'node:process'
import { expect, test, type Workstation } from './support/workstation'

async function expectStopped({ phase, page }: Workstation): Promise<void> {
  await expect(phase).toHaveText(/stopped/)
  await expect(page.getByRole('alert').filter({ hasText: 'Robot stopped' })).toBeVisible()
}

async function holdReset({ button, page }: Workstation): Promise<void> {
  const box = await button('Reset').boundingBox()
  if (!box) throw new Error('no reset button')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await expect(button('Reset')).toBeHidden({ timeout: 5000 })
  await page.mouse.up()
}

test('stop latches: it survives kill -9 of the policy host and a reload of the window, and reset moves nothing', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await workstation.press('Escape')
  await expectStopped(workstation)
  const { position } = (await workstation.robot()).state

  kill(await workstation.hostPid('policy'), 'SIGKILL')
  await expect(page.getByText(/policy (restarting|starting)/)).toBeVisible()
  await expect(page.getByText(/policy (restarting|starting)/)).toBeHidden({ timeout: 15_000 })
  await expectStopped(workstation)
  await page.reload()
  await expectStopped(workstation)
  // A short press is not deliberate.
  await workstation.button('Reset').click()
  await expectStopped(workstation)
  await workstation.press('Enter')
  await expectStopped(workstation)
  expect((await workstation.robot()).state.position).toEqual(position)

  await holdReset(workstation)
  await expect(phase).toHaveText(/waiting: resume to go on/)
  const before = (await workstation.robot()).tick
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(before + 25)
  expect((await workstation.robot()).state.position).toEqual(position)
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
})

test('a killed policy host: the robot holds, the host restarts and says so, resume goes on', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await workstation.button('every').click()
  await expect
    .poll(() =>
      page.evaluate(() => {
        const last = window.__tap.policy.filter((m) => m.type === 'snapshot').at(-1)
        return last?.type === 'snapshot' ? last.snapshot.settings.pauseAt : null
      })
    )
    .toBe('every')
  const pid = await workstation.hostPid('policy')
  kill(pid, 'SIGKILL')
  await expect(phase).toHaveText(/held: The policy process ended/)
  const held = (await workstation.robot()).state.position
  await expect(page.getByText(/policy (restarting|starting)/)).toBeHidden({ timeout: 15_000 })
  expect(await workstation.hostPid('policy')).not.toBe(pid)
  expect((await workstation.robot()).state.position).toEqual(held)
  await workstation.press('Enter')
  // What the operator had set outlives the host.
  await expect(phase).toHaveText(/paused at k = 1/)
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
})

test('a window that falls silent makes the robot hold; a fresh window resumes it', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  // The heartbeat shares the page's thread: a page that hangs cannot beat.
  await page.evaluate(() => {
    const end = performance.now() + 1600
    while (performance.now() < end);
  })
  await expect(phase).toHaveText(/held: The operator window has been silent/)
  await page.reload()
  await expect(phase).toHaveText(/held/)
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
})

test('Escape stops from anywhere: while typing, in a dialog, and closes nothing', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await workstation.press('Shift+?')
  const sheet = page.getByRole('dialog')
  await expect(sheet).toBeVisible()
  // Other keys are dead in a dialog.
  await workstation.press('e')
  await expect(phase).not.toHaveText(/ended/)
  await workstation.press('Escape')
  await expectStopped(workstation)
  await expect(sheet).toBeVisible()
  await workstation.press('Control+.')
  await expect(sheet).toBeHidden()
})

test('stop works while typing in a field', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await page.getByRole('textbox', { name: 'Seed for reseeding' }).focus()
  await workstation.press('r')
  await workstation.press('F12')
  await expectStopped(workstation)
})

test('keys that act where it cannot be seen rest in the Policy view; stop and pause do not', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await workstation.button('Policy').click()
  await workstation.press('f')
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused/)
  await workstation.press('Enter')
  const { tick } = await workstation.robot()
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(tick + 20)
  await expect(phase).toHaveText(/paused/)
  await workstation.press('Escape')
  await expectStopped(workstation)
  await workstation.press('?')
  await expect(page.getByRole('dialog')).toContainText('in the Policy view only Stop')
})

test('a stop that was not delivered is said in every view', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  await workstation.button('Policy').click()
  // Killed until main gives up: a robot that stays away, whatever the machine's pace.
  const failed = page.getByText('robot failed')
  await expect(async () => {
    if (!(await failed.isVisible())) kill(await workstation.hostPid('robot'), 'SIGKILL')
    await expect(failed).toBeVisible({ timeout: 200 })
  }).toPass({ timeout: 40_000 })
  await workstation.press('Escape')
  const alert = page.getByRole('alert').filter({ hasText: 'Stop was not delivered' })
  await expect(alert).toContainText('Cut the arm’s power if it moves')
  await workstation.button('Live').click()
  await expect(alert).toBeVisible()
  await alert.getByRole('button', { name: /^Dismiss/ }).click()
  await expect(alert).toBeHidden()
})

/** The phase by main's own view of the window: Playwright follows neither a crash nor a navigation that was refused. */
const phaseByMain = ({ app }: Workstation): Promise<string> =>
  app.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.isVisible())
        ?.webContents.executeJavaScript(
          "document.querySelector('[data-testid=phase]')?.textContent ?? ''"
        ) as Promise<string>
  )

test('a killed robot host comes back stopped', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  kill(await workstation.hostPid('robot'), 'SIGKILL')
  const alert = page.getByRole('alert').filter({ hasText: 'The robot process restarted' })
  await expect(alert).toBeVisible({ timeout: 15_000 })
  await workstation.press('Enter')
  await expect(phase).toHaveText(/stopped/)
  await holdReset(workstation)
  await expect(phase).toHaveText('ready')
  await workstation.button('Start').click()
  await expect(phase).toHaveText(/executing/)
})

test('a navigation that was refused cuts the window off from nothing', async ({ workstation }) => {
  await workstation.start()
  await expect(workstation.phase).toHaveText(/executing/)
  const pid = await workstation.hostPid('robot')
  await workstation.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.isVisible())
      ?.webContents.executeJavaScript("void (location.href = 'https://example.com/')")
  )
  kill(pid, 'SIGKILL')
  await expect.poll(() => phaseByMain(workstation), { timeout: 15_000 }).toMatch(/stopped/)
})

test('a window that crashes or reloads holds the robot', async ({ workstation }) => {
  const { app, page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing/)
  await page.reload()
  await expect(phase).toHaveText(/held: The operator window closed or reloaded/)
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
  const crashed = page.waitForEvent('crash')
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.isVisible())
      ?.webContents.forcefullyCrashRenderer()
  )
  await crashed
  await expect.poll(() => phaseByMain(workstation), { timeout: 15_000 }).toMatch(/held/)
})

test('a window that will not close does not outlive its hosts', async ({ workstation }) => {
  const { app, page } = workstation
  await workstation.start()
  await page.evaluate(() => addEventListener('beforeunload', (event) => event.preventDefault()))
  const closed = app.waitForEvent('close')
  await app.evaluate((electron) => electron.app.quit())
  await closed
})

test('halt now neither moves a robot that is paused in its queue nor pretends to', async ({
  workstation
}) => {
  const { phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing [2-6] of 8/)
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused at action/)
  const { position } = (await workstation.robot()).state
  await workstation.press('h')
  const { tick } = await workstation.robot()
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(tick + 40)
  expect((await workstation.robot()).state.position).toEqual(position)
  await expect(phase).toHaveText(/paused at action/)
})

test.describe('a bundle that is refused', () => {
  test.use({ flags: ['--bundle=/nonexistent/bundle'] })

  test('is said in the window, with its cause', async ({ workstation }) => {
    const { page } = workstation
    await expect(page.getByText(/nonexistent/).first()).toBeVisible({ timeout: 10_000 })
    await workstation.button('Policy').click()
    await expect(page.getByText(/could not be loaded/).first()).toBeVisible()
  })
})

for (const { name, send } of [
  { name: 'Escape', send: ({ press }: Workstation) => press('Escape') },
  { name: 'a press of the stop button', send: ({ page }: Workstation) => page.mouse.down() }
])
  test(`${name} stops the robot at once while the window hangs`, async ({ workstation }) => {
    const { page, phase, button } = workstation
    await workstation.start()
    await expect(phase).toHaveText(/executing/)
    await button('Stop robot').hover()
    const hang = page.evaluate(() => {
      window.__tap.robot.length = 0
      const end = performance.now() + 2500
      while (performance.now() < end);
    })
    // The page answers no input before it lives again: it is only sent.
    void send(workstation)
    await hang
    await expectStopped(workstation)
    // Not held first, as for a window that has been silent for a second.
    const phases = await page.evaluate(() =>
      window.__tap.robot.flatMap((message) =>
        message.type === 'snapshot' ? [message.snapshot.motion.kind] : []
      )
    )
    expect(phases).toContain('stopped')
    expect(phases).not.toContain('held')
  })
