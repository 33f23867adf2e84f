import { join } from 'node:path'
import { app, type MessagePortMain } from 'electron'
import type { Fault } from '@shared/domain/fault'
import type { RefinementSettings } from '@shared/domain/policy'
import type { Precision } from '@shared/domain/examination'
import { assertNever, err, type Result } from '@shared/domain/result'
import type { PortName } from '@shared/ipc/channels'
import type { HostStatus } from '@shared/ipc/contract'
import type { HostToMain, OpenedPolicy, PolicyHostConfig, PolicyReport, RobotReport } from '@shared/ipc/hosts'
import { createPortBroker, type PortBroker } from '../ipc/portBroker'
import type { CommandLine } from './commandLine'
import { createHostSupervisor, type HostSupervisor } from './hostSupervisor'
import { later } from './later'
import { createProviderWatch } from './providerWatch'

/** The supervised hosts and the ports between them. */
export interface Hosts {
  readonly broker: PortBroker
  statuses(): HostStatus[]
  /** Replaces the running policy; what was in use stays unless this is ok. */
  usePolicy(choice: PolicyChoice): Promise<Result<OpenedPolicy, Fault>>
  /** What the policy process runs, or is given when it restarts. */
  policyInUse(): PolicyChoice
  reports(): Promise<{ robot: RobotReport | null; policy: PolicyReport | null }>
  dispose(): void
}

/** A bundle and how to run it. */
export interface PolicyChoice {
  readonly bundlePath: string
  /** Best first; empty: CPU. */
  readonly providers: readonly string[]
  readonly precision: Precision
}

export interface HostsOptions {
  readonly commandLine: CommandLine
  readonly giveUi: (name: PortName, port: MessagePortMain) => void
  readonly onStatus: (status: HostStatus) => void
  readonly onFault: (fault: Fault) => void
  /** For the report; the UI learns it from the host's status. */
  readonly onHostGone: (fault: Fault) => void
  readonly onRunFinished: () => void
  readonly log: (line: string) => void
}

const REPORT_TIMEOUT_MS = 5000
/** Loading a large backbone on a GPU takes seconds; a driver that hangs takes forever. */
export const PROVIDER_LIMIT_MS = 60_000

/** Sessions of a large bundle take a while on top of a provider's trial. */
const OPEN_TIMEOUT_MS = 2 * PROVIDER_LIMIT_MS

/** The demo bundle travels with the app. */
export function builtInBundle(): string {
  const resources = app.isPackaged ? process.resourcesPath : join(__dirname, '../../resources')
  return join(resources, 'policies', 'traypick-demo')
}

export function startHosts(options: HostsOptions): Hosts {
  const { commandLine } = options
  let settings: RefinementSettings | null = null
  let inUse: PolicyChoice = {
    bundlePath: commandLine.bundle ?? builtInBundle(),
    providers: commandLine.providers,
    precision: 'float32'
  }
  /** Of a switch that is under way. */
  let opened: ((result: Result<OpenedPolicy, Fault>) => void) | null = null
  const providers = createProviderWatch({
    limitMs: PROVIDER_LIMIT_MS,
    later,
    onHung: (provider) => {
      const seconds = PROVIDER_LIMIT_MS / 1000
      options.onFault({
        severity: 'medium',
        source: 'main',
        code: 'providerHung',
        message: `The execution provider ${provider} did not answer for ${seconds} s; the policy process is replaced`,
        tip: 'The next provider is tried. Leave this one out of --providers until its driver is mended.'
      })
      hosts.policy.replace(`${provider} did not answer`)
    }
  })
  const waitingReports = new Map<PortName, (message: HostToMain | null) => void>()

  const policyConfig = (choice: PolicyChoice): PolicyHostConfig => ({
    bundlePath: choice.bundlePath,
    providers: [...choice.providers],
    precision: choice.precision,
    hungProviders: [...providers.hung],
    stopping: commandLine.rule,
    settings
  })

  const supervise = (name: PortName): HostSupervisor =>
    createHostSupervisor({
      name,
      log: options.log,
      configure: () =>
        name === 'robot'
          ? {
              type: 'configureRobot',
              config: {
                restarted: hosts.robot.status().restarts > 0,
                initialRequest: {
                  level: commandLine.level,
                  seedBase: commandLine.seedBase,
                  continuous: true,
                  episodes: commandLine.episodes
                },
                supervised: true,
                betweenEpisodesMs: commandLine.betweenEpisodesMs
              }
            }
          : {
              type: 'configurePolicy',
              config: policyConfig(inUse)
            },
      onReady: () => broker.hostStarted(name),
      onMessage: (message) => {
        switch (message.type) {
          case 'fault':
            return options.onFault(message.fault)
          case 'runFinished':
            return options.onRunFinished()
          case 'robotReport':
          case 'policyReport':
            return waitingReports.get(name)?.(message)
          case 'trying':
            return providers.trying(message.provider)
          case 'opened':
            return opened?.(message.result)
          case 'settings':
            settings = message.settings
            return undefined
          case 'ready':
            return undefined
          default:
            return assertNever(message)
        }
      },
      onStatus: options.onStatus,
      onGone: (reason) => {
        waitingReports.get(name)?.(null)
        if (name === 'policy') {
          providers.ended()
          opened?.(err(switchFault(`The policy process ended while it loaded the bundle (${reason})`)))
        }
        const other = hosts[name === 'robot' ? 'policy' : 'robot']
        other.send({ type: 'peerLost', peer: name, reason })
        options.onHostGone({
          severity: 'high',
          source: 'main',
          code: `${name}HostGone`,
          message: `The ${name} process ended (${reason})`,
          tip: name === 'robot' ? 'It comes back stopped: reset it, then start.' : 'Resume when it is back.'
        })
      }
    })

  const hosts: Record<PortName, HostSupervisor> = { robot: supervise('robot'), policy: supervise('policy') }
  const broker = createPortBroker({
    isRunning: (host) => hosts[host].isRunning(),
    giveHost: (host, peer, port) => hosts[host].send({ type: 'port', peer }, port),
    giveUi: options.giveUi
  })

  function ask(name: PortName): Promise<HostToMain | null> {
    if (!hosts[name].isRunning()) return Promise.resolve(null)
    return new Promise((resolve) => {
      const settle = (message: HostToMain | null): void => {
        clearTimeout(timer)
        waitingReports.delete(name)
        resolve(message)
      }
      const timer = setTimeout(() => settle(null), REPORT_TIMEOUT_MS)
      waitingReports.set(name, settle)
      hosts[name].send({ type: 'report' })
    })
  }

  function usePolicy(choice: PolicyChoice): Promise<Result<OpenedPolicy, Fault>> {
    if (opened) return Promise.resolve(err(switchFault('Another bundle is being loaded')))
    if (!hosts.policy.isRunning())
      return Promise.resolve(err(switchFault('The policy process is not running')))
    return new Promise((resolve) => {
      const settle = (result: Result<OpenedPolicy, Fault>): void => {
        clearTimeout(timer)
        opened = null
        if (result.ok) {
          inUse = choice
          // Rules belong to a bundle: a restarted process must not get those of its predecessor's.
          settings = null
        }
        resolve(result)
      }
      const timer = setTimeout(
        () => settle(err(switchFault('The bundle did not load in time'))),
        OPEN_TIMEOUT_MS
      )
      opened = settle
      hosts.policy.send({
        type: 'openPolicy',
        config: { ...policyConfig(choice), stopping: null, settings: null }
      })
    })
  }

  hosts.robot.start()
  hosts.policy.start()

  return {
    broker,
    usePolicy,
    policyInUse: () => inUse,
    statuses: () => [hosts.robot.status(), hosts.policy.status()],
    async reports() {
      const [robot, policy] = await Promise.all([ask('robot'), ask('policy')])
      return {
        robot: robot?.type === 'robotReport' ? robot.report : null,
        policy: policy?.type === 'policyReport' ? policy.report : null
      }
    },
    dispose() {
      providers.ended()
      hosts.policy.dispose()
      hosts.robot.dispose()
    }
  }
}

const switchFault = (message: string): Fault => ({
  severity: 'medium',
  source: 'main',
  code: 'policySwitch',
  message,
  tip: 'The policy that was in use stays. Try again, or choose another bundle, provider or precision.'
})
