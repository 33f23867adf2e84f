import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createRandom } from '@shared/random/xoshiro'
import { electronEnvironment } from '../../scripts/setup/electronChoice.mjs'
import { expect, launch, test, type Workstation } from '../e2e/support/workstation'
import { launchLoad, recordings } from './recorder/launchLoad'
import { spread } from './spread'

/**
 * `npm run bench:debugger`: an episode of three 640×480 cameras at 30 pictures a second, as `bench:recorder` makes it,
 * replayed in the window. A seek counts from the press on the timeline to the frame in which every camera shows the
 * picture of that instant; opening counts from the press on Replay to the first such frame.
 */

const seconds = Number(process.env['DEPTHDECK_BENCH_SECONDS'] ?? 60)
const seeks = Number(process.env['DEPTHDECK_BENCH_SEEKS'] ?? 200)
/** Between two presses of a person who looks for something. */
const [LEAST_MS, MOST_MS] = [80, 600]
/** A picture that is older was not taken at this instant: they come every 33 ms. */
const NEWEST_MS = 50
const NEVER_MS = 10_000

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** The app's own recorder and cameras, under more than the built-in robot and policy say. */
async function recordLoad(into: string): Promise<void> {
  const electron = electronEnvironment()
  const run = await launchLoad({
    electron: [electron.executable, ...electron.args],
    app: join(import.meta.dirname, '../../out/main/benchRecorderApp.cjs'),
    env: { ...process.env, ...electron.env }
  })
  await sleep(1000 * (seconds + 3))
  run.child.stdin?.write('end\n')
  await run.ended()
  const [path] = recordings(run)
  if (path === undefined) throw new Error('Nothing was recorded')
  mkdirSync(into, { recursive: true })
  copyFileSync(path, join(into, path.slice(path.lastIndexOf('/') + 1)))
  rmSync(run.folder, { recursive: true, force: true })
}

declare global {
  interface Window {
    /** Milliseconds from each press to the pictures that belong to it. */
    __shown: number[]
  }
}

/** From now on every press is timed until each camera shows a picture of the instant. */
const watchPresses = (page: Page): Promise<void> =>
  page.evaluate(
    ({ newestMs, neverMs }) => {
      window.__shown = []
      const isThere = (): boolean => {
        const captions = [...document.querySelectorAll('[data-testid^="video-"] ~ figcaption')]
        return (
          captions.length > 0 &&
          captions.every((caption) => {
            const age = /· (-?\d+) ms/.exec(caption.textContent ?? '')?.[1]
            return age !== undefined && Number(age) >= 0 && Number(age) <= newestMs
          })
        )
      }
      let watched = 0
      window.addEventListener(
        'pointerdown',
        ({ timeStamp }) => {
          const press = ++watched
          const look = (now: number): void => {
            if (press !== watched) return
            const took = performance.now() - timeStamp
            // One frame for the page to act on the press, whatever it showed before.
            if (now > timeStamp && isThere()) window.__shown.push(took)
            else if (took > neverMs) window.__shown.push(Infinity)
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
        },
        { capture: true }
      )
    },
    { newestMs: NEWEST_MS, neverMs: NEVER_MS }
  )
const shown = (page: Page): Promise<number[]> => page.evaluate(() => window.__shown)

async function seek({ page }: Workstation, count: number): Promise<readonly number[]> {
  const random = createRandom(20261127)
  const box = await page.getByRole('slider', { name: 'Time in the episode' }).boundingBox()
  if (!box) throw new Error('no timeline')
  for (let index = 0; index < count; index++) {
    // Cameras begin a little after the trace, and end a little before it.
    await page.mouse.click(box.x + (0.03 + 0.94 * random.float()) * box.width, box.y + box.height / 2)
    await expect.poll(async () => (await shown(page)).length, { intervals: [200] }).toBe(index + 2)
    await sleep(LEAST_MS + random.float() * (MOST_MS - LEAST_MS))
  }
  return (await shown(page)).slice(1)
}

test('the debugger', async () => {
  const userData = mkdtempSync(join(tmpdir(), 'depthdeck-bench-debugger-'))
  await recordLoad(join(userData, 'episodes'))
  const { workstation, close } = await launch({ flags: [], variables: {}, userFiles: {} }, userData)
  const { page, button } = workstation
  await workstation.ready()
  await button('Episodes').click()
  await page.getByRole('listbox', { name: 'Episodes' }).getByRole('option').first().click()
  const replay = button('Replay')
  await expect(replay).toBeVisible()
  await watchPresses(page)
  await replay.click()
  await expect.poll(async () => (await shown(page)).length).toBe(1)
  const [openMs = NaN] = await shown(page)
  // It plays once its trace is read.
  await expect(button('Pause replay')).toBeVisible({ timeout: 60_000 })
  const times = await seek(workstation, seeks)
  const scrub = spread(times)
  const report = {
    seconds,
    openMs,
    seeks: times.length,
    scrubP50Ms: scrub.p50,
    scrubP95Ms: scrub.p95,
    scrubMaxMs: scrub.max
  }
  console.log(JSON.stringify(report, null, 2))
  const json = process.env['DEPTHDECK_BENCH_JSON']
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  await close()
})
