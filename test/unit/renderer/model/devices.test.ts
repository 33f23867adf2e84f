import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ConnectedArm, DevicesView, JointLimits, MotorReading, PortInfo } from '@shared/domain/devices'
import {
  busText,
  calibrationText,
  motorRow,
  portText,
  torqueText,
  usablePorts
} from '../../../../src/renderer/src/model/deviceText'
import {
  LIMIT_FIELDS,
  limitBounds,
  limitScale,
  limitsReason,
  withLimit
} from '../../../../src/renderer/src/model/limitsDraft'
import {
  MOTOR_QUANTITIES,
  motorValue,
  remember,
  spanOf,
  tracePath,
  traceOf,
  type HistoryEntry
} from '../../../../src/renderer/src/model/motorHistory'
import { connectedArm, motorReading } from '../support/devices'

const port = (path: string, serialNumber: string | null, manufacturer: string | null = null): PortInfo => ({
  path,
  serialNumber,
  vendorId: null,
  productId: null,
  manufacturer
})

describe('texts', () => {
  test('a port says what tells it from others', () => {
    expect(portText(port('/dev/ttyACM0', 'S1', 'FTDI'))).toBe('/dev/ttyACM0 · FTDI · serial S1')
    expect(portText(port('COM3', null))).toBe('COM3 · no serial number')
  })

  test('ports in use are not offered, wherever they are numbered now', () => {
    const arm = connectedArm({ request: { ports: { arm: { serialNumber: 'S1', path: '/dev/ttyACM0' } } } })
    const view = { ports: [port('/dev/ttyACM7', 'S1'), port('/dev/ttyACM1', 'S2')], arms: [arm] }
    expect(usablePorts(view as unknown as DevicesView).map(({ path }) => path)).toEqual(['/dev/ttyACM1'])
    const lost = { ...view, arms: [connectedArm({ ...arm, state: 'lost' })] }
    expect(usablePorts(lost as unknown as DevicesView)).toHaveLength(2)
    expect(usablePorts(null)).toEqual([])
  })

  test.each<[Partial<ConnectedArm>, RegExp]>([
    [{ torque: 'off' }, /^off: the arm can be moved by hand$/],
    [{ torque: 'on', taken: true }, /^on$/],
    [{ torque: 'on', taken: false }, /not by us/],
    [{ torque: 'unknown' }, /do not agree/],
    [{ torque: 'on', taken: true, state: 'lost' }, /not there/]
  ])('torque %o', (change, text) => {
    expect(torqueText(connectedArm(change))).toMatch(text)
  })

  test('calibration and bus in words', () => {
    expect(calibrationText(connectedArm())).toBe('file and motors agree')
    expect(busText(connectedArm())).toBe(
      '3.1 ms per reading (p99 12), 2 of 100 requests repeated, 7 stray bytes'
    )
    const fresh = connectedArm()
    expect(busText({ bus: { ...fresh.bus, readingMillis: null } })).toMatch(/^no reading yet/)
  })

  test('a motor in figures, what is out of bounds marked, what is not told not made up', () => {
    const thresholds = {
      sts3215: {
        temperatureCelsius: { warn: 55, hold: 65 },
        supplyVolts: { min: 6, max: 13 },
        loadFraction: { warn: 0.6, hold: 0.85 }
      }
    }
    expect(motorRow(motorReading({ position: Math.PI / 2, ticksPerSec: 1024 }), thresholds)).toMatchObject({
      position: '90.0°',
      speed: '90 °/s',
      isHot: false,
      isLoaded: false,
      isStarving: false
    })
    const hot = motorReading({
      joint: 'left_gripper',
      celsius: 55,
      volts: 5,
      loadFraction: -0.7,
      amperes: null
    })
    expect(motorRow(hot, thresholds)).toMatchObject({
      position: '0 %',
      current: '—',
      isHot: true,
      isLoaded: true,
      isStarving: true
    })
    expect(motorRow(motorReading({ position: null, model: null, celsius: 99 }), thresholds)).toMatchObject({
      position: '—',
      model: '—',
      isHot: false
    })
  })
})

describe('a motor’s last minute', () => {
  const entry = (seconds: number, change: Partial<MotorReading> = {}): HistoryEntry => ({
    nanos: seconds * 1e9,
    motors: [motorReading({ motor: 'a', ...change }), motorReading({ motor: 'b', celsius: 40 })]
  })
  const all = (entries: readonly HistoryEntry[]) => entries.reduce<readonly HistoryEntry[]>(remember, [])

  test('keeps a minute, five readings a second, and begins anew with another clock', () => {
    const minute = all(Array.from({ length: 1000 }, (_, index) => entry(index / 10)))
    expect(minute.length).toBeLessThanOrEqual(301)
    expect(minute.length).toBeGreaterThan(290)
    expect((minute.at(-1)?.nanos ?? 0) - (minute[0]?.nanos ?? 0)).toBeLessThanOrEqual(60e9)
    expect(all([...minute, entry(1)])).toEqual([entry(1)])
  })

  test('a trace is the one motor’s, and leaves out what is not told', () => {
    const history = [entry(0, { amperes: 1 }), entry(1, { amperes: null }), entry(3, { amperes: 2 })]
    expect(traceOf(history, 'a', 'current')).toEqual([
      [-3, 1],
      [0, 2]
    ])
    expect(traceOf(history, 'nobody', 'current')).toEqual([])
    expect(traceOf(history, 'b', 'temperature').map(([, celsius]) => celsius)).toEqual([40, 40, 40])
  })

  test('every quantity has a value in its unit', () => {
    const reading = motorReading({ position: Math.PI, ticksPerSec: 4096, loadFraction: 0.5 })
    expect(MOTOR_QUANTITIES.map(({ value }) => motorValue(reading, value))).toEqual([
      50, 0.3, 30, 7.4, 360, 180
    ])
    expect(motorValue(motorReading({ joint: 'gripper', position: 0.4 }), 'position')).toBe(40)
  })

  test('noise is not drawn as an event, and every value lies within the picture', () => {
    expect(spanOf([], 20)).toEqual([0, 20])
    expect(spanOf([[[0, 10]], [[0, 11]]], 20)).toEqual([0.5, 20.5])
    const traces = fc.array(
      fc.tuple(fc.double({ min: -60, max: 0, noNaN: true }), fc.double({ min: -500, max: 500, noNaN: true })),
      { minLength: 1, maxLength: 20 }
    )
    fc.assert(
      fc.property(traces, (trace) => {
        const path = tracePath(trace, spanOf([trace], 5), { width: 200, height: 20 })
        const points = path.split(/[ML]/).slice(1)
        expect(points).toHaveLength(trace.length)
        for (const point of points) {
          const [x, y] = point.split(' ').map(Number)
          expect(x).toBeGreaterThanOrEqual(0)
          expect(x).toBeLessThanOrEqual(200)
          expect(y).toBeGreaterThanOrEqual(0)
          expect(y).toBeLessThanOrEqual(20)
        }
      })
    )
  })
})

describe('limits of one’s own', () => {
  const file: JointLimits = { name: 'pan', min: -2, max: 2, maxVelocityPerSec: 3, maxAccelerationPerSec2: 40 }

  test('stay within the file’s and leave a range', () => {
    const own = { ...file, min: -1, max: 1 }
    expect(limitBounds('min', file, own)).toEqual({ min: -2, max: 1 })
    expect(limitBounds('max', file, own)).toEqual({ min: -1, max: 2 })
    for (const field of ['maxVelocityPerSec', 'maxAccelerationPerSec2'] as const) {
      const { min, max } = limitBounds(field, file, own)
      expect(max).toBe(file[field])
      expect(min).toBeGreaterThan(0)
    }
  })

  test('change one field of one joint', () => {
    const other = { ...file, name: 'lift' }
    for (const field of LIMIT_FIELDS)
      expect(withLimit([file, other], 'pan', field, 0.5)).toEqual([{ ...file, [field]: 0.5 }, other])
  })

  test('can be kept when they differ, leave a range, and nothing moves', () => {
    const narrow = [{ ...file, max: 1 }]
    expect(limitsReason([file], [file], null)).toMatch(/in force/)
    expect(limitsReason(narrow, [file], null)).toBeNull()
    expect(limitsReason(narrow, [file], 'The arm is moving')).toBe('The arm is moving')
    expect(limitsReason([{ ...file, max: -2 }], [file], null)).toMatch(/pan: the least position is not below/)
    expect([limitScale(true), limitScale(false)]).toEqual([100, 180 / Math.PI])
  })
})
