import { describe, expect, it } from 'vitest'
import { sparkline, traceRows } from '../../../../src/renderer/src/model/recordedNumbers'

const frame = (
  nanos: number,
  numbers: readonly (readonly [string, readonly string[], readonly number[]])[]
) => ({
  nanos,
  numbers: numbers.map(([feature, names, values]) => ({ feature, names: [...names], values: [...values] }))
})

describe('rows of an imported episode', () => {
  it('state and action of the same joints share one, everything else has its own', () => {
    const frames = [0, 1].map((at) =>
      frame(at, [
        ['observation.state', ['pan.pos', 'lift.pos'], [at, 2]],
        ['action', ['pan.pos', 'lift.pos'], [10 + at, 12]],
        ['next.reward', [], [0.5]]
      ])
    )
    expect(traceRows(frames)).toEqual([
      { name: 'pan', state: [0, 1], action: [10, 11] },
      { name: 'lift', state: [2, 2], action: [12, 12] },
      { name: 'next.reward', state: [0.5, 0.5], action: null }
    ])
  })

  it('actions of another kind than the state stand alone', () => {
    const frames = [
      frame(0, [
        ['observation.state', [], [1]],
        ['action', ['dx', 'dy'], [2, 3]]
      ])
    ]
    expect(traceRows(frames).map(({ name }) => name)).toEqual(
      ['observation.state', 'action dx', 'action dy'].map((n) => n.replace('observation.', ''))
    )
  })

  it('nothing recorded is no rows; a frame that lacks a number leaves a gap', () => {
    expect(traceRows([])).toEqual([])
    const rows = traceRows([frame(0, [['a', [], [1]]]), frame(1, [])])
    expect(rows[0]?.state).toEqual([1, NaN])
  })
})

describe('lines', () => {
  it('share a scale, skip gaps, and survive a constant', () => {
    expect(
      sparkline(
        [
          [0, NaN, 2],
          [1, 1, 1]
        ],
        10,
        12
      )
    ).toEqual(['0.0,11.0 10.0,1.0', '0.0,6.0 5.0,6.0 10.0,6.0'])
    expect(sparkline([[3, 3], null], 10, 12)).toEqual(['0.0,11.0 10.0,11.0', null])
  })

  it('of a long episode keep to what a screen can show', () => {
    const [line] = sparkline([Array.from({ length: 10_000 }, (_, index) => index)], 10, 12)
    expect(line?.split(' ').length).toBeLessThanOrEqual(300)
  })
})
