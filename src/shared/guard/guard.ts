import type { BandScore, GuardSettings, GuardTrigger, GuardVerdict } from '../domain/guard'
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
  /** Triggers that have asked, until they are armed again. */
  readonly asked: Readonly<Partial<Record<GuardTrigger, Asked>>>
}

/** Places in the episode: how many predictions were before. */
interface Asked {
  readonly at: number
  /** The last one that it had something to say of. */
  readonly spokeAt: number
}

export const NO_GUARD_STATE: GuardState = { ks: [], holdsInEpisode: 0, askedNanos: [], asked: {} }

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

/** The most telling ones first. */
const TRIGGERS = [
  limitBreach,
  blindCamera,
  staleObservation,
  noConvergence,
  seedDisagreement,
  risingSignal,
  band,
  kTrend
] as const

/** The first armed trigger that speaks; without one, the first that speaks is told, and nobody is asked. */
export function guardPrediction(state: GuardState, settings: GuardSettings, facts: GuardFacts): GuardStep {
  const found = TRIGGERS.flatMap((trigger) => trigger(settings, facts, state) ?? [])
  const askedNanos = state.askedNanos.filter((at) => facts.nowNanos - at < MINUTE_NANOS)
  const next: GuardState = { ...state, askedNanos, asked: stillAsked(state, settings, facts, found) }
  const armed = found.find(({ trigger }) => isArmed(state, settings, trigger))
  const said = armed ?? found[0]
  if (!said) return { state: next, verdict: null }
  const holds =
    armed !== undefined &&
    next.holdsInEpisode < settings.holdsPerEpisode &&
    askedNanos.length < settings.holdsPerMinute
  if (!holds) return { state: next, verdict: { ...said, holds } }
  const place = state.ks.length
  return {
    state: {
      ...next,
      holdsInEpisode: next.holdsInEpisode + 1,
      askedNanos: [...askedNanos, facts.nowNanos],
      asked: { ...next.asked, [said.trigger]: { at: place, spokeAt: place } }
    },
    verdict: { ...said, holds }
  }
}

/**
 * Facts about this picture and this chunk alone, in contrast to doubts: a camera that stays covered must not be driven
 * blind because it was asked about once. Only the budgets bound them.
 */
const FACTS: ReadonlySet<GuardTrigger> = new Set(['limitBreach', 'blindCamera', 'staleObservation'])

function isArmed({ ks, asked }: GuardState, { rearmAfter }: GuardSettings, trigger: GuardTrigger): boolean {
  const last = asked[trigger]
  // A trend lasts by its nature: it has to have fallen.
  const quiet = trigger === 'kTrend' ? Math.max(1, rearmAfter) : rearmAfter
  return last === undefined || FACTS.has(trigger) || last.at === ks.length || ks.length - last.spokeAt > quiet
}

/** With what speaks now; a trend counts until it is below its lower bound. */
function stillAsked(
  { ks, asked }: GuardState,
  { kTrend: { rearm } }: GuardSettings,
  { k }: GuardFacts,
  found: readonly Found[]
): GuardState['asked'] {
  const speaks = new Set(found.map(({ trigger }) => trigger))
  if ((trendRatio(ks, k) ?? 0) >= rearm) speaks.add('kTrend')
  const updated = Object.entries(asked).map(([trigger, last]) => [
    trigger,
    speaks.has(trigger as GuardTrigger) ? { ...last, spokeAt: ks.length } : last
  ])
  return Object.fromEntries(updated) as GuardState['asked']
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
  const late = curve({ signals: facts.signals.slice(rule.from - 1) }, rule.signal)
  const last = late[late.length - 1]
  if (last === undefined || last <= rule.floor || late.length <= rule.times) return null
  const newest = late.slice(-rule.times - 1)
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

function kTrend({ kTrend: rule }: GuardSettings, { k }: GuardFacts, { ks }: GuardState): Found | null {
  const ratio = trendRatio(ks, k)
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

function band({ band: rule }: GuardSettings, facts: GuardFacts, { ks }: GuardState): Found | null {
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
function scoreOf(score: BandScore, { k, signals }: Pick<GuardFacts, 'k' | 'signals'>): number | null {
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
  const largest = largestAction(chunk)
  if (largest > rule.action) return breach('a normalised action is', largest, rule.action)
  const step = largestStep(chunk, actionDims)
  return step > rule.step ? breach('two actions in a row differ by', step, rule.step) : null
}

/** Of a chunk (T×A row-major, normalised), without sign. */
export const largestAction = (chunk: Float32Array): number =>
  chunk.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** Between two actions in a row, without the last dimension: a gripper opens and closes at once. */
export function largestStep(chunk: Float32Array, actionDims: number): number {
  let step = 0
  for (let at = actionDims; at < chunk.length; at++) {
    if (at % actionDims === actionDims - 1) continue
    step = Math.max(step, Math.abs((chunk[at] ?? 0) - (chunk[at - actionDims] ?? 0)))
  }
  return step
}

const breach = (what: string, value: number, bound: number): Found => ({
  trigger: 'limitBreach',
  value,
  bound,
  message: `${what} ${value.toFixed(2)}, the limit is ${bound}`,
  trend: []
})

/** Where it is known: k = 1 has no signal, and a coda that was left out none of actions. */
const curve = ({ signals }: Pick<GuardFacts, 'signals'>, name: 'actionMse' | 'latentDelta'): number[] =>
  signals.flatMap((each) => each[name] ?? [])

/** Root of the mean squared distance over all pairs of chunks (T×A, normalised): 0 for one alone. */
export function disagreementOf(chunks: readonly Float32Array[]): number {
  const squared = chunks.flatMap((one, index) =>
    chunks
      .slice(index + 1)
      .map((other) => one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0) / one.length)
  )
  return squared.length === 0 ? 0 : Math.sqrt(squared.reduce((sum, value) => sum + value, 0) / squared.length)
}
