import type { ConnectedArm, DevicesView, MotorReading, PortInfo } from '@shared/domain/devices'
import type { MotorThresholds } from '@shared/domain/robot'
import { milliseconds } from './format'

/** Devices in words and figures. */

const NOT_TOLD = '—'
const DEGREES = 180 / Math.PI
const TICKS_PER_TURN = 4096

export const portText = ({ path, serialNumber, manufacturer }: PortInfo): string =>
  [path, manufacturer, serialNumber === null ? 'no serial number' : `serial ${serialNumber}`]
    .filter((part) => part !== null && part !== '')
    .join(' · ')

/** Those that no connected arm is on. */
export function usablePorts(view: DevicesView | null): readonly PortInfo[] {
  if (view === null) return []
  const used = view.arms
    .filter(({ state }) => state === 'connected')
    .flatMap(({ request }) =>
      Object.values(request.ports).map(({ serialNumber, path }) => serialNumber ?? path)
    )
  return view.ports.filter(({ serialNumber, path }) => !used.includes(serialNumber ?? path))
}

export interface MotorRow {
  readonly motor: string
  readonly id: number
  readonly model: string
  readonly position: string
  readonly ticks: string
  readonly speed: string
  readonly load: string
  readonly current: string
  readonly volts: string
  readonly celsius: string
  readonly alarms: string
  readonly isLoaded: boolean
  readonly isStarving: boolean
  readonly isHot: boolean
}

export function motorRow(
  reading: MotorReading,
  thresholds: Readonly<Record<string, MotorThresholds>>
): MotorRow {
  const { motor, joint, id, model, position, ticks, ticksPerSec, loadFraction, amperes, volts, celsius } =
    reading
  const limits = model === null ? undefined : thresholds[model]
  const isGripper = joint.endsWith('gripper')
  const place = isGripper
    ? `${((position ?? 0) * 100).toFixed(0)} %`
    : `${((position ?? 0) * DEGREES).toFixed(1)}°`
  return {
    motor,
    id,
    model: model ?? NOT_TOLD,
    position: position === null ? NOT_TOLD : place,
    ticks: ticks.toFixed(0),
    speed: `${((ticksPerSec * 360) / TICKS_PER_TURN).toFixed(0)} °/s`,
    load: loadFraction === null ? NOT_TOLD : `${(loadFraction * 100).toFixed(0)} %`,
    current: amperes === null ? NOT_TOLD : `${amperes.toFixed(2)} A`,
    volts: `${volts.toFixed(1)} V`,
    celsius: `${celsius.toFixed(0)} °C`,
    alarms: reading.alarms.join(', '),
    isLoaded: limits !== undefined && Math.abs(loadFraction ?? 0) >= limits.loadFraction.warn,
    isStarving: limits !== undefined && (volts < limits.supplyVolts.min || volts > limits.supplyVolts.max),
    isHot: limits !== undefined && celsius >= limits.temperatureCelsius.warn
  }
}

/** What an arm's torque is, and whether we command it. */
export function torqueText({ state, torque, taken }: ConnectedArm): string {
  if (state !== 'connected') return 'unknown: the arm is not there'
  if (torque === 'off') return 'off: the arm can be moved by hand'
  if (torque === 'unknown') return 'unknown: the motors do not agree'
  return taken ? 'on' : 'on, but not by us: it holds its last goal and is not commanded'
}

/** How the line does since it was connected. */
export function busText({ bus }: Pick<ConnectedArm, 'bus'>): string {
  const { readingMillis, retries, requests, garbageBytes } = bus
  const time =
    readingMillis === null
      ? 'no reading yet'
      : `${milliseconds(readingMillis.p50)} ms per reading (p99 ${milliseconds(readingMillis.p99)})`
  return `${time}, ${retries} of ${requests} requests repeated, ${garbageBytes} stray bytes`
}

const CALIBRATION = {
  matches: 'file and motors agree',
  missing: 'none: this arm was never calibrated under this id',
  differs: 'the file and the motors differ'
} as const

export const calibrationText = ({ calibration }: ConnectedArm): string => CALIBRATION[calibration.state]
