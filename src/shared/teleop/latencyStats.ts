import type { InputLatency } from '../domain/teleop'
import { nanosToMillis } from '../units'

/** From a person's input to the command on its way, over the newest inputs. */
export interface LatencyStats {
  add(inputNanos: number, commandNanos: number): void
  /** null before the first input whose time is known. */
  view(): InputLatency | null
}

const KEPT = 500

export function createLatencyStats(): LatencyStats {
  const newest: number[] = []
  let next = 0
  let lastMs = 0

  return {
    add(inputNanos, commandNanos) {
      // A window's clock is estimated: what seems to come from the future took no time.
      lastMs = Math.max(0, nanosToMillis(commandNanos - inputNanos))
      newest[next] = lastMs
      next = (next + 1) % KEPT
    },
    view() {
      if (newest.length === 0) return null
      const sorted = [...newest].sort((a, b) => a - b)
      const quantile = (q: number): number => sorted[Math.ceil(sorted.length * q) - 1] ?? lastMs
      return { lastMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
    }
  }
}
