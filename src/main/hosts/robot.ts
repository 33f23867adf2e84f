import { hostNanos } from './clock'
import { createHostLink, createPeer } from './hostLink'
import { createBenchStation } from './benchStation'
import { createLoopTimer, type LoopStats, type LoopTimer } from '../robot/loopTimer'
import { trayArm } from '../robot/specs/trayArm'
import type { Station } from '../robot/station'
import type { RobotReport } from '@shared/ipc/hosts'
import {
  policyToRobot,
  uiToRobot,
  type PolicyToRobot,
  type RobotToPolicy,
  type RobotToUi,
  type UiToRobot
} from '@shared/ipc/ports'
import { setPriority } from 'node:os'

/** Entry of the robot host: wires the station to its ports and to real time. */

const NO_STATS: LoopStats = { rateHz: 0, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }
const STATS_EVERY_TICKS = 50

let station: Station | null = null
let timer: LoopTimer | null = null
let stats = NO_STATS
let ticksUntilStats = 0
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
  onMessage: (message) => station?.fromUi(message),
  onMalformed: malformed('UI'),
  onAttached: () => station?.greetUi(),
  onClosed: () => station?.uiLost()
})

const policy = createPeer<PolicyToRobot, RobotToPolicy>({
  schema: policyToRobot,
  onMessage: (message) => station?.fromPolicy(message),
  onMalformed: malformed('policy'),
  onAttached: () => undefined,
  onClosed: () => station?.policyLost()
})

const link = createHostLink({
  source: 'robot',
  onPort: (peer, port) => {
    if (peer === 'ui') ui.attach(port)
    else policy.attach(port)
  },
  onMain: (message) => {
    switch (message.type) {
      case 'configureRobot':
        return configure(message.config)
      case 'peerLost':
        return message.peer === 'policy' ? station?.policyLost() : undefined
      case 'report':
        return link.toMain({
          type: 'robotReport',
          report: { loop: timer?.stats() ?? NO_STATS, episodes }
        })
      case 'configurePolicy':
      case 'openPolicy':
      case 'port':
        return undefined
    }
  }
})

function configure(config: Parameters<typeof createBenchStation>[0]['config']): void {
  try {
    // The loop's rate matters more than anything else here; ordinary users may not raise it.
    setPriority(-10)
  } catch {
    // Normal priority then: the period error is measured and shown.
  }
  station = createBenchStation({
    spec: trayArm,
    config,
    nowNanos: hostNanos,
    loopStats: () => stats,
    sendUi: (message) => ui.send(message),
    sendPolicy: (message) => policy.send(message),
    onEpisodeEnd: (episode) => {
      if (episodes.length < MAX_EPISODES) episodes.push(episode)
      finished += 1
      const limit = config.initialRequest.episodes
      if (limit !== null && finished >= limit) link.toMain({ type: 'runFinished' })
    }
  })
  timer = createLoopTimer({
    rateHz: trayArm.loopRateHz,
    nowNanos: hostNanos,
    later: (milliseconds, callback) => {
      const handle = setTimeout(callback, milliseconds)
      return () => clearTimeout(handle)
    },
    soon: (callback) => {
      const handle = setImmediate(callback)
      return () => clearImmediate(handle)
    },
    tick: (now) => {
      if (ticksUntilStats-- <= 0) {
        ticksUntilStats = STATS_EVERY_TICKS
        stats = timer?.stats() ?? NO_STATS
      }
      station?.tick(now)
    }
  })
  timer.start()
  link.toMain({ type: 'ready' })
}
