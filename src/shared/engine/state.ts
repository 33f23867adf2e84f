import type { BreakpointCounts } from '../domain/breakpoint'
import type { PredictionView, RefinementPhase, RefinementSettings } from '../domain/policy'
import { NO_GUARD_STATE, type GuardState } from '../guard/guard'
import type { EngineEffect } from './events'
import { NO_STATISTICS, type IterationStatistics } from './horizon'

/** What the bundle fixes for the engine. */
export interface EngineConfig {
  /** T, actions in a chunk. */
  readonly chunkLength: number
  /** Of the A numbers in an action, in order. */
  readonly actionNames: readonly string[]
  /** σ_a of the `kl` signal, normalised action units. */
  readonly sigmaA: number
  /** Execution provider, for the records. */
  readonly provider: string
}

/** How refinement goes on: until the rule decides, up to an iteration and pause, or until the rule fires and pause. */
export type Plan =
  { readonly kind: 'run' } | { readonly kind: 'until'; readonly k: number } | { readonly kind: 'converge' }

/** A decision that waits while the robot is paused, taken anew when it resumes. */
export type Intent =
  /** The rule fired by itself. */
  | { readonly kind: 'run' }
  /** The operator resumed. */
  | { readonly kind: 'resume' }
  | { readonly kind: 'halt'; readonly horizon: number | null }
  | { readonly kind: 'override'; readonly chunk: Float32Array; readonly horizon: number | null }

/** The phase with all that belongs to it. `prediction.k` is always its number of iterations. */
export type Activity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'observing'; readonly index: number; readonly pauseFirst: boolean }
  | {
      readonly kind: 'encoding'
      readonly prediction: PredictionView
      readonly plan: Plan | { readonly kind: 'pause' }
    }
  | {
      readonly kind: 'refining'
      readonly prediction: PredictionView
      readonly plan: Plan
      readonly notBeforeNanos: number
    }
  | {
      readonly kind: 'paused'
      readonly prediction: PredictionView
      readonly reason: Extract<RefinementPhase, { kind: 'paused' }>['reason']
      readonly whenMotionResumes: Intent | null
    }
  | { readonly kind: 'decided'; readonly prediction: PredictionView; readonly pauseNext: boolean }
  | { readonly kind: 'held'; readonly prediction: PredictionView; readonly cause: string }

export interface EngineState {
  readonly config: EngineConfig
  readonly settings: RefinementSettings
  /** The robot's, as of its last message. */
  readonly epoch: number
  readonly motionPaused: boolean
  /** The robot wants predictions; false from a hold, stop, takeover or episode end until it asks again. */
  readonly engaged: boolean
  readonly episode: number
  readonly sceneSeed: number
  readonly task: string | null
  readonly statistics: IterationStatistics
  /** The computation that is wanted; rises with every other phase or computation, so answers grow stale by it. */
  readonly generation: number
  /** How often each breakpoint was hit. */
  readonly breakpointCounts: BreakpointCounts
  /** What the guard remembers of this episode. */
  readonly guard: GuardState
  /** What the next prediction may start from; null: nothing, as after a takeover, a hold or an episode's end. */
  readonly warm: PredictionView['warmStart']
  /** When the present S_0 was drawn: the pace of k = 1 counts from here. */
  readonly initialisedNanos: number
  readonly activity: Activity
}

export interface Transition {
  readonly state: EngineState
  readonly effects: readonly EngineEffect[]
}

export function createEngine(config: EngineConfig, settings: RefinementSettings): EngineState {
  return {
    config,
    settings,
    epoch: 0,
    motionPaused: false,
    engaged: false,
    episode: 0,
    sceneSeed: 0,
    task: null,
    statistics: NO_STATISTICS,
    generation: 0,
    breakpointCounts: {},
    guard: NO_GUARD_STATE,
    warm: null,
    initialisedNanos: 0,
    activity: { kind: 'idle' }
  }
}
