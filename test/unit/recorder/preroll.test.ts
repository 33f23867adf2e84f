import { expect, test } from 'vitest'
import type { SchemaName } from '../../../src/main/episodes/messages'
import type { Entry } from '../../../src/main/recorder/entry'
import { createPreroll, PREROLL_SECONDS } from '../../../src/main/recorder/preroll'

const at = (seconds: number, topic = '/operator', isKey = false, bytes = 10): Entry => ({
  topic,
  schema: (topic.startsWith('/camera/')
    ? 'foxglove.CompressedVideo'
    : 'depthdeck.Operator') satisfies SchemaName,
  nanos: seconds * 1e9,
  bytes,
  isKey,
  encode: () => new Uint8Array()
})
const times = (entries: readonly Entry[]): number[] => entries.map(({ nanos }) => nanos / 1e9)

test('keeps the newest seconds', () => {
  const preroll = createPreroll()
  for (let second = 0; second <= 2 * PREROLL_SECONDS; second++) preroll.add(at(second))
  expect(preroll.seconds()).toBe(PREROLL_SECONDS)
  expect(times(preroll.since(0))[0]).toBe(PREROLL_SECONDS)
  expect(times(preroll.since(58e9))).toEqual([58, 59, 60])
})

test('a flood pushes out the oldest: memory is bounded', () => {
  const preroll = createPreroll()
  for (let index = 0; index < 100; index++) preroll.add(at(index / 100, '/operator', false, 10 * 1024 * 1024))
  expect(preroll.since(0)).toHaveLength(16)
})

test('many small entries are forgotten too', () => {
  const preroll = createPreroll()
  for (let index = 0; index < 20_000; index++) preroll.add(at(index / 100))
  expect(preroll.since(0)).toHaveLength(PREROLL_SECONDS * 100 + 1)
})

test('video begins at the key frame before, or else at the first one after', () => {
  const preroll = createPreroll()
  const frames = [
    at(1, '/camera/top'),
    at(2, '/camera/top', true),
    at(3, '/camera/top'),
    at(4, '/camera/top')
  ]
  for (const frame of frames) preroll.add(frame)
  expect(times(preroll.since(3.5e9))).toEqual([2, 3, 4])
  expect(times(preroll.since(0.5e9))).toEqual([2, 3, 4])
})

test('video without any key frame can’t be decoded and is left out', () => {
  const preroll = createPreroll()
  preroll.add(at(1, '/camera/top'))
  preroll.add(at(1))
  expect(times(preroll.since(0))).toEqual([1])
})
