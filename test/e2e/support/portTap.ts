import type { Page } from '@playwright/test'
import type { PolicyToUi, RobotToUi } from '@shared/ipc/ports'

/** Records what arrives on the brokered ports, from outside the product: the page's own ports get a second listener. */
interface Tap {
  readonly robot: RobotToUi[]
  readonly policy: PolicyToUi[]
}

declare global {
  interface Window {
    __tap: Tap
  }
}

/** Installs the tap and reloads the window, so that it sees the ports from the first message on. */
export async function tapPorts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tap: Tap = { robot: [], policy: [] }
    window.__tap = tap
    window.addEventListener('message', (event) => {
      const [port] = event.ports
      if (!port) return
      const isRobot = event.data?.name === 'robot'
      port.addEventListener('message', ({ data }) => {
        if (isRobot) tap.robot.push(data)
        else tap.policy.push(data)
      })
    })
  })
  await page.reload()
}
