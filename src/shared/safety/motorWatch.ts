import type { MotionCause, MotorThresholds } from '../domain/robot'
import { millisToNanos } from '../units'

/**
 * Holds an arm before one of its motors is damaged, and says which. What a motor has raised by itself counts at once;
 * load and supply only when they last, because every start and stop has its peak.
 */
export interface MotorWatch {
  observe(motors: readonly MotorSample[], nowNanos: number): MotorVerdict
  /** Torque came anew: what lasted before counts no more. */
  reset(): void
}

/** `MotorReading` is one. */
export interface MotorSample {
  readonly motor: string
  readonly model: string | null
  readonly celsius: number
  readonly volts: number
  readonly loadFraction: number | null
  /** In words. */
  readonly alarms: readonly string[]
}

export interface MotorVerdict {
  readonly hold: MotionCause | null
  /** In words, with figures; the arm still moves. */
  readonly warnings: readonly string[]
}

export interface MotorWatchOptions {
  /** By motor model. */
  readonly thresholds: Readonly<Record<string, MotorThresholds>>
  /** For people: which robot. */
  readonly title: string
}

const LASTS_NANOS = millisToNanos(1000)
/** A warning ends this far below where it began, so that it doesn't come and go. */
const HYSTERESIS = { celsius: 3, load: 0.1 }

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`
const degrees = (celsius: number): string => `${celsius.toFixed(0)} °C`

export function createMotorWatch({ thresholds, title }: MotorWatchOptions): MotorWatch {
  /** Since when something is so, by motor and what. */
  const since = new Map<string, number>()
  const warned = new Set<string>()

  function lasts(key: string, isSo: boolean, nowNanos: number): boolean {
    if (!isSo) {
      since.delete(key)
      return false
    }
    const began = since.get(key) ?? nowNanos
    since.set(key, began)
    return nowNanos - began >= LASTS_NANOS
  }

  /** Begins at `from`, ends below `from − band`. */
  function warns(key: string, value: number, from: number, band: number): boolean {
    if (value >= from) warned.add(key)
    else if (value < from - band) warned.delete(key)
    return warned.has(key)
  }

  function causeOf(sample: MotorSample, limits: MotorThresholds, nowNanos: number): MotionCause | null {
    const { motor, celsius, volts, loadFraction, alarms } = sample
    const cause = (code: string, message: string): MotionCause => ({ code, message: `${title}: ${message}` })
    const { temperatureCelsius, supplyVolts, loadFraction: load } = limits
    // Both are counted in any case: one must not hide how long the other has lasted.
    const strains = lasts(`${motor} load`, (loadFraction ?? 0) >= load.hold, nowNanos)
    const isWrong = volts < supplyVolts.min || volts > supplyVolts.max
    const starves = lasts(`${motor} volts`, isWrong, nowNanos)
    if (alarms.length > 0) return cause('motorAlarm', `${motor} reports ${alarms.join(', ')}`)
    if (celsius >= temperatureCelsius.hold)
      return cause(
        'motorHot',
        `${motor} has ${degrees(celsius)}; it is held from ${degrees(temperatureCelsius.hold)}`
      )
    if (strains)
      return cause(
        'motorLoad',
        `${motor} has pushed with ${percent(loadFraction ?? 0)} of its torque for a second; see what is in its way`
      )
    if (starves)
      return cause(
        'motorSupply',
        `${motor} has ${volts.toFixed(1)} V; its supply should be ${supplyVolts.min}–${supplyVolts.max} V`
      )
    return null
  }

  function warningsOf(
    { motor, celsius, loadFraction }: MotorSample,
    limits: MotorThresholds
  ): readonly string[] {
    const { temperatureCelsius, loadFraction: load } = limits
    const isHot = warns(`${motor} hot`, celsius, temperatureCelsius.warn, HYSTERESIS.celsius)
    const isLoaded = warns(`${motor} loaded`, loadFraction ?? 0, load.warn, HYSTERESIS.load)
    return [
      ...(isHot ? [`${motor} has ${degrees(celsius)}; held from ${degrees(temperatureCelsius.hold)}`] : []),
      ...(isLoaded ? [`${motor} pushes with ${percent(loadFraction ?? 0)} of its torque`] : [])
    ]
  }

  return {
    observe(motors, nowNanos) {
      let hold: MotionCause | null = null
      const warnings: string[] = []
      for (const sample of motors) {
        const limits = sample.model === null ? undefined : thresholds[sample.model]
        if (!limits) continue
        const cause = causeOf(sample, limits, nowNanos)
        hold ??= cause
        warnings.push(...warningsOf(sample, limits))
      }
      return { hold, warnings }
    },
    reset: () => since.clear()
  }
}
