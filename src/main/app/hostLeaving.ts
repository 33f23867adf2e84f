/** Asks a host to bring what it has begun to an end before its process is ended. */
export interface HostLeaving {
  /** Resolves with what became of it: what the host says, or that it didn't answer or ended. Null: nothing to tell. */
  leave(): Promise<string | null>
  /** It takes a while. */
  goesOn(): void
  done(note: string | null): void
}

export interface HostLeavingOptions {
  readonly isRunning: () => boolean
  readonly ask: () => void
  /** For the first answer: that it is done, or that it takes a while. */
  readonly answerMs: number
  /** From when it takes a while. */
  readonly limitMs: number
  readonly noAnswer: string
}

export function createHostLeaving(options: HostLeavingOptions): HostLeaving {
  let waiting: { restart(ms: number): void; settle(note: string | null): void } | null = null

  return {
    leave() {
      if (!options.isRunning()) return Promise.resolve(null)
      return new Promise((resolve) => {
        const settle = (note: string | null): void => {
          clearTimeout(timer)
          waiting = null
          resolve(note)
        }
        const wait = (ms: number) => setTimeout(() => settle(options.noAnswer), ms)
        let timer = wait(options.answerMs)
        waiting = {
          settle,
          restart(ms) {
            clearTimeout(timer)
            timer = wait(ms)
          }
        }
        options.ask()
      })
    },
    goesOn: () => waiting?.restart(options.limitMs),
    done: (note) => waiting?.settle(note)
  }
}
