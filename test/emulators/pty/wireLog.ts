/** Bytes as they passed the pty. `host` wrote them, or a `servo` did. */
export interface WireEntry {
  readonly atNanos: number
  readonly from: 'host' | 'servo'
  readonly bytes: Uint8Array
}

export interface WireLog {
  /** Oldest first; the oldest are dropped beyond the capacity. */
  readonly entries: readonly WireEntry[]
  add(entry: WireEntry): void
  clear(): void
}

export function createWireLog(capacity = 2000): WireLog {
  let entries: WireEntry[] = []
  return {
    get entries() {
      return entries
    },
    add(entry) {
      entries.push(entry)
      // Cut in halves, not one by one: an array's head is expensive to drop.
      if (entries.length >= 2 * capacity) entries = entries.slice(-capacity)
    },
    clear: () => void (entries = [])
  }
}
