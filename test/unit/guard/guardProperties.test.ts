import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GUARD_OFF, guardTrigger, type GuardSettings, type GuardTrigger } from '@shared/domain/guard'
import {
  countPrediction,
  guardPrediction,
  NO_GUARD_STATE,
  type GuardFacts,
  type GuardState
} from '@shared/guard/guard'

const GENEROUS = { holdsPerEpisode: 1000, holdsPerMinute: 60 }
/** Every trigger on, with bounds that are easily broken. */
const EAGER: GuardSettings = {
  ...GUARD_OFF,
  noConvergence: { on: true },
  risingSignal: { on: true, signal: 'actionMse', times: 2, from: 2, floor: 0 },
  kTrend: { on: true, ratio: 1.2, rearm: 1.1 },
  band: { on: true, score: 'k', bounds: [6] },
  seedDisagreement: { on: true, seeds: 2, limit: 0.01 },
  staleObservation: { on: true, milliseconds: 100 },
  limitBreach: { on: true, action: 1, step: 1 },
  blindCamera: { on: true, contrast: 4 },
  ...GENEROUS
}

const facts = fc.record({
  k: fc.integer({ min: 1, max: 32 }),
  signals: fc.array(
    fc.record({
      actionMse: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      latentDelta: fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
    }),
    { maxLength: 12 }
  ),
  reachedLimit: fc.boolean(),
  chunk: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 }),
  ageMs: fc.nat(200),
  disagreement: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  contrast: fc.option(fc.double({ min: 0, max: 80, noNaN: true }))
})
type Drawn = typeof facts extends fc.Arbitrary<infer T> ? T : never

const factsOf = ({ chunk, ...drawn }: Drawn, nowNanos: number): GuardFacts => ({
  ...drawn,
  chunk: Float32Array.from(chunk),
  actionDims: 4,
  nowNanos
})

/** One prediction a minute: only hysteresis and the episode's budget keep the guard quiet. */
function episode(settings: GuardSettings, predictions: readonly Drawn[]) {
  let state: GuardState = NO_GUARD_STATE
  return predictions.map((drawn, index) => {
    const step = guardPrediction(state, settings, factsOf(drawn, index * 60e9))
    state = countPrediction(step.state, drawn.k)
    return step.verdict
  })
}

const withOnly = (triggers: readonly GuardTrigger[], over: Partial<GuardSettings> = {}): GuardSettings => {
  const settings = { ...EAGER, ...over }
  for (const trigger of guardTrigger.options)
    if (!triggers.includes(trigger))
      Object.assign(settings, { [trigger]: { ...settings[trigger], on: false } })
  return settings
}

test('a trigger that is off never speaks', () => {
  fc.assert(
    fc.property(
      fc.array(facts, { maxLength: 30 }),
      fc.subarray([...guardTrigger.options]),
      (drawn, triggers) => {
        for (const verdict of episode(withOnly(triggers), drawn))
          if (verdict) expect(triggers).toContain(verdict.trigger)
      }
    )
  )
})

test('what isn’t known, or too short to tell, is no reason', () => {
  const judged: GuardTrigger[] = ['risingSignal', 'kTrend', 'seedDisagreement', 'blindCamera', 'band']
  const unknown = facts.map((drawn) => ({
    ...drawn,
    signals: drawn.signals.map((each, index) => (index < 3 ? each : { actionMse: null, latentDelta: null })),
    disagreement: null,
    contrast: null
  }))
  const settings = withOnly(judged, {
    band: { on: true, score: 'latentDelta', bounds: [] },
    risingSignal: { on: true, signal: 'latentDelta', times: 3, from: 2, floor: 0 }
  })
  fc.assert(
    fc.property(fc.array(unknown, { maxLength: 9 }), (drawn) => {
      expect(episode(settings, drawn).every((verdict) => verdict === null)).toBe(true)
    })
  )
})

test('who has asked asks again only after so many predictions in a row without a reason', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 40 }), fc.nat(4), (drawn, rearmAfter) => {
      const verdicts = episode(withOnly(['band'], { rearmAfter }), drawn)
      // Told apart from the guard: how long the band has not been left.
      let calm = Infinity
      for (const [index, { k }] of drawn.entries()) {
        const leaves = k > 6
        expect(verdicts[index]?.holds ?? null).toBe(leaves ? calm >= rearmAfter : null)
        calm = leaves ? 0 : calm + 1
      }
    })
  )
})

const CALM = {
  signals: [],
  reachedLimit: false,
  chunk: Array<number>(8).fill(0),
  ageMs: 0,
  disagreement: null,
  contrast: null
}

test('one that has asked lately does not hide another that has not', () => {
  const verdicts = episode(withOnly(['seedDisagreement', 'band']), [
    { ...CALM, k: 4, disagreement: 0.5 },
    { ...CALM, k: 9, disagreement: 0.5 },
    { ...CALM, k: 9, disagreement: 0.5 }
  ])
  expect(verdicts.map((verdict) => [verdict?.trigger, verdict?.holds])).toEqual([
    ['seedDisagreement', true],
    ['band', true],
    ['seedDisagreement', false]
  ])
})

test.each<[GuardTrigger, Partial<Drawn>]>([
  ['blindCamera', { contrast: 0 }],
  ['staleObservation', { ageMs: 150 }],
  ['limitBreach', { chunk: [0, 2, 0, 0] }]
])('%s is asked about as long as it lasts', (trigger, fact) => {
  const lasting = Array.from({ length: 4 }, () => ({ ...CALM, k: 4, ...fact }))
  const verdicts = episode(withOnly([trigger], { rearmAfter: 3 }), lasting)
  expect(verdicts.map((verdict) => verdict?.holds)).toEqual([true, true, true, true])
})

test('another seed of the same prediction is asked about anew', () => {
  const drawn = { ...CALM, k: 9 }
  const settings = withOnly(['band'], { rearmAfter: 3 })
  const first = guardPrediction(NO_GUARD_STATE, settings, factsOf(drawn, 0))
  const reseeded = guardPrediction(first.state, settings, factsOf(drawn, 1))
  expect([first.verdict?.holds, reseeded.verdict?.holds]).toEqual([true, true])
  const next = guardPrediction(countPrediction(reseeded.state, 9), settings, factsOf(drawn, 2))
  expect(next.verdict?.holds).toBe(false)
})
