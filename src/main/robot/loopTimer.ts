import { createQuantileWindow } from '@shared/statistics/quantileWindow'
import { NANOS_PER_SECOND } from '@shared/units'

/**
 * A fixed-rate loop on an absolute schedule: a tick that is a little late doesn't shift the following ones. After
 * one that is very late the schedule starts anew from it: limits per tick are limits per second only as long as
 * ticks never follow each other in a burst.
 */

export interface LoopStats {
  readonly rateHz: number
  readonly periodErrorP50Ms: number
  readonly periodErrorP99Ms: number
  readonly ticks: number
}

export interface LoopTimer {
  start(): void
  stop(): void
  /** Over the last `WINDOW_TICKS` periods. */
  stats(): LoopStats
}

export interface LoopTimerOptions {
  readonly rateHz: number
  readonly nowNanos: () => number
  readonly tick: (nowNanos: number) => void
  /** Runs `callback` after roughly `milliseconds`; returns its cancellation. */
  readonly later: (milliseconds: number, callback: () => void) => () => void
  /** Runs `callback` as soon as pending I/O was served; returns its cancellation. */
  readonly soon: (callback: () => void) => () => void
}

const WINDOW_TICKS = 3000
/** Two ticks are never closer than a period less this share of it: so far may limits per second be off. */
const EARLY_SHARE = 0.05
/**
 * Timers fire late by a millisecond or two: the rest of the wait is spent polling. A wider margin takes the processor from
 * those the loop waits for: on two shared cores 4 ms made periods and bus readings worse, not better (`bench:robot`).
 */
const COARSE_MARGIN_MS = 2

export function createLoopTimer(options: LoopTimerOptions): LoopTimer {
  const { nowNanos, tick, later, soon } = options
  const periodNanos = NANOS_PER_SECOND / options.rateHz
  const periodErrorsMs = createQuantileWindow(WINDOW_TICKS)
  let ticks = 0
  let startedNanos = 0
  let dueNanos = 0
  let lastTickNanos: number | null = null
  let cancel: (() => void) | null = null

  function wait(): void {
    const remainingMs = (dueNanos - nowNanos()) / 1e6
    cancel = remainingMs > COARSE_MARGIN_MS ? later(remainingMs - COARSE_MARGIN_MS, poll) : soon(poll)
  }

  function poll(): void {
    const now = nowNanos()
    if (now < dueNanos) return wait()
    if (lastTickNanos !== null) {
      periodErrorsMs.add(Math.abs(now - lastTickNanos - periodNanos) / 1e6)
      ticks += 1
    }
    lastTickNanos = now
    tick(now)
    dueNanos = Math.max(dueNanos + periodNanos, now + periodNanos * (1 - EARLY_SHARE))
    if (cancel) wait()
  }

  return {
    start() {
      if (cancel) return
      startedNanos = nowNanos()
      dueNanos = startedNanos + periodNanos
      lastTickNanos = null
      wait()
    },
    stop() {
      cancel?.()
      cancel = null
    },
    stats() {
      const elapsedSec = (nowNanos() - startedNanos) / NANOS_PER_SECOND
      return {
        rateHz: elapsedSec > 0 ? ticks / elapsedSec : 0,
        periodErrorP50Ms: periodErrorsMs.quantile(0.5) ?? 0,
        periodErrorP99Ms: periodErrorsMs.quantile(0.99) ?? 0,
        ticks
      }
    }
  }
}
