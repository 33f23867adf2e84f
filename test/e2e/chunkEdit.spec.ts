import { inEveryLook, picture } from './support/pictures'
import { expect, test, type Workstation } from './support/workstation'

test.use({ flags: ['--level=mid', '--seed-base=3'] })

const bar = ({ page }: Workstation) => page.getByRole('group', { name: 'Override' })
const waypoint = ({ page }: Workstation, index: number) =>
  page.getByRole('slider', { name: `Waypoint ${index}`, exact: true })

async function pausedAtPlan(workstation: Workstation): Promise<void> {
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(workstation.phase).toHaveText(/converged/)
  await expect(waypoint(workstation, 8)).toBeVisible()
}

/** Takes a waypoint over the top camera by so many pixels. */
async function drag(workstation: Workstation, index: number, dx: number, dy: number): Promise<void> {
  const { page } = workstation
  const box = await waypoint(workstation, index).boundingBox()
  if (!box) throw new Error(`no waypoint ${index}`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx / 2, y + dy / 2)
  await page.mouse.move(x + dx, y + dy)
  await page.mouse.up()
}

test('a waypoint is dragged over the top camera, the plan is nudged by key, and executed as a person left it', async ({
  workstation
}) => {
  const { page, phase, button } = workstation
  await pausedAtPlan(workstation)
  const before = await waypoint(workstation, 8).getAttribute('aria-valuetext')
  await drag(workstation, 8, -24, 12)
  await expect(bar(workstation)).toContainText('Override of k')
  await expect.poll(() => waypoint(workstation, 8).getAttribute('aria-valuetext')).not.toBe(before)

  // Every waypoint comes along by 2 mm.
  const [first, last] = [
    await waypoint(workstation, 1).getAttribute('aria-valuenow'),
    await waypoint(workstation, 8).getAttribute('aria-valuenow')
  ]
  await page.keyboard.press('Alt+ArrowLeft')
  await expect
    .poll(async () => Number(await waypoint(workstation, 8).getAttribute('aria-valuenow')))
    .toBe(Number(last) - 2)
  expect(Number(await waypoint(workstation, 1).getAttribute('aria-valuenow'))).toBe(Number(first) - 2)

  await button('Commit edited chunk').click()
  await expect(phase).toHaveText(/executing/)
  await expect
    .poll(() =>
      page.evaluate(
        () => window.__tap.policy.flatMap((m) => (m.type === 'prediction' ? [m.record.human] : []))[0]
      )
    )
    .toBe(true)
  expect(workstation.errors).toEqual([])
})

test('what execution would hold back is said while it is dragged', async ({ workstation }) => {
  await pausedAtPlan(workstation)
  await drag(workstation, 8, 0, -400)
  await expect(bar(workstation)).toContainText(/at its limit|workspace’s edge/)
  await inEveryLook(workstation, (look) => picture(workstation, `chunk-edit-${look}`))
  await workstation.button('Discard edit').click()
  await expect(bar(workstation)).toBeHidden()
  expect(workstation.errors).toEqual([])
})
