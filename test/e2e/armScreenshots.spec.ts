import { atHome, connect, expect, place, servo, showDevices, showLive, test } from './support/armBench'
import { inEveryLook, picture } from './support/pictures'

test('devices and take over, dark and light, small and large', async ({ workstation, bench }) => {
  test.slow()
  const { page, phase } = workstation
  await workstation.ready()
  await showDevices(workstation)
  await picture(workstation, 'devices-empty')
  await showLive(workstation)
  await atHome(workstation, bench)
  await showDevices(workstation)
  await connect(workstation, 'leader', bench.leader)
  await inEveryLook(workstation, (look, inReadme) => picture(workstation, `devices-${look}`, inReadme))
  await place(workstation, 'follower').getByText('Joint limits:').click()
  await inEveryLook(workstation, (look) => picture(workstation, `devices-limits-${look}`))
  await showLive(workstation)
  await workstation.press('t')
  await expect(phase).toHaveText('driven by keyboard')
  await inEveryLook(workstation, (look) => picture(workstation, `takeover-${look}`))
  await workstation.press('Shift+T')
  await showDevices(workstation)
  // An overload may be over by the next goal; a hot motor stays hot.
  servo(bench.follower, 2, (motor) => motor.trip('overheat'))
  await expect(page.getByRole('button', { name: 'Restart shoulder_lift' })).toBeVisible()
  await picture(workstation, 'devices-hot')
  bench.follower.pty.unplug()
  bench.list()
  await expect(place(workstation, 'follower').getByText('Lost.')).toBeVisible()
  await picture(workstation, 'devices-lost')
})
