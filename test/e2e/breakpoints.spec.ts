import { inEveryLook, picture } from './support/pictures'
import { expect, test, type Workstation } from './support/workstation'

test.use({ flags: ['--level=mid', '--seed-base=3'] })

const bar = ({ page }: Workstation) => page.getByRole('alert', { name: 'A breakpoint holds' })
const condition = ({ page }: Workstation) => page.getByRole('combobox', { name: 'Condition' })

async function openBreakpoints({ button, page }: Workstation): Promise<void> {
  await button(/^Breakpoints rule/).click()
  await expect(page.getByRole('heading', { name: 'Breakpoints' })).toBeVisible()
}
const closeLayer = ({ page }: Workstation): Promise<void> => page.keyboard.press('Control+.')

/** Writes one as a person does, and leaves the editor open. */
async function write(workstation: Workstation, expression: string): Promise<void> {
  await openBreakpoints(workstation)
  await workstation.button('Add a breakpoint').click()
  await condition(workstation).last().fill(expression)
  await workstation.page.keyboard.press('Enter')
}

test('a breakpoint is completed while it is written, holds the robot where it is true, and says why', async ({
  workstation
}) => {
  const { page, phase, button, press } = workstation
  await workstation.ready()
  await openBreakpoints(workstation)
  await button('Add a breakpoint').click()
  await condition(workstation).pressSequentially('k >= 3 && rob')
  await expect(page.getByRole('option')).toHaveCount(4)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(condition(workstation)).toHaveValue('k >= 3 && robot.x')
  await expect(condition(workstation)).toHaveAttribute('aria-invalid', 'true')
  await page.keyboard.type(' > 0 &&')
  await expect(page.getByText('something is missing at the end')).toBeVisible()
  await page.keyboard.type(' k < 9')
  await page.keyboard.press('Enter')
  await closeLayer(workstation)
  await expect(button(/^Breakpoints rule: 1 on/)).toBeVisible()

  await button('Start').click()
  await expect(phase).toHaveText('held at k = 3 by a breakpoint')
  await expect(bar(workstation)).toContainText('k >= 3 && robot.x > 0 && k < 9')
  await expect(bar(workstation)).toContainText('k = 3 · robot.x =')
  await expect(page.getByTestId('alarm-breakpoint')).toBeVisible()
  expect((await workstation.robot()).motion.kind).toBe('paused')
  const { actionsExecuted } = (await workstation.robot()).run
  expect(actionsExecuted).toBe(0)

  // A step goes one iteration on, and it is asked again.
  await bar(workstation).getByRole('button', { name: 'Step' }).click()
  await expect(phase).toHaveText(/held at k = 4/)
  await bar(workstation).getByRole('button', { name: 'Switch it off' }).click()
  await press('Enter')
  await expect(bar(workstation)).toBeHidden()
  await expect.poll(async () => (await workstation.robot()).run.actionsExecuted).toBeGreaterThan(0)
  await expect(button('Breakpoints rule: 0 on · hit 2×')).toBeVisible()
  expect(workstation.errors).toEqual([])
})

test('log only and once: counted, marked in the scope, and off by itself', async ({ workstation }) => {
  const { page, phase, button } = workstation
  await workstation.ready()
  await write(workstation, 'k == 2')
  await button(/^When true/).click()
  await page.getByRole('menuitemradio', { name: 'Log only' }).click()
  await closeLayer(workstation)
  await write(workstation, 'converged')
  await page.getByRole('switch', { name: /^Once/ }).last().click()
  await closeLayer(workstation)
  await button('Start').click()
  await expect(phase).toHaveText(/held at k = \d+ by a breakpoint/)
  await expect(bar(workstation)).toContainText('converged = yes')
  await expect(page.getByTitle('k = 2: k == 2 (log only)')).toBeVisible()
  await expect(page.getByTitle(/^k = \d+: converged$/)).toBeVisible()
  await expect(button(/^Breakpoints rule: 1 on · hit 2×/)).toBeVisible()
  await workstation.press('Enter')
  await expect.poll(async () => (await workstation.robot()).run.actionsExecuted).toBeGreaterThan(4)
  expect(workstation.errors).toEqual([])
})

test('the editor and what it holds, dark and light, small and large', async ({ workstation }) => {
  const { button, phase, press } = workstation
  await workstation.ready()
  await button('Start').click()
  await expect.poll(async () => (await workstation.robot()).run.actionsExecuted).toBeGreaterThan(10)
  await write(workstation, 'k >= 3 && actionMse > 1e-5 && falling(actionMse, 2)')
  await closeLayer(workstation)
  await expect(phase).toHaveText(/held at k/)
  await inEveryLook(workstation, (look) => picture(workstation, `breakpoint-${look}`))
  await openBreakpoints(workstation)
  await button('Add a breakpoint').click()
  await condition(workstation).last().pressSequentially('latent')
  await picture(workstation, 'breakpoint-editor')
  await closeLayer(workstation)
  await press('Escape')
  await expect(phase).toHaveText(/stopped/)
})
