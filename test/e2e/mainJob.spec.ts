import { expect, test } from './support/workstation'

test.describe('supervising a run on the bench', () => {
  test.use({ flags: ['--level=easy', '--seed-base=3'] })

  test('start, watch the plan refine and the arm act, until the bench judges the episode', async ({
    workstation
  }) => {
    const { page, phase } = workstation
    await workstation.ready()
    await page.getByRole('switch', { name: 'Continuous' }).click()
    await workstation.start()
    await expect(phase).toHaveText(/executing \d of 8/)
    await expect(page.getByRole('status').filter({ hasText: 'Success' })).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText('1 of 1 (100 %) succeeded')).toBeVisible()
    const predictions = await page.evaluate(
      () => window.__tap.policy.filter((m) => m.type === 'prediction').length
    )
    expect(predictions).toBeGreaterThanOrEqual(2)
    expect(workstation.errors).toEqual([])
  })

  test('the same keys work from a fresh window: Start, Space, Enter, E', async ({ workstation }) => {
    await workstation.start()
    await expect(workstation.phase).toHaveText(/executing/)
    await workstation.press('Space')
    await expect(workstation.phase).toHaveText(/paused/)
    await workstation.press('Space')
    await expect(workstation.phase).toHaveText(/paused/)
    await workstation.press('Enter')
    await expect(workstation.phase).toHaveText(/executing/)
    await workstation.press('e')
    await expect(workstation.page.getByText('judged by operator')).toBeVisible()
  })
})

test('pause freezes the arm within one control tick and nothing executes while paused', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing [3-6] of 8/)
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused/)
  // A second of 50 Hz snapshots taken while paused, counted rather than waited for.
  const pausedAt = (await workstation.robot()).tick
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(pausedAt + 50)

  const trace = await page.evaluate(() => {
    const { robot } = window.__tap
    const snapshots = robot.flatMap((message) => (message.type === 'snapshot' ? [message.snapshot] : []))
    const firstPaused = snapshots.find((snapshot) => snapshot.motion.kind === 'paused')
    // Before that a window that was slow to open may have been told nothing for a while.
    const firstExecuting = snapshots.findIndex((snapshot) => snapshot.motion.kind === 'executing')
    return {
      seen: snapshots.slice(firstExecuting).map((snapshot) => snapshot.tick),
      positions: snapshots
        .filter((snapshot) => snapshot.tick >= (firstPaused?.tick ?? 0))
        .map((snapshot) => snapshot.state.position),
      executions: robot.filter((message) => message.type === 'execution').length
    }
  })
  // Every tick was seen; the first one after the command was received already holds where the one before was sent.
  trace.seen.slice(1).forEach((tick, index) => expect(tick).toBe((trace.seen[index] ?? 0) + 1))
  expect(trace.positions.length).toBeGreaterThan(40)
  for (const position of trace.positions) expect(position).toEqual(trace.positions[0])

  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
  await expect
    .poll(() => page.evaluate(() => window.__tap.robot.filter((m) => m.type === 'execution').length))
    .toBeGreaterThan(trace.executions)
  // The rest of the queue was kept: the whole horizon counts as executed.
  const [execution] = await page.evaluate(() =>
    window.__tap.robot.flatMap((m) => (m.type === 'execution' ? [m.execution] : []))
  )
  expect(execution).toMatchObject({ actionsExecuted: 8, dropped: null })
})
