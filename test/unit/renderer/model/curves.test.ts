import { describe, expect, test } from 'vitest'
import {
  appendSample,
  drawnAgeMs,
  sampleMotion,
  type MotionSample
} from '../../../../src/renderer/src/model/motionSampling'
import {
  chunkAt,
  earlierChunks,
  ghostText,
  klEqualsActionMse,
  scopeCurves,
  signalPoints,
  valueAt
} from '../../../../src/renderer/src/model/scopeModel'
import { stageMeans } from '../../../../src/renderer/src/model/stageMeans'
import { predictionMs, stageTimes } from '../../../../src/renderer/src/model/stageTimes'
import { execution, predictionView } from '../support/samples'

describe('scope curves', () => {
  const prediction = predictionView({ k: 3, actionMse: [null, 1e-2, 0] })

  test('leaves out what a log axis cannot show: k = 1, zero, nothing', () => {
    expect(signalPoints(prediction, 'actionMse')).toEqual([[2, 1e-2]])
  })
  test('KL and action MSE are one curve at the default σ', () => {
    expect(klEqualsActionMse(4, 8, 4)).toBe(true)
    expect(klEqualsActionMse(1, 8, 4)).toBe(false)
    expect(scopeCurves(prediction, null, true).map(({ signal }) => signal)).toEqual([
      'actionMse',
      'latentDelta'
    ])
    expect(scopeCurves(prediction, null, false).map(({ signal }) => signal)).toEqual([
      'actionMse',
      'kl',
      'latentDelta'
    ])
  })
  test('a cosine rule shows its own curve', () => {
    const rule = { kind: 'cosine', threshold: 1e-3, minIterations: 2, patience: 1 } as const
    expect(scopeCurves(prediction, rule, true).map(({ signal }) => signal)).toContain('cosine')
  })
  test('value under the cursor', () => {
    const [mse] = scopeCurves(prediction, null, true)
    expect(mse && valueAt(mse, 2)).toBe(1e-2)
    expect(mse && valueAt(mse, 1)).toBeNull()
  })
  test('where the coda was skipped, the newest chunk before', () => {
    const view = predictionView({ k: 3 })
    const skipped = {
      ...view,
      iterations: view.iterations.map((it) => (it.k === 3 ? { ...it, chunk: null } : it))
    }
    expect(chunkAt(skipped, 3)?.k).toBe(2)
    expect(chunkAt({ ...view, iterations: [] }, 3)).toBeNull()
    expect(earlierChunks(skipped, 4, 2)).toEqual([skipped.iterations[1]?.chunk])
    expect(earlierChunks(view, 3, 1)).toEqual([view.iterations[1]?.chunk])
  })
  test.each([
    [6, false, 'last 6 predictions'],
    [1, false, 'last prediction'],
    [3, true, '3 predictions before it']
  ])('%d ghosts, browsing %s: %s', (count, browsing, text) => expect(ghostText(count, browsing)).toBe(text))
})

describe('stage times', () => {
  const stages = { observe: 1, encode: 2, prelude: 1, step: 4, coda: 1 }
  test('in the order things happen', () => {
    const times = stageTimes(stages, { ...execution(), queueMs: 2, executeMs: 10 })
    expect(times.map(({ stage, milliseconds }) => `${stage} ${milliseconds}`)).toEqual([
      'encode 2',
      'prelude 1',
      'step 4',
      'coda 1',
      'queue 2',
      'execute 10'
    ])
  })
  test('motion unknown yet, stages of zero left out', () => {
    const names = stageTimes({ ...stages, coda: 0 }, null).map(({ stage }) => stage)
    expect(names).toEqual(['encode', 'prelude', 'step'])
    expect(predictionMs(stages)).toBe(9)
  })
  test('means: step and coda per iteration, shares of the slowest', () => {
    const deep = { stages: { observe: 3, encode: 2, prelude: 1, step: 8, coda: 4 }, k: 4 }
    const means = stageMeans([deep, { stages, k: 1 }])
    expect(means.map(({ name, ms, share }) => [name, ms, share])).toEqual([
      ['observe', 2, 2 / 3],
      ['encode', 2, 2 / 3],
      ['prelude', 1, 1 / 3],
      ['step', 3, 1],
      ['coda', 1, 1 / 3]
    ])
    expect(stageMeans([])).toEqual([])
  })
})

describe('motion between snapshots', () => {
  const samples = [10, 20, 30].reduce<readonly MotionSample[]>(
    (all, nanos) => appendSample(all, { nanos, position: [nanos, -nanos] }),
    []
  )
  test.each([
    [25, [25, -25]],
    [20, [20, -20]],
    [99, [30, -30]],
    [1, [10, -10]]
  ])('at %d', (nanos, position) => expect(sampleMotion(samples, nanos)).toEqual(position))
  test.each([
    [5, 40],
    [180, 180]
  ])('the newest sample %d ms old is drawn at an age of %d ms', (newest, drawn) =>
    expect(drawnAgeMs(newest)).toBe(drawn)
  )
  test('nothing known', () => expect(sampleMotion([], 5)).toBeNull())
  test('an older clock or another arm starts afresh; memory is bounded', () => {
    expect(appendSample(samples, { nanos: 5, position: [0, 0] })).toHaveLength(1)
    expect(appendSample(samples, { nanos: 50, position: [0] })).toHaveLength(1)
    let many = samples
    for (let nanos = 40; nanos < 1000; nanos++) many = appendSample(many, { nanos, position: [0, 0] })
    expect(many.length).toBeLessThanOrEqual(8)
  })
})
