import { describe, expect, test } from 'vitest'
import { createClockOffset } from '../../../../src/renderer/src/model/clockOffset'

const MS = 1_000_000

describe('clock offset', () => {
  test('knows nothing before the first snapshot', () => {
    const clock = createClockOffset()
    expect(clock.ageMs(0, 10)).toBeNull()
    expect(clock.remoteNanos(10)).toBeNull()
  })

  test('takes the smallest delay: late messages do not make things look younger', () => {
    const clock = createClockOffset()
    clock.observe(5000 * MS, 105)
    clock.observe(5020 * MS, 122)
    clock.observe(5040 * MS, 190)
    expect(clock.ageMs(5040 * MS, 190)).toBeCloseTo(48, 6)
    expect(clock.remoteNanos(142)).toBeCloseTo(5040 * MS, 0)
  })

  test('never tells a negative age', () => {
    const clock = createClockOffset()
    clock.observe(1000 * MS, 50)
    expect(clock.ageMs(2000 * MS, 50)).toBe(0)
  })

  test('forgets minima after two windows, so that drift is followed', () => {
    const clock = createClockOffset(100)
    clock.observe(0, 0)
    for (const localMs of [120, 240, 360]) clock.observe((localMs - 5) * MS, localMs)
    expect(clock.ageMs(400 * MS, 415)).toBeCloseTo(10, 6)
  })

  test('reset forgets', () => {
    const clock = createClockOffset()
    clock.observe(0, 0)
    clock.reset()
    expect(clock.ageMs(0, 1)).toBeNull()
  })
})
