/** How often something may be brought back within a minute before it is left alone. */
export interface RestartBudget {
  /** Counts one restart; false when it is one too many. */
  take(): boolean
}

const WINDOW_MS = 60_000

export function createRestartBudget(perMinute: number, nowMs: () => number): RestartBudget {
  let taken: readonly number[] = []
  return {
    take() {
      const now = nowMs()
      taken = [...taken.filter((at) => now - at < WINDOW_MS), now]
      return taken.length <= perMinute
    }
  }
}
