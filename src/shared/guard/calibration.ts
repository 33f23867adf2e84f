import { wilsonInterval } from '../statistics/wilson'

/** Thresholds from recorded episodes: a band over the time of an episode, and what it would have cost and caught. */

/** One recorded episode: a score for every prediction (larger: more doubtful), and how it ended. */
export interface ScoredEpisode {
  readonly scores: readonly number[]
  readonly success: boolean
}

export interface Band {
  /** Upper bound of each prediction's score, by place in the episode; the last one holds from there on. */
  readonly bounds: readonly number[]
  readonly shape: BandShape
  /** Asked for: share of successful episodes with at least one alarm. */
  readonly falseAlarmRate: number
  /** Successful episodes that it rests on. */
  readonly episodes: number
}

/** Places that fewer episodes reach say nothing of their own. */
const MIN_EPISODES_AT_PLACE = 5
/** Share of the median spread below which no place is taken to be exact. */
const MIN_SPREAD = 0.1

/** How a band follows the time of an episode: not at all, by the places' centres, or by centre and spread. */
export const BAND_SHAPES = ['constant', 'centred', 'scaled'] as const
export type BandShape = (typeof BAND_SHAPES)[number]

/**
 * A one-sided split conformal band over time. Half of the successful episodes give centre and spread of each place, and, with
 * the failures, the shape that catches most of them; the other half gives the quantile of their largest excess over it. So a
 * new successful episode, exchangeable with these, leaves the band with a probability of at most `falseAlarmRate`
 * (Diquigiovanni, Fontana, Vantini, "The importance of being a band: finite-sample exact distribution-free prediction sets
 * for functional data", arXiv 2102.06746; used for robots' failures in FAIL-Detect, arXiv 2503.08558).
 *
 * @returns null: too few successful episodes for so low a rate
 */
export function conformalBand(episodes: readonly ScoredEpisode[], falseAlarmRate: number): Band | null {
  const good = episodes.filter(({ success, scores }) => success && scores.length > 0)
  const failed = episodes.filter(({ success }) => !success)
  const [learnt, measured] = [good.filter((_, at) => at % 2 === 0), good.filter((_, at) => at % 2 === 1)]
  if (learnt.length < MIN_EPISODES_AT_PLACE) return null
  const candidates = BAND_SHAPES.flatMap((shape) => {
    const places = placesOf(learnt, shape)
    const bounds = boundsOf(places, learnt, falseAlarmRate)
    const caught = bounds ? failed.filter((episode) => firstAlarm(episode, { bounds }) !== null).length : -1
    return [{ shape, places, caught }]
  })
  const best = candidates.reduce((a, b) => (b.caught > a.caught ? b : a))
  const bounds = boundsOf(best.places, measured, falseAlarmRate)
  return bounds && { bounds, shape: best.shape, falseAlarmRate, episodes: good.length }
}

interface Place {
  readonly centre: number
  readonly spread: number
}

/** Wide enough for all but that share of the episodes; null: there are too few to say. */
function boundsOf(
  places: readonly Place[],
  episodes: readonly ScoredEpisode[],
  rate: number
): number[] | null {
  const rank = Math.ceil((episodes.length + 1) * (1 - rate))
  if (rank > episodes.length) return null
  const at = (index: number): Place => places[Math.min(index, places.length - 1)] ?? { centre: 0, spread: 1 }
  const excesses = episodes
    .map(({ scores }) =>
      scores.reduce(
        (most, score, index) => Math.max(most, (score - at(index).centre) / at(index).spread),
        -Infinity
      )
    )
    .sort((a, b) => a - b)
  const factor = excesses[rank - 1] ?? Infinity
  return places.map(({ centre, spread }) => centre + factor * spread)
}

/** Mean and largest distance from it, as far as enough episodes go. */
function placesOf(episodes: readonly ScoredEpisode[], shape: BandShape): Place[] {
  if (shape === 'constant') return [{ centre: 0, spread: 1 }]
  const places: Place[] = []
  for (let index = 0; ; index++) {
    const scores = episodes.flatMap(({ scores: all }) => all[index] ?? [])
    if (scores.length < MIN_EPISODES_AT_PLACE) break
    const centre = scores.reduce((sum, score) => sum + score, 0) / scores.length
    const spread = scores.reduce((most, score) => Math.max(most, Math.abs(score - centre)), 0)
    places.push({ centre, spread })
  }
  if (shape === 'centred') return places.map(({ centre }) => ({ centre, spread: 1 }))
  const spreads = places.map(({ spread }) => spread).sort((a, b) => a - b)
  const least = MIN_SPREAD * (spreads[spreads.length >> 1] ?? 0) || Number.EPSILON
  return places.map(({ centre, spread }) => ({ centre, spread: Math.max(spread, least) }))
}

/** First place at which an episode leaves the band; null: it stays within. */
export function firstAlarm({ scores }: ScoredEpisode, { bounds }: Pick<Band, 'bounds'>): number | null {
  const at = scores.findIndex(
    (score, index) => score > (bounds[Math.min(index, bounds.length - 1)] ?? Infinity)
  )
  return at === -1 ? null : at
}

export interface TradeOff {
  readonly falseAlarmRate: number
  readonly band: Band
  /** Successful and failed episodes with an alarm, with 95 % Wilson intervals of their shares. */
  readonly falseAlarms: Share
  readonly detected: Share
  /** Predictions between the first alarm and the end of a failed episode, on average; null: nothing was detected. */
  readonly meanLead: number | null
}

export interface Share {
  readonly count: number
  readonly of: number
  readonly wilson95: [number, number]
}

/**
 * What bands of these rates would have done on `tested`, which should not be the episodes that they come from.
 */
export function tradeOffs(
  calibration: readonly ScoredEpisode[],
  tested: readonly ScoredEpisode[],
  rates: readonly number[]
): TradeOff[] {
  return rates.flatMap((falseAlarmRate) => {
    const band = conformalBand(calibration, falseAlarmRate)
    if (!band) return []
    const alarms = tested.map((episode) => ({ episode, at: firstAlarm(episode, band) }))
    const failed = alarms.filter(({ episode }) => !episode.success)
    const leads = failed.flatMap(({ episode, at }) => (at === null ? [] : [episode.scores.length - 1 - at]))
    return [
      {
        falseAlarmRate,
        band,
        falseAlarms: share(alarms.filter(({ episode }) => episode.success)),
        detected: share(failed),
        meanLead: leads.length === 0 ? null : leads.reduce((sum, lead) => sum + lead, 0) / leads.length
      }
    ]
  })
}

function share(alarms: readonly { readonly at: number | null }[]): Share {
  const count = alarms.filter(({ at }) => at !== null).length
  return { count, of: alarms.length, wilson95: wilsonInterval(count, alarms.length) }
}
