import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  follow,
  interventionsText,
  NO_INTERVENTIONS,
  type Moment
} from '../../../../src/renderer/src/model/interventions'

const calm: Moment = {
  nowMs: 0,
  run: 'mid 1',
  episode: 0,
  finished: 0,
  asks: null,
  driven: false,
  changed: -1
}
const guard = (about: string): Moment['asks'] => ({ by: 'guard', about })
const after = (...changes: Partial<Moment>[]) => {
  let moment = calm
  return [{}, ...changes].reduce((state, change, index) => {
    moment = { ...moment, nowMs: index * 1000, ...change }
    return follow(state, moment)
  }, NO_INTERVENTIONS)
}

describe('interventions of a run', () => {
  test.each<[string, Partial<Moment>[], number]>([
    ['nobody was needed', [{ finished: 1 }], 0],
    ['a question and its answer', [{ asks: guard('1') }, { asks: null }], 1],
    ['one question right after the other', [{ asks: guard('1') }, { asks: guard('2') }, { asks: null }], 2],
    ['answered by taking over', [{ asks: guard('1') }, { asks: null, driven: true }, { driven: false }], 1],
    ['answered by another chunk', [{ asks: guard('1') }, { asks: null }, { changed: 1 }], 1],
    ['and another change later', [{ asks: guard('1') }, { asks: null }, { changed: 1 }, { changed: 2 }], 2],
    ['taken over unasked', [{ driven: true }, { driven: false }], 1],
    ['a rejected prediction', [{ changed: 1 }], 1],
    ['a hold', [{ asks: { by: 'hold', about: 'x' } }, { asks: null }], 1],
    ['the oldest predictions are forgotten', [{ changed: 1 }, { changed: -1 }], 1],
    ['another run', [{ asks: guard('1') }, { asks: null }, { run: 'easy 3' }], 0],
    ['the same run once more', [{ finished: 2, changed: 1 }, { finished: 0 }], 0]
  ])('%s', (_, changes, count) => {
    expect(after(...changes).count).toBe(count)
  })
  test('in words', () => {
    expect(interventionsText(NO_INTERVENTIONS, null)).toBe('no interventions')
    expect(interventionsText(after({ asks: guard('1') }), 6)).toBe('1 intervention · guard asked 1 of 6')
    const two = after(
      { asks: guard('1') },
      { asks: null },
      { finished: 4, episode: 4 },
      { asks: { by: 'hold', about: 'x' } },
      { asks: null }
    )
    expect(interventionsText(two, 6)).toBe(
      '2 interventions (0.5 an episode) · answered in 1.0 s · guard asked 0 of 6'
    )
  })
  test('never more than there were changes, and every answer is timed once', () => {
    const change = fc.record(
      {
        asks: fc.constantFrom<Moment['asks']>(guard('1'), guard('2'), { by: 'hold', about: 'x' }, null),
        driven: fc.boolean(),
        changed: fc.nat({ max: 5 })
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const { count, answersMs } = after(...changes)
        expect(count).toBeLessThanOrEqual(changes.length)
        expect(answersMs.length).toBeLessThanOrEqual(count)
        expect(answersMs.every((ms) => ms > 0)).toBe(true)
      })
    )
  })
})
