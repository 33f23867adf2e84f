import type { PortInfo } from '@shared/domain/devices'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { ok, type Result } from '@shared/domain/result'
import type { RobotHostConfig, RobotReport } from '@shared/ipc/hosts'
import type { RobotToPolicy, RobotToUi, UiToRobot } from '@shared/ipc/ports'
import { createDeviceDesk, type DeviceDesk } from '../robot/deviceDesk'
import { openDeviceMemory } from '../robot/deviceMemory'
import { trayArm } from '../robot/specs/trayArm'
import { simulatedArm } from './benchStation'
import { realArm } from './realArm'
import { createStationSlot, type StationSlot } from './stationSlot'

/** Everything of the robot host but its process: the station in its slot, and the devices. */
export interface RobotCell {
  readonly slot: StationSlot
  readonly desk: DeviceDesk
  fromUi(message: UiToRobot): void
  /** A new window listens. */
  greetUi(): void
  /** A new recorder listens. */
  greetRecorder(): void
  /**
   * Before the app ends: arms with torque are brought to where their robot file says (`torque.onExit`), unless a stop is
   * latched. Resolves with what became of them; `onLowering` when that takes a while.
   */
  leave(onLowering: () => void): Promise<string | null>
  /** Loop and lines end, as when the process does: nothing is told to any arm. */
  end(): Promise<void>
}

export interface RobotCellOptions {
  readonly config: RobotHostConfig
  readonly calibrationRoot: string
  readonly listPorts: () => Promise<readonly PortInfo[]>
  readonly nowNanos: () => number
  /** For a motor's answer, on top of the time on the wire. */
  readonly patienceMillis?: number
  readonly sendUi: (message: RobotToUi) => void
  readonly sendRecorder?: (message: RobotToUi) => void
  readonly sendPolicy: (message: RobotToPolicy) => void
  readonly onFault: (fault: Fault) => void
  readonly onEpisodeEnd: (episode: RobotReport['episodes'][number]) => void
}

export function createRobotCell(options: RobotCellOptions): RobotCell {
  const { config, nowNanos, sendUi } = options
  const { devices } = config
  const leader = (): ReturnType<DeviceDesk['leader']> => desk.leader()
  const bench = () => simulatedArm(trayArm, nowNanos(), leader)

  const slot = createStationSlot({ ...options, beforeTick: (now) => desk.tick(now) })
  const desk = createDeviceDesk({
    ...options,
    sendUi: (message) => {
      sendUi(message)
      options.sendRecorder?.(message)
    },
    folders: { builtIn: devices.robots, user: devices.userRobots, taken: [trayArm.name] },
    memory: openDeviceMemory(devices.memory, (message) =>
      options.onFault(fault('deviceMemory', message, 'Connect the devices again.'))
    ),
    later: (millis, callback) => {
      const timer = setTimeout(callback, millis)
      return () => clearTimeout(timer)
    },
    station: {
      busy: slot.busy,
      moving: slot.moving,
      drive: (follower) => slot.drive(follower ? realArm(follower, leader) : bench()),
      adoptPresent: () => slot.station()?.adoptPresent(),
      lower: slot.lower,
      hold: () => slot.station()?.fromUi({ type: 'hold' }),
      heldFor: () => {
        const phase = slot.station()?.motion().phase
        return phase?.kind === 'held' ? phase.cause : null
      }
    }
  })
  slot.drive(bench())
  void desk.begin(config.restarted)

  async function answer({ request, command }: Extract<UiToRobot, { type: 'device' }>): Promise<void> {
    const result = await desk.command(command).catch(unexpected)
    sendUi({ type: 'deviceAnswer', request, result: result.ok ? ok(result.value) : result })
  }

  return {
    slot,
    desk,
    fromUi(message) {
      if (message.type === 'device') void answer(message)
      else slot.fromUi(message)
    },
    async leave(onLowering) {
      const last = await desk.leave(onLowering).catch(unexpected)
      return last.ok ? last.value : last.error.message
    },
    end() {
      slot.end()
      return desk.end()
    },
    greetRecorder: () => slot.station()?.greetRecorder(),
    greetUi() {
      slot.station()?.greetUi()
      desk.greetUi()
    }
  }
}

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})

const unexpected = (error: unknown): Result<string | null, Fault> => ({
  ok: false,
  error: fault(
    'deviceFailed',
    `The robot host could not do this: ${errorText(error)}`,
    'Try again; if it stays, please report it.'
  )
})
