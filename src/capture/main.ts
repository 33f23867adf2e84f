import { z } from 'zod'
import { PORT_CHANNEL, PORT_NAMES, type PortName } from '@shared/ipc/channels'
import { recorderToCapture, robotToCapture, type CaptureToRecorder } from '@shared/ipc/recording'
import { createCameraEncoder, type CameraEncoder } from './cameraEncoder'
import { createMainClock } from './mainClock'

/** The hidden window: cameras in, encoded video out to the recorder. It survives a reload of the operator's window. */

// The strict content security policy refuses what zod would probe for.
z.config({ jitless: true })

/** The bench moves once per action, ten times a second. */
const BENCH_FPS = 10
const TICK_MS = 20
const CLOCK_EVERY_MS = 1000

const clock = createMainClock()
const cameras = new Map<string, CameraEncoder>()
const ports: Partial<Record<PortName, MessagePort>> = {}
const arrival = z.object({ type: z.literal(PORT_CHANNEL), name: z.enum(PORT_NAMES) })

const send = (message: CaptureToRecorder): void => ports.recorder?.postMessage(message)
const askClock = (): void => send({ type: 'clock', sentMs: performance.now() })

function cameraOf(name: string): CameraEncoder {
  const known = cameras.get(name)
  if (known) return known
  const made = createCameraEncoder({
    framesPerSecond: BENCH_FPS,
    send,
    onError: (camera, error) => console.error(`camera ${camera}: ${error.message}`)
  })
  cameras.set(name, made)
  return made
}

function fromRobot(data: unknown): void {
  const message = robotToCapture.safeParse(data)
  if (!message.success || message.data.type !== 'frames') return
  for (const image of message.data.images) cameraOf(image.name).show(image)
}

function fromRecorder(data: unknown): void {
  const receivedMs = performance.now()
  const message = recorderToCapture.safeParse(data)
  if (message.success) clock.answered(message.data.sentMs, message.data.nanos, receivedMs)
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const parsed = arrival.safeParse(event.data)
  const [port] = event.ports
  if (event.source !== window || !parsed.success || !port) return
  const { name } = parsed.data
  ports[name]?.close()
  ports[name] = port
  port.onmessage = ({ data }) => (name === 'robot' ? fromRobot(data) : fromRecorder(data))
  if (name !== 'recorder') return
  for (const camera of cameras.values()) camera.restart()
  askClock()
})

setInterval(askClock, CLOCK_EVERY_MS)
setInterval(() => {
  const nowNanos = clock.nanosAt(performance.now())
  if (nowNanos === null || !ports.recorder) return
  for (const camera of cameras.values()) camera.tick(nowNanos)
}, TICK_MS)
