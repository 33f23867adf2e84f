import type { InputLatency } from '../domain/teleop'
import { createQuantileWindow } from '../statistics/quantileWindow'
import { nanosToMillis } from '../units'

/** From a person's input to the command on its way, over the newest inputs. */
export interface LatencyStats {
  add(inputNanos: number, commandNanos: number): void
  /** null before the first input whose time is known. */
  view(): InputLatency | null
}

const KEPT = 500

export function createLatencyStats(): LatencyStats {
  const newest = createQuantileWindow(KEPT)
  let lastMs = 0

  return {
    add(inputNanos, commandNanos) {
      // A window's clock is estimated: what seems to come from the future took no time.
      lastMs = Math.max(0, nanosToMillis(commandNanos - inputNanos))
      newest.add(lastMs)
    },
    view() {
      const [p50Ms, p99Ms] = [newest.quantile(0.5), newest.quantile(0.99)]
      return p50Ms === null || p99Ms === null ? null : { lastMs, p50Ms, p99Ms }
    }
  }
}
