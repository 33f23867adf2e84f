import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actionAxes,
  actionValueText,
  toDisplay,
  toNormalised
} from '../../../../src/renderer/src/model/actionDims'
import { countChanges, dimensionValues, withValue } from '../../../../src/renderer/src/model/chunkEdit'
import { chunkPath } from '../../../../src/renderer/src/model/chunkPath'
import { policyInfo } from '../support/samples'

const info = policyInfo()
const row = (x: number, y: number, z: number, grip: number): number[] => [x, y, z, grip]

describe('chunk path', () => {
  const workspace = {
    min: [0, 0, 0] as [number, number, number],
    max: [0.25, 0.25, 0.05] as [number, number, number]
  }

  test('adds scaled deltas from the start and marks gripper changes', () => {
    const chunk = [row(1, 0, 0, -1), row(0, -0.5, 0, -1), row(0, 0, -0.4, 1), row(0, 0, 0.4, -1)].flat()
    const path = chunkPath(chunk, info, [0.1, 0.1, 0.05], null)
    expect(path.map(({ metres }) => metres.map((value) => Number(value.toFixed(6))))).toEqual([
      [0.1, 0.1, 0.05],
      [0.1625, 0.1, 0.05],
      [0.1625, 0.06875, 0.05],
      [0.1625, 0.06875, 0.025],
      [0.1625, 0.06875, 0.05]
    ])
    expect(path.map(({ grip }) => grip)).toEqual([null, null, null, 'close', 'open'])
  })

  test('stays in the workspace, and clamped travel is lost, not saved up', () => {
    const chunk = [row(1, 0, 1, -1), row(1, 0, 0, -1), row(-1, 0, 0, -1)].flat()
    const path = chunkPath(chunk, info, [0.24, 0.1, 0.05], workspace)
    expect(path[2]?.metres[0]).toBe(0.25)
    expect(path[3]?.metres[0]).toBeCloseTo(0.1875, 9)
    expect(path[1]?.metres[2]).toBe(0.05)
  })
})

describe('chunk edit', () => {
  test('replaces one value, clamped, in a copy', () => {
    const chunk = new Float32Array(32)
    const edited = withValue(chunk, 4, 2, 1, 3)
    expect(edited[9]).toBe(1)
    expect(chunk[9]).toBe(0)
    expect(countChanges(chunk, edited)).toBe(1)
    expect(dimensionValues(edited, 4, 1)).toEqual([0, 0, 1, 0, 0, 0, 0, 0])
  })
})

describe('action axes', () => {
  test('metres are shown in millimetres; a negative scale still gives an ordered axis', () => {
    const [x, , , gripper] = actionAxes(info)
    expect(x).toMatchObject({ name: 'x', label: 'Δx', unit: 'mm', min: -62.5, max: 62.5, gripper: false })
    expect(gripper).toMatchObject({ label: 'gripper', unit: '%', min: 0, max: 100, gripper: true })
  })

  test('a dimension without statistics is shown normalised', () => {
    const [x] = actionAxes({ ...info, actionScale: [], actionOffset: [] })
    expect(x).toMatchObject({ unit: 'normalised', min: -1, max: 1 })
  })

  test('display and normalised are inverse', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.constantFrom(...actionAxes(info)),
        (value, axis) => {
          expect(toNormalised(axis, toDisplay(axis, value))).toBeCloseTo(value, 9)
        }
      )
    )
  })

  test('text carries the unit, grippers as the arm panel says them', () => {
    const [x, , , gripper] = actionAxes(info)
    expect(x && actionValueText(x, 0.5)).toBe('31.3 mm')
    expect(gripper && actionValueText(gripper, -0.26)).toBe('63 %')
  })
})
