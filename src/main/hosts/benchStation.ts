import type { z } from 'zod'
import { SAME_FRAME } from '@shared/domain/benchFrame'
import type { MotionCause, RobotSpec } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { robotHostConfig, RobotReport } from '@shared/ipc/hosts'
import type { RobotToPolicy, RobotToUi } from '@shared/ipc/ports'
import { createSimDriver, type SimDriver } from '../drivers/sim/simDriver'
import type { LoopStats } from '../robot/loopTimer'
import type { RunWorld } from '../robot/runWorld'
import { createStation, type Station, type StationOptions } from '../robot/station'
import { benchImages } from './benchObservations'

/** The arm over the bench, and what the station must know of it besides its spec. */
export type StationArm = Pick<
  StationOptions,
  'spec' | 'frame' | 'actionBox' | 'calibrationHash' | 'unready' | 'motorTrouble' | 'leader'
> & { readonly driver: SimDriver }

/** The simulated arm over the built-in bench, connected at once. */
export function simulatedArm(
  spec: RobotSpec,
  nowNanos: number,
  leader: StationOptions['leader'] = () => null
): StationArm {
  const driver = createSimDriver({ spec })
  void driver.connect(nowNanos)
  return {
    spec,
    driver,
    frame: SAME_FRAME,
    actionBox: spec.workspace,
    calibrationHash: null,
    unready: () => null,
    motorTrouble: () => null,
    leader
  }
}

/** A station on the bench: the same wiring for the robot host and the virtual-time runner. */
export interface BenchStationOptions {
  readonly arm: StationArm
  readonly config: Pick<
    z.infer<typeof robotHostConfig>,
    'restarted' | 'initialRequest' | 'supervised' | 'betweenEpisodesMs'
  >
  readonly firstEpoch?: number
  /** A stop that was latched before this station; by default, that of a process that took another's place. */
  readonly startStopped?: MotionCause | null
  readonly nowNanos: () => number
  readonly loopStats: () => LoopStats
  readonly sendUi: (message: RobotToUi) => void
  readonly sendRecorder?: (message: RobotToUi) => void
  readonly sendPolicy: (message: RobotToPolicy) => void
  readonly onEpisodeEnd: (episode: RobotReport['episodes'][number]) => void
}

/** The bench as a run sees it. */
export function benchWorld({ bench }: SimDriver): RunWorld {
  return {
    newScene: (sceneSeed, chainDepth) => bench.newScene({ seed: sceneSeed, chainDepth }),
    instruction: () => bench.instruction(),
    actionBudget: () => bench.actionBudget(),
    outcome: () => bench.outcome(),
    images: (nowNanos) => benchImages(bench.rasters(), nowNanos),
    proprioception: () => bench.proprioception(),
    view: () => bench.view(),
    version: () => bench.version()
  }
}

export function createBenchStation(options: BenchStationOptions): Station {
  const { arm, config } = options
  return createStation({
    ...arm,
    world: benchWorld(arm.driver),
    initialRequest: config.initialRequest,
    supervised: config.supervised,
    startStopped: options.startStopped === undefined ? restartCause(config) : options.startStopped,
    firstEpoch: options.firstEpoch ?? 0,
    betweenEpisodesMs: config.betweenEpisodesMs,
    nowNanos: options.nowNanos,
    loopStats: options.loopStats,
    sendUi: options.sendUi,
    ...(options.sendRecorder && { sendRecorder: options.sendRecorder }),
    sendPolicy: options.sendPolicy,
    onEpisodeEnd: (run: RunView, outcome) =>
      options.onEpisodeEnd({
        episode: run.episode,
        sceneSeed: run.sceneSeed,
        chainDepth: run.chainDepth,
        actions: run.actionsExecuted,
        outcome
      })
  })
}

const restartCause = ({ restarted }: BenchStationOptions['config']): MotionCause | null =>
  restarted
    ? { code: 'restarted', message: 'The robot process restarted; what it did before is unknown' }
    : null
