import { describe, expect, test } from 'vitest'
import { createRandom } from '@shared/random/xoshiro'
import { conformalBand, firstAlarm, tradeOffs, type ScoredEpisode } from '@shared/guard/calibration'

/** Scores that grow over the episode and differ from one to the next; failures leave them at some place. */
function episodes(count: number, seed: number, failures = 0): ScoredEpisode[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const success = index >= failures
    const length = 3 + random.integer(8)
    const scores = Array.from({ length }, (_, place) => place / 10 + random.float() ** 3)
    if (!success) scores[length - 2] = 5
    return { scores, success }
  })
}

describe('a conformal band', () => {
  test.each([0.05, 0.1, 0.3])('is left by new successes as rarely as was asked for: %s', (rate) => {
    let alarms = 0
    let tested = 0
    for (let seed = 0; seed < 60; seed++) {
      const band = conformalBand(episodes(80, seed), rate)
      if (!band) throw new Error('no band')
      const fresh = episodes(50, 1000 + seed)
      alarms += fresh.filter((episode) => firstAlarm(episode, band) !== null).length
      tested += fresh.length
    }
    // 3000 episodes: three standard deviations above the bound.
    expect(alarms / tested).toBeLessThanOrEqual(rate + 3 * Math.sqrt((rate * (1 - rate)) / tested) + 0.01)
    expect(alarms / tested).toBeGreaterThan(rate / 4)
  })

  test('is as wide as successes ask for; failures only choose its shape', () => {
    const known = episodes(120, 1, 40)
    const without = conformalBand(
      known.filter(({ success }) => success),
      0.1
    )
    const band = conformalBand(known, 0.1)
    expect(band?.episodes).toBe(80)
    if (band?.shape === without?.shape) expect(band).toEqual(without)
    const failed = known.filter(({ success }) => !success)
    expect(band && failed.every((episode) => firstAlarm(episode, band) !== null)).toBe(true)
  })

  test('needs enough of them for a low rate', () => {
    expect(conformalBand(episodes(20, 1), 0.05)).toBeNull()
    expect(conformalBand(episodes(20, 1), 0.2)).not.toBeNull()
    expect(conformalBand([], 0.5)).toBeNull()
  })

  test('follows the time of an episode where that catches more', () => {
    const random = createRandom(5)
    const rising = (success: boolean): ScoredEpisode => ({
      success,
      // Early doubt is what failures have.
      scores: Array.from(
        { length: 8 },
        (_, place) => place + random.float() / 2 + (!success && place === 1 ? 3 : 0)
      )
    })
    const known = Array.from({ length: 120 }, (_, index) => rising(index % 3 !== 0))
    const band = conformalBand(known, 0.1)
    expect(band?.shape).not.toBe('constant')
    expect(band && firstAlarm(rising(false), band)).toBe(1)
  })
})

test('the trade-off says what a band would have caught, and how early', () => {
  const [offs] = [tradeOffs(episodes(100, 3), episodes(60, 4, 20), [0.1])]
  expect(offs).toHaveLength(1)
  expect(offs[0]).toMatchObject({ detected: { count: 20, of: 20 }, falseAlarms: { of: 40 } })
  // Failures leave the band one prediction before their end, or earlier by chance.
  expect(offs[0]?.meanLead).toBeGreaterThanOrEqual(1)
  expect(offs[0]?.meanLead).toBeLessThan(2)
  expect(tradeOffs([], episodes(3, 1), [0.1])).toEqual([])
})
