import type { RefinementSettings } from '@shared/domain/policy'
import type { PolicyHostConfig } from '@shared/ipc/hosts'
import { captureToPolicy, type CaptureToPolicy, type PolicyToCapture } from '@shared/ipc/capture'
import {
  robotToPolicy,
  uiToPolicy,
  type Observation,
  type PolicyToRobot,
  type PolicyToUi,
  type RobotToPolicy,
  type UiToPolicy
} from '@shared/ipc/ports'
import { recorderToPolicy, type PolicyToRecorder, type RecorderToPolicy } from '@shared/ipc/recording'
import { createFrameSlots } from '../cameras/frameSlots'
import type { PolicyBackend } from '../policy/backend'
import { openPolicy } from '../policy/openPolicy'
import { createPolicyRunner, type PolicyRunner } from '../policy/runner'
import { hostMillis, hostNanos } from './clock'
import { BENCH_ARM } from './benchObservations'
import { createHostLink, createPeer } from './hostLink'
import { createPolicySlot } from './policySlot'
import { createPredictionTally } from './predictionTally'

/** Entry of the policy host: wires bundle, backend and engine runner to ports and to real time. */

/** Snapshots reach the UI at most this often; every phase that lasts longer is seen. */
const PUBLISH_INTERVAL_MS = 16

let backend: PolicyBackend | null = null
let runner: PolicyRunner | null = null
/** As the robot last said. */
let runUnderWay = false
/** Every iteration's latent, not only the last one's. */
let recordsLatents = false
let publishing: NodeJS.Timeout | null = null
/** As main last heard them. */
let keptSettings: RefinementSettings | null = null
const tally = createPredictionTally()

const malformed = (from: string) => (detail: string) =>
  link.fault({
    severity: 'medium',
    source: 'policy',
    code: 'malformedMessage',
    message: `A malformed message from the ${from} was ignored: ${detail}`,
    tip: 'The policy goes on; please report this.'
  })

const ui = createPeer<UiToPolicy, PolicyToUi>({
  schema: uiToPolicy,
  onMessage: (command) => {
    recorder.send({ type: 'heard', nanos: hostNanos(), command })
    if (runner) runner.command(command)
    else ui.send({ type: 'refused', command: command.type, reason: 'No policy is loaded' })
  },
  onMalformed: malformed('UI'),
  onAttached: greetUi,
  onClosed: () => undefined
})

const robot = createPeer<RobotToPolicy, PolicyToRobot>({
  schema: robotToPolicy,
  onMessage: (message) => {
    if (message.type === 'run') ({ underWay: runUnderWay } = message)
    else if (message.type === 'observation') observe(message.observation)
    else runner?.fromRobot(message)
  },
  onMalformed: malformed('robot'),
  onAttached: announceReady,
  onClosed: () => undefined
})

const recorder = createPeer<RecorderToPolicy, PolicyToRecorder>({
  schema: recorderToPolicy,
  onMessage: ({ all }) => {
    recordsLatents = all
  },
  onMalformed: malformed('recorder'),
  onAttached: greetRecorder,
  onClosed: () => undefined
})

/** Devices whose pictures stand for those of the bench. */
const frames = createFrameSlots()

const capture = createPeer<CaptureToPolicy, PolicyToCapture>({
  schema: captureToPolicy,
  onMessage: (message) => {
    if (message.type === 'assigned') frames.assign(message.names)
    else frames.put(message.image)
  },
  onMalformed: malformed('capture window'),
  onAttached: greetCapture,
  onClosed: () => undefined
})

/** What the policy sees is of the moment that it is asked for, or it sees nothing and the arm holds. */
function observe(observation: Observation): void {
  const seen = frames.into(observation, hostNanos())
  if (seen.ok) runner?.fromRobot({ type: 'observation', observation: seen.value })
  else robot.send({ type: 'hold', code: 'staleCamera', message: seen.error })
}

const link = createHostLink({
  source: 'policy',
  onPort: (peer, port) => {
    if (peer === 'ui') ui.attach(port)
    if (peer === 'robot') robot.attach(port)
    if (peer === 'recorder') recorder.attach(port)
    if (peer === 'capture') capture.attach(port)
  },
  onMain: (message) => {
    switch (message.type) {
      case 'configurePolicy':
        void configure(message.config)
        return
      case 'openPolicy':
        void slot
          .replace(message.config)
          .then((result) => link.toMain({ type: 'opened', request: message.request, result }))
        return
      case 'report':
        return link.toMain({
          type: 'policyReport',
          report: {
            provider: backend?.info.provider ?? null,
            refusedProviders: backend?.info.refusedProviders ?? [],
            bundle: backend && `${backend.info.name} ${backend.info.version}`,
            settings: runner?.settings() ?? null,
            ...tally.figures()
          }
        })
      case 'peerLost':
        if (message.peer !== 'robot') return
        // It comes back stopped, with nothing under way.
        runUnderWay = false
        return runner?.robotLost(message.reason)
      case 'configureRobot':
      case 'configureRecorder':
      case 'noteFault':
      case 'exportFolder':
      case 'importFiles':
      case 'stop':
      case 'leave':
      case 'port':
        return undefined
    }
  }
})

function greetUi(): void {
  if (!backend || !runner) return
  ui.send({ type: 'info', info: backend.info })
  ui.send(runner.snapshot())
}

function greetCapture(): void {
  if (backend) capture.send({ type: 'wanted', cameras: backend.info.cameras })
}

function greetRecorder(): void {
  if (!backend || !runner) return
  recorder.send({ type: 'info', info: backend.info })
  recorder.send({ type: 'settings', nanos: hostNanos(), settings: runner.settings() })
}

function announceReady(): void {
  if (backend) robot.send({ type: 'ready', controlRateHz: backend.info.controlRateHz })
}

function publishSoon(): void {
  publishing ??= setTimeout(() => {
    publishing = null
    if (!runner) return
    ui.send(runner.snapshot())
    if (runner.settings() === keptSettings) return
    keptSettings = runner.settings()
    recorder.send({ type: 'settings', nanos: hostNanos(), settings: keptSettings })
    link.toMain({ type: 'settings', settings: keptSettings })
  }, PUBLISH_INTERVAL_MS)
}

function initialSettings(
  defaults: RefinementSettings,
  { settings, stopping }: PolicyHostConfig
): RefinementSettings {
  return settings ?? (stopping ? { ...defaults, stopping } : defaults)
}

const slot = createPolicySlot({
  open: (config) =>
    openPolicy({
      bundlePath: config.bundlePath,
      ...BENCH_ARM,
      providers: config.providers,
      hungProviders: config.hungProviders,
      precision: config.precision,
      onTrying: (provider) => link.toMain({ type: 'trying', provider }),
      nowMs: hostMillis
    }).finally(() => link.toMain({ type: 'trying', provider: null })),
  runUnderWay: () => runUnderWay,
  take
})

async function configure(config: PolicyHostConfig): Promise<void> {
  // Ports may be brokered while the bundle loads: a big one takes seconds.
  link.toMain({ type: 'ready' })
  const loaded = await slot.load(config)
  if (!loaded.ok) link.fault(loaded.error)
}

function take(opened: PolicyBackend, config: PolicyHostConfig): void {
  // A runner that was replaced has nothing more to say, whatever it still computes.
  const whileCurrent =
    <T>(send: (message: T) => void) =>
    (message: T): void => {
      if (backend === opened) send(message)
    }
  backend = opened
  runner = createPolicyRunner({
    backend,
    settings: initialSettings(backend.info.defaults, config),
    nowNanos: hostNanos,
    waitUntil: (nanos) =>
      new Promise((resolve) => setTimeout(resolve, Math.max(0, (nanos - hostNanos()) / 1e6))),
    sendRobot: whileCurrent((message) => robot.send(message)),
    sendUi: whileCurrent((message) => {
      ui.send(message)
      if (message.type === 'rejected' || message.type === 'refused')
        recorder.send({ ...message, nanos: hostNanos() })
    }),
    recorder: { send: whileCurrent(recorder.send), wantsLatents: () => recordsLatents },
    onChange: publishSoon,
    onPrediction: whileCurrent(tally.add),
    onFault: whileCurrent(link.fault)
  })
  greetUi()
  greetRecorder()
  greetCapture()
  announceReady()
}
