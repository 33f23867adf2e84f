import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHostLeaving } from '../../../src/main/app/hostLeaving'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function bench(isRunning = true) {
  const ask = vi.fn()
  const leaving = createHostLeaving({
    isRunning: () => isRunning,
    ask,
    answerMs: 2000,
    limitMs: 60_000,
    noAnswer: 'no answer'
  })
  const told = vi.fn()
  void leaving.leave().then(told)
  return { leaving, ask, told }
}

test('a host that has ended already is not waited for', async () => {
  const { ask, told } = bench(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toHaveBeenCalledExactlyOnceWith(null)
  expect(ask).not.toHaveBeenCalled()
})

test('what the host says is told, once', async () => {
  const { leaving, ask, told } = bench()
  expect(ask).toHaveBeenCalledOnce()
  leaving.done('lowered')
  leaving.done('again')
  await vi.advanceTimersByTimeAsync(100_000)
  expect(told).toHaveBeenCalledExactlyOnceWith('lowered')
})

test('a host that says nothing is given up at its first limit', async () => {
  const { told } = bench()
  await vi.advanceTimersByTimeAsync(1999)
  expect(told).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(told).toHaveBeenCalledExactlyOnceWith('no answer')
})

test('one that says it takes a while has its other limit', async () => {
  const { leaving, told } = bench()
  await vi.advanceTimersByTimeAsync(1500)
  leaving.goesOn()
  await vi.advanceTimersByTimeAsync(59_999)
  expect(told).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(told).toHaveBeenCalledExactlyOnceWith('no answer')
})
