/**
 * Notices a call into an execution provider that hangs: it blocks the whole process that made it, so the process
 * can't say it itself.
 */
export interface ProviderWatch<T> {
  /** A process begins a call that may never return; null: it is through with them. */
  trying(what: T | null): void
  /** The process ended by itself. */
  ended(): void
}

export interface ProviderWatchOptions<T> {
  readonly limitMs: number
  /** Runs `callback` after `milliseconds`; returns its cancellation. */
  readonly later: (milliseconds: number, callback: () => void) => () => void
  readonly onHung: (what: T) => void
}

export function createProviderWatch<T>({
  limitMs,
  later,
  onHung
}: ProviderWatchOptions<T>): ProviderWatch<T> {
  let cancel: (() => void) | null = null
  const stop = (): void => {
    cancel?.()
    cancel = null
  }
  return {
    ended: stop,
    trying(what) {
      stop()
      if (what === null) return
      cancel = later(limitMs, () => {
        cancel = null
        onHung(what)
      })
    }
  }
}
