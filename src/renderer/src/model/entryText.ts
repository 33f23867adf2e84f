import type { StripEntry } from '../stores/refinement'
import { duration } from './format'
import { STOP_REASON_TEXT } from './ruleText'
import { stageTimes } from './stageTimes'

/** A prediction in one line: which one, how long it thought, why it stopped. */
export function entryText({ view, record }: StripEntry): string {
  const what = `Episode ${view.episode}, prediction ${view.index}: K = ${view.k}`
  if (record === null) return `${what}, rejected`
  const human = record.human ? ', human' : ''
  return `${what}, horizon ${record.horizon}, ${STOP_REASON_TEXT[record.stopReason]}${human}`
}

/** The same with where the time went, for those who don't see the bars. */
export function entryTextWithTimes(entry: StripEntry): string {
  const times = stageTimes(entry.view.stages, entry.execution).map(
    ({ stage, milliseconds }) => `${stage} ${duration(milliseconds)}`
  )
  return [entryText(entry), ...times].join(', ')
}
