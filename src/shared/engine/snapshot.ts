import type { BreakpointCounts } from '../domain/breakpoint'
import type { PredictionView, RefinementPhase, RefinementSettings } from '../domain/policy'
import { assertNever } from '../domain/result'
import type { EngineState } from './state'

export function phaseOf({ activity }: EngineState): RefinementPhase {
  switch (activity.kind) {
    case 'idle':
    case 'observing':
    case 'encoding':
      return { kind: activity.kind }
    case 'refining':
    case 'decided':
      return { kind: activity.kind, k: activity.prediction.k }
    case 'paused':
      return {
        kind: 'paused',
        k: activity.prediction.k,
        reason: activity.reason,
        ...(activity.reason === 'guard' && { question: activity.prediction.guard?.message ?? '' }),
        ...(activity.reason === 'breakpoint' && { breakpoint: heldBy(activity.prediction) })
      }
    case 'held':
      return { kind: 'held', k: activity.prediction.k, cause: activity.cause }
    default:
      return assertNever(activity)
  }
}

/** What people wrote, where it held the newest iteration. */
const heldBy = ({ breakpointHits, k }: PredictionView): string =>
  breakpointHits.find((hit) => hit.k === k && hit.held)?.expression ?? ''

/** The prediction being refined or last decided; null when idle or waiting for an observation. */
export function predictionOf({ activity }: EngineState): PredictionView | null {
  return activity.kind === 'idle' || activity.kind === 'observing' ? null : activity.prediction
}

/** What the UI gets to see (a `RefinementSnapshot` of the IPC contract). Shares the state's arrays: don't write. */
export function toSnapshot(
  state: EngineState,
  nowNanos: number
): {
  nanos: number
  phase: RefinementPhase
  settings: RefinementSettings
  prediction: PredictionView | null
  breakpointCounts: BreakpointCounts
} {
  return {
    nanos: nowNanos,
    phase: phaseOf(state),
    settings: state.settings,
    prediction: predictionOf(state),
    breakpointCounts: state.breakpointCounts
  }
}
