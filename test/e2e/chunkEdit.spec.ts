import type { Locator, Page } from '@playwright/test'
import { picture, resize } from './support/pictures'
import { expect, test } from './support/workstation'

const decided = (page: Page) =>
  page.evaluate(() =>
    window.__tap.policy.flatMap((m) =>
      m.type === 'prediction'
        ? [{ index: m.record.index, human: m.record.human, chunk: Array.from(m.record.chunk) }]
        : []
    )
  )

async function drag(page: Page, handle: Locator, right: number, down: number): Promise<void> {
  const box = await handle.boundingBox()
  if (!box) throw new Error('no such waypoint')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + right, y + down, { steps: 6 })
  await page.mouse.up()
}

const places = (handles: Locator) =>
  handles.evaluateAll((all) => all.map((handle) => handle.getAttribute('aria-valuetext')))

test('a waypoint dragged over the top camera, and the plan nudged by key, are executed and tagged human', async ({
  workstation
}) => {
  const { page, phase } = workstation
  const waypoints = page.getByRole('group', { name: 'Waypoints of the plan' }).getByRole('slider')
  const override = page.getByRole('group', { name: 'Override' })
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  await expect(waypoints).toHaveCount(8)
  await resize(workstation, 1100, 700)
  await picture(workstation, 'chunk-editable-1100')
  await resize(workstation, 1440, 900)
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(1440)
  const before = await places(waypoints)
  // The last one: no other lies over it, and none comes after it.
  await drag(page, waypoints.last(), 16, 10)
  await expect(override).toContainText('2 values changed')
  const moved = await places(waypoints)
  expect(moved.slice(0, 7)).toEqual(before.slice(0, 7))
  expect(moved[7]).not.toBe(before[7])

  // By keyboard, there and back.
  await waypoints.last().focus()
  await page.keyboard.press('Shift+ArrowLeft')
  expect((await places(waypoints))[7]).not.toBe(moved[7])
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => places(waypoints)).toEqual(moved)

  // Each changes the first action alone, and every waypoint with it.
  await page.keyboard.press('Alt+PageDown')
  await expect(override).toContainText('3 values changed')
  await workstation.button('Nudge right (+x)').click()
  await expect(override).toContainText('4 values changed')

  // Further than one action goes: marked where it is dragged, and said; committing is still allowed.
  await drag(page, waypoints.last(), 400, 0)
  await expect(override.getByRole('status')).toContainText(/at its limit|workspace’s edge/)
  await expect(waypoints.last()).toHaveClass(/at-limit/)
  await expect(waypoints.last()).toHaveAttribute('aria-valuetext', /at a limit/)
  await expect(page.getByTestId('chunk').locator('.at-limit').first()).toBeVisible()
  await picture(workstation, 'chunk-edit')
  await resize(workstation, 1100, 700)
  await picture(workstation, 'chunk-edit-1100')

  await workstation.button('Commit edited chunk').click()
  await expect(phase).toHaveText(/executing/)
  const [record] = await decided(page)
  expect(record).toMatchObject({ index: 0, human: true })
  // The last action's Δx, of four dimensions: dragged as far as it goes.
  expect(record?.chunk[28]).toBeGreaterThan(0)
  expect(record?.chunk[28]).toBeLessThanOrEqual(1)
  await expect(waypoints).toHaveCount(0)
  expect(workstation.errors).toEqual([])
})

test('nothing is nudged while there is no chunk, and that is said', async ({ workstation }) => {
  const { page } = workstation
  await workstation.ready()
  await workstation.press('Alt+ArrowLeft')
  await expect(page.getByRole('log').getByText('Pause at a decoded chunk first')).toBeVisible()
  await expect(page.getByRole('group', { name: 'Nudge the plan' })).toHaveCount(0)
})
