import type { EpisodeRow } from '@shared/domain/episode'

/** Episodes in words and numbers, for people. */

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`
}

/** `0:07`, `12:30`, `1:02:30`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const rest = `${two(whole % 60)}`
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** Local time, to the second. */
export function startText(startedMs: number): string {
  const date = new Date(startedMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export type OutcomeKind = 'success' | 'failure' | 'undecided'

export const outcomeKind = ({ success }: Pick<EpisodeRow, 'success'>): OutcomeKind =>
  success === null ? 'undecided' : success ? 'success' : 'failure'

const JUDGES = {
  bench: 'the bench',
  operator: 'the operator',
  log: 'what was imported',
  reviewer: 'a review'
} as const

export function outcomeText(row: Pick<EpisodeRow, 'success' | 'judge'>): string {
  const kind = outcomeKind(row)
  return row.judge === null ? kind : `${kind}, says ${JUDGES[row.judge]}`
}

/** What an episode was, when it has no instruction: a moment that was kept. */
export const titleOf = ({ instruction, trigger }: Pick<EpisodeRow, 'instruction' | 'trigger'>): string =>
  trigger === 'run' || trigger === 'import'
    ? instruction || 'no instruction'
    : `${trigger === 'mark' ? 'Marked moment' : 'Before a hold'}${instruction ? `: ${instruction}` : ''}`

/** Where it was: the bench's scene, the arm, or what it was imported from. */
export const sourceOf = ({
  level,
  sceneSeed,
  robot
}: Pick<EpisodeRow, 'level' | 'sceneSeed' | 'robot'>): string =>
  level === '' ? robot || 'no robot' : `${level} · seed ${sceneSeed}`

/** What is out of the ordinary, in a few words each. */
export function flagsOf(row: EpisodeRow): string[] {
  const counted = (count: number, one: string, many: string): string[] =>
    count === 0 ? [] : [count === 1 ? one : `${count} ${many}`]
  return [
    ...counted(row.takeovers, 'takeover', 'takeovers'),
    ...counted(row.holds, 'hold', 'holds'),
    ...(row.repaired === null ? [] : ['repaired']),
    ...counted(row.drops, '1 dropped', 'dropped')
  ]
}
