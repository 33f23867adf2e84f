import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { GUARD_OFF, guardSettings, type GuardSettings } from '@shared/domain/guard'
import {
  countPrediction,
  disagreementOf,
  guardPrediction,
  NO_GUARD_STATE,
  type GuardFacts,
  type GuardState
} from '@shared/guard/guard'

const signals = (...values: readonly number[]) => [
  { actionMse: null, latentDelta: null },
  ...values.map((value) => ({ actionMse: value, latentDelta: value }))
]
const FACTS: GuardFacts = {
  k: 4,
  signals: signals(1e-1, 1e-3, 1e-5),
  reachedLimit: false,
  chunk: new Float32Array(32),
  actionDims: 4,
  ageMs: 10,
  nowNanos: 0,
  disagreement: null,
  contrast: 40
}
const guard = (over: Partial<GuardSettings>): GuardSettings => ({ ...GUARD_OFF, ...over })
const ask = (settings: Partial<GuardSettings>, facts: Partial<GuardFacts> = {}, ks: readonly number[] = []) =>
  guardPrediction({ ...NO_GUARD_STATE, ks }, guard(settings), { ...FACTS, ...facts }).verdict

describe('each trigger', () => {
  const FLAT = [6, 6, 5, 7, 6, 9, 9]
  it.each<[string, Partial<GuardSettings>, Partial<GuardFacts>, readonly number[], RegExp | null]>([
    ['nothing is on', {}, { reachedLimit: true, ageMs: 1e9, disagreement: 9 }, [], null],
    [
      'no convergence',
      { noConvergence: { on: true } },
      { reachedLimit: true, k: 32 },
      [],
      /no convergence within 32/
    ],
    ['it converged', { noConvergence: { on: true } }, {}, [], null],
    [
      'rising',
      { risingSignal: { on: true, signal: 'actionMse', times: 3, from: 2, floor: 1e-3 } },
      { signals: signals(1e-4, 1e-3, 2e-3, 4e-3) },
      [],
      /action MSE rose 3 iterations in a row, to 4\.0e-3/
    ],
    [
      'rising, but too small to matter',
      { risingSignal: { on: true, signal: 'actionMse', times: 3, from: 2, floor: 1e-2 } },
      { signals: signals(1e-4, 1e-3, 2e-3, 4e-3) },
      [],
      null
    ],
    [
      'up and down',
      { risingSignal: { on: true, signal: 'latentDelta', times: 3, from: 2, floor: 0 } },
      { signals: signals(1, 3, 2, 4) },
      [],
      null
    ],
    [
      'too few iterations to rise that often',
      { risingSignal: { on: true, signal: 'latentDelta', times: 3, from: 2, floor: 0 } },
      { signals: signals(1, 2, 3) },
      [],
      null
    ],
    [
      'rises that begin before they count',
      { risingSignal: { on: true, signal: 'latentDelta', times: 3, from: 4, floor: 0 } },
      { signals: signals(1, 2, 3, 4, 5) },
      [],
      null
    ],
    [
      'rises from where they count',
      { risingSignal: { on: true, signal: 'latentDelta', times: 3, from: 4, floor: 0 } },
      { signals: signals(1, 2, 3, 4, 5, 6) },
      [],
      /latent delta rose 3 iterations in a row/
    ],
    [
      'the trend',
      { kTrend: { on: true, ratio: 1.8, rearm: 1.4 } },
      { k: 13 },
      [6, 6, 5, 7, 6, 12, 12, 13, 11],
      /K trend ×2\.0/
    ],
    [
      'an episode that is too short for one',
      { kTrend: { on: true, ratio: 1.8, rearm: 1.4 } },
      { k: 30 },
      FLAT,
      null
    ],
    [
      'above the band',
      { band: { on: true, score: 'k', bounds: [8, 6, 5] } },
      { k: 6 },
      [4, 4, 4],
      /K = 6, above the calibrated band \(5\.0\)/
    ],
    ['within the band', { band: { on: true, score: 'k', bounds: [8, 6, 5] } }, { k: 6 }, [4], null],
    ['no band', { band: { on: true, score: 'k', bounds: [] } }, { k: 30 }, [], null],
    [
      'seeds disagree',
      { seedDisagreement: { on: true, seeds: 2, limit: 0.1 } },
      { disagreement: 0.3 },
      [],
      /RMS 0\.30/
    ],
    [
      'seeds agree',
      { seedDisagreement: { on: true, seeds: 2, limit: 0.1 } },
      { disagreement: 0.1 },
      [],
      null
    ],
    [
      'an old picture',
      { staleObservation: { on: true, milliseconds: 500 } },
      { ageMs: 1500 },
      [],
      /1\.5 s old/
    ],
    [
      'an action beyond its range',
      { limitBreach: { on: true, action: 1.5, step: 2 } },
      { chunk: Float32Array.of(0, 0, 0, 1, 0, -1.6, 0, 1) },
      [],
      /normalised action is 1\.60/
    ],
    [
      'a leap',
      { limitBreach: { on: true, action: 1.5, step: 1 } },
      { chunk: Float32Array.of(0.9, 0, 0, 1, -0.4, 0, 0, 1) },
      [],
      /differ by 1\.30/
    ],
    [
      'a gripper that closes',
      { limitBreach: { on: true, action: 1.5, step: 1 } },
      { chunk: Float32Array.of(0, 0, 0, -1, 0, 0, 0, 1) },
      [],
      null
    ]
  ])('%s', (_, settings, facts, ks, expected) => {
    const verdict = ask(settings, facts, ks)
    if (expected === null) expect(verdict).toBeNull()
    else expect(verdict?.message).toMatch(expected)
  })
})

test('settings of recordings that know of no hysteresis are read', () => {
  const { rearmAfter: _, ...older } = GUARD_OFF
  const { from: __, ...risingSignal } = GUARD_OFF.risingSignal
  expect(guardSettings.parse({ ...older, risingSignal })).toEqual(GUARD_OFF)
})

test('a trend is asked about once, and again only after it has fallen', () => {
  const settings = guard({
    kTrend: { on: true, ratio: 1.8, rearm: 1.4 },
    holdsPerMinute: 60,
    holdsPerEpisode: 60
  })
  let state: GuardState = NO_GUARD_STATE
  const asked: number[] = []
  const ks = [5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 10, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10]
  for (const [index, k] of ks.entries()) {
    const step = guardPrediction(state, settings, { ...FACTS, k, nowNanos: index * 1e9 })
    if (step.verdict?.holds) asked.push(index)
    state = countPrediction(step.state, k)
  }
  expect(asked).toEqual([9, 18])
})

test('chunks are as far apart as their numbers are on the whole', () => {
  expect(disagreementOf([])).toBe(0)
  expect(disagreementOf([Float32Array.of(1, 2)])).toBe(0)
  expect(disagreementOf([Float32Array.of(0, 0), Float32Array.of(3, 3), Float32Array.of(-1, 1)])).toBeCloseTo(
    Math.sqrt((9 + 1 + 10) / 3)
  )
})

const facts = fc.record({
  k: fc.integer({ min: 1, max: 32 }),
  reachedLimit: fc.boolean(),
  ageMs: fc.nat(3000),
  disagreement: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
  waitNanos: fc.nat(20e9),
  curve: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })
})
const EVERYTHING = guard({
  noConvergence: { on: true },
  risingSignal: { on: true, signal: 'actionMse', times: 2, from: 2, floor: 0 },
  kTrend: { on: true, ratio: 1.2, rearm: 1.1 },
  band: { on: true, score: 'k', bounds: [3] },
  seedDisagreement: { on: true, seeds: 2, limit: 0.01 },
  staleObservation: { on: true, milliseconds: 1 },
  limitBreach: { on: true, action: 0.5, step: 0.5 }
})

test('whatever comes, there are never more holds than the budget, and the same comes of the same', () => {
  fc.assert(
    fc.property(
      fc.array(facts, { maxLength: 80 }),
      fc.nat(8),
      fc.nat(8),
      (predictions, holdsPerEpisode, holdsPerMinute) => {
        const settings = { ...EVERYTHING, holdsPerEpisode, holdsPerMinute }
        let state = NO_GUARD_STATE
        let nowNanos = 0
        const holds: number[] = []
        for (const { curve, waitNanos, ...each } of predictions) {
          nowNanos += waitNanos
          const given = { ...FACTS, ...each, signals: signals(...curve), nowNanos }
          const step = guardPrediction(state, settings, given)
          expect(guardPrediction(state, settings, given)).toEqual(step)
          // What would have asked is said all the same.
          expect(step.verdict !== null || each.k <= 3).toBe(true)
          if (step.verdict?.holds) holds.push(nowNanos)
          state = countPrediction(step.state, each.k)
        }
        expect(holds.length).toBeLessThanOrEqual(holdsPerEpisode)
        for (const at of holds)
          expect(holds.filter((other) => other <= at && at - other < 60e9).length).toBeLessThanOrEqual(
            holdsPerMinute
          )
      }
    )
  )
})
