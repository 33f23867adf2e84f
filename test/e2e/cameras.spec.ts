import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { h264Size } from '../../src/main/episodes/h264'
import { decodedMessages } from '../support/decodeMcap'
import { parseMcap } from '../support/mcapParser'
import { inEveryLook, picture } from './support/pictures'
import { expect, launch, test, type Workstation } from './support/workstation'

/** Chromium's fake devices: three cameras with a moving picture, 30 a second. */
const FAKE_CAMERAS = [
  '--use-fake-device-for-media-stream=device-count=3,fps=30',
  '--use-fake-ui-for-media-stream'
]
test.use({ flags: ['--level=easy', '--seed-base=3', ...FAKE_CAMERAS] })

const card = ({ page }: Workstation, name: string): Locator =>
  page.getByRole('article', { name: `Camera ${name}`, exact: true })
const state = (workstation: Workstation, name: string): Locator =>
  card(workstation, name).getByTestId('camera-state')

async function assign(workstation: Workstation, name: string, device: number): Promise<void> {
  await card(workstation, name)
    .getByLabel(`Device of ${name}`)
    .selectOption({ label: `fake_device_${device}` })
  await expect(state(workstation, name)).toHaveText(/^640×480 at \d/)
}

const captureWindow = ({ app }: Workstation): Page => {
  const found = app.windows().find((page) => page.url().includes('/capture/'))
  if (!found) throw new Error('There is no capture window')
  return found
}

/** What the capture window sees of a cable pulled: its track ends, and the device is no longer listed. */
async function unplug(workstation: Workstation, label: string): Promise<void> {
  await captureWindow(workstation).evaluate((gone) => {
    const { mediaDevices } = navigator
    const list = mediaDevices.enumerateDevices.bind(mediaDevices)
    const open = mediaDevices.getUserMedia.bind(mediaDevices)
    Object.assign(window, {
      plugIn: () => Object.assign(mediaDevices, { enumerateDevices: list, getUserMedia: open })
    })
    mediaDevices.enumerateDevices = async () => (await list()).filter((device) => device.label !== gone)
    mediaDevices.dispatchEvent(new Event('devicechange'))
  }, label)
}
async function plugIn(workstation: Workstation): Promise<void> {
  await captureWindow(workstation).evaluate(() => {
    ;(window as unknown as { plugIn(): void }).plugIn()
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  })
}

test('a device in the place of a policy’s camera: seen, cropped, recorded, remembered', async ({
  flags,
  variables,
  userFiles
}) => {
  const options = { flags, variables, userFiles }
  const first = await launch(options)
  const { workstation } = first
  const { page, button } = workstation
  await workstation.ready()
  await button('Devices').click()
  await expect(state(workstation, 'wrist')).toHaveText('the bench’s own camera')
  await assign(workstation, 'wrist', 1)
  const preview = card(workstation, 'wrist').getByTestId('wrist-camera')
  await expect(preview).toHaveAttribute('aria-label', /32 by 32 pixels/)
  const pixels = (): Promise<string> =>
    preview.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const whole = await pixels()
  await card(workstation, 'wrist').getByLabel('Crop width of wrist').fill('40')
  await workstation.press('Tab')
  // Told anew many times a second, the view must not take back what was typed.
  await expect(card(workstation, 'wrist').getByLabel('Crop width of wrist')).toHaveValue('40')
  await expect.poll(pixels).not.toBe(whole)
  await page.getByLabel('New camera name').fill('side')
  await button('Add a camera that is only recorded').click()
  await expect(state(workstation, 'side')).toHaveText(/^640×480 at \d/)

  await button('Live').click()
  await expect(page.getByTestId('live-wrist')).toBeVisible()
  await expect(page.getByTestId('live-side')).toBeVisible()
  await button('Start').click()
  await button('Episodes').click()
  await expect
    .poll(() => page.getByRole('listbox', { name: 'Episodes' }).getByRole('option').count(), {
      timeout: 90_000
    })
    .toBeGreaterThan(0)
  await workstation.press('Escape')
  expect(workstation.errors).toEqual([])
  await first.quit()

  const folder = join(first.userData, 'episodes')
  const [name = ''] = readdirSync(folder)
    .filter((file) => file.endsWith('.mcap'))
    .sort()
  const parsed = parseMcap(readFileSync(join(folder, name)))
  const side = decodedMessages(parsed, '/camera/side')
  expect(h264Size(side[0]?.value.data as Uint8Array)).toEqual({ width: 640, height: 480 })
  // One grid: every picture a thirtieth of a second after the one before.
  const gaps = side.slice(1).map(({ logTime }, index) => Number(logTime - (side[index]?.logTime ?? 0n)))
  expect(new Set(gaps)).toEqual(new Set([33_333_333]))
  const [seen] = decodedMessages(parsed, '/policy/observation')
  const images = seen?.value.images as { camera: string; width: number; height: number }[]
  expect(images.map(({ camera, width, height }) => [camera, width, height])).toEqual([
    ['top', 64, 64],
    ['wrist', 32, 32]
  ])

  const second = await launch(options, first.userData)
  await second.workstation.button('Devices').click()
  await expect(state(second.workstation, 'wrist')).toHaveText(/^640×480 at \d/)
  await expect(card(second.workstation, 'wrist').getByLabel('Crop width of wrist')).toHaveValue('40')
  await second.close()
})

test('a camera unplugged in the middle of a run: the arm holds, says why, and goes on when it is back', async ({
  workstation
}) => {
  const { page, phase, button } = workstation
  await workstation.ready()
  await button('Devices').click()
  await assign(workstation, 'wrist', 2)
  await button('Live').click()
  await button('Start').click()
  await expect(phase).toHaveText(/executing/)
  await unplug(workstation, 'fake_device_2')
  await expect(phase).toHaveText(/held: Camera wrist/, { timeout: 15_000 })
  await expect(
    page.getByRole('alert').filter({ hasText: 'Camera wrist (fake_device_2): the device is gone' })
  ).toBeVisible()
  const { run } = await workstation.robot()
  expect(run.phase.kind).toBe('running')
  await button('Devices').click()
  await expect(state(workstation, 'wrist')).toHaveText('unplugged: the device is gone: plug it in')

  await plugIn(workstation)
  await expect(state(workstation, 'wrist')).toHaveText(/^640×480 at \d/)
  await button('Live').click()
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing|refining|observing|encoding|decided/)
  expect((await workstation.robot()).run.episode).toBe(run.episode)
  await workstation.press('Escape')
})

test('cameras in Devices, dark and light, small and large', async ({ workstation }) => {
  await workstation.ready()
  await workstation.button('Devices').click()
  await assign(workstation, 'wrist', 0)
  await card(workstation, 'wrist').scrollIntoViewIfNeeded()
  await inEveryLook(workstation, async (look) => {
    await card(workstation, 'wrist').scrollIntoViewIfNeeded()
    await picture(workstation, `cameras-${look}`)
  })
})
