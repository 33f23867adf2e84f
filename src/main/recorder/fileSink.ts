/**
 * The end of a file that grows: writes one after another, finishes short ones, and tells when the disk refuses. What was
 * handed in before a failure and is not written then is lost, and said so; what is written stays.
 */
export interface FileSink {
  append(bytes: Uint8Array): void
  /** Handed in and not written yet. */
  backlogBytes(): number
  writtenBytes(): number
  /** What the disk said; null while it works. */
  failure(): NodeJS.ErrnoException | null
  /** Resolves when everything handed in so far is written, or the disk has refused it. */
  drained(): Promise<void>
  /** Also resolves when the disk refuses: `failure` tells. */
  sync(): Promise<void>
  /** Drains, syncs and closes. */
  close(): Promise<void>
}

/** What is needed of `fs.promises.FileHandle`. */
export interface SinkHandle {
  write(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>
  datasync(): Promise<void>
  close(): Promise<void>
}

/** `opening`: bytes wait for it. */
export function createFileSink(opening: Promise<SinkHandle>, onFailure: (error: Error) => void): FileSink {
  let backlog = 0
  let written = 0
  let failure: NodeJS.ErrnoException | null = null
  let handle: SinkHandle | null = null
  let last: Promise<void> = opening
    .then((opened) => {
      handle = opened
    })
    .catch(fail)

  function fail(error: unknown): void {
    if (failure) return
    failure = error instanceof Error ? error : new Error(String(error))
    onFailure(failure)
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch(fail)
    return last
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    let done = 0
    while (handle && done < bytes.byteLength && !failure) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done)
      if (bytesWritten === 0) throw new Error('the disk took no more bytes')
      done += bytesWritten
      written += bytesWritten
    }
  }

  return {
    append(bytes) {
      if (failure) return
      backlog += bytes.byteLength
      void inTurn(() => writeAll(bytes)).then(() => {
        backlog -= bytes.byteLength
      })
    },
    backlogBytes: () => backlog,
    writtenBytes: () => written,
    failure: () => failure,
    drained: () => last,
    sync: () => inTurn(async () => (failure ? undefined : handle?.datasync())),
    async close() {
      await this.sync()
      await handle?.close().catch(fail)
    }
  }
}
