import type { Fault } from '@shared/domain/fault'
import type { AppInfo, HostStatus } from '@shared/ipc/contract'
import { assertNever } from '@shared/domain/result'
import type { Client } from '../client/client'
import type { Release } from '../client/listeners'
import { useAppStore } from './app'
import { useBundlesStore } from './bundles'
import { useCamerasStore } from './cameras'
import { useDevicesStore } from './devices'
import { useMessagesStore } from './messages'
import { useRecordingStore } from './recording'
import { useRefinementStore } from './refinement'
import { useRobotStore } from './robot'
import { useUiStore } from './ui'

/** The stores, fed by a client. */
export interface ConsoleFeed {
  /** Takes over what main answered, faults from before this window included. */
  adoptInfo(info: AppInfo): void
  release: Release
}

const AFTER_RESTART = {
  robot: 'It comes back stopped: reset it, then start again.',
  policy: 'It restarts by itself. Resume when it is back.',
  recorder: 'It restarts by itself and repairs what it was recording; the robot is not affected.'
} as const satisfies Record<HostStatus['name'], string>

/** Wires the client's messages to the stores; `release` gives all of it back. */
export function attachClient(client: Client, nowMs: () => number): ConsoleFeed {
  const app = useAppStore()
  const robot = useRobotStore()
  const refinement = useRefinementStore()
  const messages = useMessagesStore()
  const bundles = useBundlesStore()
  const devices = useDevicesStore()
  const recording = useRecordingStore()
  const cameras = useCamerasStore()
  const ui = useUiStore()
  let adopted = false
  /** Faults announced before `app:info` was answered: the answer lists them again. Null once it was. */
  let announced: Fault[] | null = []

  const tell = (fault: Fault): void => {
    messages.addFault(fault, nowMs())
    if (fault.source === 'policy') refinement.failed(fault)
  }

  const hostChanged = (status: HostStatus): void => {
    const before = app.hosts[status.name]
    app.setHost(status)
    if (before?.state === status.state) return
    if (status.name === 'policy' && status.state !== 'running') refinement.unloaded()
    const code = `host-${status.name}`
    switch (status.state) {
      case 'starting':
        return
      case 'running':
        messages.clear(code)
        if (before?.state !== 'restarting' && before?.state !== 'failed') return
        return messages.addNotice(
          `${code}-back`,
          `The ${status.name} process runs again`,
          `Restarted ${status.restarts}× so far`,
          nowMs()
        )
      case 'restarting':
        return messages.addFault(
          {
            severity: 'medium',
            source: 'main',
            code,
            message: `The ${status.name} process ended: ${status.lastExit ?? 'unknown reason'}`,
            tip: AFTER_RESTART[status.name]
          },
          nowMs()
        )
      case 'failed': {
        const fault: Fault = {
          severity: 'high',
          source: 'main',
          code,
          message: `The ${status.name} process keeps ending: ${status.lastExit ?? 'unknown reason'}`,
          tip: 'Restart Depthdeck.'
        }
        messages.addFault(fault, nowMs())
        if (status.name === 'policy') refinement.failed(fault)
        return
      }
      default:
        assertNever(status.state)
    }
  }

  const releases = [
    client.onRobot((message, receivedMs) => {
      // What the robot host has laid out (command line, or a run before this window) is what the fields show.
      if (message.type === 'snapshot' && !adopted) {
        adopted = true
        ui.adoptRequest(message.snapshot.run.request)
      }
      robot.receive(message, receivedMs)
      devices.receive(message)
      if (message.type === 'execution') refinement.executed(message.execution)
      if (message.type === 'refused') messages.addRefusal(message.command, message.reason, receivedMs)
    }),
    client.onPolicy((message, receivedMs) => {
      refinement.receive(message)
      if (message.type === 'info') bundles.inUse(message.info)
      // Pause and stop go to both hosts; that an idle policy had nothing to pause is no news.
      if (message.type === 'refused' && message.command !== 'pause') {
        messages.addRefusal(message.command, message.reason, receivedMs)
      }
    }),
    client.onRecorder((message) => recording.receive(message)),
    client.onCapture((message) => cameras.receive(message)),
    client.onLink((name) => {
      if (name === 'capture') return cameras.linked()
      if (name === 'recorder') return recording.linked()
      if (name === 'policy') return refinement.linked()
      robot.linked()
      devices.linked()
    }),
    client.onHost(hostChanged),
    client.onBundleProgress(bundles.progressed),
    client.onFault((fault) => {
      announced?.push(fault)
      tell(fault)
    })
  ]
  return {
    adoptInfo(info) {
      for (const host of info.hosts) hostChanged(host)
      app.setInfo(info)
      const known = announced ?? []
      announced = null
      for (const fault of info.faults) {
        const at = known.findIndex((other) => isSame(other, fault))
        if (at === -1) tell(fault)
        else known.splice(at, 1)
      }
    },
    release() {
      for (const release of releases) release()
    }
  }
}

const isSame = (a: Fault, b: Fault): boolean =>
  a.source === b.source && a.code === b.code && a.message === b.message
