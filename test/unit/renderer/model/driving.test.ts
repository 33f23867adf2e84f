import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { driveRates } from '@shared/domain/teleop'
import {
  AT_REST,
  DRIVE_KEYS,
  isDriveKey,
  ratesOfKeys,
  ratesOfPad
} from '../../../../src/renderer/src/model/driveKeys'

const button = (value = 0) => ({ pressed: value > 0, value })
const pad = (axes: number[], held: Record<number, number>) => ({
  axes,
  buttons: Array.from({ length: 16 }, (_, index) => button(held[index]))
})

describe('keys', () => {
  test('each has a direction of its own; opposite ones cancel', () => {
    const rates = DRIVE_KEYS.map(({ code }) => JSON.stringify(ratesOfKeys(new Set([code]), 1)))
    expect(new Set(rates).size).toBe(DRIVE_KEYS.length)
    expect(ratesOfKeys(new Set(['ArrowLeft', 'ArrowRight', 'PageUp']), 0.5)).toMatchObject({
      linear: [0, 0, 0.5],
      gripper: 0
    })
    expect(ratesOfKeys(new Set(), 1)).toEqual(AT_REST)
    expect(['ArrowUp', 'KeyT', 'Escape'].map(isDriveKey)).toEqual([true, false, false])
  })

  test('whatever is held at whatever speed is something that may be sent', () => {
    const codes = fc.uniqueArray(fc.constantFrom(...DRIVE_KEYS.map(({ code }) => code as string), 'KeyQ'))
    fc.assert(
      fc.property(codes, fc.double({ min: 0, max: 1, noNaN: true }), (held, speed) => {
        expect(driveRates.safeParse(ratesOfKeys(new Set(held), speed)).success).toBe(true)
      })
    )
  })
})

describe('a gamepad', () => {
  test('moves nothing unless the left shoulder button is held', () => {
    expect(ratesOfPad(pad([1, 1, 1, 1], { 7: 1 }), 1)).toBeNull()
    expect(ratesOfPad(pad([1, -1, 0, -1], { 4: 1, 7: 1 }), 0.4)).toEqual({
      kind: 'tool',
      linear: [0.4, -0.4, 0.4],
      gripper: 0.4
    })
  })

  test('rests within its dead zone, and begins at nothing beyond it', () => {
    const along = (value: number) => ratesOfPad(pad([value, 0, 0, 0], { 4: 1 }), 1)
    expect(along(0.11)).toMatchObject({ linear: [0, 0, expect.closeTo(0)] })
    expect(along(0.13)).toMatchObject({ linear: [expect.closeTo(0.0114, 3), 0, expect.closeTo(0)] })
  })

  test('with axes that are missing or beyond their range is still something that may be sent', () => {
    const axes = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { maxLength: 6 })
    fc.assert(
      fc.property(axes, fc.double({ min: 0, max: 1, noNaN: true }), (values, grip) => {
        expect(driveRates.safeParse(ratesOfPad(pad(values, { 4: 1, 6: grip }), 1)).success).toBe(true)
      })
    )
  })
})
