import { join } from 'node:path'
import { app, type MessagePortMain } from 'electron'
import type { Fault } from '@shared/domain/fault'
import { assertNever } from '@shared/domain/result'
import type { PortName } from '@shared/ipc/channels'
import type { HostStatus } from '@shared/ipc/contract'
import type { HostToMain, PolicyReport, RobotReport } from '@shared/ipc/hosts'
import { createPortBroker, type PortBroker } from '../ipc/portBroker'
import type { CommandLine } from './commandLine'
import { createHostSupervisor, type HostSupervisor } from './hostSupervisor'
import { later } from './later'
import { createPolicySwitch, type PolicySwitch } from './policySwitch'
import { createProviderWatch } from './providerWatch'

/** The supervised hosts and the ports between them. */
export interface Hosts {
  readonly broker: PortBroker
  statuses(): HostStatus[]
  readonly policy: Pick<PolicySwitch, 'use' | 'inUse'>
  reports(): Promise<{ robot: RobotReport | null; policy: PolicyReport | null }>
  /** Latches a stop in the robot host, whatever becomes of the window. */
  stop(reason: string): void
  /** Arms are brought to where they may be left; resolves with what became of them, at the latest when that takes too long. */
  leave(): Promise<string | null>
  dispose(): void
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
/** The robot process says at once whether it has something to do. */
const LEAVE_ANSWER_MS = 2000
const LEAVE_LIMIT_MS = 60_000
const LEAVING: Fault = {
  severity: 'low',
  source: 'main',
  code: 'leaving',
  message: 'Depthdeck ends as soon as the arm is lowered and released',
  tip: 'Stop robot keeps the arm where it is. Close again to end at once: the arm then holds.'
}
/** Loading a large backbone on a GPU takes seconds; a driver that hangs takes forever. */
export const PROVIDER_LIMIT_MS = 60_000

/** Large bundles are read and verified before any provider is tried. */
const OPEN_LIMIT_MS = 5 * PROVIDER_LIMIT_MS

/** What travels with the app. */
const resource = (...path: string[]): string =>
  join(app.isPackaged ? process.resourcesPath : join(__dirname, '../../resources'), ...path)

export const builtInBundle = (): string => resource('policies', 'traypick-demo')

export function startHosts(options: HostsOptions): Hosts {
  const { commandLine } = options
  const watch = createProviderWatch<string>({
    limitMs: PROVIDER_LIMIT_MS,
    later,
    onHung: (provider) => {
      options.onFault({
        severity: 'medium',
        source: 'main',
        code: 'providerHung',
        message: `The execution provider ${provider} did not answer for ${PROVIDER_LIMIT_MS / 1000} s; the policy process is replaced`,
        tip: 'Choose another provider in the Policy view, or leave this one out of --providers, until its driver is mended.'
      })
      policy.hung(provider)
    }
  })
  const policy = createPolicySwitch({
    first: {
      bundlePath: commandLine.bundle ?? builtInBundle(),
      providers: commandLine.providers,
      precision: 'float32'
    },
    stopping: commandLine.rule,
    isRunning: () => hosts.policy.isRunning(),
    send: (message) => hosts.policy.send(message),
    replaceProcess: (reason) => hosts.policy.replace(reason),
    later,
    limitMs: OPEN_LIMIT_MS
  })
  const waitingReports = new Map<PortName, (message: HostToMain | null) => void>()

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
                betweenEpisodesMs: commandLine.betweenEpisodesMs,
                devices: {
                  robots: resource('robots'),
                  userRobots: join(app.getPath('userData'), 'robots'),
                  memory: join(app.getPath('userData'), 'devices.json'),
                  portList: commandLine.portList
                }
              }
            }
          : {
              type: 'configurePolicy',
              config: policy.config()
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
          case 'leaving':
            options.onFault(LEAVING)
            return leaving?.goesOn()
          case 'left':
            return leaving?.done(message.note)
          case 'trying':
            return watch.trying(message.provider)
          case 'opened':
            return policy.opened(message.request, message.result)
          case 'settings':
            return policy.keepSettings(message.settings)
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
          watch.ended()
          policy.ended(reason)
        } else leaving?.done(`The robot process ended (${reason}): arms stay as they are`)
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

  let leaving: { goesOn(): void; done(note: string | null): void } | null = null

  function leave(): Promise<string | null> {
    if (!hosts.robot.isRunning()) return Promise.resolve(null)
    return new Promise((resolve) => {
      const giveUp = (): void => leaving?.done('The robot process did not answer: arms stay as they are')
      let timer = setTimeout(giveUp, LEAVE_ANSWER_MS)
      leaving = {
        goesOn() {
          clearTimeout(timer)
          timer = setTimeout(giveUp, LEAVE_LIMIT_MS)
        },
        done(note) {
          clearTimeout(timer)
          leaving = null
          resolve(note)
        }
      }
      hosts.robot.send({ type: 'leave' })
    })
  }

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

  hosts.robot.start()
  hosts.policy.start()

  return {
    broker,
    policy,
    statuses: () => [hosts.robot.status(), hosts.policy.status()],
    async reports() {
      const [robot, policy] = await Promise.all([ask('robot'), ask('policy')])
      return {
        robot: robot?.type === 'robotReport' ? robot.report : null,
        policy: policy?.type === 'policyReport' ? policy.report : null
      }
    },
    stop: (reason) => hosts.robot.send({ type: 'stop', reason }),
    leave,
    dispose() {
      watch.ended()
      hosts.policy.dispose()
      hosts.robot.dispose()
    }
  }
}
