import { describe, expect, test } from 'vitest'
import { createLoopTimer } from '../../../src/main/robot/loopTimer'

const MS = 1e6

/** A clock that only moves when something waits for it; `lateness` says how late the nth timer fires. */
function virtualClock(lateness: (wait: number) => number) {
  let now = 0
  let waits = 0
  let pending: (() => void) | null = null
  return {
    nowNanos: () => now,
    spend: (milliseconds: number) => {
      now += milliseconds * MS
    },
    later: (milliseconds: number, callback: () => void) => {
      pending = () => {
        now += (milliseconds + lateness(waits++)) * MS
        callback()
      }
      return () => undefined
    },
    soon: (callback: () => void) => {
      pending = () => {
        now += 0.05 * MS
        callback()
      }
      return () => undefined
    },
    run: (steps: number) => {
      for (let step = 0; step < steps && pending; step++) {
        const next = pending
        pending = null
        next()
      }
    }
  }
}

describe('createLoopTimer', () => {
  test('keeps its rate on an absolute schedule although timers are late', () => {
    const clock = virtualClock((wait) => (wait % 2 ? 1.4 : 0.2))
    const ticks: number[] = []
    const timer = createLoopTimer({ ...clock, rateHz: 50, tick: (now) => ticks.push(now / MS) })
    timer.start()
    clock.run(4000)
    expect(ticks.length).toBeGreaterThan(50)
    ticks.forEach((at, index) => expect(Math.abs(at - (index + 1) * 20)).toBeLessThan(0.2))
    expect(timer.stats().periodErrorP99Ms).toBeLessThan(0.2)
  })

  test('two ticks are never much closer than a period, however late one was: limits hold per second', () => {
    // 19 ms late, then on time: on a rigid schedule the next period would last 1 ms.
    const clock = virtualClock((wait) => (wait % 5 === 4 ? 19 : 0))
    const ticks: number[] = []
    const timer = createLoopTimer({ ...clock, rateHz: 50, tick: (now) => ticks.push(now / MS) })
    timer.start()
    clock.run(2000)
    const gaps = ticks.slice(1).map((at, index) => at - (ticks[index] ?? 0))
    expect(gaps.filter((gap) => gap > 30).length).toBeGreaterThan(5)
    expect(Math.min(...gaps)).toBeGreaterThan(18.9)
  })

  test('skips ticks it missed instead of running them in a burst', () => {
    const clock = virtualClock(() => 0)
    const ticks: number[] = []
    const timer = createLoopTimer({
      ...clock,
      rateHz: 50,
      tick: (now) => {
        ticks.push(now / MS)
        if (ticks.length === 3) clock.spend(95)
      }
    })
    timer.start()
    clock.run(400)
    const gaps = ticks.slice(1).map((at, index) => at - (ticks[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(18.9)
    expect(gaps.filter((gap) => gap > 90)).toHaveLength(1)
    expect(timer.stats().periodErrorP99Ms).toBeGreaterThan(70)
  })

  test('stop ends it, also from within a tick', () => {
    const clock = virtualClock(() => 0)
    let count = 0
    const timer = createLoopTimer({
      ...clock,
      rateHz: 50,
      tick: () => {
        count += 1
        if (count === 5) timer.stop()
      }
    })
    timer.start()
    clock.run(1000)
    expect(count).toBe(5)
  })
})
