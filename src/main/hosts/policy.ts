import type { Fault } from '@shared/domain/fault'
import type { RefinementSettings } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import type { OpenedPolicy, PolicyHostConfig } from '@shared/ipc/hosts'
import {
  robotToPolicy,
  uiToPolicy,
  type PolicyToRobot,
  type PolicyToUi,
  type RobotToPolicy,
  type UiToPolicy
} from '@shared/ipc/ports'
import type { PolicyBackend } from '../policy/backend'
import { openPolicy } from '../policy/openPolicy'
import { createPolicyRunner, type PolicyRunner } from '../policy/runner'
import { trayArm } from '../robot/specs/trayArm'
import { hostMillis, hostNanos } from './clock'
import { createHostLink, createPeer } from './hostLink'
import { createPredictionTally } from './predictionTally'

/** Entry of the policy host: wires bundle, backend and engine runner to ports and to real time. */

/** Snapshots reach the UI at most this often; every phase that lasts longer is seen. */
const PUBLISH_INTERVAL_MS = 16

let backend: PolicyBackend | null = null
let runner: PolicyRunner | null = null
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
    if (runner) runner.command(command)
    else ui.send({ type: 'refused', command: command.type, reason: 'No policy is loaded' })
  },
  onMalformed: malformed('UI'),
  onAttached: greetUi,
  onClosed: () => undefined
})

const robot = createPeer<RobotToPolicy, PolicyToRobot>({
  schema: robotToPolicy,
  onMessage: (message) => runner?.fromRobot(message),
  onMalformed: malformed('robot'),
  onAttached: announceReady,
  onClosed: () => undefined
})

const link = createHostLink({
  source: 'policy',
  onPort: (peer, port) => {
    if (peer === 'ui') ui.attach(port)
    else robot.attach(port)
  },
  onMain: (message) => {
    switch (message.type) {
      case 'configurePolicy':
        void configure(message.config)
        return
      case 'openPolicy':
        void replacePolicy(message.config)
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
        return runner?.robotLost(message.reason)
      case 'configureRobot':
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
    link.toMain({ type: 'settings', settings: keptSettings })
  }, PUBLISH_INTERVAL_MS)
}

function initialSettings(
  defaults: RefinementSettings,
  { settings, stopping }: PolicyHostConfig
): RefinementSettings {
  return settings ?? (stopping ? { ...defaults, stopping } : defaults)
}

function open(config: PolicyHostConfig): Promise<Result<PolicyBackend, Fault>> {
  return openPolicy({
    bundlePath: config.bundlePath,
    robot: trayArm.name,
    providers: config.providers,
    hungProviders: config.hungProviders,
    precision: config.precision,
    onTrying: (provider) => link.toMain({ type: 'trying', provider }),
    nowMs: hostMillis
  }).finally(() => link.toMain({ type: 'trying', provider: null }))
}

async function configure(config: PolicyHostConfig): Promise<void> {
  // Ports may be brokered while the bundle loads: a big one takes seconds.
  link.toMain({ type: 'ready' })
  const opened = await open(config)
  if (opened.ok) run(opened.value, config)
  else link.fault(opened.error)
}

const isEngaged = (): boolean => runner !== null && runner.phase().kind !== 'idle'

/** Loads another policy beside the one in use, and takes it only where no run is under way before and after. */
async function replacePolicy(config: PolicyHostConfig): Promise<void> {
  const answer = (result: Result<OpenedPolicy, Fault>): void => link.toMain({ type: 'opened', result })
  if (isEngaged()) return answer(err(engagedFault()))
  const opened = await open(config)
  if (!opened.ok) return answer(opened)
  if (isEngaged()) {
    await opened.value.dispose()
    return answer(err(engagedFault()))
  }
  const before = backend
  run(opened.value, config)
  answer(ok({ name: opened.value.info.name, version: opened.value.info.version }))
  await before?.dispose()
}

const engagedFault = (): Fault => ({
  severity: 'medium',
  source: 'policy',
  code: 'policyEngaged',
  message: 'A run is under way: the policy that refines it can not be replaced',
  tip: 'Stop the robot or end the episode, then use the other bundle.'
})

function run(opened: PolicyBackend, config: PolicyHostConfig): void {
  backend = opened
  runner = createPolicyRunner({
    backend,
    settings: initialSettings(backend.info.defaults, config),
    nowNanos: hostNanos,
    waitUntil: (nanos) =>
      new Promise((resolve) => setTimeout(resolve, Math.max(0, (nanos - hostNanos()) / 1e6))),
    sendRobot: (message) => robot.send(message),
    sendUi: (message) => ui.send(message),
    onChange: publishSoon,
    onPrediction: tally.add,
    onFault: link.fault
  })
  greetUi()
  announceReady()
}
