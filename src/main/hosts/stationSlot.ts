import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { PolicyToRobot, UiToRobot } from '@shared/ipc/ports'
import { mayMove } from '@shared/safety/motion'
import { createLoopTimer, type LoopStats, type LoopTimer } from '../robot/loopTimer'
import type { Station } from '../robot/station'
import { createBenchStation, type BenchStationOptions, type StationArm } from './benchStation'

/**
 * The place of the one station and its loop. Another arm brings another station; what the policy and the operator were
 * told by the old one is never obeyed by the new one, and a latched stop stays latched.
 */
export interface StationSlot {
  /** Loops at the arm's rate from now on. */
  drive(arm: StationArm): void
  station(): Station | null
  fromUi(message: UiToRobot): void
  fromPolicy(message: PolicyToRobot): void
  policyLost(): void
  stats(): LoopStats
  /** Why the arm can't be exchanged now; null when it can. */
  busy(): string | null
  /** Why it can't lose its torque now. */
  moving(): string | null
  lower(): Promise<Result<void, Fault>>
  /** The loop ends. */
  end(): void
}

export interface StationSlotOptions extends Omit<BenchStationOptions, 'arm' | 'firstEpoch' | 'loopStats'> {
  readonly beforeTick: (nowNanos: number) => void
}

export const NO_STATS: LoopStats = { rateHz: 0, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }
const STATS_EVERY_TICKS = 50

export function createStationSlot(options: StationSlotOptions): StationSlot {
  let station: Station | null = null
  let timer: LoopTimer | null = null
  let stats = NO_STATS
  let ticksUntilStats = 0
  /** A station that comes later must hear of a policy that is there already. */
  let ready: PolicyToRobot | null = null

  let lowering: ((result: Result<void, Fault>) => void) | null = null

  function settleLowering(): void {
    const phase = station?.motion().phase
    if (lowering === null || phase?.kind === 'lowering') return
    const arrived = phase?.kind === 'holding' || (phase?.kind === 'held' && phase.cause.code === 'lowered')
    const reason = phase && 'cause' in phase ? phase.cause.message : 'it was interrupted'
    lowering(arrived ? ok(undefined) : err(notLowered(reason)))
    lowering = null
  }

  function loop(rateHz: number): void {
    timer?.stop()
    timer = createLoopTimer({
      rateHz,
      nowNanos: options.nowNanos,
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
        options.beforeTick(now)
        station?.tick(now)
        settleLowering()
      }
    })
    timer.start()
  }

  return {
    drive(arm) {
      const before = station
      const { config } = options
      station = createBenchStation({
        ...options,
        arm,
        loopStats: () => stats,
        ...(before && {
          firstEpoch: before.motion().epoch + 1,
          startStopped: stopCause(before),
          config: { ...config, initialRequest: before.run().request }
        })
      })
      if (ready) station.fromPolicy(ready)
      station.greetUi()
      station.greetRecorder()
      loop(arm.spec.loopRateHz)
    },
    station: () => station,
    fromUi: (message) => station?.fromUi(message),
    fromPolicy(message) {
      if (message.type === 'ready') ready = message
      station?.fromPolicy(message)
    },
    policyLost() {
      ready = null
      station?.policyLost()
    },
    stats: () => timer?.stats() ?? NO_STATS,
    busy() {
      if (!station) return null
      if (station.run().phase.kind === 'running') return 'an episode is running; end or discard it'
      return this.moving()
    },
    moving() {
      const motion = station?.motion()
      if (!motion) return null
      if (motion.phase.kind === 'teleop') return 'a person drives the arm'
      return mayMove(motion) ? 'the arm is moving' : null
    },
    end: () => timer?.stop(),
    lower() {
      const objection = station ? station.lower() : 'there is no arm'
      if (objection !== null) return Promise.resolve(err(notLowered(objection)))
      return new Promise((done) => {
        lowering = done
      })
    }
  }
}

const notLowered = (reason: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code: 'notLowered',
  message: `The arm was not lowered: ${reason}`,
  tip: 'It keeps its torque. Lower it again, or support it and switch torque off.'
})

function stopCause(station: Station) {
  const { phase } = station.motion()
  return phase.kind === 'stopped' ? phase.cause : null
}
