import { expect, test } from 'vitest'
import { createLatencyStats } from '@shared/teleop/latencyStats'

test('tells the newest and the quantiles; nothing before the first input', () => {
  const stats = createLatencyStats()
  expect(stats.view()).toBeNull()
  for (let ms = 1; ms <= 100; ms++) stats.add(0, ms * 1e6)
  expect(stats.view()).toEqual({ lastMs: 100, p50Ms: 50, p99Ms: 99 })
})

test('an input that seems to come from the future took no time', () => {
  const stats = createLatencyStats()
  stats.add(5e6, 1e6)
  expect(stats.view()).toEqual({ lastMs: 0, p50Ms: 0, p99Ms: 0 })
})
