import { join } from 'node:path'
import { app, type MessagePortMain } from 'electron'
import type { Fault } from '@shared/domain/fault'
import { assertNever } from '@shared/domain/result'
import { HOST_NAMES, type CapturePort, type HostName, type PortName } from '@shared/ipc/channels'
import type { HostStatus } from '@shared/ipc/contract'
import type { HostToMain, MainToHost, PolicyReport, RobotReport } from '@shared/ipc/hosts'
import { createPortBroker, type PortBroker } from '../ipc/portBroker'
import type { CommandLine } from './commandLine'
import { createHostSupervisor, type HostSupervisor } from './hostSupervisor'
import { createHostLeaving } from './hostLeaving'
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
  /**
   * Arms are brought to where they may be left, then what is being recorded is closed; resolves with what became of
   * the arms, at the latest when that takes too long.
   */
  leave(): Promise<string | null>
  /** Closes what is being recorded. */
  endRecording(): Promise<void>
  /** The operator chose these files for import. */
  importFrom(paths: readonly string[]): void
  /** The operator chose this folder for exports. */
  exportInto(path: string): void
  dispose(): void
}

export interface HostsOptions {
  readonly commandLine: CommandLine
  readonly giveUi: (name: PortName, port: MessagePortMain) => void
  readonly giveCapture: (name: CapturePort, port: MessagePortMain) => void
  readonly onStatus: (status: HostStatus) => void
  readonly onFault: (fault: Fault) => void
  /** For the report; the UI learns it from the host's status. */
  readonly onHostGone: (fault: Fault) => void
  readonly onRunFinished: () => void
  readonly log: (line: string) => void
}

const REPORT_TIMEOUT_MS = 5000
/** The robot process says at once whether it has something to do. */
const ROBOT_ANSWER_MS = 2000
const LEAVE_LIMIT_MS = 60_000
/** The recorder process answers when all is on the disk. */
const RECORDER_ANSWER_MS = 10_000
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

/** What an operator can do when a process has ended. */
const AFTER_LOSS: Readonly<Record<HostName, string>> = {
  robot: 'It comes back stopped: reset it, then start.',
  policy: 'Resume when it is back.',
  recorder: 'It restarts by itself and repairs what it was recording; the robot is not affected.'
}

const userFile = (name: string): string => join(app.getPath('userData'), name)

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
  const waitingReports = new Map<HostName, (message: HostToMain | null) => void>()

  const configurations: Readonly<Record<HostName, () => MainToHost>> = {
    robot: () => ({
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
          userRobots: userFile('robots'),
          memory: userFile('devices.json'),
          portList: commandLine.portList
        }
      }
    }),
    policy: () => ({ type: 'configurePolicy', config: policy.config() }),
    recorder: () => ({
      type: 'configureRecorder',
      config: {
        appVersion: app.getVersion(),
        folder: userFile('episodes'),
        settingsFile: userFile('recording.json'),
        // What a command-line run records would be thrown away with its user data.
        mayRecord: !commandLine.headless || commandLine.userData !== null
      }
    })
  }

  const supervise = (name: HostName): HostSupervisor =>
    createHostSupervisor({
      name,
      log: options.log,
      configure: configurations[name],
      onReady: () => broker.hostStarted(name),
      onMessage: (message) => {
        switch (message.type) {
          case 'fault':
            return tellFault(message.fault)
          case 'runFinished':
            return options.onRunFinished()
          case 'robotReport':
          case 'policyReport':
            return waitingReports.get(name)?.(message)
          case 'leaving':
            options.onFault(LEAVING)
            return leaving[name]?.goesOn()
          case 'left':
            return leaving[name]?.done(message.note)
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
        }
        leaving[name]?.done(
          name === 'robot' ? `The robot process ended (${reason}): arms stay as they are` : null
        )
        for (const other of HOST_NAMES) {
          if (other !== name) hosts[other].send({ type: 'peerLost', peer: name, reason })
        }
        options.onHostGone({
          severity: 'high',
          source: 'main',
          code: `${name}HostGone`,
          message: `The ${name} process ended (${reason})`,
          tip: AFTER_LOSS[name]
        })
      }
    })

  /** People are told, and so is what is being recorded. */
  function tellFault(fault: Fault): void {
    options.onFault(fault)
    hosts.recorder.send({ type: 'noteFault', fault })
  }

  const leavingOf = (name: HostName, answerMs: number, noAnswer: string) =>
    createHostLeaving({
      isRunning: () => hosts[name].isRunning(),
      ask: () => hosts[name].send({ type: 'leave' }),
      answerMs,
      limitMs: LEAVE_LIMIT_MS,
      noAnswer
    })
  const leaving = {
    policy: null,
    robot: leavingOf('robot', ROBOT_ANSWER_MS, 'The robot process did not answer: arms stay as they are'),
    recorder: leavingOf('recorder', RECORDER_ANSWER_MS, 'The recorder process did not answer')
  }

  const hosts: Record<HostName, HostSupervisor> = {
    robot: supervise('robot'),
    policy: supervise('policy'),
    recorder: supervise('recorder')
  }
  const broker = createPortBroker({
    isRunning: (host) => hosts[host].isRunning(),
    giveHost: (host, peer, port) => hosts[host].send({ type: 'port', peer }, port),
    giveUi: options.giveUi,
    giveCapture: options.giveCapture
  })

  function ask(name: HostName): Promise<HostToMain | null> {
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
  hosts.recorder.start()

  return {
    broker,
    policy,
    statuses: () => HOST_NAMES.map((name) => hosts[name].status()),
    async reports() {
      const [robot, policy] = await Promise.all([ask('robot'), ask('policy')])
      return {
        robot: robot?.type === 'robotReport' ? robot.report : null,
        policy: policy?.type === 'policyReport' ? policy.report : null
      }
    },
    stop: (reason) => hosts.robot.send({ type: 'stop', reason }),
    async leave() {
      const note = await leaving.robot.leave()
      await leaving.recorder.leave()
      return note
    },
    importFrom: (paths) => hosts.recorder.send({ type: 'importFiles', paths: [...paths] }),
    exportInto: (path) => hosts.recorder.send({ type: 'exportFolder', path }),
    async endRecording() {
      await leaving.recorder.leave()
    },
    dispose() {
      watch.ended()
      hosts.policy.dispose()
      hosts.robot.dispose()
      hosts.recorder.dispose()
    }
  }
}
