import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serializeCalibration, type Calibration } from '@shared/domain/calibration'
import type { ConnectRequest, DeviceCommand, DevicesView } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import type { RobotSnapshot, RobotToUi, UiToRobot } from '@shared/ipc/ports'
import { NANOS_PER_MILLI } from '@shared/units'
import { createRobotCell, type RobotCell } from '../../../src/main/hosts/robotCell'
import { listEmulatedPorts, type OpenArm } from '../../emulators/arms'
import { favourServos } from '../../support/favourServos'
import { realNanos } from '../drivers/openArm'

/** The robot host without its process, on emulated arms: the real loop, the real serialport, a window that lives. */
export interface CellBench {
  readonly cell: RobotCell
  ui(message: UiToRobot): void
  device(command: DeviceCommand): Promise<Result<string | null, Fault>>
  devices(): DevicesView
  snapshot(): RobotSnapshot
  readonly messages: readonly RobotToUi[]
  /** Until the newest snapshot is so. */
  until(isSo: (snapshot: RobotSnapshot) => boolean): Promise<RobotSnapshot>
  /** Another process takes over after this one died: nobody disconnects anything. */
  die(): Promise<void>
  reopen(): CellBench
  close(): Promise<void>
}

export interface CellBenchOptions {
  readonly arms: readonly OpenArm[]
  /** By path below LeRobot's folder of calibrations. */
  readonly calibrations: Readonly<Record<string, object>>
  /** Robot files of the operator's own, by file name. */
  readonly robots?: Readonly<Record<string, object>>
  readonly folder?: string
  /** A busy machine's scheduler is no silent motor; where most are silent, waiting so long for each takes minutes. */
  readonly patienceMillis?: number
  readonly restarted?: boolean
}

const ROBOTS = resolve(import.meta.dirname, '../../../resources/robots')
const HEARTBEAT_MS = 50
const GIVE_UP_MS = 15_000

export const portOf = ({ pty }: OpenArm): ConnectRequest['ports'][string] => {
  if (!pty.port) throw new Error('unplugged')
  return { serialNumber: pty.port.serialNumber, path: pty.port.path }
}

export function openCellBench(options: CellBenchOptions): CellBench {
  favourServos(true)
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'depthdeck-cell-'))
  const calibrationRoot = join(folder, 'calibration')
  for (const [path, calibration] of Object.entries(options.calibrations)) {
    const file = join(calibrationRoot, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, serializeCalibration(calibration as Calibration))
  }
  for (const [name, robot] of Object.entries(options.robots ?? {})) {
    mkdirSync(join(folder, 'robots'), { recursive: true })
    writeFileSync(join(folder, 'robots', name), JSON.stringify(robot))
  }
  const messages: RobotToUi[] = []
  let snapshot: RobotSnapshot | null = null
  let devices: DevicesView | null = null
  const answers = new Map<number, (result: Result<string | null, Fault>) => void>()
  let requests = 0
  let lives = true

  const cell = createRobotCell({
    config: {
      restarted: options.restarted ?? false,
      initialRequest: { level: 'easy', seedBase: 1, continuous: false, episodes: null },
      supervised: true,
      betweenEpisodesMs: 0,
      devices: {
        robots: ROBOTS,
        userRobots: join(folder, 'robots'),
        memory: join(folder, 'devices.json'),
        portList: null
      }
    },
    calibrationRoot,
    listPorts: async () => listEmulatedPorts(options.arms),
    nowNanos: realNanos,
    patienceMillis: options.patienceMillis ?? 60,
    sendUi(message) {
      if (message.type === 'snapshot') snapshot = message.snapshot
      else if (message.type === 'devices') devices = message.view
      else messages.push(message)
      if (message.type === 'deviceAnswer') answers.get(message.request)?.(message.result)
    },
    sendPolicy: () => undefined,
    onFault: (fault) => {
      throw new Error(fault.message)
    },
    onEpisodeEnd: () => undefined
  })
  const heartbeat = setInterval(() => lives && cell.fromUi({ type: 'heartbeat' }), HEARTBEAT_MS)
  cell.greetUi()

  const current = (): RobotSnapshot => {
    if (!snapshot) throw new Error('no snapshot yet')
    return snapshot
  }

  const bench: CellBench = {
    cell,
    messages,
    ui: cell.fromUi,
    device(command) {
      requests += 1
      const request = requests
      return new Promise((done) => {
        answers.set(request, done)
        cell.fromUi({ type: 'device', request, command })
      })
    },
    devices() {
      if (!devices) throw new Error('no devices yet')
      return devices
    },
    snapshot: current,
    async until(isSo) {
      const giveUp = realNanos() + GIVE_UP_MS * NANOS_PER_MILLI
      while (!snapshot || !isSo(snapshot)) {
        if (realNanos() > giveUp) throw new Error(`It did not come to be so: ${JSON.stringify(snapshot)}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      return snapshot
    },
    die() {
      lives = false
      clearInterval(heartbeat)
      return cell.end()
    },
    reopen: () => openCellBench({ ...options, folder, restarted: true }),
    async close() {
      clearInterval(heartbeat)
      await cell.end()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return bench
}
