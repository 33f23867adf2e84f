import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { listEmulatedPorts, openArm, type OpenArm } from '../../emulators/arms'
import { so101Calibration } from '../../emulators/arms/so101'
import type { ServoOf } from '../../emulators/cliCommands'
import { favourServos } from '../../support/favourServos'
import { expect, test as base, type Workstation } from './workstation'

/** The app and an emulated SO-101 pair on ptys, calibrated, plugged in and folded up. */

export { expect } from '@playwright/test'

export interface ArmBench {
  readonly follower: OpenArm
  readonly leader: OpenArm
  /** Tells the app which ports there are now. */
  list(): void
  /** For the app's environment and command line. */
  readonly variables: Record<string, string>
  readonly portList: string
}

function openArmBench(): ArmBench & { close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-arms-'))
  const calibration = join(folder, 'calibration')
  const keep = (path: string, side: 'follower' | 'leader'): void => {
    const file = join(calibration, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(so101Calibration(side)))
  }
  keep('robots/so_follower/alice.json', 'follower')
  keep('teleoperators/so_leader/bob.json', 'leader')
  const follower = openArm('so101-follower')
  const leader = openArm('so101-leader')
  const portList = join(folder, 'ports.json')
  const list = (): void => writeFileSync(portList, JSON.stringify(listEmulatedPorts([follower, leader])))
  list()
  return {
    follower,
    leader,
    list,
    portList,
    variables: { HF_LEROBOT_CALIBRATION: calibration },
    close() {
      for (const { pty } of [follower, leader]) pty.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

export const test = base.extend<{ bench: ArmBench }>({
  bench: async ({ browserName: _ }, use) => {
    const bench = openArmBench()
    await use(bench)
    bench.close()
  },
  flags: async ({ bench }, use) => use(['--level=mid', '--seed-base=11', `--port-list=${bench.portList}`]),
  variables: async ({ bench }, use) => use(bench.variables),
  // A stopped arm is not lowered when the app ends: that takes seconds. It may have ended already.
  workstation: async ({ workstation }, use) => {
    // The app runs by now.
    favourServos(true)
    await use(workstation)
    favourServos(false)
    await workstation.press('Escape').catch(() => undefined)
  }
})

export const servo = ({ pty }: OpenArm, id: number, act: (servo: ServoOf) => void): void =>
  pty.use((bus) => {
    const found = bus.servos.find((candidate) => candidate.id === id)
    if (!found) throw new Error(`no motor ${id}`)
    act(found)
  })

/**
 * Trips the motor until `seen`: an STS clears an overload when its next goal points the other way, which may be before
 * anybody has read it.
 */
export const overload = (arm: OpenArm, id: number, seen: () => Promise<void>): Promise<void> =>
  expect(async () => {
    servo(arm, id, (motor) => motor.trip('overload'))
    await seen()
  }).toPass()

/** Motors in the order of their ids. */
export const torques = ({ pty }: OpenArm): readonly number[] =>
  pty.use((bus) => bus.servos.map((each) => each.peek('torqueEnable')))
export const goals = ({ pty }: OpenArm): readonly number[] =>
  pty.use((bus) => bus.servos.map((each) => each.peek('goalPosition')))
export const ticks = ({ pty }: OpenArm): readonly number[] =>
  pty.use((bus) => bus.servos.map(({ motor }) => motor.ticks))

/** One of the two places of the Devices view. */
export const place = ({ page }: Workstation, which: 'follower' | 'leader') =>
  page.getByRole('region', { name: which === 'follower' ? 'Driven arm (follower)' : 'Leader arm' })

export async function showDevices({ button, page }: Workstation): Promise<void> {
  await button('Devices').click()
  await expect(page.getByRole('region', { name: 'Ports' })).toBeVisible()
}
export const showLive = ({ button }: Workstation): Promise<void> => button('Live').click()

/** As a person does: robot, id and port in the form, then Connect. */
export async function connect(
  workstation: Workstation,
  which: 'follower' | 'leader',
  arm: OpenArm
): Promise<void> {
  const form = place(workstation, which)
  await form.getByLabel(`${which} robot`).selectOption(`so101-${which}`)
  await form.getByLabel(`${which} id`).fill(which === 'follower' ? 'alice' : 'bob')
  await form.getByLabel(`${which} port arm`).selectOption(arm.pty.devicePath)
  await form.getByRole('button', { name: `Connect ${which}` }).click()
  await expect(form.getByRole('table')).toBeVisible()
}

export async function torqueOn(workstation: Workstation): Promise<void> {
  const form = place(workstation, 'follower')
  const button = form.getByRole('button', { name: 'Torque on' })
  await button.click()
  const refusal = form.getByRole('alert')
  await expect(button.and(workstation.page.locator('[aria-disabled=true]')).or(refusal).first()).toBeVisible()
  expect(await refusal.allTextContents()).toEqual([])
}

/** Connected, with torque, and at home over the bench, in the Live view. */
export async function atHome(workstation: Workstation, { follower }: ArmBench): Promise<void> {
  await workstation.ready()
  await showDevices(workstation)
  await connect(workstation, 'follower', follower)
  await torqueOn(workstation)
  await showLive(workstation)
  await workstation.button(/^Home/).click()
  await expect(workstation.phase).toHaveText(/homing|home/)
  await expect(workstation.phase).toHaveText('ready', { timeout: 20_000 })
}
