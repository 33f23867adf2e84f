import { z } from 'zod'
import { CAPTURE_PORTS, PORT_CHANNEL, type CapturePort } from '@shared/ipc/channels'
import { policyToCapture, uiToCapture, type CaptureToPolicy, type CaptureToUi } from '@shared/ipc/capture'
import { recorderToCapture, robotToCapture, type CaptureToRecorder } from '@shared/ipc/recording'
import { createCameraDesk } from './cameraDesk'
import { createCameraEncoder, type CameraEncoder } from './cameraEncoder'
import { createMainClock } from './mainClock'

/** The hidden window: cameras in, encoded video out to the recorder. It survives a reload of the operator's window. */

// The strict content security policy refuses what zod would probe for.
z.config({ jitless: true })

/** The bench moves once per action, ten times a second. */
const BENCH_FPS = 10
const TICK_MS = 15
const CLOCK_EVERY_MS = 1000

const clock = createMainClock()
const encoders = new Map<string, CameraEncoder>()
const ports: Partial<Record<CapturePort, MessagePort>> = {}
const arrival = z.object({ type: z.literal(PORT_CHANNEL), name: z.enum(CAPTURE_PORTS) })

const toRecorder = (message: CaptureToRecorder): void => ports.recorder?.postMessage(message)
const toPolicy = (message: CaptureToPolicy): void => ports.policy?.postMessage(message)
const toUi = (message: CaptureToUi): void => ports.ui?.postMessage(message)
const askClock = (): void => toRecorder({ type: 'clock', sentMs: performance.now() })

function encoderOf(camera: string, framesPerSecond: number): CameraEncoder {
  const known = encoders.get(camera)
  if (known) return known
  const made = createCameraEncoder({
    camera,
    framesPerSecond,
    send: toRecorder,
    onError: (name, error) => desk.encoderFailed(name, error)
  })
  encoders.set(camera, made)
  return made
}

const desk = createCameraDesk({
  bridge: window.depthdeckCapture,
  nanosAt: clock.nanosAt,
  toPolicy,
  toUi,
  onFrame: ({ name, framesPerSecond }, frame, nanos) =>
    encoderOf(name, framesPerSecond).showFrame(frame, nanos),
  onRemoved(name) {
    encoders.get(name)?.close()
    encoders.delete(name)
  }
})

function fromRobot(data: unknown): void {
  const message = robotToCapture.safeParse(data)
  if (!message.success || message.data.type !== 'frames') return
  for (const image of message.data.images)
    if (!desk.isDevice(image.name)) encoderOf(image.name, BENCH_FPS).show(image)
}

const receivers: Readonly<Record<CapturePort, (data: unknown) => void>> = {
  robot: fromRobot,
  policy(data) {
    const message = policyToCapture.safeParse(data)
    if (message.success) desk.want(message.data.cameras)
  },
  recorder(data) {
    const receivedMs = performance.now()
    const message = recorderToCapture.safeParse(data)
    if (message.success) clock.answered(message.data.sentMs, message.data.nanos, receivedMs)
  },
  ui(data) {
    const message = uiToCapture.safeParse(data)
    if (message.success) desk.fromUi(message.data)
  }
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const parsed = arrival.safeParse(event.data)
  const [port] = event.ports
  if (event.source !== window || !parsed.success || !port) return
  const { name } = parsed.data
  ports[name]?.close()
  ports[name] = port
  port.onmessage = ({ data }) => receivers[name](data)
  if (name === 'policy') desk.greetPolicy()
  if (name !== 'recorder') return
  for (const encoder of encoders.values()) encoder.restart()
  askClock()
})

void desk.begin()
setInterval(askClock, CLOCK_EVERY_MS)
setInterval(() => {
  const nowMs = performance.now()
  desk.tick(nowMs)
  const nowNanos = clock.nanosAt(nowMs)
  if (nowNanos === null || !ports.recorder) return
  for (const encoder of encoders.values()) encoder.tick(nowNanos)
}, TICK_MS)
