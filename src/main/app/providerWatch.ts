/**
 * Notices an execution provider that hangs while it is tried: its call blocks the whole policy process, so the
 * process can't say it itself. A provider that hung is not tried again in this session.
 */
export interface ProviderWatch {
  /** The policy process begins to try a provider; null: it has finished, one way or the other. */
  trying(provider: string | null): void
  /** The process ended by itself. */
  ended(): void
  /** Names to leave out from now on. */
  readonly hung: readonly string[]
}

export interface ProviderWatchOptions {
  readonly limitMs: number
  /** Runs `callback` after `milliseconds`; returns its cancellation. */
  readonly later: (milliseconds: number, callback: () => void) => () => void
  readonly onHung: (provider: string) => void
}

export function createProviderWatch({ limitMs, later, onHung }: ProviderWatchOptions): ProviderWatch {
  const hung: string[] = []
  let cancel: (() => void) | null = null
  const stop = (): void => {
    cancel?.()
    cancel = null
  }
  return {
    hung,
    ended: stop,
    trying(provider) {
      stop()
      if (provider === null) return
      cancel = later(limitMs, () => {
        cancel = null
        hung.push(provider)
        onHung(provider)
      })
    }
  }
}
