import { kill } from 'node:process'
import {
  atHome,
  connect,
  expect,
  goals,
  overload,
  place,
  servo,
  showDevices,
  showLive,
  test,
  ticks,
  torqueOn,
  torques
} from './support/armBench'
import type { Workstation } from './support/workstation'

/** The main job on an emulated SO-101 pair, over real serial ports (ptys). */

const ALL_ON = [1, 1, 1, 1, 1, 1]
const ALL_OFF = [0, 0, 0, 0, 0, 0]

/** Held down until what it asks for has happened. */
async function holdDown({ page }: Workstation, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name }).first()
  await button.scrollIntoViewIfNeeded()
  const box = await button.boundingBox()
  if (!box) throw new Error(`no button ${String(name)}`)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
}

async function runOnArm(workstation: Workstation, executing = /executing/): Promise<void> {
  await workstation.button('Start').click()
  await expect(workstation.phase).toHaveText(executing, { timeout: 20_000 })
}

/** An arm that sagged has left the bench: it goes home, and then on. */
async function homeAndResume(workstation: Workstation): Promise<void> {
  await workstation.button(/^Home/).click()
  await expect(workstation.phase).toHaveText(/The arm is home/, { timeout: 20_000 })
  await resume(workstation)
}

async function resume({ button, press }: Workstation): Promise<void> {
  await expect(button('Resume')).not.toHaveAttribute('aria-disabled', 'true')
  await press('Enter')
}

const sent = async (workstation: Workstation): Promise<readonly number[]> =>
  (await workstation.robot()).sent ?? []

test('connected without a twitch, torque, home, policy, take over by keyboard, hand back, stop', async ({
  workstation,
  bench
}) => {
  test.slow()
  const { page, phase, button } = workstation
  const { follower } = bench
  await workstation.ready()
  await expect(button('Take over')).not.toHaveAttribute('aria-disabled', 'true')
  await showDevices(workstation)
  const folded = ticks(follower)
  await connect(workstation, 'follower', follower)
  expect(torques(follower)).toEqual(ALL_OFF)
  await expect(page.getByText('REAL ARM · VIRTUAL BENCH')).toBeVisible()
  await expect(place(workstation, 'follower').getByText('file and motors agree')).toBeVisible()
  await showLive(workstation)
  await expect(button('Start')).toHaveAttribute('aria-disabled', 'true')
  await expect(button('Take over')).toHaveAttribute('aria-disabled', 'true')

  await showDevices(workstation)
  await torqueOn(workstation)
  expect(torques(follower)).toEqual(ALL_ON)
  ticks(follower).forEach((now, motor) => expect(Math.abs(now - (folded[motor] ?? 0))).toBeLessThan(15))
  await showLive(workstation)
  await button(/^Home/).click()
  await expect(phase).toHaveText('homing')
  await expect(phase).toHaveText('ready', { timeout: 20_000 })

  await runOnArm(workstation)
  const atStart = ticks(follower)
  await expect
    .poll(() => Math.max(...ticks(follower).map((now, motor) => Math.abs(now - (atStart[motor] ?? 0)))))
    .toBeGreaterThan(20)

  await workstation.press('t')
  await expect(phase).toHaveText('driven by keyboard')
  const before = await sent(workstation)
  await page.keyboard.down('ArrowLeft')
  await expect
    .poll(async () => Math.abs(((await sent(workstation))[0] ?? 0) - (before[0] ?? 0)))
    .toBeGreaterThan(0.05)
  await expect(page.getByText(/input → command [\d.]+ ms/)).toBeVisible()
  await page.keyboard.up('ArrowLeft')
  await workstation.press('Shift+T')
  await expect(phase).toHaveText(/observing|encoding|refining|decided|executing/)
  await expect(phase).toHaveText(/executing/)

  await workstation.press('Escape')
  await expect(phase).toHaveText(/stopped/)
  const stoppedGoals = goals(follower)
  const { tick } = await workstation.robot()
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(tick + 50)
  expect(goals(follower)).toEqual(stoppedGoals)
  expect(torques(follower)).toEqual(ALL_ON)
  expect(workstation.errors).toEqual([])
})

test('taken over with the leader arm, which meets the arm first', async ({ workstation, bench }) => {
  test.slow()
  const { page, phase, button } = workstation
  const { leader } = bench
  await atHome(workstation, bench)
  await showDevices(workstation)
  await connect(workstation, 'leader', leader)
  await showLive(workstation)
  await button(/^Drive by/).click()
  await page.getByRole('menuitemradio', { name: /^Leader(?!, clutch)/ }).click()
  await button('Take over').click()
  await expect(page.getByText(/leader moves to the driven arm/)).toBeVisible()
  await expect(page.getByText(/leader moves to the driven arm/)).toBeHidden({ timeout: 20_000 })
  await expect(phase).toHaveText('driven by the leader arm')
  // A hand takes the leader, and brings it back to where it met the arm if it has fallen already.
  leader.pty.use((bus) =>
    bus.servos.forEach((each) => {
      each.motor.jam(true)
      each.motor.place(each.motor.ticks + each.peek('goalPosition') - each.peek('presentPosition'))
    })
  )
  await expect(page.getByText(/Bring the leader to the driven arm/)).toBeHidden()
  const before = await sent(workstation)
  servo(leader, 1, ({ motor }) => motor.place(motor.ticks + 200))
  await expect
    .poll(async () => Math.abs(((await sent(workstation))[0] ?? 0) - (before[0] ?? 0)))
    .toBeGreaterThan(0.2)
  await button('Hand back').click()
  await expect(phase).toHaveText('ready')
  await runOnArm(workstation)
})

test('when the app ends, the arm is lowered and released first', async ({ workstation, bench }) => {
  test.slow()
  const { app, page, phase } = workstation
  await atHome(workstation, bench)
  await app.evaluate(({ app: electronApp }) => electronApp.quit())
  await expect(phase).toHaveText('lowering')
  await expect(page.getByText(/ends as soon as the arm is lowered/)).toBeVisible()
  expect(torques(bench.follower)).toEqual(ALL_ON)
  await expect.poll(() => torques(bench.follower), { timeout: 30_000 }).toEqual(ALL_OFF)
})

test('cable pulled and plugged in elsewhere: the arm keeps its torque, is found again by its serial number, and goes on', async ({
  workstation,
  bench
}) => {
  test.slow()
  const { page, phase, button } = workstation
  const { follower } = bench
  await atHome(workstation, bench)
  await runOnArm(workstation)
  follower.pty.unplug()
  bench.list()
  await expect(phase).toHaveText(/held: .*SO-101 follower/)
  expect(torques(follower)).toEqual(ALL_ON)
  await expect(button('Resume')).toHaveAttribute('aria-disabled', 'true')
  await showDevices(workstation)
  const arm = place(workstation, 'follower')
  await expect(arm.getByText('Lost.')).toBeVisible()
  await arm.getByRole('button', { name: 'Reconnect' }).click()
  await expect(arm.getByRole('alert').filter({ hasText: /plugged in|not there|no port/i })).toBeVisible()
  const path = follower.pty.replug()
  bench.list()
  await arm.getByRole('button', { name: 'Reconnect' }).click()
  await expect(arm.getByText('Lost.')).toBeHidden()
  await expect(page.getByRole('region', { name: 'Ports' }).getByText(path)).toBeVisible()
  await expect(arm.getByText(/not by us/)).toBeVisible()
  const held = goals(follower)
  await torqueOn(workstation)
  goals(follower).forEach((goal, motor) => expect(Math.abs(goal - (held[motor] ?? 0))).toBeLessThan(60))
  await showLive(workstation)
  await resume(workstation)
  await expect(phase).toHaveText(/executing/, { timeout: 20_000 })
  expect(workstation.errors).toEqual([])
})

test('a motor that dies is named, and the run goes on when it is back', async ({ workstation, bench }) => {
  test.slow()
  const { phase } = workstation
  await atHome(workstation, bench)
  await runOnArm(workstation)
  servo(bench.follower, 3, (motor) => motor.setDead(true))
  await expect(phase).toHaveText(/held: .*elbow_flex \(3\)/)
  // So many readings that failed in a row, and the arm counts as lost: a person brings it back.
  await showDevices(workstation)
  const arm = place(workstation, 'follower')
  await expect(arm.getByText('Lost.')).toBeVisible()
  servo(bench.follower, 3, (motor) => motor.setDead(false))
  await arm.getByRole('button', { name: 'Reconnect' }).click()
  await torqueOn(workstation)
  await showLive(workstation)
  await homeAndResume(workstation)
  await expect(phase).toHaveText(/executing/, { timeout: 20_000 })
})

test('packets corrupted and split: asked again, and nobody notices', async ({ workstation, bench }) => {
  test.slow()
  const { phase } = workstation
  await atHome(workstation, bench)
  bench.follower.pty.use((bus) => bus.setFaults({ corrupt: 0.05, split: 0.05 }))
  await runOnArm(workstation)
  const { tick } = await workstation.robot()
  await expect
    .poll(async () => (await workstation.robot()).tick, { timeout: 20_000 })
    .toBeGreaterThan(tick + 400)
  await expect(phase).toHaveText(/observing|encoding|refining|decided|executing|ended|ready/)
  await showDevices(workstation)
  await expect(place(workstation, 'follower').getByText(/ [1-9]\d* of \d+ requests repeated/)).toBeVisible()
})

test('an overloaded motor: the arm holds, the motor is restarted, and the run goes on', async ({
  workstation,
  bench
}) => {
  test.slow()
  const { page, phase } = workstation
  await atHome(workstation, bench)
  await runOnArm(workstation)
  await overload(bench.follower, 2, () =>
    expect(phase).toHaveText(/held: .*shoulder_lift.*overload/, { timeout: 300 })
  )
  await showDevices(workstation)
  await holdDown(workstation, 'Restart shoulder_lift')
  await expect(page.getByRole('button', { name: 'Restart shoulder_lift' })).toBeHidden()
  await page.mouse.up()
  await torqueOn(workstation)
  await showLive(workstation)
  await homeAndResume(workstation)
  await expect(phase).toHaveText(/executing/, { timeout: 20_000 })
})

test('robot host killed: the motors hold, it comes back stopped and connected, reset and torque go on', async ({
  workstation,
  bench
}) => {
  test.slow()
  const { phase, button, page } = workstation
  const { follower } = bench
  await atHome(workstation, bench)
  await runOnArm(workstation)
  kill(await workstation.hostPid('robot'), 'SIGKILL')
  await expect(phase).toHaveText(/stopped/, { timeout: 20_000 })
  expect(torques(follower)).toEqual(ALL_ON)
  const held = goals(follower)
  await showDevices(workstation)
  await expect(place(workstation, 'follower').getByText(/not by us/)).toBeVisible()
  expect(goals(follower)).toEqual(held)
  await showLive(workstation)
  await holdDown(workstation, 'Reset')
  await expect(button('Reset')).toBeHidden()
  await page.mouse.up()
  await showDevices(workstation)
  await torqueOn(workstation)
  await showLive(workstation)
  await button(/^Home/).click()
  await expect(phase).toHaveText('ready', { timeout: 20_000 })
  await runOnArm(workstation)
})

test('limits of one’s own hold jogging back, are kept for this arm, and are given up again', async ({
  workstation,
  bench
}) => {
  test.slow()
  const { page, button } = workstation
  await atHome(workstation, bench)
  await showDevices(workstation)
  const form = place(workstation, 'follower')
  await form.getByText('Joint limits: those of the robot’s file').click()
  const greatest = form.getByLabel('shoulder_pan greatest')
  await greatest.fill('500')
  await greatest.press('Enter')
  await expect(form.getByText(/number from .* to 110/)).toBeVisible()
  await greatest.fill('10')
  await greatest.press('Enter')
  await button('Keep these limits').click()
  await expect(form.getByText('Joint limits: your own, for this arm')).toBeVisible()

  const limit = (10 * Math.PI) / 180
  await holdDown(workstation, 'shoulder_pan up')
  await expect.poll(async () => (await sent(workstation))[0]).toBeCloseTo(limit, 3)
  const heldAt = (await workstation.robot()).tick
  await expect.poll(async () => (await workstation.robot()).tick).toBeGreaterThan(heldAt + 25)
  await page.mouse.up()
  const ever = await page.evaluate(() =>
    window.__tap.robot.flatMap((m) => (m.type === 'snapshot' ? [m.snapshot.sent?.[0] ?? 0] : []))
  )
  expect(Math.max(...ever)).toBeLessThanOrEqual(limit + 1e-9)

  await form.getByRole('button', { name: 'Disconnect' }).click()
  await connect(workstation, 'follower', bench.follower)
  await expect(form.getByText('Joint limits: your own, for this arm')).toBeVisible()
  await form.getByText('Joint limits: your own, for this arm').click()
  await button('Use the robot file’s').click()
  await expect(form.getByText('Joint limits: those of the robot’s file')).toBeVisible()
})
