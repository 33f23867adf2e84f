import { describe, expect, test } from 'vitest'
import {
  appendSample,
  sampleMotion,
  type MotionSample
} from '../../../../src/renderer/src/model/motionSampling'
import {
  chunkAt,
  klEqualsActionMse,
  scopeCurves,
  signalPoints,
  valueAt
} from '../../../../src/renderer/src/model/scopeModel'
import { predictionMs, stageStack } from '../../../../src/renderer/src/model/stageStack'
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
  })
})

describe('stage stack', () => {
  const stages = { observe: 1, encode: 2, prelude: 1, step: 4, coda: 1 }
  test('stacks in the order things happen, to the whole', () => {
    const { segments, totalMs } = stageStack(stages, { ...execution(), queueMs: 2, executeMs: 10 })
    expect(segments.map(({ stage }) => stage)).toEqual([
      'encode',
      'prelude',
      'step',
      'coda',
      'queue',
      'execute'
    ])
    expect(totalMs).toBe(20)
    expect(segments[0]?.from).toBe(0)
    expect(segments[segments.length - 1]?.to).toBeCloseTo(1, 12)
    segments
      .slice(1)
      .forEach((segment, index) => expect(segment.from).toBeCloseTo(segments[index]?.to ?? -1, 12))
  })
  test('motion unknown yet, stages of zero left out', () => {
    expect(stageStack({ ...stages, coda: 0 }, null).segments.map(({ stage }) => stage)).toEqual([
      'encode',
      'prelude',
      'step'
    ])
    expect(stageStack({ observe: 0, encode: 0, prelude: 0, step: 0, coda: 0 }, null)).toEqual({
      segments: [],
      totalMs: 0
    })
    expect(predictionMs(stages)).toBe(9)
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
  test('nothing known', () => expect(sampleMotion([], 5)).toBeNull())
  test('an older clock or another arm starts afresh; memory is bounded', () => {
    expect(appendSample(samples, { nanos: 5, position: [0, 0] })).toHaveLength(1)
    expect(appendSample(samples, { nanos: 50, position: [0] })).toHaveLength(1)
    let many = samples
    for (let nanos = 40; nanos < 1000; nanos++) many = appendSample(many, { nanos, position: [0, 0] })
    expect(many.length).toBeLessThanOrEqual(8)
  })
})
