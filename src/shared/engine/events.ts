import type { PredictionRecord, RefinementCommand } from '../domain/policy'
import type { LatentMetrics } from './signals'

/**
 * What happens to the engine. All times are nanoseconds of the main side's monotonic clock; `nowNanos` is when
 * the event reached the engine.
 *
 * `epoch` is the robot's at the time of the event; the engine takes it over. `generation` names the
 * effect an answer belongs to: an answer whose effect was superseded (pause, rewind, reseed, …) is ignored.
 */
export type EngineEvent =
  /** The robot may be commanded: begin to predict. Ends whatever was going on. */
  | {
      readonly type: 'engage'
      readonly epoch: number
      readonly episode: number
      /** Prediction i of the episode draws S_0 from `deriveSeed(sceneSeed, i)`. */
      readonly sceneSeed: number
      /** 0 for a fresh episode; where one goes on after a hold, the first index it has not used yet. */
      readonly firstPrediction: number
      readonly nowNanos: number
    }
  /** Takeover, stop, hold, episode end, lost robot: drop the prediction, go idle. */
  | {
      readonly type: 'disengage'
      readonly epoch: number
      readonly reason: string
      readonly nowNanos: number
    }
  /** The observation asked for. Ignored unless the engine waits for one under this epoch. */
  | {
      readonly type: 'observed'
      readonly epoch: number
      /** Capture time. */
      readonly observationNanos: number
      /** Commanded end-effector position, metres: where the chunk's path starts. */
      readonly startMetres: readonly [number, number, number]
      /** As observed, 0 to 1; null: not known. */
      readonly gripperOpening: number | null
      /** The instruction: K is compared within it (`bucket` horizon; its statistics start afresh with another). */
      readonly task: string
      /** Least contrast of its pictures, standard deviation of 255; null: there are none. */
      readonly contrast: number | null
      readonly observeMs: number
      readonly nowNanos: number
    }
  /** Answers `encode`: conditioning and S_pre are ready. */
  | {
      readonly type: 'encoded'
      readonly generation: number
      readonly encodeMs: number
      readonly preludeMs: number
      readonly nowNanos: number
    }
  /** Answers `iterate`: S_k is in slot k. The engine copies `chunk`. */
  | {
      readonly type: 'iterated'
      readonly generation: number
      readonly k: number
      readonly latent: LatentMetrics
      /** a_k, T×A row-major, normalised; null where the coda was not evaluated. */
      readonly chunk: Float32Array | null
      readonly stepMs: number
      readonly codaMs: number
      readonly nowNanos: number
    }
  /** Answers `compare`. */
  | {
      readonly type: 'compared'
      readonly generation: number
      /** Pairwise RMS distance of the seeds' chunks and this prediction's, normalised actions. */
      readonly disagreement: number
      readonly nowNanos: number
    }
  /** Answers `encode`, `iterate` or `compare`: the host could not compute it (provider error, non-finite tensor). */
  | {
      readonly type: 'failed'
      readonly generation: number
      readonly cause: string
      readonly nowNanos: number
    }
  /** The robot is done with a committed chunk: its horizon is executed, or the rest was dropped. */
  | {
      readonly type: 'executed'
      readonly episode: number
      readonly prediction: number
      readonly nowNanos: number
    }
  /** The robot paused under this new epoch: nothing is committed until it resumes. Refinement goes on. */
  | { readonly type: 'motionPaused'; readonly epoch: number; readonly nowNanos: number }
  /** The robot resumed with its arm where it was; a decision that waited for this is committed now. */
  | { readonly type: 'motionResumed'; readonly epoch: number; readonly nowNanos: number }
  | { readonly type: 'command'; readonly command: RefinementCommand; readonly nowNanos: number }

/**
 * What the host does, in the order given and one at a time: a computation begins when the one before it ended,
 * also when that one's answer is no longer wanted. `encode` and `iterate` need not begin once their generation
 * is no longer the state's. The host keeps the latents: slots S_0…S_maxIterations.
 */
export type EngineEffect =
  /** Ask the robot for one observation under this epoch; answer with `observed`. Replaces an earlier one. */
  | { readonly type: 'observe'; readonly epoch: number }
  /** Encode the newest observation and run the prelude; answer with `encoded` or `failed`. */
  | { readonly type: 'encode'; readonly generation: number }
  /**
   * Draw S_0 from the seed into slot 0, or put there what `commit` kept. Never answered and never skipped: a later
   * `iterate` relies on it.
   */
  | { readonly type: 'initialise'; readonly seed: number; readonly warm: boolean }
  /**
   * Compute S_k from slot k − 1 into slot k, and a_k; answer with `iterated` or `failed`. Not to begin before
   * `notBeforeNanos` (pace).
   */
  | {
      readonly type: 'iterate'
      readonly k: number
      /** Leave the coda out unless `latentDelta` is below; null: always decode. */
      readonly decodeBelow: number | null
      readonly generation: number
      readonly notBeforeNanos: number
    }
  /**
   * Compute the chunks of these seeds at the same k from the same conditioning, one after another; answer with `compared`
   * or `failed`. The slots are afterwards as they were.
   */
  | {
      readonly type: 'compare'
      readonly k: number
      readonly seeds: readonly number[]
      readonly generation: number
    }
  /** Send the decided chunk to the robot, and the record to whoever keeps records. */
  /** `keepK`: keep S_k for a warm start; null: nothing that was kept will be used. */
  | { readonly type: 'commit'; readonly record: PredictionRecord; readonly keepK: number | null }
  /** A breakpoint was hit: the robot pauses too, unless its epoch is another by now. */
  | { readonly type: 'pauseMotion'; readonly epoch: number }
  /** Hold the robot: a person is needed. */
  | {
      readonly type: 'hold'
      readonly code: 'nonFinite' | 'inferenceFailed' | 'badChunk'
      readonly message: string
    }
  /** The operator dropped this prediction; another observation is on its way. */
  | { readonly type: 'rejected'; readonly episode: number; readonly prediction: number }
  /** A command had no effect: why, for a person. */
  | { readonly type: 'refused'; readonly command: RefinementCommand['type']; readonly reason: string }
