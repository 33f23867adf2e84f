import { armToBench, type BenchFrame } from '@shared/domain/benchFrame'
import type { RobotSpec } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { TeleopView } from '@shared/domain/teleop'
import type { RobotToUi } from '@shared/ipc/ports'
import type { MotionState } from '@shared/safety/motion'
import type { ArmMotion } from './armMotion'
import type { LoopStats } from './loopTimer'
import type { RunWorld } from './runWorld'

/** What the window is told of the station: the world when it changes, a snapshot every tick. */
export interface StationReport {
  /** A new window listens. */
  greet(): void
  /** Once a tick. A window that hangs would find all it missed waiting for it: it is sent nothing until it lives again. */
  publish(nowNanos: number, isHeard: boolean): void
}

export interface StationReportOptions {
  readonly spec: RobotSpec
  readonly frame: BenchFrame
  readonly world: RunWorld
  readonly arm: ArmMotion
  readonly sendUi: (message: RobotToUi) => void
  readonly motion: () => MotionState
  readonly run: () => RunView
  readonly unready: () => string | null
  readonly teleop: () => TeleopView | null
  readonly isPolicyThere: () => boolean
  readonly loopStats: () => LoopStats
}

export function createStationReport(options: StationReportOptions): StationReport {
  const { spec, frame, world, arm, sendUi } = options
  let publishedWorld: number | null = null
  let ticks = 0

  return {
    greet() {
      publishedWorld = null
      sendUi({ type: 'hello', spec, bench: frame })
    },

    publish(now, isHeard) {
      ticks += 1
      if (!isHeard) return
      if (world.version() !== publishedWorld) {
        publishedWorld = world.version()
        sendUi({ type: 'scene', nanos: now, scene: world.view() })
        sendUi({ type: 'frames', images: world.images(now) })
      }
      const { phase, epoch, engaged, queue } = options.motion()
      sendUi({
        type: 'snapshot',
        snapshot: {
          nanos: now,
          tick: ticks,
          motion: phase,
          epoch,
          engaged,
          run: options.run(),
          state: arm.present(),
          asked: arm.asked() && [...(arm.asked() ?? [])],
          sent: arm.sent() && [...(arm.sent() ?? [])],
          verdict: arm.verdict(),
          endEffectorMetres: armToBench(frame, arm.presentTool()),
          queue: queue && { prediction: queue.prediction, action: queue.action, horizon: queue.horizon },
          policyConnected: options.isPolicyThere(),
          unready: options.unready(),
          teleop: options.teleop(),
          loop: options.loopStats()
        }
      })
    }
  }
}
