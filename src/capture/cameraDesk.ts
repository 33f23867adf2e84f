import {
  cameraAssignments,
  type CameraAssignment,
  type CameraDevice,
  type CameraState,
  type WantedCamera
} from '@shared/domain/camera'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import type { CaptureToPolicy, CaptureToUi, UiToCapture } from '@shared/ipc/capture'
import { findDevice, listDevices } from './device'
import { createLiveCamera, type LiveCamera } from './liveCamera'

/** Which devices are cameras: assigned by people, remembered, opened when they are there, and watched. */
export interface CameraDesk {
  /** Opens what was assigned last. */
  begin(): Promise<void>
  fromUi(message: UiToCapture): void
  /** What the policy in use looks through. */
  want(cameras: readonly WantedCamera[]): void
  greetPolicy(): void
  isDevice(name: string): boolean
  encoderFailed(name: string, error: Error): void
  /** Often. */
  tick(nowMs: number): void
}

export interface CameraDeskOptions {
  readonly bridge: DepthdeckCaptureBridge
  readonly nanosAt: (ms: number) => number | null
  readonly toPolicy: (message: CaptureToPolicy) => void
  readonly toUi: (message: CaptureToUi) => void
  readonly onFrame: (assignment: CameraAssignment, frame: VideoFrame, capturedNanos: number) => void
  /** Nothing of this name comes any more. */
  readonly onRemoved: (name: string) => void
}

/** The age that people read is late by this much at most. */
const VIEW_EVERY_MS = 80
const PREVIEW_EVERY_MS = 200
/** People are told when it lasts; a hiccup is seen in the frame's age. */
const TOLD: readonly CameraState[] = ['frozen', 'silent', 'away', 'refused']

export function createCameraDesk(options: CameraDeskOptions): CameraDesk {
  const { bridge, toPolicy, toUi } = options
  const cameras = new Map<string, LiveCamera>()
  const told = new Map<string, CameraState>()
  const previewedMs = new Map<string, number>()
  let devices: readonly CameraDevice[] = []
  let wanted: readonly WantedCamera[] = []
  let failure: string | null = null
  let viewMs = 0

  const fault = (severity: Fault['severity'], code: string, message: string, tip: string): void => {
    // Without main there is nobody left to tell; the view shows it all the same.
    bridge.calls['capture:fault']({ severity, source: 'capture', code, message, tip }).catch(() => undefined)
  }

  function greetPolicy(): void {
    const names = [...cameras.keys()].filter((name) => wanted.some((camera) => camera.name === name))
    toPolicy({ type: 'assigned', names })
  }

  function useDevices(): void {
    for (const camera of cameras.values()) camera.use(findDevice(devices, camera.assignment.device))
  }

  async function refresh(): Promise<void> {
    try {
      devices = await listDevices()
      failure = null
    } catch (error) {
      devices = []
      failure = errorText(error)
    }
    useDevices()
    publish(performance.now())
  }

  function add(assignment: CameraAssignment): void {
    cameras.get(assignment.name)?.close()
    const camera = createLiveCamera({
      assignment,
      nanosAt: options.nanosAt,
      onFrame: (frame, nanos) => options.onFrame(assignment, frame, nanos),
      onImage(image) {
        toPolicy({ type: 'frame', image })
        const nowMs = performance.now()
        if (nowMs - (previewedMs.get(image.name) ?? 0) < PREVIEW_EVERY_MS) return
        previewedMs.set(image.name, nowMs)
        toUi({ type: 'preview', image })
      },
      onChange: () => publish(performance.now())
    })
    camera.want(wanted.find(({ name }) => name === assignment.name) ?? null)
    cameras.set(assignment.name, camera)
  }

  function remove(name: string): void {
    cameras.get(name)?.close()
    cameras.delete(name)
    told.delete(name)
    options.onRemoved(name)
  }

  function keep(): void {
    const assignments = [...cameras.values()].map(({ assignment }) => assignment)
    bridge.calls['capture:keep'](assignments).catch(() =>
      fault('low', 'camerasNotKept', 'The list of cameras could not be saved', 'Assign them again next time.')
    )
  }

  function publish(nowMs: number): void {
    viewMs = nowMs
    const views = [...cameras.values()].map((camera) => camera.view(nowMs))
    toUi({ type: 'cameras', view: { devices: [...devices], cameras: views, wanted: [...wanted], failure } })
    for (const { assignment, state, reason } of views) tell(assignment, state, reason)
  }

  function tell({ name, device }: CameraAssignment, state: CameraState, reason: string): void {
    if (told.get(name) === state || state === 'opening') return
    told.set(name, state)
    if (!TOLD.includes(state)) return
    const isPolicys = wanted.some((camera) => camera.name === name)
    fault(
      isPolicys ? 'high' : 'medium',
      'camera',
      `Camera ${name} (${device.label}): ${reason.split(':')[0] ?? state}`,
      isPolicys
        ? 'The arm holds until it gives pictures again: plug it in, or choose another in Devices; then resume.'
        : 'Recording goes on without it. Plug it in, or choose another in Devices.'
    )
  }

  navigator.mediaDevices.addEventListener('devicechange', () => void refresh())

  return {
    async begin() {
      try {
        for (const assignment of cameraAssignments.parse(await bridge.calls['capture:load']()))
          add(assignment)
      } catch (error) {
        const why = errorText(error)
        fault('low', 'camerasNotRead', `The list of cameras could not be read: ${why}`, 'Assign them again.')
      }
      greetPolicy()
      await refresh()
    },
    fromUi(message) {
      if (message.type === 'assign') {
        // Another size or rate means another encoder.
        remove(message.assignment.name)
        add(message.assignment)
      }
      if (message.type === 'unassign') remove(message.name)
      if (message.type !== 'refresh') {
        keep()
        greetPolicy()
      }
      void refresh()
    },
    want(next) {
      wanted = next
      for (const camera of cameras.values())
        camera.want(next.find(({ name }) => name === camera.assignment.name) ?? null)
      greetPolicy()
    },
    greetPolicy,
    isDevice: (name) => cameras.has(name),
    encoderFailed: (name, error) =>
      fault(
        'medium',
        'encoder',
        `The video of camera ${name} can't be encoded: ${error.message}`,
        'Recording goes on without it. Choose another size in Devices.'
      ),
    tick(nowMs) {
      if (nowMs - viewMs >= VIEW_EVERY_MS) publish(nowMs)
    }
  }
}
