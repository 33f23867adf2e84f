/** A task of which one runs at a time: it is cancelled, and waited for at the end. */
export interface SingleTask {
  isRunning(): boolean
  /** Requires `!isRunning()`. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Tells the task by its signal. */
  cancel(): void
  /** Resolves when nothing runs, however it ended. */
  idle(): Promise<void>
}

export function createSingleTask(): SingleTask {
  let running: Promise<unknown> | null = null
  let controller = new AbortController()

  return {
    isRunning: () => running !== null,
    async run(work) {
      controller = new AbortController()
      const result = work(controller.signal)
      running = result.catch(() => undefined)
      try {
        return await result
      } finally {
        running = null
      }
    },
    cancel() {
      controller.abort()
    },
    async idle() {
      await running
    }
  }
}
