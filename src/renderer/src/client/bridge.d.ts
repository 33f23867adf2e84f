import type { EventChannel, InvokeChannel } from '@shared/ipc/channels'

declare global {
  /** What the preload exposes; ports arrive as window messages of type `depthdeck:port`. */
  interface DepthdeckBridge {
    readonly calls: Readonly<Record<InvokeChannel, (input?: unknown) => Promise<unknown>>>
    /** Each returns its release. */
    readonly events: Readonly<Record<EventChannel, (listener: (payload: unknown) => void) => () => void>>
  }
  interface Window {
    readonly depthdeck: DepthdeckBridge
  }
}
