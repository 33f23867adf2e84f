import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import {
  expect,
  test as base,
  _electron,
  type ElectronApplication,
  type Locator,
  type Page
} from '@playwright/test'
import type { RobotSnapshot } from '@shared/ipc/ports'
import { electronEnvironment } from '../../../scripts/setup/electronChoice.mjs'
import { tapPorts } from './portTap'

/** The running app as an operator sees it: one page object, fresh user data for every test. */
export interface Workstation {
  readonly app: ElectronApplication
  readonly page: Page
  readonly phase: Locator
  readonly errors: string[]
  button(name: string | RegExp): Locator
  press(key: string): Promise<void>
  /** Waits until policy and robot are there and nothing runs. */
  ready(): Promise<void>
  start(): Promise<void>
  /** Starts with "pause at every prediction", so that the first prediction waits at k = 1. */
  startPausedAtFirst(): Promise<void>
  robot(): Promise<RobotSnapshot>
  hostPid(name: 'robot' | 'policy' | 'recorder'): Promise<number>
}

const QUIT_TIMEOUT_MS = 20_000

const ROOT = resolve(import.meta.dirname, '../../..')

interface Launched {
  readonly workstation: Workstation
  readonly userData: string
  /** As an operator does; what it has kept stays. */
  quit(): Promise<void>
  /** Quits and removes what it has kept. */
  close(): Promise<void>
}

interface LaunchOptions {
  readonly flags: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  /** Text by path within the user's data, there before the app starts. */
  readonly userFiles: Readonly<Record<string, string>>
}

/** Starts the app on user data of its own, or on what an earlier one left. */
export async function launch(
  { flags, variables, userFiles }: LaunchOptions,
  kept?: string
): Promise<Launched> {
  const electron = electronEnvironment()
  const userData = kept ?? mkdtempSync(join(tmpdir(), 'depthdeck-e2e-'))
  for (const [path, text] of Object.entries(userFiles)) {
    mkdirSync(dirname(join(userData, path)), { recursive: true })
    writeFileSync(join(userData, path), text)
  }
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: [...electron.args, ROOT, `--user-data=${userData}`, ...flags],
    cwd: ROOT,
    env: { ...(environment as Record<string, string>), ...electron.env, ...variables }
  })
  const page = await app.firstWindow()
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  await tapPorts(page)

  const phase = page.getByTestId('phase')
  const robot = (): Promise<RobotSnapshot> =>
    page.evaluate(() => {
      for (let index = window.__tap.robot.length - 1; index >= 0; index--) {
        const message = window.__tap.robot[index]
        if (message?.type === 'snapshot') return message.snapshot
      }
      throw new Error('no snapshot yet')
    })
  const button = (name: string | RegExp): Locator =>
    page.getByRole('button', { name, exact: typeof name === 'string' })
  const workstation: Workstation = {
    app,
    page,
    phase,
    errors,
    button,
    press: (key) => page.keyboard.press(key),
    async ready() {
      await expect(phase).toHaveText('ready')
    },
    async start() {
      await workstation.ready()
      await button('Start').click()
    },
    async startPausedAtFirst() {
      await workstation.ready()
      await button('every').click()
      await button('Start').click()
      await expect(phase).toHaveText(/paused at k = 1/)
    },
    robot,
    async hostPid(name) {
      const pid = await app.evaluate(
        ({ app: electronApp }, service) =>
          electronApp.getAppMetrics().find((metric) => metric.name === service)?.pid ?? null,
        `depthdeck-${name}`
      )
      if (pid === null) throw new Error(`The ${name} host is not running`)
      return pid
    }
  }
  return {
    workstation,
    userData,
    quit: () => quit(app),
    async close() {
      await quit(app)
      rmSync(userData, { recursive: true, force: true })
    }
  }
}

/** Quits the app as an operator would; one that stays is ended, and fails the test by name. */
async function quit(app: ElectronApplication): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      app.process().kill('SIGKILL')
      reject(new Error(`The app had not ended ${QUIT_TIMEOUT_MS} ms after it was asked to quit`))
    }, QUIT_TIMEOUT_MS)
  })
  try {
    await Promise.race([app.close(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

interface Fixtures {
  /** Command-line flags of the app, set with `test.use({ flags: [...] })`. */
  readonly flags: string[]
  /** Added to the app's environment. */
  readonly variables: Record<string, string>
  /** Files of the user's data that are there before the app starts, text by path. */
  readonly userFiles: Record<string, string>
  readonly workstation: Workstation
}

export const test = base.extend<Fixtures>({
  flags: [['--level=hard', '--seed-base=11'], { option: true }],
  variables: [{}, { option: true }],
  userFiles: [{}, { option: true }],
  workstation: async ({ flags, variables, userFiles }, use) => {
    const { workstation, close } = await launch({ flags, variables, userFiles })
    await use(workstation)
    await close()
  }
})
export { expect } from '@playwright/test'
