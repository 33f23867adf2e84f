import { randomBytes } from 'node:crypto'
import { setPriority } from 'node:os'
import type { RecorderHostConfig } from '@shared/ipc/hosts'
import {
  captureToRecorder,
  policyToRecorder,
  robotToRecorder,
  uiToRecorder,
  type CaptureToRecorder,
  type PolicyToRecorder,
  type RecorderToCapture,
  type RecorderToPolicy,
  type RecorderToUi,
  type RobotToRecorder,
  type UiToRecorder
} from '@shared/ipc/recording'
import { hostNanos } from './clock'
import { createHostLink, createPeer } from './hostLink'
import { openRecorderCell, type RecorderCell } from './recorderCell'

/** Entry of the recorder host: wires recorder and library to their ports and to real time. */

const TICK_MS = 40

let cell: RecorderCell | null = null

const malformed = (from: string) => (detail: string) =>
  link.fault({
    severity: 'medium',
    source: 'recorder',
    code: 'malformedMessage',
    message: `A malformed message from the ${from} was not recorded: ${detail}`,
    tip: 'Recording goes on; please report this.'
  })

const ui = createPeer<UiToRecorder, RecorderToUi>({
  schema: uiToRecorder,
  onMessage: (message) => cell?.fromUi(message),
  onMalformed: malformed('UI'),
  onAttached: () => cell?.greetUi(),
  onClosed: () => undefined
})

const robot = createPeer<RobotToRecorder, never>({
  schema: robotToRecorder,
  onMessage: (message) => cell?.recorder.fromRobot(message),
  onMalformed: malformed('robot'),
  onAttached: () => undefined,
  onClosed: () => undefined
})

const policy = createPeer<PolicyToRecorder, RecorderToPolicy>({
  schema: policyToRecorder,
  onMessage: (message) => cell?.recorder.fromPolicy(message),
  onMalformed: malformed('policy'),
  onAttached: () => cell?.greetPolicy(),
  onClosed: () => undefined
})

const capture = createPeer<CaptureToRecorder, RecorderToCapture>({
  schema: captureToRecorder,
  onMessage: (message) => {
    if (message.type === 'clock') capture.send({ ...message, nanos: hostNanos() })
    else cell?.recorder.video(message)
  },
  onMalformed: malformed('capture window'),
  onAttached: () => undefined,
  onClosed: () => undefined
})

const link = createHostLink({
  source: 'recorder',
  onPort: (peer, port) => {
    if (peer === 'ui') ui.attach(port)
    if (peer === 'robot') robot.attach(port)
    if (peer === 'policy') policy.attach(port)
    if (peer === 'capture') capture.attach(port)
  },
  onMain: (message) => {
    switch (message.type) {
      case 'configureRecorder':
        return void configure(message.config)
      case 'importFiles':
        return cell?.importFrom(message.paths)
      case 'exportFolder':
        return cell?.exportInto(message.path)
      case 'noteFault':
        return cell?.recorder.fault(message.fault)
      case 'peerLost':
        return message.peer === 'robot' ? cell?.recorder.robotLost(message.reason) : undefined
      case 'leave':
        return void leave()
      case 'configureRobot':
      case 'configurePolicy':
      case 'openPolicy':
      case 'report':
      case 'stop':
      case 'port':
        return undefined
    }
  }
})

async function leave(): Promise<void> {
  await cell?.end()
  link.toMain({ type: 'left', note: null })
}

/** What is late to the disk is only late there; the robot's loop and the window come first. */
const NICENESS = 5

async function configure(config: RecorderHostConfig): Promise<void> {
  setPriority(NICENESS)
  cell = await openRecorderCell({
    config,
    nowNanos: hostNanos,
    wallNanos: () => BigInt(Date.now()) * 1_000_000n,
    suffix: () => randomBytes(3).toString('hex'),
    sendUi: (message) => ui.send(message),
    sendPolicy: (message) => policy.send(message),
    onFault: link.fault
  })
  setInterval(() => cell?.tick(), TICK_MS)
  link.toMain({ type: 'ready' })
}
