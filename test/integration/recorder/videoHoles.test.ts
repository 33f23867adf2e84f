import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { episodeFrames } from '../../../src/main/recorder/lerobot/episodeFrames'
import { FIXTURES, SECOND } from '../../support/exportFixtures'

/** The fixture's cameras record at 10 Hz, with a key frame every 15 pictures. */
async function framesWithout(places: readonly number[], mayBridge: boolean) {
  const recording = await openRecording(join(FIXTURES, `${SECOND}.mcap`))
  if (!recording.ok) throw new Error(recording.error)
  const reader = recording.value
  const frames = await episodeFrames(
    {
      ...reader,
      async *messages(query) {
        let place = 0
        for await (const message of reader.messages(query))
          if (message.topic !== '/camera/top' || !places.includes(place++)) yield message
      }
    },
    mayBridge
  )
  await reader.close()
  return frames
}

test('a short hole is bridged where video is encoded anew', async () => {
  const [whole, holed] = [await framesWithout([], true), await framesWithout([13, 14], true)]
  if (!whole.ok || !holed.ok) throw new Error('it should be taken')
  // Rows are the grid's: a hole takes none away.
  expect(holed.value.rows).toEqual(whole.value.rows)
  const places = holed.value.cameras[0]?.pictures.map(({ place }) => place)
  expect(places?.slice(11, 15)).toEqual([11, 12, 15, 16])
})

test.each([
  ['any, where video is copied', [13, 14], false, "has a hole at 1.20 s, and copied video can't bridge it"],
  [
    'one longer than a second',
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
    true,
    'has a hole at 0.20 s of 1.20 s; at most 1.00 s are bridged'
  ],
  ['one before pictures that can’t be decoded', [13], true, 'does not go on from there with a key frame']
])('a hole is refused: %s', async (_, places, mayBridge, reason) => {
  const frames = await framesWithout(places, mayBridge)
  expect(frames).toEqual({ ok: false, error: expect.stringContaining(reason) })
})
