/**
 * The main side's clock as this window estimates it: of the newest exchanges, the one with the shortest way there and
 * back says it best.
 */
export interface MainClock {
  answered(sentMs: number, nanos: number, receivedMs: number): void
  /** Null: nothing is known yet. */
  nanosAt(ms: number): number | null
}

const KEPT = 16
const NANOS_PER_MILLI = 1e6

export function createMainClock(): MainClock {
  const exchanges: { readonly roundTripMs: number; readonly offsetNanos: number }[] = []
  let offsetNanos: number | null = null
  return {
    answered(sentMs, nanos, receivedMs) {
      const middleMs = (sentMs + receivedMs) / 2
      exchanges.push({ roundTripMs: receivedMs - sentMs, offsetNanos: nanos - middleMs * NANOS_PER_MILLI })
      if (exchanges.length > KEPT) exchanges.shift()
      const best = exchanges.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a))
      offsetNanos = best.offsetNanos
    },
    nanosAt: (ms) => (offsetNanos === null ? null : Math.round(ms * NANOS_PER_MILLI + offsetNanos))
  }
}
