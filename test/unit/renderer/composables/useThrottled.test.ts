import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { useThrottled } from '../../../../src/renderer/src/composables/useThrottled'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('applies at once, then the newest at most every interval, and the last when the scope ends', () => {
  const applied: number[] = []
  const scope = effectScope()
  const set = scope.run(() => useThrottled<number>((value) => applied.push(value), 50))
  set?.(1)
  set?.(2)
  set?.(3)
  expect(applied).toEqual([1])
  vi.advanceTimersByTime(50)
  expect(applied).toEqual([1, 3])
  set?.(4)
  scope.stop()
  expect(applied).toEqual([1, 3, 4])
  vi.advanceTimersByTime(500)
  expect(applied).toEqual([1, 3, 4])
})
