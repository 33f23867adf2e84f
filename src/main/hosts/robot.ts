import { homedir, setPriority } from 'node:os'
import { z } from 'zod'
import type { RobotHostConfig, RobotReport } from '@shared/ipc/hosts'
import {
  policyToRobot,
  uiToRobot,
  type PolicyToRobot,
  type RobotToPolicy,
  type RobotToUi,
  type UiToRobot
} from '@shared/ipc/ports'
import type { RobotToCapture, RobotToRecorder } from '@shared/ipc/recording'
import { calibrationRoot } from '../robot/calibrationFiles'
import { listSerialPorts, withListedPorts } from '../transports/ports'
import { hostNanos } from './clock'
import { createHostLink, createPeer } from './hostLink'
import { createRobotCell, type RobotCell } from './robotCell'
import { NO_STATS } from './stationSlot'

/** Entry of the robot host: wires station and devices to their ports and to real time. */

let cell: RobotCell | null = null
/** For the report; a run that goes on for days keeps its first ones. */
const MAX_EPISODES = 10_000
let finished = 0
const episodes: RobotReport['episodes'] = []

const malformed = (from: string) => (detail: string) =>
  link.fault({
    severity: 'medium',
    source: 'robot',
    code: 'malformedMessage',
    message: `A malformed message from the ${from} was ignored: ${detail}`,
    tip: 'The robot goes on; please report this.'
  })

const ui = createPeer<UiToRobot, RobotToUi>({
  schema: uiToRobot,
  onMessage: (message) => {
    recorder.send({ type: 'heard', nanos: hostNanos(), command: message })
    cell?.fromUi(message)
  },
  onMalformed: malformed('UI'),
  onAttached: () => cell?.greetUi(),
  onClosed: () => cell?.slot.station()?.uiLost()
})

const policy = createPeer<PolicyToRobot, RobotToPolicy>({
  schema: policyToRobot,
  onMessage: (message) => cell?.slot.fromPolicy(message),
  onMalformed: malformed('policy'),
  onAttached: () => undefined,
  onClosed: () => cell?.slot.policyLost()
})

const recorder = createPeer<never, RobotToRecorder>({
  schema: z.never(),
  onMessage: () => undefined,
  onMalformed: malformed('recorder'),
  onAttached: () => cell?.greetRecorder(),
  onClosed: () => undefined
})

/** The bench's cameras take the way of real ones from here. */
const capture = createPeer<never, RobotToCapture>({
  schema: z.never(),
  onMessage: () => undefined,
  onMalformed: malformed('capture window'),
  onAttached: () => cell?.greetRecorder(),
  onClosed: () => undefined
})

function record(message: RobotToUi): void {
  if (message.type === 'frames') capture.send(message)
  else recorder.send({ type: 'said', nanos: hostNanos(), message })
}

const link = createHostLink({
  source: 'robot',
  onPort: (peer, port) => {
    if (peer === 'ui') ui.attach(port)
    if (peer === 'policy') policy.attach(port)
    if (peer === 'recorder') recorder.attach(port)
    if (peer === 'capture') capture.attach(port)
  },
  onMain: (message) => {
    switch (message.type) {
      case 'configureRobot':
        return configure(message.config)
      case 'peerLost':
        return message.peer === 'policy' ? cell?.slot.policyLost() : undefined
      case 'report':
        return link.toMain({
          type: 'robotReport',
          report: { loop: cell?.slot.stats() ?? NO_STATS, episodes }
        })
      case 'stop':
        return cell?.fromUi(message)
      case 'leave':
        return void leave()
      case 'configurePolicy':
      case 'configureRecorder':
      case 'noteFault':
      case 'exportFolder':
      case 'importFiles':
      case 'openPolicy':
      case 'port':
        return undefined
    }
  }
})

async function leave(): Promise<void> {
  const note = (await cell?.leave(() => link.toMain({ type: 'leaving' }))) ?? null
  link.toMain({ type: 'left', note })
}

function configure(config: RobotHostConfig): void {
  try {
    // The loop's rate matters more than anything else here; ordinary users may not raise it.
    setPriority(-10)
  } catch {
    // Normal priority then: the period error is measured and shown.
  }
  cell = createRobotCell({
    config,
    calibrationRoot: calibrationRoot(process.env, homedir()),
    listPorts: withListedPorts(listSerialPorts, config.devices.portList),
    nowNanos: hostNanos,
    sendUi: (message) => ui.send(message),
    sendRecorder: record,
    sendPolicy: (message) => policy.send(message),
    onFault: link.fault,
    onEpisodeEnd: (episode) => {
      recorder.send({ type: 'ended', nanos: hostNanos(), ...episode })
      if (episodes.length < MAX_EPISODES) episodes.push(episode)
      finished += 1
      const limit = config.initialRequest.episodes
      if (limit !== null && finished >= limit) link.toMain({ type: 'runFinished' })
    }
  })
  link.toMain({ type: 'ready' })
}
