/** How often people were needed in a run, and how long the robot waited for them. Pure: told of every change. */

/** What is known at one moment. */
export interface Moment {
  readonly nowMs: number
  /** Changes with every run: its level and first seed. */
  readonly run: string
  readonly episode: number
  /** Episodes of this run that have ended. */
  readonly finished: number
  /** The robot waits for a person: the guard asks, or it is held. Another question has another `about`. */
  readonly asks: { readonly by: 'guard' | 'hold'; readonly about: string } | null
  /** A person drives the arm. */
  readonly driven: boolean
  /** The newest prediction that a person has changed or rejected, by a number that rises; −1: none. */
  readonly changed: number
}

export interface Interventions {
  readonly moment: Moment | null
  /** Times that a person was needed or stepped in: an answer to a question is one with the question. */
  readonly count: number
  readonly answersMs: readonly number[]
  /** Questions of the guard in this episode. */
  readonly guardAsks: number
  readonly askedAtMs: number | null
  /** What a person does now belongs to a question that was counted. */
  readonly isAnswer: boolean
}

export const NO_INTERVENTIONS: Interventions = {
  moment: null,
  count: 0,
  answersMs: [],
  guardAsks: 0,
  askedAtMs: null,
  isAnswer: false
}

export function follow(before: Interventions, now: Moment): Interventions {
  const last = before.moment
  const isNew = last === null || last.run !== now.run || now.finished < last.finished
  const state: Interventions = isNew ? NO_INTERVENTIONS : before
  const was = isNew ? { ...now, asks: null, driven: false } : last
  // The next question may be there before anybody has seen the robot between the two.
  const isOther = was.asks?.by !== now.asks?.by || was.asks?.about !== now.asks?.about
  const isAsked = now.asks !== null && isOther
  const isAnswered = was.asks !== null && isOther
  const steppedIn = (now.driven && !was.driven) || now.changed > was.changed
  // A question that is answered by taking over, or by another chunk, is one intervention.
  const counts = isAsked || (steppedIn && !state.isAnswer && was.asks === null)
  const guardAsks = now.episode === was.episode ? state.guardAsks : 0
  return {
    moment: now,
    count: state.count + (counts ? 1 : 0),
    answersMs:
      isAnswered && state.askedAtMs !== null
        ? [...state.answersMs, now.nowMs - state.askedAtMs]
        : state.answersMs,
    guardAsks: guardAsks + (isAsked && now.asks?.by === 'guard' ? 1 : 0),
    askedAtMs: isAsked ? now.nowMs : isAnswered ? null : state.askedAtMs,
    isAnswer: (isAnswered && now.asks === null) || (state.isAnswer && !steppedIn && now.asks === null)
  }
}

/** `budget`: questions that the guard may ask in an episode; null: it asks none. */
export function interventionsText(
  { moment, count, answersMs, guardAsks }: Interventions,
  budget: number | null
): string {
  const asked = budget === null ? '' : ` · guard asked ${guardAsks} of ${budget}`
  if (moment === null || count === 0) return `no interventions${asked}`
  const times = `${count} ${count === 1 ? 'intervention' : 'interventions'}`
  const rate = moment.finished === 0 ? '' : ` (${(count / moment.finished).toFixed(1)} an episode)`
  const sorted = [...answersMs].sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  const answer = median === undefined ? '' : ` · answered in ${(median / 1000).toFixed(1)} s`
  return `${times}${rate}${answer}${asked}`
}
