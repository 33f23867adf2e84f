import type { Signals } from '@shared/domain/policy'
import { NO_SIGNALS } from '@shared/engine/signals'
import type { StoppingPoint } from '@shared/engine/stopping'

/** A curve of one signal: entry 0 is k = 2, as in the reference's step logs. One millisecond per iteration. */
export function curveOf(signal: keyof Signals, scores: readonly (number | null)[]): StoppingPoint[] {
  return [null, ...scores].map((score, index) => ({
    k: index + 1,
    signals: { ...NO_SIGNALS, [signal]: score },
    completedNanos: (index + 1) * 1_000_000
  }))
}
