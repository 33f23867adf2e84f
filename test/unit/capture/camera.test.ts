import { describe, expect, test } from 'vitest'
import { createCameraHealth, FROZEN_AFTER_MS, SILENT_AFTER_MS } from '../../../src/capture/cameraHealth'
import { findDevice } from '../../../src/capture/device'

const picture = (value: number): Uint8Array => Uint8Array.of(value, 7, 9)

describe('health of a device', () => {
  /** Pictures every 33 ms from 100 ms on; `value` says what each shows. */
  function after(count: number, value: (index: number) => number) {
    const health = createCameraHealth(0)
    for (let index = 0; index < count; index++) health.picture(picture(value(index)), 100 + index * 33)
    return { health, lastMs: 100 + (count - 1) * 33 }
  }

  test('opening until its first picture, silent when none comes', () => {
    const health = createCameraHealth(0)
    expect(health.state(100)).toBe('opening')
    expect(health.state(10_000)).toBe('silent')
    expect(health.fps()).toBeNull()
  })

  test('live while pictures differ, at the rate that they come', () => {
    const { health, lastMs } = after(40, (index) => index)
    expect(health.state(lastMs + 10)).toBe('live')
    expect(health.fps()).toBeCloseTo(1000 / 33, 6)
  })

  test('silent when they stop', () => {
    const { health, lastMs } = after(10, (index) => index)
    expect(health.state(lastMs + SILENT_AFTER_MS)).toBe('live')
    expect(health.state(lastMs + SILENT_AFTER_MS + 1)).toBe('silent')
  })

  test('frozen when the same one comes again and again, live with the first other one', () => {
    const frozen = Math.ceil(FROZEN_AFTER_MS / 33) + 2
    const { health, lastMs } = after(frozen, () => 1)
    expect(health.state(lastMs)).toBe('frozen')
    health.picture(picture(2), lastMs + 33)
    expect(health.state(lastMs + 33)).toBe('live')
  })
})

describe('finding a device again', () => {
  const devices = [
    { deviceId: 'a', label: 'Webcam (046d:0825)' },
    { deviceId: 'b', label: 'Webcam (046d:0825)' },
    { deviceId: 'c', label: 'Wrist (1234:5678)' }
  ]
  test.each([
    ['by its id', { deviceId: 'b', label: 'whatever' }, 'b'],
    ['by its label, under a new id', { deviceId: 'old', label: 'Wrist (1234:5678)' }, 'c'],
    ['not by a label that two have', { deviceId: 'old', label: 'Webcam (046d:0825)' }, null],
    ['not by no label', { deviceId: 'old', label: '' }, null]
  ])('%s', (_, wanted, found) => expect(findDevice(devices, wanted)?.deviceId ?? null).toBe(found))
})
