import type { Page } from '@playwright/test'
import { NANOS_PER_MILLI } from '@shared/units'

/** Nanoseconds on this process's clock, which is that of the emulated wires. */
export interface Press {
  /** The browser got it. */
  readonly pressedNanos: number
  /** The page's code learnt of it: until then its thread was busy with something else. */
  readonly heardNanos: number
}

export interface Stopwatch {
  /** Since the last call. */
  presses(): Promise<readonly Press[]>
  /** So far may the two clocks' offset be wrong. */
  readonly uncertaintyMs: number
}

declare global {
  interface Window {
    __presses: { pressed: number; heard: number }[]
  }
}

/** The only clock of the emulators. */
export const nowNanos = (): number => Number(process.hrtime.bigint())

const ROUNDS = 100

/** Listens to `pointerdown`, whose time stamp is when the browser got it: the button acts on it. */
export async function startStopwatch(page: Page): Promise<Stopwatch> {
  await page.evaluate(() => {
    window.__presses = []
    window.addEventListener(
      'pointerdown',
      ({ timeStamp }) => window.__presses.push({ pressed: timeStamp, heard: performance.now() }),
      { capture: true }
    )
  })
  // The page answered somewhere between question and answer: the quickest round tells best.
  let best = { offsetNanos: 0, roundNanos: Infinity }
  for (let round = 0; round < ROUNDS; round++) {
    const asked = nowNanos()
    const pageMillis = await page.evaluate(() => performance.now())
    const answered = nowNanos()
    if (answered - asked >= best.roundNanos) continue
    const offsetNanos = (asked + answered) / 2 - pageMillis * NANOS_PER_MILLI
    best = { offsetNanos, roundNanos: answered - asked }
  }
  return {
    uncertaintyMs: best.roundNanos / 2 / NANOS_PER_MILLI,
    async presses() {
      const stamps = await page.evaluate(() => window.__presses.splice(0))
      const nanos = (millis: number): number => millis * NANOS_PER_MILLI + best.offsetNanos
      return stamps.map(({ pressed, heard }) => ({ pressedNanos: nanos(pressed), heardNanos: nanos(heard) }))
    }
  }
}
