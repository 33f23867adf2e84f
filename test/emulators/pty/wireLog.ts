/** Bytes as they passed the pty. `host` wrote them, or a `servo` did. */
export interface WireEntry {
  readonly atNanos: number
  readonly from: 'host' | 'servo'
  readonly bytes: Uint8Array
}

export interface WireLog {
  /** Oldest first; the oldest are dropped beyond twice the capacity. */
  readonly entries: readonly WireEntry[]
  add(entry: WireEntry): void
  /** Hears of every entry from now on, until the returned function is called. */
  listen(listener: (entry: WireEntry) => void): () => void
  /** The first entry from now on that matches. */
  next(matches: (entry: WireEntry) => boolean): Promise<WireEntry>
  clear(): void
}

export function createWireLog(capacity = 2000): WireLog {
  let entries: WireEntry[] = []
  const listeners = new Set<(entry: WireEntry) => void>()

  function listen(listener: (entry: WireEntry) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    listen,
    get entries() {
      return entries
    },
    add(entry) {
      entries.push(entry)
      // Cut in halves, not one by one: an array's head is expensive to drop.
      if (entries.length >= 2 * capacity) entries = entries.slice(-capacity)
      for (const listener of listeners) listener(entry)
    },
    next: (matches) =>
      new Promise((resolve) => {
        const stop = listen((entry) => {
          if (!matches(entry)) return
          stop()
          resolve(entry)
        })
      }),
    clear: () => void (entries = [])
  }
}
