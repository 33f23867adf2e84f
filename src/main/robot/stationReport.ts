import { armToBench, type BenchFrame } from '@shared/domain/benchFrame'
import type { RobotSpec } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { TeleopView } from '@shared/domain/teleop'
import type { RobotToUi } from '@shared/ipc/ports'
import type { MotionState } from '@shared/safety/motion'
import type { ArmMotion } from './armMotion'
import type { LoopStats } from './loopTimer'
import type { RunWorld } from './runWorld'

/** What window and recorder are told of the station: the world when it changes, a snapshot every tick. */
export interface StationReport {
  /** A new window listens. */
  greetUi(): void
  /** A new recorder listens. */
  greetRecorder(): void
  /** Once a tick. A window that hangs would find all it missed waiting for it: it is sent nothing until it lives again. */
  publish(nowNanos: number, isHeard: boolean): void
}

export interface StationReportOptions {
  readonly spec: RobotSpec
  readonly frame: BenchFrame
  readonly world: RunWorld
  readonly arm: ArmMotion
  readonly calibrationHash: string | null
  readonly sendUi: (message: RobotToUi) => void
  readonly sendRecorder: (message: RobotToUi) => void
  readonly motion: () => MotionState
  readonly run: () => RunView
  readonly unready: () => string | null
  readonly teleop: () => TeleopView | null
  readonly isPolicyThere: () => boolean
  readonly loopStats: () => LoopStats
}

export function createStationReport(options: StationReportOptions): StationReport {
  const { spec, frame, world, arm } = options
  const ui = listener(options.sendUi)
  const recorder = listener(options.sendRecorder)
  let ticks = 0

  function greet(to: Listener): void {
    to.knownWorld = null
    to.send({ type: 'hello', spec, bench: frame, calibrationHash: options.calibrationHash })
  }

  return {
    greetUi: () => greet(ui),
    greetRecorder: () => greet(recorder),

    publish(now, isHeard) {
      ticks += 1
      const listening = isHeard ? [ui, recorder] : [recorder]
      const outdated = listening.filter(({ knownWorld }) => knownWorld !== world.version())
      if (outdated.length > 0) {
        const scene = { type: 'scene', nanos: now, scene: world.view() } as const
        const frames = { type: 'frames', images: world.images(now) } as const
        for (const to of outdated) {
          to.knownWorld = world.version()
          to.send(scene)
          to.send(frames)
        }
      }
      const { phase, epoch, engaged, queue } = options.motion()
      const snapshot: RobotToUi = {
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
      }
      for (const { send } of listening) send(snapshot)
    }
  }
}

interface Listener {
  readonly send: (message: RobotToUi) => void
  /** Version of the world it was last told of; null: of none. */
  knownWorld: number | null
}

const listener = (send: Listener['send']): Listener => ({ send, knownWorld: null })
