import { checkBreakpoints } from '../breakpoints/breakpoints'
import type { PredictionRecord, PredictionView, RefinementSettings, StopReason } from '../domain/policy'
import { assertNever } from '../domain/result'
import { deriveSeed } from '../random/xoshiro'
import { countPrediction, guardPrediction } from '../guard/guard'
import { millisToNanos, nanosToMillis } from '../units'
import type { EngineEffect } from './events'
import { chooseHorizon, countIterations } from './horizon'
import type { Activity, EngineState, Intent, Plan, Transition } from './state'

/** The steps that events and commands are made of. */

export const stay = (state: EngineState): Transition => ({ state, effects: [] })

/** Another phase or computation: what was being computed is no longer wanted. */
const enter = (state: EngineState, activity: Activity): EngineState => ({
  ...state,
  generation: state.generation + 1,
  activity
})

export const idle = (state: EngineState): Transition => stay(enter(state, { kind: 'idle' }))

export function observe(state: EngineState, index: number, pauseFirst: boolean): Transition {
  return {
    state: enter(state, { kind: 'observing', index, pauseFirst }),
    effects: [{ type: 'observe', epoch: state.epoch }]
  }
}

export function encode(
  state: EngineState,
  prediction: PredictionView,
  plan: Extract<Activity, { kind: 'encoding' }>['plan']
): Transition {
  const next = enter(state, { kind: 'encoding', prediction, plan })
  return { state: next, effects: [{ type: 'encode', generation: next.generation }] }
}

/** A fresh S_0 that the first iteration will start from. */
export const initialise = (prediction: PredictionView): EngineEffect => ({
  type: 'initialise',
  seed: prediction.seed,
  warm: prediction.warmStart !== null
})

/** Asks for the next iteration; whatever was asked before is no longer wanted. */
export function iterate(state: EngineState, prediction: PredictionView, plan: Plan): Transition {
  const lastNanos = prediction.iterations.at(-1)?.completedNanos ?? state.initialisedNanos
  const notBeforeNanos = lastNanos + millisToNanos(state.settings.paceMs)
  const next = enter(state, { kind: 'refining', prediction, plan, notBeforeNanos })
  return {
    state: next,
    effects: [
      {
        type: 'iterate',
        k: prediction.k + 1,
        decodeBelow: decodeBelow(state.settings, prediction, plan),
        generation: next.generation,
        notBeforeNanos
      }
    ]
  }
}

/** The coda is left out only where nothing will be decided or looked at without it. */
function decodeBelow(
  { decodeBelow: below, stopping, maxIterations }: RefinementSettings,
  { k, converged }: PredictionView,
  plan: Plan
): number | null {
  const next = k + 1
  // A person looks at what they step to, and a rule that has fired only waits for its chunk.
  if (below === null || plan.kind !== 'run' || converged || next >= maxIterations) return null
  switch (stopping.kind) {
    case 'fixed':
      return next < stopping.iterations ? NEVER : null
    case 'deadline':
      return null
    case 'latentDelta':
      return Math.max(below, stopping.threshold)
    case 'actionMse':
    case 'kl':
    case 'cosine':
      return below
    default:
      return assertNever(stopping)
  }
}
/** No relative change is below it. */
const NEVER = 0

type PauseReason = Extract<Activity, { kind: 'paused' }>['reason']

export const pause = (
  state: EngineState,
  prediction: PredictionView,
  reason: PauseReason,
  whenMotionResumes: Intent | null = null
): Transition => stay(enter(state, { kind: 'paused', prediction, reason, whenMotionResumes }))

export function hold(
  state: EngineState,
  prediction: PredictionView,
  code: Extract<EngineEffect, { type: 'hold' }>['code'],
  cause: string
): Transition {
  return {
    state: enter(state, { kind: 'held', prediction, cause }),
    effects: [{ type: 'hold', code, message: cause }]
  }
}

/** An iteration is there: what people want to look at is not decided before they have looked. */
export function afterIteration(state: EngineState, prediction: PredictionView, plan: Plan): Transition {
  const { settings, breakpointCounts, config } = state
  if (settings.breakpoints.length === 0) return atBoundary(state, prediction, plan)
  const { breakpoints, counts, hits } = checkBreakpoints(
    settings.breakpoints,
    breakpointCounts,
    prediction,
    config.actionNames
  )
  const next: EngineState = { ...state, settings: { ...settings, breakpoints }, breakpointCounts: counts }
  const marked: PredictionView = {
    ...prediction,
    breakpointHits: [...prediction.breakpointHits, ...hits]
  }
  if (!hits.some(({ held }) => held)) return atBoundary(next, marked, plan)
  const paused = pause(next, marked, 'breakpoint')
  return { ...paused, effects: [...paused.effects, { type: 'pauseMotion', epoch: state.epoch }] }
}

/** Between two iterations: decide, pause or go on. */
export function atBoundary(state: EngineState, prediction: PredictionView, plan: Plan): Transition {
  const { settings } = state
  const { k, converged } = prediction
  switch (plan.kind) {
    case 'until':
      return k >= Math.min(plan.k, settings.maxIterations)
        ? pause(state, prediction, 'stepped')
        : iterate(state, prediction, plan)
    case 'converge':
      return converged ? pause(state, prediction, 'converged') : iterate(state, prediction, plan)
    case 'run': {
      if (k !== 1 || settings.pauseAt === 'never') return carryOut(state, prediction, { kind: 'run' })
      const pauseAt = settings.pauseAt === 'next' ? 'never' : settings.pauseAt
      return pause({ ...state, settings: { ...settings, pauseAt } }, prediction, 'pauseAt')
    }
    default:
      return assertNever(plan)
  }
}

/** Does what was intended; a decision waits, paused, while the robot is paused. */
export function carryOut(state: EngineState, prediction: PredictionView, intent: Intent): Transition {
  const { k, converged } = prediction
  switch (intent.kind) {
    case 'run':
      if (!converged) return iterate(state, prediction, { kind: 'run' })
      return guarded(state, prediction, intent, converged.reason)
    case 'resume':
      if (!converged) return iterate(state, prediction, { kind: 'run' })
      // Iterations past the one where the rule fired were the operator's choice.
      return decide(state, prediction, intent, 'converged', converged.k === k ? converged.reason : 'operator')
    case 'halt':
      return decide(state, prediction, intent, 'operator', 'operator')
    case 'override':
      return decide(state, prediction, intent, 'operator', 'override')
    default:
      return assertNever(intent)
  }
}

/** Other seeds are asked for their chunks first. */
function compare(state: EngineState, prediction: PredictionView, count: number): Transition {
  const next = enter(state, { kind: 'refining', prediction, plan: { kind: 'run' }, notBeforeNanos: 0 })
  const seeds = Array.from({ length: count }, (_, index) => deriveSeed(prediction.seed, index + 1))
  return {
    state: next,
    effects: [{ type: 'compare', k: prediction.k, seeds, generation: next.generation }]
  }
}

/** Nobody has looked at this chunk: the guard may want somebody to. */
function guarded(
  state: EngineState,
  prediction: PredictionView,
  intent: Intent,
  reason: StopReason
): Transition {
  const last = prediction.iterations.at(-1)
  // The guard speaks when the decision is taken, not while it waits for the robot.
  if (state.motionPaused || !last?.chunk) return decide(state, prediction, intent, 'converged', reason)
  const { seedDisagreement } = state.settings.guard
  if (seedDisagreement.on && prediction.disagreement === null)
    return compare(state, prediction, seedDisagreement.seeds)
  const { state: guard, verdict } = guardPrediction(state.guard, state.settings.guard, {
    k: prediction.k,
    signals: prediction.iterations.map(({ signals }) => signals),
    reachedLimit: reason === 'maxIterations' && state.settings.stopping.kind !== 'fixed',
    chunk: last.chunk,
    actionDims: state.config.actionNames.length,
    ageMs: nanosToMillis(last.completedNanos - prediction.observationNanos),
    nowNanos: last.completedNanos,
    disagreement: prediction.disagreement,
    contrast: prediction.contrast
  })
  const judged: PredictionView = { ...prediction, guard: verdict }
  const next: EngineState = { ...state, guard }
  return verdict?.holds ? pause(next, judged, 'guard') : decide(next, judged, intent, 'converged', reason)
}

function decide(
  state: EngineState,
  prediction: PredictionView,
  intent: Intent,
  pauseReason: PauseReason,
  stopReason: StopReason
): Transition {
  if (state.motionPaused) return pause(state, prediction, pauseReason, intent)
  const chunk = intent.kind === 'override' ? intent.chunk : prediction.iterations.at(-1)?.chunk
  if (!chunk) {
    // The rule was changed to one that fires where the coda was left out: one more iteration is decoded.
    if (prediction.iterations.at(-1)?.codaMs === 0 && prediction.k < state.settings.maxIterations)
      return iterate(
        state,
        { ...prediction, converged: { k: prediction.k, reason: 'rule' } },
        { kind: 'run' }
      )
    return hold(state, prediction, 'badChunk', `no chunk was decoded at k = ${prediction.k}`)
  }
  const { config, settings } = state
  const { k } = prediction
  const decided: PredictionView = { ...prediction, human: prediction.human || intent.kind === 'override' }
  // An override before the first iteration used no K to learn from.
  const statistics = k === 0 ? state.statistics : countIterations(state.statistics, k)
  const { chunkLength } = config
  const chosen = intent.kind === 'override' || intent.kind === 'halt' ? intent.horizon : null
  const record: PredictionRecord = {
    ...decided,
    stopReason,
    rule: settings.stopping,
    horizonRule: settings.horizon,
    horizon:
      chosen === null
        ? chooseHorizon(settings.horizon, { iterations: k, chunkLength, statistics })
        : Math.min(chosen, chunkLength),
    chunk: chunk.slice(),
    provider: config.provider
  }
  // The middle of its way, as published (arXiv 2602.07845); a person's chunk says nothing about the latent.
  const keepK = settings.warmStart && !decided.human && k > 0 ? Math.ceil(k / 2) : null
  const warm = keepK === null ? null : { prediction: prediction.index, k: keepK }
  return {
    state: enter(
      { ...state, statistics, warm, guard: countPrediction(state.guard, k) },
      { kind: 'decided', prediction: decided, pauseNext: false }
    ),
    effects: [{ type: 'commit', record, keepK }]
  }
}
