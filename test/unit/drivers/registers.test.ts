import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  presentCurrent,
  presentLoad,
  xSeries,
  xSeriesTelemetry
} from '../../../src/main/drivers/dynamixel/tables'
import { sts3215, sts3215Telemetry } from '../../../src/main/drivers/feetech/sts3215'
import {
  decodeRegister,
  encodeRegister,
  registerRange,
  type Register
} from '../../../src/main/drivers/registers'
import { bytesOf, hexOf } from './wire'

describe('registers', () => {
  test.each([
    [sts3215.goalPosition, 2048, '00 08'],
    // Sign and magnitude: Feetech sets the top bit and keeps the number.
    [sts3215.presentPosition, -1, '01 80'],
    [sts3215.homingOffset, -2047, 'FF 0F'],
    [sts3215.presentLoad, -100, '64 04'],
    [xSeries.goalPosition, -1, 'FF FF FF FF'],
    [xSeries.busWatchdog, -1, 'FF'],
    [presentCurrent, -2, 'FE FF']
  ])('$name holds %d as %s', (register, value, hex) => {
    expect(hexOf(encodeRegister(register, value))).toBe(hex)
    expect(decodeRegister(register, bytesOf(hex))).toBe(value)
  })

  test('minus nothing is nothing', () => {
    expect(decodeRegister(sts3215.presentPosition, bytesOf('00 80'))).toBe(0)
    expect(Object.is(decodeRegister(sts3215.presentPosition, bytesOf('00 80')), 0)).toBe(true)
  })

  const all: readonly Register[] = [
    ...Object.values(sts3215),
    ...Object.values(xSeries),
    presentCurrent,
    presentLoad
  ]

  test('give back every number that they can hold, and refuse the next one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.double({ min: 0, max: 1, noNaN: true }), (register, share) => {
        const [min, max] = registerRange(register)
        const value = Math.round(min + share * (max - min))
        expect(decodeRegister(register, encodeRegister(register, value))).toBe(value === 0 ? 0 : value)
        expect(() => encodeRegister(register, max + 1)).toThrow(register.name)
        expect(() => encodeRegister(register, min - 1)).toThrow(register.name)
        expect(() => encodeRegister(register, value + 0.5)).toThrow(RangeError)
      })
    )
  })

  test('telemetry is one stretch of the table', () => {
    expect([sts3215Telemetry.address, sts3215Telemetry.bytes]).toEqual([56, 15])
    expect([xSeriesTelemetry.address, xSeriesTelemetry.bytes]).toEqual([126, 21])
    const data = bytesOf('00 08 0A 80 64 04 7B 1E 00 20 01 00 00 05 00')
    expect(sts3215Telemetry.decode(data)).toEqual({
      position: 2048,
      velocity: -10,
      load: -100,
      voltage: 123,
      temperature: 30,
      status: 32,
      moving: 1,
      current: 5
    })
  })
})
