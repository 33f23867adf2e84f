import { describe, expect, test } from 'vitest'
import { createMotorWatch, type MotorSample } from '@shared/safety/motorWatch'
import { millisToNanos } from '@shared/units'

const thresholds = {
  sts3215: {
    temperatureCelsius: { warn: 55, hold: 65 },
    supplyVolts: { min: 6, max: 13 },
    loadFraction: { warn: 0.6, hold: 0.85 }
  }
}
const sample = (change: Partial<MotorSample> = {}): MotorSample => ({
  motor: 'elbow_flex',
  model: 'sts3215',
  celsius: 30,
  volts: 7.4,
  loadFraction: 0.1,
  alarms: [],
  ...change
})
const watch = () => createMotorWatch({ thresholds, title: 'SO-101' })
const after = (ms: number): number => millisToNanos(ms)

describe('holds', () => {
  test.each<[string, Partial<MotorSample>, RegExp]>([
    ['what a motor raised', { alarms: ['overload'] }, /elbow_flex reports overload/],
    ['heat', { celsius: 65 }, /elbow_flex has 65 °C; it is held from 65 °C/]
  ])('%s at once', (_, change, message) => {
    expect(watch().observe([sample(change)], 0).hold?.message).toMatch(message)
  })

  test.each<[string, Partial<MotorSample>, string]>([
    ['load', { loadFraction: 0.9 }, 'motorLoad'],
    ['low supply', { volts: 5.9 }, 'motorSupply'],
    ['high supply', { volts: 13.1 }, 'motorSupply']
  ])('%s only when it lasts', (_, change, code) => {
    const motors = watch()
    expect(motors.observe([sample(change)], 0).hold).toBeNull()
    expect(motors.observe([sample(change)], after(999)).hold).toBeNull()
    expect(motors.observe([sample(change)], after(1000)).hold?.code).toBe(code)
    // It was over in between, or torque came anew: it counts from there.
    motors.observe([sample()], after(1100))
    expect(motors.observe([sample(change)], after(1200)).hold).toBeNull()
    motors.reset()
    expect(motors.observe([sample(change)], after(2300)).hold).toBeNull()
  })

  test('nothing of a motor that nobody knows', () => {
    const hot = { celsius: 200, alarms: ['overheat'] }
    for (const model of [null, 'other'])
      expect(watch().observe([sample({ ...hot, model })], 0)).toEqual({ hold: null, warnings: [] })
  })

  test('a motor that holds does not hide how long another has strained', () => {
    const motors = watch()
    const strained = sample({ motor: 'wrist_flex', loadFraction: 0.9 })
    motors.observe([sample({ celsius: 70 }), strained], 0)
    expect(motors.observe([sample(), strained], after(1000)).hold?.message).toMatch(/wrist_flex/)
  })
})

test('a warning ends well below where it began', () => {
  const motors = watch()
  const warned = (celsius: number): number => motors.observe([sample({ celsius })], 0).warnings.length
  expect([54, 55, 53, 52.1, 51.9, 54].map(warned)).toEqual([0, 1, 1, 1, 0, 0])
})
