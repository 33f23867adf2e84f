import type { Result } from '@shared/domain/result'

/** Why bytes couldn't be sent; `lost`: the line is gone and stays gone until opened anew. */
export interface TransportError {
  readonly code: 'closed' | 'busy' | 'lost'
  readonly message: string
}

/** An open line to a bus. Nothing is kept for later: bytes go out now or not at all. */
export interface ByteTransport {
  /** For messages to people: the port's path. */
  readonly label: string
  send(bytes: Uint8Array): Result<void, TransportError>
  /** Idempotent; nothing is reported afterwards. */
  close(): Promise<void>
}

export interface TransportEvents {
  readonly onBytes: (bytes: Uint8Array) => void
  /** Once, when the line is gone without having been closed by us. */
  readonly onLost: (message: string) => void
}
