import { breakpointsFault, keptCounts } from '../breakpoints/breakpoints'
import { refinementSettings, type RefinementCommand, type RefinementSettings } from '../domain/policy'
import { assertNever } from '../domain/result'
import { carryOut, idle, initialise, iterate, observe, pause, stay } from './moves'
import { reseeded, rewound, ruledByHuman } from './prediction'
import { firstNonFinite } from './signals'
import type { Activity, EngineState, Plan, Transition } from './state'

type Command<T extends RefinementCommand['type']> = Extract<RefinementCommand, { type: T }>

/** Carries out an operator's command, or refuses it with a reason; a refused command changes nothing. */
export function command(state: EngineState, given: RefinementCommand, nowNanos: number): Transition {
  switch (given.type) {
    case 'pause':
      return pauseCommand(state)
    case 'resume':
      return resumeCommand(state)
    case 'step':
      return step(state, given)
    case 'runToConvergence':
      return runToConvergence(state)
    case 'haltNow':
      return haltNow(state, given)
    case 'goBeyond':
      return goBeyond(state, given)
    case 'rewind':
      return rewind(state, given)
    case 'reseed':
      return reseed(state, given, nowNanos)
    case 'override':
      return override(state, given)
    case 'reject':
      return reject(state)
    case 'settings':
      return changeSettings(state, given, nowNanos)
    default:
      return assertNever(given)
  }
}

const refuse = (state: EngineState, type: RefinementCommand['type'], reason: string): Transition => ({
  state,
  effects: [{ type: 'refused', command: type, reason }]
})

type Closed = Exclude<Activity['kind'], 'refining' | 'paused'>

/** Why a command that works on iterations means nothing in these phases. */
function whyClosed(activity: Extract<Activity, { kind: Closed }>): string {
  switch (activity.kind) {
    case 'idle':
      return 'No prediction is running'
    case 'observing':
      return 'The policy is still waiting for an observation'
    case 'encoding':
      return 'The observation is still being encoded'
    case 'decided':
      return 'The chunk is decided already and with the robot'
    case 'held':
      return `The prediction is held (${activity.cause}): resume the robot to observe again`
    default:
      return assertNever(activity)
  }
}

function pauseCommand(state: EngineState): Transition {
  const { activity } = state
  switch (activity.kind) {
    case 'observing':
      return stay({ ...state, activity: { ...activity, pauseFirst: true } })
    case 'encoding':
      return stay({ ...state, activity: { ...activity, plan: { kind: 'pause' } } })
    case 'refining':
      return pause(state, activity.prediction, 'operator')
    case 'paused':
      // A decision that only waits for the robot must not be taken after all when it resumes.
      return activity.whenMotionResumes ? pause(state, activity.prediction, 'operator') : stay(state)
    case 'decided':
      return stay({ ...state, activity: { ...activity, pauseNext: true } })
    case 'idle':
    case 'held':
      return refuse(state, 'pause', whyClosed(activity))
    default:
      return assertNever(activity)
  }
}

/** Where nothing is paused there is nothing to do, and nothing to refuse: the UI resumes robot and policy alike. */
function resumeCommand(state: EngineState): Transition {
  const { activity } = state
  const run: Plan = { kind: 'run' }
  switch (activity.kind) {
    case 'idle':
      return stay(state)
    case 'observing':
      return stay({ ...state, activity: { ...activity, pauseFirst: false } })
    case 'encoding':
      return stay({ ...state, activity: { ...activity, plan: run } })
    case 'refining':
      // Stepping had passed the iteration where the rule fired: nothing is left to refine for.
      return activity.plan.kind !== 'run' && activity.prediction.converged
        ? carryOut(state, activity.prediction, { kind: 'resume' })
        : stay({ ...state, activity: { ...activity, plan: run } })
    case 'paused':
      return activity.whenMotionResumes
        ? stay(state)
        : carryOut(state, activity.prediction, { kind: 'resume' })
    case 'decided':
      return stay({ ...state, activity: { ...activity, pauseNext: false } })
    case 'held':
      return refuse(state, 'resume', whyClosed(activity))
    default:
      return assertNever(activity)
  }
}

/** Goes on by another plan: from a pause at once, otherwise with the iteration that is under way. */
function follow(
  state: EngineState,
  activity: Extract<Activity, { kind: 'refining' | 'paused' }>,
  plan: Plan
): Transition {
  return activity.kind === 'paused'
    ? iterate(state, activity.prediction, plan)
    : stay({ ...state, activity: { ...activity, plan } })
}

const depthReached = (state: EngineState): string =>
  `The limit of ${state.settings.maxIterations} iterations is reached: halt, rewind or reseed`

function step(state: EngineState, { type, count }: Command<'step'>): Transition {
  const { activity, settings } = state
  if (activity.kind === 'encoding')
    return stay({ ...state, activity: { ...activity, plan: { kind: 'until', k: count } } })
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const { k } = activity.prediction
  if (k >= settings.maxIterations) return refuse(state, type, depthReached(state))
  return follow(state, activity, { kind: 'until', k: k + count })
}

function runToConvergence(state: EngineState): Transition {
  const { activity } = state
  const type = 'runToConvergence'
  if (activity.kind === 'encoding')
    return stay({ ...state, activity: { ...activity, plan: { kind: 'converge' } } })
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const { converged } = activity.prediction
  if (!converged) return follow(state, activity, { kind: 'converge' })
  if (activity.kind === 'refining') return pause(state, activity.prediction, 'converged')
  return refuse(
    state,
    type,
    `The rule has fired already, at k = ${converged.k}: resume to accept, or go beyond`
  )
}

function haltNow(state: EngineState, { type, horizon }: Command<'haltNow'>): Transition {
  const { activity } = state
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const last = activity.prediction.iterations.at(-1)
  if (!last?.chunk)
    return refuse(state, type, `There is no decoded chunk${last ? ` at k = ${last.k}` : ' yet'}: step first`)
  return carryOut(state, activity.prediction, { kind: 'halt', horizon: horizon ?? null })
}

function goBeyond(state: EngineState, { type, count }: Command<'goBeyond'>): Transition {
  const { activity, settings } = state
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const { k, converged } = activity.prediction
  if (!converged) return refuse(state, type, 'No rule has fired yet: step or run to convergence instead')
  if (k >= settings.maxIterations) return refuse(state, type, depthReached(state))
  return follow(state, activity, { kind: 'until', k: k + count })
}

function rewind(state: EngineState, { type, k }: Command<'rewind'>): Transition {
  const { activity, settings } = state
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const { prediction } = activity
  if (k > prediction.k)
    return refuse(state, type, `Iteration ${k} doesn't exist yet: this prediction is at k = ${prediction.k}`)
  return pause(state, rewound(prediction, k, settings), 'rewound')
}

function reseed(state: EngineState, { type, seed }: Command<'reseed'>, nowNanos: number): Transition {
  const { activity } = state
  if (activity.kind === 'encoding') {
    // S_0 isn't drawn yet: it will be, from this seed.
    return stay({
      ...state,
      activity: { ...activity, prediction: reseeded(activity.prediction, seed) }
    })
  }
  if (activity.kind !== 'refining' && activity.kind !== 'paused')
    return refuse(state, type, whyClosed(activity))
  const fresh = reseeded(activity.prediction, seed)
  const drawn = { ...state, initialisedNanos: nowNanos }
  const { state: next, effects } =
    activity.kind === 'paused' ? pause(drawn, fresh, 'operator') : iterate(drawn, fresh, activity.plan)
  return { state: next, effects: [initialise(fresh), ...effects] }
}

function override(state: EngineState, { type, chunk, horizon }: Command<'override'>): Transition {
  const { activity, config } = state
  if (activity.kind !== 'refining' && activity.kind !== 'paused') {
    return refuse(state, type, whyClosed(activity))
  }
  const actionDims = config.actionNames.length
  const size = config.chunkLength * actionDims
  if (chunk.length !== size) {
    const shape = `${config.chunkLength} actions × ${actionDims}`
    return refuse(state, type, `The edited chunk has ${chunk.length} values, expected ${size} (${shape})`)
  }
  // A number too large for float32 becomes infinite only here.
  const edited = Float32Array.from(chunk)
  const bad = firstNonFinite(edited)
  if (bad !== null) return refuse(state, type, `The edited chunk's value ${bad} is not a finite number`)
  return carryOut(state, activity.prediction, {
    kind: 'override',
    chunk: edited,
    horizon: horizon ?? null
  })
}

function reject(state: EngineState): Transition {
  const { activity } = state
  if (activity.kind === 'idle' || activity.kind === 'observing' || activity.kind === 'decided') {
    return refuse(state, 'reject', whyClosed(activity))
  }
  const { episode, index } = activity.prediction
  // The next index, hence another seed: the same would give the same chunk for the same view.
  const next = state.engaged
    ? observe({ ...state, warm: null }, index + 1, mustNotRunOn(activity))
    : idle(state)
  return { ...next, effects: [{ type: 'rejected', episode, prediction: index }, ...next.effects] }
}

/** These look at the next one by themselves. */
const ASKS_AGAIN: ReadonlySet<string> = new Set(['guard', 'breakpoint'])

/** Whether the operator paused, or would be asked again before anything is executed: so it stays for the next. */
function mustNotRunOn(
  activity: Extract<Activity, { kind: 'encoding' | 'refining' | 'paused' | 'held' }>
): boolean {
  switch (activity.kind) {
    case 'encoding':
    case 'refining':
      return activity.plan.kind !== 'run'
    case 'paused':
      return activity.whenMotionResumes === null && !ASKS_AGAIN.has(activity.reason)
    case 'held':
      return false
    default:
      return assertNever(activity)
  }
}

function changeSettings(
  state: EngineState,
  { type, settings }: Command<'settings'>,
  nowNanos: number
): Transition {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  const parsed = refinementSettings.safeParse({ ...state.settings, ...given })
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    return refuse(state, type, `These settings are not valid: ${issues.join('; ')}`)
  }
  const breakpoints = parsed.data.breakpoints
  const fault = breakpointsFault(breakpoints, state.config.actionNames)
  if (fault !== null) return refuse(state, type, fault)
  const breakpointCounts = keptCounts(state.breakpointCounts, state.settings.breakpoints, breakpoints)
  const changesRules = RULES.some((rule) => given[rule] !== undefined)
  return adopt({ ...state, breakpointCounts }, parsed.data, changesRules, nowNanos)
}

/** What decides about a prediction, in contrast to how fast it goes. */
const RULES = ['stopping', 'horizon', 'maxIterations'] as const

function adopt(
  state: EngineState,
  settings: RefinementSettings,
  changesRules: boolean,
  nowNanos: number
): Transition {
  const { activity } = state
  const next: EngineState = { ...state, settings }
  if (activity.kind === 'encoding' && changesRules) {
    return stay({ ...next, activity: { ...activity, prediction: { ...activity.prediction, human: true } } })
  }
  if (activity.kind !== 'refining' && activity.kind !== 'paused') return stay(next)
  const prediction = changesRules ? ruledByHuman(activity.prediction, settings) : activity.prediction
  // The rule is met where refinement stands: what is being computed could only be worse by it.
  if (activity.kind === 'refining' && changesRules && prediction.converged) {
    if (activity.plan.kind === 'run') return carryOut(next, prediction, { kind: 'run' })
    if (activity.plan.kind === 'converge') return pause(next, prediction, 'converged')
  }
  const waiting = activity.kind === 'refining' && nowNanos < activity.notBeforeNanos
  if (waiting && settings.paceMs !== state.settings.paceMs) return iterate(next, prediction, activity.plan)
  return stay({ ...next, activity: { ...activity, prediction } })
}
