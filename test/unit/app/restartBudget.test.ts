import { expect, test } from 'vitest'
import { createRestartBudget } from '../../../src/main/app/restartBudget'

test('so many a minute, whichever minute', () => {
  let now = 0
  const budget = createRestartBudget(3, () => now)
  const takeAt = (ms: number): boolean => {
    now = ms
    return budget.take()
  }
  expect([0, 10_000, 20_000].map(takeAt)).toEqual([true, true, true])
  expect(takeAt(59_999)).toBe(false)
  expect(takeAt(140_000)).toBe(true)
})
