import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunkPath, type Vec3 } from '../../../../src/renderer/src/model/chunkPath'
import { moveWaypoint, nudgePlan } from '../../../../src/renderer/src/model/waypointEdit'
import { policyInfo } from '../support/samples'

const info = policyInfo()
const T = info.chunkLength
const A = info.actionDims.length
const STEP = 0.0625
const START: Vec3 = [0.12, 0.12, 0.03]
const workspace = {
  min: [0.005, 0.005, 0] as [number, number, number],
  max: [0.245, 0.245, 0.05] as [number, number, number]
}
/** Float32 of a normalised value, in metres, over a whole chunk. */
const ROUNDING = T * STEP * 1e-7
const still = new Float32Array(T * A)
const at = (chunk: Float32Array, step: number, dim: number): number => chunk[step * A + dim] as number
const xy = (chunk: Float32Array, index: number, box: typeof workspace | null = null): number[] =>
  (chunkPath(chunk, info, START, box)[index]?.metres ?? []).slice(0, 2)

describe('moving a waypoint', () => {
  test('gives to its action what it takes from the next one', () => {
    const moved = moveWaypoint(still, info, START, null, 3, [0.12 + 0.025, 0.12 - 0.0125])
    expect(at(moved, 2, 0)).toBeCloseTo(0.4, 6)
    expect(at(moved, 2, 1)).toBeCloseTo(-0.2, 6)
    expect(at(moved, 3, 0)).toBeCloseTo(-0.4, 6)
    expect(at(moved, 3, 1)).toBeCloseTo(0.2, 6)
    expect([...moved].filter((value) => value !== 0)).toHaveLength(4)
    expect(still.every((value) => value === 0)).toBe(true)
  })

  test('the last one has no action after it to make up for it', () => {
    const moved = moveWaypoint(still, info, START, null, T, [0.15, 0.12])
    expect([...moved].filter((value) => value !== 0)).toHaveLength(1)
    expect(xy(moved, T)[0]).toBeCloseTo(0.15, 6)
  })

  test('beyond reach it goes as far as its action does', () => {
    const moved = moveWaypoint(still, info, START, null, 1, [0.5, 0.12])
    expect(at(moved, 0, 0)).toBe(1)
    expect(xy(moved, 1)[0]).toBeCloseTo(0.12 + STEP, 9)
    expect(xy(moved, 2)[0]).toBeCloseTo(0.12, 6)
  })

  test('where the next action has no room, later waypoints come along by the rest', () => {
    const chunk = new Float32Array(still)
    chunk[A] = 0.9
    const moved = moveWaypoint(chunk, info, START, null, 1, [0.12 - 0.5 * STEP, 0.12])
    expect(at(moved, 1, 0)).toBe(1)
    expect(xy(moved, 2)[0]).toBeCloseTo(0.12 + 0.5 * STEP, 6)
    expect(xy(moved, T)[0]).toBeCloseTo(0.12 + 0.5 * STEP, 6)
  })

  test('stays in the workspace', () => {
    const moved = moveWaypoint(still, info, [0.24, 0.12, 0.03], workspace, 1, [0.3, 0.12])
    expect(at(moved, 0, 0)).toBeCloseTo(0.005 / STEP, 5)
  })

  test.each([0, T + 1, -1])('there is no waypoint %s', (index) =>
    expect(moveWaypoint(still, info, START, null, index, [0.2, 0.2])).toEqual(still)
  )

  test('an axis without scale does not move', () => {
    const flat = { ...info, actionScale: [0, STEP, STEP, -0.5] }
    const moved = moveWaypoint(still, flat, START, null, 1, [0.14, 0.12])
    expect(moved).toEqual(still)
  })

  /** Codas may go a little beyond ±1: the host clamps what it executes. */
  const chunks = fc
    .array(fc.float({ min: -1.25, max: 1.25, noNaN: true }), { minLength: T * A, maxLength: T * A })
    .map((values) => new Float32Array(values))
  const metres = fc.double({ min: -0.1, max: 0.35, noNaN: true })
  const scales = fc.constantFrom([STEP, STEP], [-STEP, 0.03], [0.2, -0.01])
  const offsets = fc.constantFrom([0, 0], [0.004, -0.002])
  const boxes = fc.constantFrom(workspace, null)

  test('any drag: in range, other values untouched, as near as can be, later waypoints where they were', () => {
    fc.assert(
      fc.property(
        chunks,
        fc.integer({ min: 1, max: T }),
        fc.tuple(metres, metres),
        scales,
        offsets,
        boxes,
        (chunk, index, target, [sx = 1, sy = 1], [ox = 0, oy = 0], box) => {
          const scaled = {
            ...info,
            actionScale: [sx, sy, STEP, -0.5],
            actionOffset: [ox, oy, 0, 0.5]
          }
          const moved = moveWaypoint(chunk, scaled, START, box, index, target)
          const before = chunkPath(chunk, scaled, START, box)
          const after = chunkPath(moved, scaled, START, box)
          moved.forEach((value, place) => {
            const [step, dim] = [Math.floor(place / A), place % A]
            if (value !== chunk[place]) expect(Math.abs(value)).toBeLessThanOrEqual(1)
            if (dim > 1 || (step !== index - 1 && step !== index)) expect(value).toBe(chunk[place])
          })
          for (const axis of [0, 1] as const) {
            const [scale, offset] = [scaled.actionScale[axis] as number, scaled.actionOffset[axis] as number]
            const from = before[index - 1]?.metres[axis] as number
            const reach = [from + offset - Math.abs(scale), from + offset + Math.abs(scale)] as const
            const inBox = (value: number): number =>
              box === null ? value : Math.min(box.max[axis], Math.max(box.min[axis], value))
            const nearest = inBox(Math.min(reach[1], Math.max(reach[0], inBox(target[axis]))))
            expect(Math.abs((after[index]?.metres[axis] as number) - nearest)).toBeLessThan(1e-6)
            // Only a saturated action after it lets go of the ones behind.
            if (index < T && Math.abs(at(moved, index, axis)) >= 1) continue
            for (let later = index + 1; later <= T; later++) {
              const shift = Math.abs(
                (after[later]?.metres[axis] as number) - (before[later]?.metres[axis] as number)
              )
              expect(shift).toBeLessThan(1e-6 + ROUNDING)
            }
          }
        }
      )
    )
  })

  test('a drag back gives back what it pushed, counted from where the hand took it', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 1, max: T }), (chunk, index) => {
        const [x = 0, y = 0] = xy(chunk, index)
        expect(moveWaypoint(chunk, info, START, null, index, [x, y])).toEqual(chunk)
      })
    )
  })
})

describe('nudging the plan', () => {
  test.each([
    [0, 1],
    [0, -1],
    [1, 1],
    [1, -1],
    [2, 1],
    [2, -1]
  ] as const)('axis %i by %i × 2 mm shifts every waypoint', (axis, sign) => {
    const nudged = nudgePlan(still, info, axis, sign * 0.002)
    const path = chunkPath(nudged, info, START, null)
    for (const { metres: point } of path.slice(1))
      expect(point[axis]).toBeCloseTo(START[axis] + sign * 0.002, 7)
    expect([...nudged].filter((value) => value !== 0)).toHaveLength(1)
  })

  test('ends at the action’s limit; a mirrored axis still goes where it is told', () => {
    const full = new Float32Array(still)
    full[0] = 1
    expect(nudgePlan(full, info, 0, 0.002)).toEqual(full)
    const beyond = new Float32Array(still)
    beyond[0] = 1.2
    expect(nudgePlan(beyond, info, 0, 0.002)).toEqual(beyond)
    expect(nudgePlan(beyond, info, 0, -0.002)[0]).toBeCloseTo(0.968, 6)
    const mirrored = { ...info, actionScale: [-STEP, STEP, STEP, -0.5] }
    expect(nudgePlan(still, mirrored, 0, 0.002)[0]).toBeCloseTo(-0.032, 6)
    expect(nudgePlan(still, { ...info, actionScale: [0, 0, 0, 0] }, 0, 0.002)).toEqual(still)
  })
})
