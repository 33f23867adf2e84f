import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { depthOption, FIRST_STYLE } from '../../../../src/renderer/src/charts/depthOption'
import type { Palette } from '../../../../src/renderer/src/composables/usePalette'
import {
  actionErrorText,
  comparedRows,
  comparisonNote,
  curvesText,
  differenceCurves,
  expertCurves
} from '../../../../src/renderer/src/model/comparisonText'
import { mean, quantile } from '../../../../src/renderer/src/model/statistics'
import { compared, comparison } from '../support/bundleSamples'

describe('statistics', () => {
  test.each([
    [[4], 4, 4, 4],
    [[9, 4, 5, 6], 6, 5.5, 8.1],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 6, 6, 10]
  ])('%j: mean %d, median %d, p90 %d', (values, average, middle, p90) => {
    expect(mean(values)).toBe(average)
    expect(quantile(values, 0.5)).toBe(middle)
    expect(quantile(values, 0.9)).toBeCloseTo(p90, 12)
  })
  const samples = fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 60 })
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  test('a quantile lies among the values, grows with its fraction and leaves them as they were', () => {
    fc.assert(
      fc.property(samples, fraction, fraction, (values, a, b) => {
        const before = [...values]
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(quantile(values, low)).toBeGreaterThanOrEqual(Math.min(...values))
        expect(quantile(values, high)).toBeLessThanOrEqual(Math.max(...values))
        expect(quantile(values, high)).toBeGreaterThanOrEqual(quantile(values, low) - 1e-9)
        expect(values).toEqual(before)
      })
    )
  })
  test('the ends are the smallest and the largest', () => {
    fc.assert(
      fc.property(samples, (values) => {
        expect([quantile(values, 0), quantile(values, 1)]).toEqual([Math.min(...values), Math.max(...values)])
      })
    )
  })
})

describe('a comparison in words', () => {
  test.each([
    [0, '0.000'],
    [0.0834, '0.083'],
    [1.98, '1.980'],
    [4e-4, '4.0e-4']
  ])('%d: %s', (value, text) => expect(actionErrorText(value)).toBe(text))
  test('never claims success, and says where the observations are from', () => {
    const bench = comparisonNote(comparison())
    expect(bench).toContain('Open loop: what they would do on the same 4 observations, not success.')
    expect(bench).toContain('expert’s answer')
    const examples = comparisonNote(comparison({ observations: { source: 'fixtures', count: 1 } }))
    expect(examples).toContain('the same 1 observation,')
    expect(examples).toContain('no expert')
  })
  test('rows hold one text per bundle', () => {
    const rows = comparedRows(
      comparison({
        bundles: [
          compared(),
          compared({ decidedK: [3], stages: { encode: 1840, prelude: 96, step: 41, coda: 6.2 } })
        ]
      })
    )
    expect(rows.map(({ name, values }) => [name, ...values])).toEqual([
      ['K, mean', '6.0', '3.0'],
      ['K, median', '5.5', '3.0'],
      ['K, 90th percentile', '8.1', '3.0'],
      ['Encode', '4.0 ms', '1.8 s'],
      ['Prelude', '1.0 ms', '96 ms'],
      ['Step, per iteration', '0.50 ms', '41 ms'],
      ['Coda, per iteration', '0.25 ms', '6.2 ms']
    ])
  })
})

describe('curves over depth', () => {
  test('errors to the expert are there where an expert is', () => {
    const none = compared({ expertError: null })
    expect(expertCurves(comparison({ bundles: [none, none] }))).toEqual([])
    expect(expertCurves(comparison()).map(({ name, medianK }) => [name, medianK])).toEqual([
      ['demo 1', 6],
      ['next 2', 6]
    ])
  })
  test('are told to those who don’t see them', () => {
    expect(curvesText('Difference', differenceCurves(comparison()))).toBe(
      'Difference: difference 0.300 at k = 1, 0.050 at k = 3'
    )
  })
  test('are drawn from k = 1, with a ring at the median K where it was measured', () => {
    const curve = { name: 'a', values: [0.4, 0.2, 0.1], style: FIRST_STYLE }
    const palette = { action: 'blue', text: 'black' } as Palette
    const draw = (medianK: number | null) => {
      const { series } = depthOption({ measure: 'error', curves: [{ ...curve, medianK }] }, palette)
      return Array.isArray(series) ? series.map(({ data }) => data) : []
    }
    const points = [
      [1, 0.4],
      [2, 0.2],
      [3, 0.1]
    ]
    expect(draw(2)).toEqual([points, [[2, 0.2]]])
    expect(draw(9)).toEqual([points, []])
    expect(draw(null)).toEqual([points, []])
  })
})
