import type { EventChannel, InvokeChannel } from '@shared/ipc/channels'

declare global {
  /** What the preload exposes; ports arrive as window messages of type `depthdeck:port`. */
  interface DepthdeckBridge {
    invoke(channel: InvokeChannel, input?: unknown): Promise<unknown>
    on(channel: EventChannel, listener: (payload: unknown) => void): () => void
  }
  interface Window {
    readonly depthdeck: DepthdeckBridge
  }
}
