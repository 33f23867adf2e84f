import type { CameraAssignment, CameraControl, CameraDevice } from '@shared/domain/camera'

/** One open camera device: frames as they come, until it ends or is closed. */
export interface OpenDevice {
  readonly width: number
  readonly height: number
  controls(): CameraControl[]
  /** Whatever the device has of these. */
  apply(controls: Readonly<Record<string, number>>): Promise<void>
  close(): void
}

export interface DeviceOptions {
  readonly assignment: CameraAssignment
  readonly deviceId: string
  /** The frame is closed afterwards. */
  readonly onFrame: (frame: VideoFrame) => void
  readonly onEnded: () => void
}

/** Numbers that a device may let people set (Media Capture and Streams extensions), each with its mode for "by hand". */
const CONTROLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  exposureTime: { exposureMode: 'manual' },
  exposureCompensation: {},
  colorTemperature: { whiteBalanceMode: 'manual' },
  focusDistance: { focusMode: 'manual' },
  brightness: {},
  contrast: {},
  saturation: {},
  sharpness: {}
}

/** @throws as `getUserMedia` does: not allowed, not found, busy */
export async function openDevice({
  assignment,
  deviceId,
  onFrame,
  onEnded
}: DeviceOptions): Promise<OpenDevice> {
  const { width, height, framesPerSecond, controls } = assignment
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      deviceId: { exact: deviceId },
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: framesPerSecond }
    }
  })
  const [track] = stream.getVideoTracks()
  if (!track) throw new Error('the device has no video')
  let closed = false
  const settings = track.getSettings()
  track.addEventListener('ended', () => {
    if (!closed) onEnded()
  })
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()

  async function read(): Promise<void> {
    for (;;) {
      const { done, value: frame } = await reader.read()
      if (done || !frame) return
      try {
        if (!closed) onFrame(frame)
      } finally {
        frame.close()
      }
    }
  }
  // The track's end is heard by itself.
  read().catch(() => undefined)

  const ranges = (): Record<string, unknown> =>
    'getCapabilities' in track ? { ...track.getCapabilities() } : {}

  async function apply(wanted: Readonly<Record<string, number>>): Promise<void> {
    const known = ranges()
    for (const [name, value] of Object.entries(wanted)) {
      if (!(name in CONTROLS) || !(name in known)) continue
      // Constraints that the DOM's types don't know.
      await track?.applyConstraints({
        advanced: [{ ...CONTROLS[name], [name]: value }]
      })
    }
  }
  await apply(controls).catch(() => undefined)

  return {
    width: settings.width ?? width,
    height: settings.height ?? height,
    controls() {
      const known = ranges()
      const now: Readonly<Record<string, unknown>> = { ...track.getSettings() }
      return Object.keys(CONTROLS).flatMap((name) => {
        const range = known[name]
        if (typeof range !== 'object' || range === null || !('min' in range) || !('max' in range)) return []
        const [min, max] = [Number(range.min), Number(range.max)]
        const step = 'step' in range ? Number(range.step) : (max - min) / 100
        return max > min ? [{ name, min, max, step, value: Number(now[name] ?? min) }] : []
      })
    },
    apply,
    close() {
      closed = true
      track.stop()
      void reader.cancel().catch(() => undefined)
    }
  }
}

/** Every camera of this machine. */
export async function listDevices(): Promise<CameraDevice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  return devices
    .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }) => ({ deviceId, label: label || 'camera' }))
}

/** The device that `wanted` is now: by id, else the only one of that name; null while it is away. */
export function findDevice(devices: readonly CameraDevice[], wanted: CameraDevice): CameraDevice | null {
  const same = devices.find(({ deviceId }) => deviceId === wanted.deviceId)
  if (same) return same
  const named = devices.filter(({ label }) => label === wanted.label && wanted.label !== '')
  return named.length === 1 ? (named[0] ?? null) : null
}
