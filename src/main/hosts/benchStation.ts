import type { z } from 'zod'
import type { RobotSpec } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { robotHostConfig, RobotReport } from '@shared/ipc/hosts'
import type { RobotToPolicy, RobotToUi } from '@shared/ipc/ports'
import { createSimDriver, type SimDriver } from '../drivers/sim/simDriver'
import type { LoopStats } from '../robot/loopTimer'
import type { RunWorld } from '../robot/runWorld'
import { createStation, type Station } from '../robot/station'
import { benchImages } from './benchObservations'

/** A station on the built-in bench: the same wiring for the robot host and the virtual-time runner. */
export interface BenchStationOptions {
  readonly spec: RobotSpec
  readonly config: z.infer<typeof robotHostConfig>
  readonly nowNanos: () => number
  readonly loopStats: () => LoopStats
  readonly sendUi: (message: RobotToUi) => void
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
  const { spec, config, nowNanos } = options
  const driver = createSimDriver({ spec })
  // The simulated arm connects at once.
  void driver.connect(nowNanos())
  return createStation({
    spec,
    driver,
    world: benchWorld(driver),
    initialRequest: config.initialRequest,
    supervised: config.supervised,
    startStopped: config.restarted
      ? { code: 'restarted', message: 'The robot process restarted; what it did before is unknown' }
      : null,
    betweenEpisodesMs: config.betweenEpisodesMs,
    nowNanos,
    loopStats: options.loopStats,
    sendUi: options.sendUi,
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
