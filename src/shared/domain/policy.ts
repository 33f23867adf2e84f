import { z } from 'zod'
import { breakpointHit, breakpoints } from './breakpoint'
import { GUARD_OFF, guardSettings, guardVerdict } from './guard'

/** Hard upper bound of every stopping rule (`refinement`: maxIterations). */
export const MAX_ITERATIONS = 32

/**
 * Signals of one iteration k, each comparing iteration k with k − 1. `null` where undefined: all of them at
 * k = 1, `latentAcceleration` below k = 3, action signals where the coda was not evaluated.
 *
 * - `actionMse`: mean((a_k − a_{k−1})²) over T×A normalised actions (the reference code's `kl_divergence`)
 * - `kl`: Σ(a_k − a_{k−1})² / (2σ_a²), KL of two Gaussians of equal covariance σ_a²·I
 * - `actionL2`: ‖a_k − a_{k−1}‖₂ (the reference step logs' `action_delta_list`)
 * - `cosine`: 1 − cos(a_k, a_{k−1})
 * - `latentDelta`: ‖S_k − S_{k−1}‖₂ / ‖S_{k−1}‖₂, `latentL2`: its absolute numerator
 * - `latentCosine`: 1 − cos(S_k, S_{k−1})
 * - `latentAcceleration`: ‖(S_k − S_{k−1}) − (S_{k−1} − S_{k−2})‖₂ / ‖S_{k−1}‖₂
 */
export const signals = z.object({
  actionMse: z.number().nullable(),
  kl: z.number().nullable(),
  actionL2: z.number().nullable(),
  cosine: z.number().nullable(),
  latentDelta: z.number().nullable(),
  latentL2: z.number().nullable(),
  latentCosine: z.number().nullable(),
  latentAcceleration: z.number().nullable()
})
export type Signals = z.infer<typeof signals>
export type SignalName = keyof Signals

const patience = {
  minIterations: z.int().min(2).max(MAX_ITERATIONS).default(2),
  patience: z.int().min(1).max(MAX_ITERATIONS).default(1)
}
const threshold = z.number().positive().finite()

/** When an iteration may stop. Data, changeable between two iterations. Tests start at k = 2. */
export const stoppingRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), iterations: z.int().min(1).max(MAX_ITERATIONS) }),
  z.object({ kind: z.literal('actionMse'), threshold, ...patience }),
  z.object({ kind: z.literal('kl'), threshold, ...patience }),
  z.object({ kind: z.literal('cosine'), threshold, ...patience }),
  z.object({ kind: z.literal('latentDelta'), threshold, ...patience }),
  z.object({
    kind: z.literal('deadline'),
    /** Milliseconds after the observation's capture time. */
    milliseconds: z.number().positive().finite(),
    ...patience
  })
])
export type StoppingRule = z.infer<typeof stoppingRule>

/** `paper` shortens the horizon when K is large; `reference-code` does the opposite (see refinement notes). */
export const horizonDirection = z.enum(['paper', 'reference-code'])

/** How many of the T actions of a chunk are executed before the next prediction. */
export const horizonRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), actions: z.int().min(1).max(256) }),
  z.object({ kind: z.literal('linearDecay') }),
  z.object({
    kind: z.literal('threshold'),
    kStar: z.int().min(1).max(MAX_ITERATIONS),
    short: z.int().min(1).max(256),
    long: z.int().min(1).max(256),
    direction: horizonDirection
  }),
  z.object({ kind: z.literal('bucket'), warmup: z.int().min(1).max(100), direction: horizonDirection })
])
export type HorizonRule = z.infer<typeof horizonRule>

/** What an operator may change about refinement, at any time. */
export const refinementSettings = z.object({
  stopping: stoppingRule,
  horizon: horizonRule,
  maxIterations: z.int().min(1).max(MAX_ITERATIONS),
  /** At least this many milliseconds per iteration, so that people can follow; 0 runs at full speed. */
  paceMs: z.number().min(0).max(10_000),
  /** Pause at k = 1 of the next prediction (once), or of every prediction. */
  pauseAt: z.enum(['never', 'next', 'every']),
  /** S_0 from the middle of the prediction before instead of a seed; dropped at takeovers, holds and episode ends. */
  warmStart: z.boolean(),
  /**
   * Deferred coda: a_k is decoded only once `latentDelta` is below this, and wherever a decision may need it; null decodes
   * every iteration. Where nothing was decoded the action signals are null.
   */
  decodeBelow: z.number().positive().finite().nullable(),
  /** When a person is asked before a decided chunk is executed. */
  guard: guardSettings,
  /** Conditions that hold refinement, or count, where they are true. */
  breakpoints
})
export type RefinementSettings = z.infer<typeof refinementSettings>

/** As recordings keep them: older ones know nothing of what came later. */
export const recordedSettings = refinementSettings.extend({
  warmStart: refinementSettings.shape.warmStart.default(false),
  decodeBelow: refinementSettings.shape.decodeBelow.default(null),
  guard: guardSettings.default(GUARD_OFF),
  breakpoints: breakpoints.default([])
})

/** Refinement phases (policy host). `held` needs a person: the cause says why. */
export const refinementPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('observing') }),
  z.object({ kind: z.literal('encoding') }),
  z.object({ kind: z.literal('refining'), k: z.int().min(0) }),
  z.object({
    kind: z.literal('paused'),
    k: z.int().min(0),
    /**
     * Why it is paused: the operator, "pause at prediction", the end of step(n), convergence reached, a breakpoint, or the
     * guard, which wants an answer before the chunk is executed.
     */
    reason: z.enum(['operator', 'pauseAt', 'stepped', 'converged', 'rewound', 'breakpoint', 'guard']),
    /** What the guard asks about. */
    question: z.string().optional(),
    /** The breakpoint's expression. */
    breakpoint: z.string().optional()
  }),
  z.object({ kind: z.literal('decided'), k: z.int().min(0) }),
  z.object({ kind: z.literal('held'), k: z.int().min(0), cause: z.string() })
])
export type RefinementPhase = z.infer<typeof refinementPhase>

/** One iteration as the engine keeps it and the scope draws it. */
export const iterationRecord = z.object({
  k: z.int().min(1),
  signals,
  /** Decoded chunk a_k, T×A row-major, normalised to [−1, 1]; null where the coda was not evaluated. */
  chunk: z.instanceof(Float32Array).nullable(),
  stepMs: z.number(),
  codaMs: z.number(),
  /** When the iteration was complete, nanoseconds: kept so that a deadline decides alike on replay. */
  completedNanos: z.number()
})
export type IterationRecord = z.infer<typeof iterationRecord>

export const stopReason = z.enum(['rule', 'maxIterations', 'operator', 'override'])
export type StopReason = z.infer<typeof stopReason>

/** Host-measured stage latencies of one prediction, milliseconds; step and coda are totals over k. */
export const stageLatencies = z.object({
  observe: z.number(),
  encode: z.number(),
  prelude: z.number(),
  step: z.number(),
  coda: z.number()
})
export type StageLatencies = z.infer<typeof stageLatencies>

/** The prediction being refined, or the one last decided. */
export const predictionView = z.object({
  /** Counts from 0 within the run's episode. */
  index: z.int().min(0),
  episode: z.int().min(0),
  epoch: z.int().min(0),
  seed: z.int().min(0),
  reseeds: z.int().min(0),
  observationNanos: z.number(),
  /** Commanded end-effector position at the observation, metres: where the chunk's path starts. */
  startMetres: z.tuple([z.number(), z.number(), z.number()]),
  /** As observed, 0 to 1; null: not known. */
  gripperOpening: z.number().nullable(),
  /** S_0 is S_k of this earlier prediction; null: it was drawn from the seed. */
  warmStart: z.object({ prediction: z.int().min(0), k: z.int().min(1) }).nullable(),
  k: z.int().min(0),
  iterations: z.array(iterationRecord),
  stages: stageLatencies,
  /** Set when a rule fired (also when people chose to go beyond it). */
  converged: z.object({ k: z.int(), reason: stopReason }).nullable(),
  human: z.boolean(),
  /** Least contrast of its pictures, standard deviation of 255; null: it saw none. */
  contrast: z.number().nullable(),
  /** RMS distance to the chunks of other seeds, normalised actions; null: nobody asked. */
  disagreement: z.number().nullable(),
  /** What the guard had to say of it; null: nothing. */
  guard: guardVerdict.nullable(),
  /** Where breakpoints acted, in the order of k. */
  breakpointHits: z.array(breakpointHit)
})
export type PredictionView = z.infer<typeof predictionView>

/** A finished prediction, as the strip and the records keep it. */
export const predictionRecord = predictionView.extend({
  stopReason,
  rule: stoppingRule,
  horizonRule,
  /** Number of actions that will be executed, 1…T. */
  horizon: z.int().min(1),
  /** The committed chunk, T×A normalised (differs from iteration K's only after an override). */
  chunk: z.instanceof(Float32Array),
  provider: z.string()
})
export type PredictionRecord = z.infer<typeof predictionRecord>

/** What an operator can do to refinement. Every command is valid in every phase; where it has no meaning it is refused with a reason. */
export const refinementCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('step'), count: z.int().min(1).max(MAX_ITERATIONS) }),
  z.object({ type: z.literal('runToConvergence') }),
  /** `horizon`: actions to execute; omitted: the horizon rule decides. */
  z.object({ type: z.literal('haltNow'), horizon: z.int().min(1).max(256).optional() }),
  z.object({ type: z.literal('goBeyond'), count: z.int().min(1).max(MAX_ITERATIONS) }),
  z.object({ type: z.literal('rewind'), k: z.int().min(0).max(MAX_ITERATIONS) }),
  z.object({ type: z.literal('reseed'), seed: z.int().min(0).max(0xffff_ffff) }),
  z.object({
    type: z.literal('override'),
    /** Edited chunk, T×A normalised; policies overshoot ±1 a little, so what lies beyond is clamped, not refused. */
    chunk: z.array(z.number()).min(1).max(16_384),
    /** Actions to execute; omitted: the horizon rule decides. */
    horizon: z.int().min(1).max(256).optional()
  }),
  z.object({ type: z.literal('reject') }),
  z.object({ type: z.literal('settings'), settings: refinementSettings.partial() })
])
export type RefinementCommand = z.infer<typeof refinementCommand>

/** Per-action dimension of the bundle, for axes and labels. */
export const actionDimension = z.object({ name: z.string(), unit: z.string() })

/** What the UI needs to know of the loaded bundle. */
export const policyInfo = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  bundleHash: z.string(),
  /** Folder or zip it was loaded from. */
  origin: z.string(),
  /** Where its weights came from: name and value, as its manifest says. */
  provenance: z.array(z.tuple([z.string(), z.string()])),
  precision: z.enum(['float32', 'int8']),
  chunkLength: z.int().min(1),
  actionDims: z.array(actionDimension).min(1),
  /** SI value per unit of normalised action and its offset: si = offset + scale · normalised. */
  actionScale: z.array(z.number()),
  actionOffset: z.array(z.number()),
  sigmaA: z.number().positive(),
  controlRateHz: z.number().positive(),
  latentShape: z.tuple([z.int(), z.int()]),
  cameras: z.array(z.object({ name: z.string(), width: z.int(), height: z.int() })),
  tasks: z.array(z.string()),
  defaults: recordedSettings,
  provider: z.string(),
  /** Providers tried before, each with the reason it was refused. */
  refusedProviders: z.array(z.object({ provider: z.string(), reason: z.string() })),
  selfTest: z.object({
    maxStateError: z.number(),
    maxActionError: z.number(),
    tolerance: z.number(),
    /** False for rounded weights: their states differ by design, and only actions are held to the tolerance. */
    judgesStates: z.boolean()
  })
})
export type PolicyInfo = z.infer<typeof policyInfo>
