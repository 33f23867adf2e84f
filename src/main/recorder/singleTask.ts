/** A task of which one runs at a time: it is cancelled between two of its steps, and waited for at the end. */
export interface SingleTask {
  isRunning(): boolean
  /** Requires `!isRunning()`. */
  run<T>(work: () => Promise<T>): Promise<T>
  isCancelled(): boolean
  /** After the step that is under way. */
  cancel(): void
  /** Resolves when nothing runs, however it ended. */
  idle(): Promise<void>
}

export function createSingleTask(): SingleTask {
  let running: Promise<unknown> | null = null
  let isCancelled = false

  return {
    isRunning: () => running !== null,
    async run(work) {
      isCancelled = false
      const result = work()
      running = result.catch(() => undefined)
      try {
        return await result
      } finally {
        running = null
      }
    },
    isCancelled: () => isCancelled,
    cancel() {
      isCancelled = true
    },
    async idle() {
      await running
    }
  }
}
