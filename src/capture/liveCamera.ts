import type { CameraAssignment, CameraDevice, CameraView, WantedCamera } from '@shared/domain/camera'
import type { CameraImage } from '@shared/ipc/ports'
import { createCameraHealth, type CameraHealth } from './cameraHealth'
import { openDevice, type OpenDevice } from './device'
import { createPictureMaker, type PictureMaker } from './picture'

/** A device under a camera's name: opened, watched, opened again when it comes back. */
export interface LiveCamera {
  readonly assignment: CameraAssignment
  /** The device that it is now; null: it is away. Opens what isn't open. */
  use(device: CameraDevice | null): void
  /** How the policy wants it; null: it doesn't. */
  want(camera: WantedCamera | null): void
  view(nowMs: number): CameraView
  close(): void
}

export interface LiveCameraOptions {
  readonly assignment: CameraAssignment
  /** On the main side's clock; null: not known yet. */
  readonly nanosAt: (ms: number) => number | null
  /** Every frame, for the recording; closed afterwards. */
  readonly onFrame: (frame: VideoFrame, capturedNanos: number) => void
  /** As the policy wants it. */
  readonly onImage: (image: CameraImage) => void
  readonly onChange: () => void
}

/** Enough to tell two pictures apart. */
const SAMPLE = { width: 16, height: 12 } as const
const WHOLE = { x: 0, y: 0, width: 1, height: 1 } as const

export function createLiveCamera(options: LiveCameraOptions): LiveCamera {
  const { assignment } = options
  const sampler = createPictureMaker(SAMPLE.width, SAMPLE.height)
  let open: OpenDevice | null = null
  let openId: string | null = null
  let opening = false
  let health: CameraHealth | null = null
  let refusal: string | null = null
  let isAway = false
  let wanted: (WantedCamera & { readonly maker: PictureMaker }) | null = null
  let capturedNanos: number | null = null
  let closed = false

  function frame(next: VideoFrame): void {
    const nowMs = performance.now()
    const nanos = options.nanosAt(nowMs)
    health?.picture(sampler.rgb(next, WHOLE), nowMs)
    if (nanos === null) return
    capturedNanos = nanos
    options.onFrame(next, nanos)
    if (!wanted || health?.state(nowMs) !== 'live') return
    const { name, width, height, maker } = wanted
    options.onImage({ name, width, height, capturedNanos: nanos, rgb: maker.rgb(next, assignment.crop) })
  }

  function drop(): void {
    open?.close()
    open = null
    openId = null
    health = null
  }

  async function start(deviceId: string): Promise<void> {
    opening = true
    refusal = null
    health = createCameraHealth(performance.now())
    try {
      const device = await openDevice({
        assignment,
        deviceId,
        onFrame: frame,
        onEnded() {
          drop()
          isAway = true
          options.onChange()
        }
      })
      if (closed) device.close()
      else [open, openId] = [device, deviceId]
    } catch (error) {
      health = null
      refusal = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    } finally {
      opening = false
      options.onChange()
    }
  }

  return {
    assignment,
    use(device) {
      isAway = device === null
      if (device === null) return drop()
      if (openId === device.deviceId || opening) return
      drop()
      void start(device.deviceId)
    },
    want(camera) {
      if (
        camera?.width === wanted?.width &&
        camera?.height === wanted?.height &&
        camera?.name === wanted?.name
      )
        return
      wanted = camera && { ...camera, maker: createPictureMaker(camera.width, camera.height) }
    },
    view(nowMs) {
      const state = isAway ? 'away' : refusal !== null ? 'refused' : (health?.state(nowMs) ?? 'opening')
      return {
        assignment,
        state,
        reason: reasonOf(state, refusal),
        width: open?.width ?? null,
        height: open?.height ?? null,
        measuredFps: state === 'live' ? (health?.fps() ?? null) : null,
        capturedNanos,
        controls: open?.controls() ?? []
      }
    },
    close() {
      closed = true
      drop()
    }
  }
}

function reasonOf(state: CameraView['state'], refusal: string | null): string {
  switch (state) {
    case 'opening':
      return 'waiting for its first picture'
    case 'live':
      return ''
    case 'frozen':
      return 'the same picture again and again: plug it out and in'
    case 'silent':
      return 'it gives no pictures: plug it out and in'
    case 'away':
      return 'the device is gone: plug it in'
    case 'refused':
      return `the system refused to open it (${refusal ?? 'no reason given'}): close other programs that use it`
  }
}
