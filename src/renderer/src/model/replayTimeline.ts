import type { ReplayEntry } from '@shared/ipc/recording'

/** A recording's trace in order of time, and what holds at any instant of it. */
export interface ReplayTimeline {
  append(entries: readonly ReplayEntry[]): void
  /** What a window that knew nothing must be told to show this instant: the newest of each kind up to it. */
  stateAt(nanos: number): readonly ReplayEntry[]
  /** Entries with `after` < nanos ≤ `until`. */
  between(after: number, until: number): readonly ReplayEntry[]
  predictions(): readonly PredictionMark[]
  events(): readonly TimedEvent[]
  /** Frames of an import, each with its numbers. */
  frames(): readonly NumberFrame[]
}

export interface PredictionMark {
  readonly index: number
  /** When it was observed, and when it was decided. */
  readonly fromNanos: number
  readonly decidedNanos: number
  /** When each iteration was complete, from k = 1 on. */
  readonly iterations: readonly number[]
}

export interface TimedEvent {
  readonly nanos: number
  readonly kind: string
  readonly name: string
  readonly detail: string
}

export interface NumberFrame {
  readonly nanos: number
  readonly numbers: NonNullable<ReplayEntry['numbers']>
}

/** Kinds of robot messages of which only the newest matters. */
const KINDS = ['snapshot', 'scene', 'frames'] as const

export function createReplayTimeline(): ReplayTimeline {
  const entries: ReplayEntry[] = []
  const byKind: Readonly<Record<(typeof KINDS)[number], ReplayEntry[]>> = {
    snapshot: [],
    scene: [],
    frames: []
  }
  const predictions: PredictionMark[] = []
  const events: TimedEvent[] = []
  const frames: NumberFrame[] = []

  return {
    append(more) {
      for (const entry of more) {
        entries.push(entry)
        for (const kind of KINDS) if (entry.robot?.type === kind) byKind[kind].push(entry)
        if (entry.numbers) frames.push({ nanos: entry.nanos, numbers: entry.numbers })
        if (entry.event) events.push({ nanos: entry.nanos, ...entry.event })
        if (entry.policy?.type !== 'prediction') continue
        const { record } = entry.policy
        predictions.push({
          index: record.index,
          fromNanos: record.observationNanos,
          decidedNanos: entry.nanos,
          iterations: record.iterations.map(({ completedNanos }) => completedNanos)
        })
      }
    },
    stateAt: (nanos) =>
      KINDS.flatMap((kind) => byKind[kind][countUntil(byKind[kind], nanos) - 1] ?? [])
        // What is shown first is what the rest is drawn over.
        .sort((a, b) => a.nanos - b.nanos),
    between: (after, until) => entries.slice(countUntil(entries, after), countUntil(entries, until)),
    predictions: () => predictions,
    events: () => events,
    frames: () => frames
  }
}

/** How many of these are not later than an instant. */
export function countUntil(sorted: readonly { readonly nanos: number }[], nanos: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as { nanos: number }).nanos <= nanos) low = middle + 1
    else high = middle
  }
  return low
}

/** The prediction that is thought or executed at an instant, and how far its thinking has come; null before the first. */
export function predictionAt(
  predictions: readonly PredictionMark[],
  nanos: number
): { readonly place: number; readonly k: number } | null {
  for (let place = predictions.length - 1; place >= 0; place--) {
    const prediction = predictions[place] as PredictionMark
    if (prediction.fromNanos > nanos) continue
    const k = prediction.iterations.filter((completed) => completed <= nanos).length
    return { place, k }
  }
  return null
}

/** The nearest of these instants before or after one. */
export function neighbour(instants: readonly number[], nanos: number, direction: -1 | 1): number | null {
  const wanted = instants.filter((instant) => (direction === 1 ? instant > nanos : instant < nanos))
  if (wanted.length === 0) return null
  return wanted.reduce((a, b) => (direction === 1 ? Math.min(a, b) : Math.max(a, b)))
}

/** A picture's time where no picture is near, as in a hole of the video. */
const NO_PICTURE_NANOS = 0.1e9

/** Where a step by one picture leads; `instants`: of the pictures around `nanos`. */
export const frameStep = (instants: readonly number[], nanos: number, direction: -1 | 1): number =>
  neighbour(instants, nanos, direction) ?? nanos + direction * NO_PICTURE_NANOS
