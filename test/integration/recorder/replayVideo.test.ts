import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { VideoPart } from '@shared/ipc/recording'
import { createReplayDesk } from '../../../src/main/episodes/replayDesk'

const FIXTURES = resolve(import.meta.dirname, '../../fixtures/episodes')
const EPISODE = '20261127-065832-bfc911'

test('around any instant there are the picture shown, one before and one after it, all decodable', async () => {
  const desk = createReplayDesk({ pathOf: (id) => join(FIXTURES, `${id}.mcap`) })
  const opened = await desk.answer({ type: 'openReplay', id: EPISODE })
  if (!opened.ok || opened.value.type !== 'openReplay') throw new Error('not opened')
  const { replay, fromNanos, toNanos } = opened.value
  const partsAt = async (from: number, to: number): Promise<VideoPart[]> => {
    const read = await desk.answer({ type: 'readVideo', replay, from, to })
    if (!read.ok || read.value.type !== 'readVideo') throw new Error('not read')
    return [...read.value.parts]
  }
  const whole = await partsAt(fromNanos, toNanos)
  expect(whole.map(({ camera }) => camera)).toEqual(['top', 'wrist'])
  const instants = whole[0]?.frames.map(({ nanos }) => nanos) ?? []
  expect(whole[0]?.frames.filter(({ isKey }) => isKey).length).toBeGreaterThan(1)
  for (const [place, nanos] of instants.entries()) {
    for (const { frames } of await partsAt(nanos, nanos + 0.5e9)) {
      const read = frames.map((frame) => frame.nanos)
      expect(frames[0]?.isKey).toBe(true)
      expect(read).toContain(nanos)
      if (place > 0) expect(read).toContain(instants[place - 1])
      if (place + 1 < instants.length) expect(read).toContain(instants[place + 1])
    }
  }
  await desk.end()
})
