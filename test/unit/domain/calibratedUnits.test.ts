import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  halfTurnHoming,
  presentTicks,
  radiansToTicks,
  ratioToTicks,
  reversedByDriver,
  signedPercentToTicks,
  ticksToRadians,
  ticksToRatio,
  ticksToSignedPercent
} from '@shared/domain/calibratedUnits'
import { radiansToDegrees } from '@shared/units'

/** Middle 2111.5: LeRobot's shoulder_pan of the fixture. */
const range = { range_min: 746, range_max: 3477 }
const TICK_RAD = (2 * Math.PI) / 4095

describe('as LeRobot normalises', () => {
  test.each([
    ['the middle is 0°', 2111.5, 0],
    ['the largest tick is a turn above the smallest', 2111.5 + 4095, 360],
    ['range_max', 3477, (1365.5 * 360) / 4095],
    ['range_min', 746, (-1365.5 * 360) / 4095]
  ])('%s', (_, ticks, degrees) => {
    expect(radiansToDegrees(ticksToRadians(ticks, range))).toBeCloseTo(degrees, 9)
  })

  test('a joint whose middle is no zero counts from there, and a reversed motor the other way', () => {
    expect(ticksToRadians(3477, range, 0.5, true)).toBeCloseTo(0.5 - 1365.5 * TICK_RAD, 12)
    expect(radiansToTicks(0.5 - 1365.5 * TICK_RAD, range, 0.5, true)).toBe(3477)
  })

  test.each([
    [746, -100, 0],
    [2111.5, 0, 0.5],
    [3477, 100, 1],
    [4000, 100, 1],
    [-20, -100, 0]
  ])('%s ticks are %s of ±100 and a ratio of %s', (ticks, percent, ratio) => {
    expect(ticksToSignedPercent(ticks, range)).toBeCloseTo(percent, 9)
    expect(ticksToSignedPercent(ticks, range, true)).toBeCloseTo(-percent, 9)
    expect(ticksToRatio(ticks, range)).toBeCloseTo(ratio, 9)
    expect(ticksToRatio(ticks, range, true)).toBeCloseTo(1 - ratio, 9)
  })

  test('an arm pushed past its range is seen there, and never commanded there', () => {
    expect(ticksToRadians(3600, range)).toBeGreaterThan(ticksToRadians(3477, range))
    expect(radiansToTicks(9, range)).toBe(3477)
    expect(ratioToTicks(-3, range)).toBe(746)
    expect(signedPercentToTicks(300, range)).toBe(3477)
  })

  test.each([
    ['feetech', 0, false],
    ['feetech', 1, true],
    ['dynamixel', 1, false]
  ] as const)('%s with drive mode %s: the driver reverses: %s', (bus, drive_mode, reverses) => {
    expect(reversedByDriver(bus, { drive_mode })).toBe(reverses)
  })

  test.each(['feetech', 'dynamixel'] as const)(
    '%s: homing puts the present posture at half a turn',
    (bus) => {
      fc.assert(
        fc.property(fc.integer({ min: -9000, max: 9000 }), (actual) => {
          expect(presentTicks(actual, halfTurnHoming(actual, bus), bus)).toBe(2047)
        })
      )
      expect(halfTurnHoming(3000, bus)).toBe(bus === 'feetech' ? 953 : -953)
    }
  )
})

/** Math.round has a −0, motors don't. */
const wholeTicks = (value: number): number => Math.round(value) + 0

describe('round trips', () => {
  const ranges = fc
    .tuple(fc.integer({ min: -4096, max: 4095 }), fc.integer({ min: 1, max: 4095 }))
    .map(([range_min, span]) => ({ range_min, range_max: range_min + span }))
  const cases = fc.tuple(
    ranges,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
    fc.double({ min: -2, max: 2, noNaN: true })
  )

  test('of angles are within half a tick, and of ticks exact', () => {
    fc.assert(
      fc.property(cases, ([at, along, reversed, centre]) => {
        const ticks = wholeTicks(at.range_min + along * (at.range_max - at.range_min))
        expect(radiansToTicks(ticksToRadians(ticks, at, centre, reversed), at, centre, reversed)).toBe(ticks)
        const radians = ticksToRadians(
          at.range_min + along * (at.range_max - at.range_min),
          at,
          centre,
          reversed
        )
        const again = ticksToRadians(radiansToTicks(radians, at, centre, reversed), at, centre, reversed)
        expect(Math.abs(again - radians)).toBeLessThanOrEqual(TICK_RAD / 2 + 1e-9)
      })
    )
  })

  test('of ratios and ±100 are within half a tick, and of ticks exact', () => {
    fc.assert(
      fc.property(cases, ([at, along, reversed]) => {
        const span = at.range_max - at.range_min
        const ticks = wholeTicks(at.range_min + along * span)
        expect(ratioToTicks(ticksToRatio(ticks, at, reversed), at, reversed)).toBe(ticks)
        expect(signedPercentToTicks(ticksToSignedPercent(ticks, at, reversed), at, reversed)).toBe(ticks)
        const again = ticksToRatio(ratioToTicks(along, at, reversed), at, reversed)
        expect(Math.abs(again - along)).toBeLessThanOrEqual(0.5 / span + 1e-9)
      })
    )
  })

  test('everything rises with the ticks, or falls where reversed', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ([at, a, reversed, centre], b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(
          (along) => at.range_min + along * (at.range_max - at.range_min)
        ) as [number, number]
        const sign = reversed ? -1 : 1
        for (const convert of [
          (ticks: number) => ticksToRadians(ticks, at, centre, reversed),
          (ticks: number) => ticksToRatio(ticks, at, reversed),
          (ticks: number) => ticksToSignedPercent(ticks, at, reversed)
        ]) {
          expect(sign * (convert(high) - convert(low))).toBeGreaterThanOrEqual(0)
        }
        expect(radiansToTicks(b, at)).toBeGreaterThanOrEqual(radiansToTicks(Math.min(a, b), at))
      })
    )
  })
})
