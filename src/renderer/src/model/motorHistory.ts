import type { MotorReading } from '@shared/domain/devices'
import { NANOS_PER_SECOND, radiansToDegrees } from '@shared/units'

/** What is plotted of every motor, over the last while. */

export const MOTOR_QUANTITIES = [
  { value: 'load', title: 'Load (est.)', unit: '%', leastSpan: 20 },
  { value: 'current', title: 'Current', unit: 'A', leastSpan: 0.2 },
  { value: 'temperature', title: 'Temperature', unit: '°C', leastSpan: 5 },
  { value: 'supply', title: 'Supply', unit: 'V', leastSpan: 1 },
  { value: 'speed', title: 'Speed', unit: '°/s', leastSpan: 20 },
  { value: 'position', title: 'Position', unit: '° or %', leastSpan: 2 }
] as const
export type MotorQuantity = (typeof MOTOR_QUANTITIES)[number]['value']

export const HISTORY_SECONDS = 60
/** Fewer than come: a plot is some two hundred pixels wide. */
const KEEP_EVERY_NANOS = 0.2 * NANOS_PER_SECOND
const DEGREES_PER_TICK = 360 / 4096

/** In the quantity's unit; null where the motor doesn't tell. */
export function motorValue(reading: MotorReading, quantity: MotorQuantity): number | null {
  const { joint, position, ticksPerSec, loadFraction, amperes, volts, celsius } = reading
  switch (quantity) {
    case 'load':
      return loadFraction === null ? null : loadFraction * 100
    case 'current':
      return amperes
    case 'temperature':
      return celsius
    case 'supply':
      return volts
    case 'speed':
      return ticksPerSec * DEGREES_PER_TICK
    case 'position':
      if (position === null) return null
      return joint.endsWith('gripper') ? position * 100 : radiansToDegrees(position)
  }
}

export interface HistoryEntry {
  readonly nanos: number
  readonly motors: readonly MotorReading[]
}

/** With this reading, without what is too old; the same array when it came too soon to be kept. */
export function remember(history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const newest = history.at(-1)
  // Another host's clock: what was before is no longer comparable.
  if (newest && entry.nanos < newest.nanos) return [entry]
  if (newest && entry.nanos - newest.nanos < KEEP_EVERY_NANOS) return history
  const oldest = entry.nanos - HISTORY_SECONDS * NANOS_PER_SECOND
  return [...history.filter(({ nanos }) => nanos >= oldest), entry]
}

/** Of one motor: seconds before the newest entry (at most 0), and the value. */
export type Trace = readonly (readonly [seconds: number, value: number])[]

export function traceOf(history: readonly HistoryEntry[], motor: string, quantity: MotorQuantity): Trace {
  const newest = history.at(-1)?.nanos ?? 0
  return history.flatMap(({ nanos, motors }) => {
    const reading = motors.find((candidate) => candidate.motor === motor)
    const value = reading ? motorValue(reading, quantity) : null
    return value === null ? [] : [[(nanos - newest) / NANOS_PER_SECOND, value] as const]
  })
}

/** The smallest range around all values that is no narrower than `leastSpan`: noise must not look like an event. */
export function spanOf(traces: readonly Trace[], leastSpan: number): readonly [number, number] {
  const values = traces.flatMap((trace) => trace.map(([, value]) => value))
  if (values.length === 0) return [0, leastSpan]
  const min = Math.min(...values)
  const max = Math.max(...values)
  const missing = Math.max(0, leastSpan - (max - min)) / 2
  return [min - missing, max + missing]
}

/** An SVG path through the trace; the newest value ends at the right edge, the range fills the height. */
export function tracePath(
  trace: Trace,
  [min, max]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number }
): string {
  const x = (seconds: number): number => width * (1 + seconds / HISTORY_SECONDS)
  const y = (value: number): number => height - (height * (value - min)) / (max - min)
  return trace
    .map(
      ([seconds, value], index) => `${index === 0 ? 'M' : 'L'}${x(seconds).toFixed(1)} ${y(value).toFixed(1)}`
    )
    .join('')
}
