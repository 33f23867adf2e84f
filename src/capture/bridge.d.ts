import type { CaptureChannel } from '@shared/ipc/channels'

declare global {
  /** What the preload exposes to the capture window. */
  interface DepthdeckCaptureBridge {
    readonly calls: Readonly<Record<CaptureChannel, (input?: unknown) => Promise<unknown>>>
  }
  interface Window {
    readonly depthdeckCapture: DepthdeckCaptureBridge
  }
}
