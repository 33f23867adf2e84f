import { NANOS_PER_SECOND } from '@shared/units'
import { isVideo, type Entry } from './entry'

/** The newest seconds, kept in memory whether or not they are recorded. Bounded in time and in bytes: the oldest go. */
export interface Preroll {
  add(entry: Entry): void
  /** From `fromNanos` on; video begins at a key frame, where there is one before. */
  since(fromNanos: number): Entry[]
  seconds(): number
}

export const PREROLL_SECONDS = 30
/** Two cameras of a real policy at ten observations a second are about 80 MB in 30 s. */
const MAX_BYTES = 160 * 1024 * 1024

export function createPreroll(): Preroll {
  let entries: Entry[] = []
  let first = 0
  let bytes = 0

  function forget(): void {
    bytes -= entries[first]?.bytes ?? 0
    first += 1
    if (first < 4096 || first < entries.length / 2) return
    entries = entries.slice(first)
    first = 0
  }

  const newest = (): number => entries[entries.length - 1]?.nanos ?? 0

  return {
    add(entry) {
      entries.push(entry)
      bytes += entry.bytes
      const oldest = newest() - PREROLL_SECONDS * NANOS_PER_SECOND
      while (first < entries.length && ((entries[first] as Entry).nanos < oldest || bytes > MAX_BYTES))
        forget()
    },
    since(fromNanos) {
      const kept = entries.slice(first)
      const begins = new Map<string, number>()
      for (const { topic, nanos, isKey } of kept) {
        // The last key frame before, or else the first one after.
        if (isKey && (nanos <= fromNanos || !begins.has(topic))) begins.set(topic, nanos)
      }
      return kept.filter((entry) =>
        isVideo(entry) ? entry.nanos >= (begins.get(entry.topic) ?? Infinity) : entry.nanos >= fromNanos
      )
    },
    seconds: () =>
      first < entries.length ? (newest() - (entries[first] as Entry).nanos) / NANOS_PER_SECOND : 0
  }
}
