import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chunkCells,
  chunkColumns,
  fractionAtY,
  pointInCell
} from '../../../../src/renderer/src/charts/chunkLayout'
import { numberedSteps } from '../../../../src/renderer/src/charts/chunkOption'
import {
  iterationAtX,
  valueAtY,
  xOfIteration,
  yOfValue,
  type ScopeFrame
} from '../../../../src/renderer/src/charts/scopeLayout'
import {
  barAt,
  BAR_PITCH,
  kScaleEnd,
  scrollToBar,
  stageScale,
  visibleBars
} from '../../../../src/renderer/src/charts/stripLayout'

const frame: ScopeFrame = { width: 700, height: 300, endK: 8, decades: { minExponent: -6, maxExponent: 0 } }

describe('scope', () => {
  test.each([1, 4, 8])('k = %d is found where it is drawn', (k) =>
    expect(iterationAtX(frame, xOfIteration(frame, k), 8)).toBe(k)
  )
  test('the cursor stays on iterations that exist', () => {
    expect(iterationAtX(frame, 10_000, 3)).toBe(3)
    expect(iterationAtX(frame, -50, 3)).toBe(1)
    expect(iterationAtX(frame, 10, 0)).toBe(1)
  })
  test.each([1e-6, 3e-5, 0.1, 1])('%d is found where it is drawn', (value) => {
    expect(valueAtY(frame, yOfValue(frame, value))).toBeCloseTo(value, 12)
  })
})

describe('chunk cells', () => {
  test.each([
    [4, 740, 240, 4],
    [4, 500, 240, 2],
    [7, 740, 240, 4],
    [14, 900, 300, 5],
    [1, 80, 100, 1]
  ])('%d dimensions in %d × %d: %d columns', (dims, width, height, columns) => {
    expect(chunkColumns(dims, width, height)).toBe(columns)
  })
  test('cells lie inside the panel and do not overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 300, max: 1400 }), (dims, width) => {
        const height = 400
        const cells = chunkCells(dims, width, height)
        cells.forEach((cell, index) => {
          expect(cell.left + cell.width).toBeLessThanOrEqual(width)
          expect(cell.top + cell.height).toBeLessThanOrEqual(height)
          const next = cells[index + 1]
          if (next && next.top === cell.top) expect(next.left).toBeGreaterThan(cell.left + cell.width)
        })
      })
    )
  })
  test('a point is found where it is drawn', () => {
    const cell = { left: 40, top: 20, width: 160, height: 100 }
    expect(pointInCell(cell, 8, 0, 0.5)).toEqual({ x: 50, y: 70 })
    expect(fractionAtY(cell, pointInCell(cell, 8, 3, 0.8).y)).toBeCloseTo(0.8, 12)
    expect(fractionAtY(cell, -100)).toBe(1)
  })
})

describe('step numbers', () => {
  test.each([
    [200, 8, [1, 2, 3, 4, 5, 6, 7, 8]],
    [100, 8, [1, 3, 5, 7]],
    [100, 25, [1, 5, 9, 13, 17, 21, 25]],
    [0, 8, [1]]
  ])('%d pixels, %d steps: %j', (width, steps, numbered) =>
    expect(numberedSteps(width, steps)).toEqual(numbered)
  )
})

describe('strip', () => {
  test('finds the bar under the pointer', () => {
    expect(barAt(BAR_PITCH * 2 + 1, 5)).toBe(2)
    expect(barAt(BAR_PITCH * 5, 5)).toBeNull()
  })
  test('draws a screenful of hundreds', () => {
    expect(visibleBars(BAR_PITCH * 100, BAR_PITCH * 10, 500)).toEqual([100, 110])
    expect(visibleBars(0, 1000, 3)).toEqual([0, 3])
  })
  test.each([
    [3, 8],
    [9, 12],
    [40, 32]
  ])('K up to %d: scale to %d', (k, end) => expect(kScaleEnd(k)).toBe(end))
  test('one slow start does not flatten the others', () => {
    expect(stageScale([...Array<number>(19).fill(10), 400])).toBe(10)
    expect(stageScale([0, 5])).toBe(5)
    expect(stageScale([])).toBe(1)
  })
  test.each([
    [2, 0],
    [10, BAR_PITCH],
    [30, BAR_PITCH * 21]
  ])('bar %d is scrolled into view', (index, scrollLeft) =>
    expect(scrollToBar(index, 0, BAR_PITCH * 10)).toBe(scrollLeft)
  )
  test('back to an earlier bar', () => expect(scrollToBar(3, BAR_PITCH * 8, 200)).toBe(BAR_PITCH * 3))
})
