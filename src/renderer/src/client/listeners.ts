/** Gives a subscription back; calling it twice does nothing more. */
export type Release = () => void

/** A list of listeners; each `add` returns its release. */
export interface Listeners<Args extends readonly unknown[]> {
  add(listener: (...args: Args) => void): Release
  emit(...args: Args): void
}

export function createListeners<Args extends readonly unknown[]>(): Listeners<Args> {
  const listeners = new Set<(...args: Args) => void>()
  return {
    add(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    emit(...args) {
      for (const listener of [...listeners]) listener(...args)
    }
  }
}
