import { inEveryLook, picture } from './support/pictures'
import { expect, test, type Workstation } from './support/workstation'

test.use({ flags: ['--level=easy', '--seed-base=3'] })

const question = ({ page }: Workstation) => page.getByRole('alert', { name: 'The policy doubts' })

/** Two iterations are never enough: the guard asks about every prediction. */
async function doubt(workstation: Workstation): Promise<void> {
  const { page, button } = workstation
  await workstation.ready()
  await button(/^Limit rule/).click()
  await page.getByRole('textbox', { name: 'Maximum iterations' }).fill('2')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+.')
  await button(/^Stop rule/).click()
  await page.getByRole('textbox', { name: 'Threshold' }).fill('1e-9')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+.')
  await button(/^Guard rule/).click()
  await page.getByRole('switch', { name: 'No convergence' }).click()
  // Every prediction is asked about.
  await page.getByRole('textbox', { name: 'Asks again after' }).fill('0')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+.')
  await expect(button(/^Guard rule/)).toContainText('no convergence')
  await button('Start').click()
  await expect(question(workstation)).toBeVisible()
}

test('the policy doubts: every answer is possible, and until then nothing moves', async ({ workstation }) => {
  const { page, phase, button, press } = workstation
  await doubt(workstation)
  await expect(phase).toHaveText('held: no convergence within 2 iterations')
  await expect(page.getByTestId('alarm-guard')).toContainText('The policy doubts')
  await expect(question(workstation)).toContainText(
    /No recorded episode has a prediction|most similar recorded/
  )
  const before = (await workstation.robot()).run.actionsExecuted
  await press('a')
  await expect(page.getByTestId('alarm-guard')).toContainText('seen')
  expect((await workstation.robot()).run.actionsExecuted).toBe(before)

  await question(workstation).getByRole('button', { name: 'Continue short (2)' }).click()
  await expect.poll(async () => (await workstation.robot()).run.actionsExecuted).toBe(before + 2)
  await expect(question(workstation)).toBeVisible()

  await question(workstation).getByRole('button', { name: 'Reject' }).click()
  await expect(question(workstation)).toBeVisible()
  expect((await workstation.robot()).run.actionsExecuted).toBe(before + 2)

  await expect(page.getByTestId('interventions')).toHaveText(
    /^3 interventions · answered in \d+\.\d s · guard asked 3 of 6$/
  )
  await question(workstation).getByRole('button', { name: 'Take over' }).click()
  await expect(phase).toHaveText(/driven by/)
  await expect(question(workstation)).toBeHidden()
  await button('Hand back').click()
  await expect(question(workstation)).toBeVisible()

  await question(workstation).getByRole('button', { name: 'Go on' }).click()
  await expect.poll(async () => (await workstation.robot()).run.actionsExecuted).toBeGreaterThan(before + 4)
  await press('Escape')
  await expect(phase).toHaveText(/stopped/)
  expect(workstation.errors).toEqual([])
})

test('the guard is calibrated from recorded episodes, and says what that would cost', async ({
  workstation
}) => {
  const { page, button } = workstation
  await workstation.ready()
  await button(/^Guard rule/).click()
  await button('Calibrate from recorded episodes').click()
  await expect(page.getByText('Too few episodes for a band yet: 0 successes are recorded.')).toBeVisible()
  await picture(workstation, 'guard-settings')
  expect(workstation.errors).toEqual([])
})

test('a doubt, dark and light, small and large', async ({ workstation }) => {
  await doubt(workstation)
  await inEveryLook(workstation, (look) => picture(workstation, `doubt-${look}`))
})
