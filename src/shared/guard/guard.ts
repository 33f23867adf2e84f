import type { BandScore, GuardSettings, GuardVerdict } from '../domain/guard'
import { median } from '../statistics/median'

/**
 * The halting guard: after a prediction was decided by its rule and before anything of it is executed, it asks for a
 * person where the policy shows that it doubts. Pure; what it asks about a prediction follows from that prediction, the
 * ones of this episode before it, and its settings.
 */

export interface GuardState {
  /** K of this episode's predictions. */
  readonly ks: readonly number[]
  readonly holdsInEpisode: number
  /** When it asked lately, nanoseconds. */
  readonly askedNanos: readonly number[]
  /** The trend has been asked about and has not fallen since. */
  readonly isTrendAsked: boolean
}

export const NO_GUARD_STATE: GuardState = { ks: [], holdsInEpisode: 0, askedNanos: [], isTrendAsked: false }

/** Of the prediction that is about to be executed. */
export interface GuardFacts {
  readonly k: number
  /** By k, from 1 on. */
  readonly signals: readonly { readonly actionMse: number | null; readonly latentDelta: number | null }[]
  readonly reachedLimit: boolean
  /** T×A row-major, normalised. */
  readonly chunk: Float32Array
  readonly actionDims: number
  readonly ageMs: number
  readonly nowNanos: number
  /** RMS distance to other seeds' chunks; null: not asked for. */
  readonly disagreement: number | null
  /** Least contrast of the policy's cameras, standard deviation of 255; null: it has none. */
  readonly contrast: number | null
}

export interface GuardStep {
  readonly state: GuardState
  readonly verdict: GuardVerdict | null
}

const MINUTE_NANOS = 60e9

/** The first trigger that speaks, the most telling ones first. */
export function guardPrediction(state: GuardState, settings: GuardSettings, facts: GuardFacts): GuardStep {
  const ratio = trendRatio(state.ks, facts.k)
  const isTrendAsked = state.isTrendAsked && ratio !== null && ratio >= settings.kTrend.rearm
  const next: GuardState = {
    ...state,
    isTrendAsked,
    askedNanos: state.askedNanos.filter((at) => facts.nowNanos - at < MINUTE_NANOS)
  }
  const found =
    limitBreach(settings, facts) ??
    blindCamera(settings, facts) ??
    staleObservation(settings, facts) ??
    noConvergence(settings, facts) ??
    seedDisagreement(settings, facts) ??
    risingSignal(settings, facts) ??
    band(settings, state, facts) ??
    (isTrendAsked ? null : kTrend(settings, state, facts, ratio))
  if (!found) return { state: next, verdict: null }
  const holds =
    next.holdsInEpisode < settings.holdsPerEpisode && next.askedNanos.length < settings.holdsPerMinute
  if (!holds) return { state: next, verdict: { ...found, holds } }
  return {
    state: {
      ...next,
      holdsInEpisode: next.holdsInEpisode + 1,
      askedNanos: [...next.askedNanos, facts.nowNanos],
      isTrendAsked: isTrendAsked || found.trigger === 'kTrend'
    },
    verdict: { ...found, holds }
  }
}

/** A prediction was decided, by whomever. */
export const countPrediction = (state: GuardState, k: number): GuardState =>
  k === 0 ? state : { ...state, ks: [...state.ks, k] }

type Found = Omit<GuardVerdict, 'holds'>

const TREND_PREDICTIONS = 5

/** Median K of the last five over the first five, with this one; null while the two overlap. */
function trendRatio(ks: readonly number[], k: number): number | null {
  if (ks.length + 1 < 2 * TREND_PREDICTIONS) return null
  return median([...ks, k].slice(-TREND_PREDICTIONS)) / median(ks.slice(0, TREND_PREDICTIONS))
}

function noConvergence({ noConvergence: { on: isOn } }: GuardSettings, facts: GuardFacts): Found | null {
  if (!isOn || !facts.reachedLimit) return null
  return {
    trigger: 'noConvergence',
    value: facts.k,
    bound: facts.k,
    message: `no convergence within ${facts.k} iterations`,
    trend: curve(facts, 'actionMse')
  }
}

function risingSignal({ risingSignal: rule }: GuardSettings, facts: GuardFacts): Found | null {
  if (!rule.on) return null
  const values = curve(facts, rule.signal)
  const last = values[values.length - 1]
  if (last === undefined || last <= rule.floor || values.length <= rule.times) return null
  const newest = values.slice(-rule.times - 1)
  const rises = newest.every((value, index) => index === 0 || value > (newest[index - 1] ?? Infinity))
  if (!rises) return null
  return {
    trigger: 'risingSignal',
    value: last,
    bound: rule.floor,
    message: `${SIGNAL_TITLES[rule.signal]} rose ${rule.times} iterations in a row, to ${last.toExponential(1)}`,
    trend: values
  }
}

const SIGNAL_TITLES = { actionMse: 'action MSE', latentDelta: 'latent delta' } as const

function kTrend(
  { kTrend: rule }: GuardSettings,
  { ks }: GuardState,
  { k }: GuardFacts,
  ratio: number | null
): Found | null {
  if (!rule.on || ratio === null || ratio <= rule.ratio) return null
  const all = [...ks, k]
  const [last, first] = [all.slice(-TREND_PREDICTIONS), all.slice(0, TREND_PREDICTIONS)].map(median)
  return {
    trigger: 'kTrend',
    value: ratio,
    bound: rule.ratio,
    message: `K trend ×${ratio.toFixed(1)} (median of the last five ${last}, of the first five ${first})`,
    trend: all
  }
}

function band({ band: rule }: GuardSettings, { ks }: GuardState, facts: GuardFacts): Found | null {
  const place = ks.length
  const bound = rule.bounds[Math.min(place, rule.bounds.length - 1)]
  const value = scoreOf(rule.score, facts)
  if (!rule.on || bound === undefined || value === null || value <= bound) return null
  const [shown, allowed] =
    rule.score === 'k' ? [value, bound.toFixed(1)] : [value.toPrecision(2), bound.toPrecision(2)]
  return {
    trigger: 'band',
    value,
    bound,
    message: `${SCORE_TITLES[rule.score]} ${shown}, above the calibrated band (${allowed}) of prediction ${place}`,
    trend: rule.score === 'k' ? [...ks, facts.k] : curve(facts, rule.score)
  }
}

const SCORE_TITLES = { k: 'K =', actionMse: 'final action MSE', latentDelta: 'final latent delta' } as const

/** Null where it is not known. */
export function scoreOf(score: BandScore, { k, signals }: Pick<GuardFacts, 'k' | 'signals'>): number | null {
  return score === 'k' ? k : (signals[signals.length - 1]?.[score] ?? null)
}

function blindCamera({ blindCamera: rule }: GuardSettings, { contrast }: GuardFacts): Found | null {
  if (!rule.on || contrast === null || contrast >= rule.contrast) return null
  return {
    trigger: 'blindCamera',
    value: contrast,
    bound: rule.contrast,
    message: `a camera shows nothing (contrast ${contrast.toFixed(1)} of 255)`,
    trend: []
  }
}

function seedDisagreement({ seedDisagreement: rule }: GuardSettings, facts: GuardFacts): Found | null {
  const { disagreement } = facts
  if (!rule.on || disagreement === null || disagreement <= rule.limit) return null
  return {
    trigger: 'seedDisagreement',
    value: disagreement,
    bound: rule.limit,
    message: `other seeds plan otherwise: RMS ${disagreement.toFixed(2)} of normalised actions`,
    trend: curve(facts, 'actionMse')
  }
}

function staleObservation({ staleObservation: rule }: GuardSettings, { ageMs }: GuardFacts): Found | null {
  if (!rule.on || ageMs <= rule.milliseconds) return null
  return {
    trigger: 'staleObservation',
    value: ageMs,
    bound: rule.milliseconds,
    message: `the observation is ${(ageMs / 1000).toFixed(1)} s old`,
    trend: []
  }
}

function limitBreach({ limitBreach: rule }: GuardSettings, { chunk, actionDims }: GuardFacts): Found | null {
  if (!rule.on) return null
  const largest = chunk.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest > rule.action) return breach('a normalised action is', largest, rule.action)
  let step = 0
  // The gripper opens and closes at once.
  for (let at = actionDims; at < chunk.length; at++) {
    if (at % actionDims === actionDims - 1) continue
    step = Math.max(step, Math.abs((chunk[at] ?? 0) - (chunk[at - actionDims] ?? 0)))
  }
  return step > rule.step ? breach('two actions in a row differ by', step, rule.step) : null
}

const breach = (what: string, value: number, bound: number): Found => ({
  trigger: 'limitBreach',
  value,
  bound,
  message: `${what} ${value.toFixed(2)}, the limit is ${bound}`,
  trend: []
})

/** Where it is known: k = 1 has no signal, and a coda that was left out none of actions. */
const curve = ({ signals }: GuardFacts, name: 'actionMse' | 'latentDelta'): number[] =>
  signals.flatMap((each) => each[name] ?? [])

/** Root of the mean squared distance of chunks (T×A, normalised) to the first one: 0 for one alone. */
export function disagreementOf(chunks: readonly Float32Array[]): number {
  const [first, ...others] = chunks
  if (!first || others.length === 0) return 0
  const squared = others.map(
    (other) => first.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0) / first.length
  )
  return Math.sqrt(squared.reduce((sum, value) => sum + value, 0) / squared.length)
}
