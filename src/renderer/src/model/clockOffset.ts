import { nanosToMillis } from '@shared/units'

/**
 * Relates the main side's monotonic clock (nanoseconds) to this window's `performance.now` (milliseconds).
 * Every arriving snapshot gives local − remote = offset + transport delay; the smallest such difference of
 * the last one to two windows is the best estimate of the offset (delay is never negative).
 */
export interface ClockOffset {
  /** Learns from a snapshot stamped `remoteNanos` that arrived at `localMs`. */
  observe(remoteNanos: number, localMs: number): void
  /** Age in milliseconds of something stamped `remoteNanos`; null before the first snapshot. Never negative. */
  ageMs(remoteNanos: number, localMs: number): number | null
  /** The main side's clock at a local time, nanoseconds; null before the first snapshot. */
  remoteNanos(localMs: number): number | null
  /** Forgets everything: the clock on the other side may have changed. */
  reset(): void
}

export function createClockOffset(windowMs = 30_000): ClockOffset {
  let windowStartMs = 0
  let current: number | null = null
  let previous: number | null = null

  const offsetMs = (): number | null => {
    if (current === null) return previous
    return previous === null ? current : Math.min(current, previous)
  }

  return {
    observe(remoteNanos, localMs) {
      if (localMs - windowStartMs >= windowMs) {
        previous = current
        current = null
        windowStartMs = localMs
      }
      const difference = localMs - nanosToMillis(remoteNanos)
      current = current === null ? difference : Math.min(current, difference)
    },
    ageMs(remoteNanos, localMs) {
      const offset = offsetMs()
      return offset === null ? null : Math.max(0, localMs - offset - nanosToMillis(remoteNanos))
    },
    remoteNanos(localMs) {
      const offset = offsetMs()
      return offset === null ? null : (localMs - offset) * 1_000_000
    },
    reset() {
      current = null
      previous = null
      windowStartMs = 0
    }
  }
}
