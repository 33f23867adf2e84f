import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { kill } from 'node:process'
import { decodedMessages } from '../support/decodeMcap'
import { parseMcap } from '../support/mcapParser'
import { inEveryLook, picture } from './support/pictures'
import { expect, launch, test, type Workstation } from './support/workstation'

const FLAGS = ['--level=easy', '--seed-base=3']
test.use({ flags: FLAGS })

const panel = ({ page }: Workstation) => page.getByRole('region', { name: 'Alarms and messages' })
const alarm = (workstation: Workstation, id: string) => panel(workstation).getByTestId(`alarm-${id}`)

/** The robot holds in the middle of a run. */
async function hold(workstation: Workstation): Promise<void> {
  await workstation.start()
  await expect(workstation.phase).toHaveText(/executing/)
  kill(await workstation.hostPid('policy'), 'SIGKILL')
  await expect(workstation.phase).toHaveText(/held/)
}

test('an alarm is seen, shelved and gone; none of that moves the robot; all of it is recorded', async () => {
  const { workstation, userData, quit } = await launch({ flags: FLAGS, variables: {}, userFiles: {} })
  const { page, button, phase, press } = workstation
  await hold(workstation)
  const held = alarm(workstation, 'held')
  await expect(held).toContainText('Robot holds')
  await expect(held).toContainText('high · new')
  await button('Devices').click()
  await expect(button('1 unseen alarms: show them')).toBeVisible()
  await press('a')
  await expect(button(/unseen alarms/)).toBeHidden()
  await button('Live').click()
  await expect(held).toContainText('high · seen')
  await expect(phase).toHaveText(/held/)

  await held.getByRole('button', { name: /^Shelve/ }).click()
  await page.getByRole('menuitem', { name: 'Out of sight for 5 min' }).click()
  await expect(held).toContainText('shelved for 5 min')
  await held.getByRole('button', { name: /^Show again/ }).click()
  await expect(held).toContainText('high · new')
  await expect(phase).toHaveText(/held/)

  await expect(button('Resume')).toHaveAttribute('aria-disabled', 'false', { timeout: 30_000 })
  await button('Resume').click()
  await expect(held).toContainText('over, not seen yet')
  await held.getByRole('button', { name: /^Acknowledge/ }).click()
  await expect(held).toBeHidden()
  await press('Escape')
  await expect(phase).toHaveText(/stopped/)

  await quit()

  const folder = join(userData, 'episodes')
  const story = readdirSync(folder)
    .filter((name) => name.endsWith('.mcap'))
    .flatMap((name) => decodedMessages(parseMcap(readFileSync(join(folder, name))), '/operator'))
    .map(({ value }) => `${String(value['kind'])} ${String(value['name'])}`)
    .filter((line) => line.startsWith('alarm') && line.endsWith(' held'))
  rmSync(userData, { recursive: true, force: true })
  // Raised by the robot's own word. That it is over may be told after the episode's end.
  expect(story.slice(0, 4)).toEqual([
    'alarm held',
    'alarm acknowledged held',
    'alarm shelved held',
    'alarm unshelved held'
  ])
})

test('a hold with its alarm, dark and light, small and large', async ({ workstation }) => {
  await hold(workstation)
  await expect(alarm(workstation, 'held')).toBeVisible()
  await inEveryLook(workstation, (look) => picture(workstation, `held-${look}`))
})
