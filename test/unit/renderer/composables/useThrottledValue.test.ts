import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useThrottledValue } from '../../../../src/renderer/src/composables/useThrottledValue'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('follows at once, then with the newest after the interval; what is urgent does not wait', async () => {
  const source = ref(1)
  const urgent = ref(false)
  const scope = effectScope()
  const shown = scope.run(() =>
    useThrottledValue(
      () => source.value,
      100,
      () => urgent.value
    )
  )
  const change = async (value: number): Promise<number | undefined> => {
    source.value = value
    await nextTick()
    return shown?.value
  }
  expect(shown?.value).toBe(1)
  expect([await change(2), await change(3), await change(4)]).toEqual([2, 2, 2])
  vi.advanceTimersByTime(100)
  expect(shown?.value).toBe(4)
  urgent.value = true
  expect([await change(5), await change(6)]).toEqual([5, 6])
  vi.advanceTimersByTime(300)
  expect(shown?.value).toBe(6)
  scope.stop()
})
