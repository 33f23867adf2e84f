import type { IterationRecord, PredictionView } from '../domain/policy'
import { assertNever } from '../domain/result'
import { deriveSeed } from '../random/xoshiro'
import { command } from './commands'
import type { EngineEvent } from './events'
import { NO_STATISTICS } from './horizon'
import {
  afterIteration,
  atBoundary,
  carryOut,
  encode,
  hold,
  idle,
  initialise,
  observe,
  pause,
  stay
} from './moves'
import { newPrediction, withEncoding, withIteration } from './prediction'
import { NO_GUARD_STATE } from '../guard/guard'
import { computeSignals, firstNonFinite, firstNonFiniteMetric } from './signals'
import type { EngineState, Transition } from './state'

type Event<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

/**
 * The refinement state machine: `idle → observing → encoding → refining(k) ⇄ paused(k) → decided`, and `held`
 * when a person is needed. Pure: the host performs the effects and reports back with events.
 */
export function transition(state: EngineState, event: EngineEvent): Transition {
  switch (event.type) {
    case 'engage':
      return engage(state, event)
    case 'disengage':
      return disengage(state, event)
    case 'observed':
      return observed(state, event)
    case 'encoded':
      return encoded(state, event)
    case 'iterated':
      return iterated(state, event)
    case 'compared':
      return compared(state, event)
    case 'failed':
      return failed(state, event)
    case 'executed':
      return executed(state, event)
    case 'motionPaused':
      return withEpoch({ ...state, motionPaused: true }, event.epoch)
    case 'motionResumed':
      return motionResumed(state, event)
    case 'command':
      return command(state, event.command, event.nowNanos)
    default:
      return assertNever(event)
  }
}

function engage(state: EngineState, event: Event<'engage'>): Transition {
  const { epoch, episode, sceneSeed, firstPrediction } = event
  const fresh: EngineState = {
    ...state,
    epoch,
    motionPaused: false,
    engaged: true,
    episode,
    sceneSeed,
    guard: episode === state.episode && sceneSeed === state.sceneSeed ? state.guard : NO_GUARD_STATE,
    warm: null
  }
  return observe(fresh, firstPrediction, false)
}

/** What a fault held stays to be seen until the next prediction begins. */
function disengage(state: EngineState, { epoch }: Event<'disengage'>): Transition {
  const ended: EngineState = { ...state, epoch, motionPaused: false, engaged: false, warm: null }
  return state.activity.kind === 'held' ? stay(ended) : idle(ended)
}

function observed(state: EngineState, event: Event<'observed'>): Transition {
  const { activity, episode, epoch, sceneSeed } = state
  if (activity.kind !== 'observing' || event.epoch !== epoch) return stay(state)
  const { index, pauseFirst } = activity
  const { observationNanos, startMetres, gripperOpening, observeMs, task, contrast } = event
  const seed = deriveSeed(sceneSeed, index)
  // Switched off in between: what was kept is not used.
  const warmStart = state.settings.warmStart ? state.warm : null
  const prediction = newPrediction({
    index,
    episode,
    epoch,
    seed,
    observationNanos,
    startMetres,
    gripperOpening,
    warmStart,
    contrast,
    observeMs
  })
  const statistics = task === state.task ? state.statistics : NO_STATISTICS
  return encode({ ...state, task, statistics, warm: null }, prediction, {
    kind: pauseFirst ? 'pause' : 'run'
  })
}

function encoded(state: EngineState, event: Event<'encoded'>): Transition {
  const { activity } = state
  if (activity.kind !== 'encoding' || state.generation !== event.generation) return stay(state)
  const { plan } = activity
  const prediction = withEncoding(activity.prediction, event.encodeMs, event.preludeMs)
  const drawn = { ...state, initialisedNanos: event.nowNanos }
  const next =
    plan.kind === 'pause' ? pause(drawn, prediction, 'operator') : atBoundary(drawn, prediction, plan)
  return { ...next, effects: [initialise(prediction), ...next.effects] }
}

function iterated(state: EngineState, event: Event<'iterated'>): Transition {
  const { activity, settings } = state
  if (activity.kind !== 'refining' || state.generation !== event.generation) return stay(state)
  const { prediction, plan } = activity
  const { k } = event
  if (k !== prediction.k + 1) throw new Error(`Asked for iteration ${prediction.k + 1}, got ${k}`)
  const fault = chunkFault(state, event)
  if (fault) return hold(state, prediction, fault.code, fault.cause)
  const chunk = event.chunk?.slice() ?? null
  const iteration: IterationRecord = {
    k,
    signals: computeSignals(k, previousChunk(prediction), chunk, state.config.sigmaA, event.latent),
    chunk,
    stepMs: event.stepMs,
    codaMs: event.codaMs,
    completedNanos: event.nowNanos
  }
  return afterIteration(state, withIteration(prediction, iteration, settings), plan)
}

/** The decision that waited for the comparison is taken, unless people have chosen otherwise meanwhile. */
function compared(state: EngineState, event: Event<'compared'>): Transition {
  const { activity } = state
  if (activity.kind !== 'refining' || state.generation !== event.generation) return stay(state)
  return atBoundary(state, { ...activity.prediction, disagreement: event.disagreement }, activity.plan)
}

const previousChunk = (prediction: PredictionView): Float32Array | null =>
  prediction.iterations.at(-1)?.chunk ?? null

/** A NaN would make every comparison false and refinement run on for ever: find it where it appears. */
function chunkFault(
  { config }: EngineState,
  { k, chunk, latent }: Event<'iterated'>
): { code: 'nonFinite' | 'badChunk'; cause: string } | null {
  const metric = firstNonFiniteMetric(latent)
  if (metric) return { code: 'nonFinite', cause: `non-finite ${metric} at k = ${k}` }
  if (!chunk) return null
  const actionDims = config.actionNames.length
  const expected = config.chunkLength * actionDims
  if (chunk.length !== expected) {
    return {
      code: 'badChunk',
      cause: `the chunk at k = ${k} has ${chunk.length} values, expected ${expected}`
    }
  }
  const index = firstNonFinite(chunk)
  if (index === null) return null
  const action = Math.floor(index / actionDims)
  const where = `action ${action}, dimension ${index % actionDims}`
  return { code: 'nonFinite', cause: `non-finite action chunk at k = ${k} (${where})` }
}

function failed(state: EngineState, event: Event<'failed'>): Transition {
  const { activity } = state
  if (activity.kind !== 'encoding' && activity.kind !== 'refining') return stay(state)
  if (state.generation !== event.generation) return stay(state)
  return hold(state, activity.prediction, 'inferenceFailed', event.cause)
}

function executed(state: EngineState, event: Event<'executed'>): Transition {
  const { activity } = state
  if (activity.kind !== 'decided') return stay(state)
  const { episode, index } = activity.prediction
  if (event.episode !== episode || event.prediction !== index) return stay(state)
  return observe(state, index + 1, activity.pauseNext)
}

function motionResumed(state: EngineState, event: Event<'motionResumed'>): Transition {
  const resumed = withEpoch({ ...state, motionPaused: false }, event.epoch)
  const { activity } = resumed.state
  if (activity.kind !== 'paused' || !activity.whenMotionResumes) return resumed
  return carryOut(resumed.state, activity.prediction, activity.whenMotionResumes)
}

/** Takes over the robot's epoch: an open prediction goes on under it, an observation is asked for anew. */
function withEpoch(state: EngineState, epoch: number): Transition {
  const { activity } = state
  const next: EngineState = { ...state, epoch }
  switch (activity.kind) {
    case 'idle':
    case 'decided':
    case 'held':
      return stay(next)
    case 'observing':
      return epoch === state.epoch ? stay(next) : observe(next, activity.index, activity.pauseFirst)
    case 'encoding':
    case 'refining':
    case 'paused':
      return stay({ ...next, activity: { ...activity, prediction: { ...activity.prediction, epoch } } })
    default:
      return assertNever(activity)
  }
}
