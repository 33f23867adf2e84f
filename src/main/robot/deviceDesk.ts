import type {
  ArmSlot,
  ConnectRequest,
  DeviceCommand,
  DevicesView,
  PortInfo,
  RobotChoice
} from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { assertNever, err, ok, type Result } from '@shared/domain/result'
import type { MotionCause, WorkspaceBox } from '@shared/domain/robot'
import type { RobotToUi } from '@shared/ipc/ports'
import { millisToNanos } from '@shared/units'
import { createArmMotion } from './armMotion'
import { calibrationIds } from './calibrationFiles'
import type { DeviceMemory } from './deviceMemory'
import { createMotorCare } from './motorCare'
import { limitsProblem } from './ownLimits'
import { openRobotSession, type RobotSession, type RobotSessionOptions } from './robotSession'
import { readRobotSpecs, type FoundSpec, type SpecFolders } from './specFiles'
import type { LeaderArm } from './teleoperation'
import { createTorquePolicy } from './torquePolicy'

/**
 * What the Devices view asks for: ports, robots, connections, torque. Commands run one after another; whatever fails
 * leaves things as they were and says why.
 */
export interface DeviceDesk {
  command(command: DeviceCommand): Promise<Result<string | null, Fault>>
  /** Once a tick, before the station's: reads the leader, and tells the window what changed. */
  tick(nowNanos: number): void
  /** A new window listens: it is told everything once. */
  greetUi(): void
  leader(): LeaderArm | null
  /** Lists what is there. After a crash: connects again what was connected, reading only. */
  begin(restarted: boolean): Promise<void>
  /** What robot files say of arms with torque when the app ends; what became of the follower, in words. */
  leave(onLowering: () => void): Promise<Result<string | null, Fault>>
  /** Lets go of all lines; torque and memory stay as they are. */
  end(): Promise<void>
}

export interface DeviceDeskOptions extends Pick<
  RobotSessionOptions,
  'nowNanos' | 'later' | 'patienceMillis' | 'calibrationRoot'
> {
  readonly folders: SpecFolders
  readonly memory: DeviceMemory
  readonly listPorts: () => Promise<readonly PortInfo[]>
  readonly sendUi: (message: RobotToUi) => void
  readonly station: StationDoor
}

/** What the desk asks of the robot host and its station. */
export interface StationDoor {
  /** Why the driven arm can't be exchanged now; null when it can. */
  busy(): string | null
  /** Why it can't lose its torque now. */
  moving(): string | null
  /** This follower is driven from now on; null: the bench. */
  drive(follower: RobotSession | null): void
  /** The arm is where it is read next, whatever was sent before. */
  adoptPresent(): void
  /** Resolves once the arm is where it may lose its torque, or with what interrupted it. */
  lower(): Promise<Result<void, Fault>>
  /** Whoever drives, the arm holds from now on. */
  hold(): void
  /** Why the arm holds by itself; null when it doesn't. */
  heldFor(): MotionCause | null
}

const EVERYWHERE: WorkspaceBox = { min: [-10, -10, -10], max: [10, 10, 10] }
const SLOTS = ['follower', 'leader'] as const
const VIEW_EVERY_NANOS = millisToNanos(200)
const TELEMETRY_EVERY_NANOS = millisToNanos(100)

export function createDeviceDesk(options: DeviceDeskOptions): DeviceDesk {
  const { memory, station, nowNanos } = options
  const sessions: Record<ArmSlot, RobotSession | null> = { follower: null, leader: null }
  let leaderArm: LeaderArm | null = null
  let ports: readonly PortInfo[] = []
  let specs: readonly FoundSpec[] = []
  let choices: readonly RobotChoice[] = []
  let problems: readonly Fault[] = []
  let told = ''
  let viewDueNanos = 0
  let telemetryDueNanos = 0
  let line: Promise<unknown> = Promise.resolve()

  const care = createMotorCare({
    ...options,
    session: (slot) => sessions[slot],
    reopen: (slot) => reconnect(slot)
  })

  const torquePolicy = createTorquePolicy({ station, session: (slot) => sessions[slot] })

  async function refresh(): Promise<void> {
    ports = await options.listPorts()
    const listing = await readRobotSpecs(options.folders)
    specs = listing.specs.filter(({ spec }) => spec.driver !== 'sim')
    problems = listing.faults
    choices = await Promise.all(specs.map((found) => choiceOf(found, options.calibrationRoot)))
  }

  async function connect(request: ConnectRequest): Promise<Result<string | null, Fault>> {
    await refresh()
    const found = specs.find(({ spec }) => spec.name === request.robot)
    if (!found)
      return err(
        fault(
          'unknownRobot',
          `There is no robot ${request.robot}`,
          'Choose one of the list, or mend its file.'
        )
      )
    const { spec } = found
    const slot = spec.role
    const busy = blocked(slot)
    if (busy) return err(busy)
    const opened = await openRobotSession({
      ...options,
      slot,
      spec,
      request,
      ports,
      ownLimits: memory.limits(request),
      calibrationTrouble: () => care.calibrationTrouble(slot)
    })
    if (!opened.ok) return opened
    // Only now: a connection that fails takes nothing away.
    await sessions[slot]?.close()
    sessions[slot] = opened.value
    await care.inspect(slot)
    place(slot, opened.value)
    memory.connected(slot, request)
    return ok(null)
  }

  function place(slot: ArmSlot, session: RobotSession | null): void {
    sessions[slot] = session
    if (slot === 'follower') return station.drive(session)
    leaderArm = session && leaderOf(session)
  }

  function leaderOf(session: RobotSession): LeaderArm {
    const { spec } = session.driven()
    // It is in a person's hand, who moves it anywhere; its joints' limits and speeds hold all the same.
    const arm = createArmMotion({ ...spec, workspace: EVERYWHERE }, session.driver)
    return {
      spec,
      arm,
      torqueOn: () => session.torqueOn(() => arm.adoptPresent(nowNanos())),
      torqueOff: session.torqueOff
    }
  }

  /** A leader that isn't led with may come and go at any time. */
  function blocked(slot: ArmSlot): Fault | null {
    return refusal(slot === 'follower' ? station.busy() : station.moving())
  }

  const refusal = (reason: string | null): Fault | null =>
    reason === null
      ? null
      : fault('robotBusy', `Not now: ${reason}`, 'Stop, or end the episode, then try again.')

  async function withSession<T>(
    slot: ArmSlot,
    act: (session: RobotSession) => Promise<Result<T, Fault>>
  ): Promise<Result<T, Fault>> {
    const session = sessions[slot]
    return session
      ? act(session)
      : err(fault('notConnected', `No ${slot} is connected`, 'Connect one in the Devices view.'))
  }

  async function reconnect(slot: ArmSlot): Promise<Result<string | null, Fault>> {
    const session = sessions[slot]
    const last = memory.last(slot)
    if (!session && last) return connect(last)
    return withSession(slot, async (lost) => {
      ports = await options.listPorts()
      const again = await lost.reconnect(ports)
      if (!again.ok) return again
      await care.inspect(slot)
      adopt(slot)
      memory.connected(slot, lost.request)
      return ok('Connected again. Torque is as the motors have it: switch it on to move the arm.')
    })
  }

  function adopt(slot: ArmSlot): void {
    if (slot === 'follower') station.adoptPresent()
    else leaderArm?.arm.adoptPresent(nowNanos())
  }

  async function disconnect(slot: ArmSlot): Promise<Result<string | null, Fault>> {
    const busy = blocked(slot)
    if (busy) return err(busy)
    return withSession(slot, async (session) => {
      place(slot, null)
      memory.disconnected(slot)
      await session.close()
      return ok(null)
    })
  }

  async function torque(slot: ArmSlot, on: boolean): Promise<Result<string | null, Fault>> {
    return withSession(slot, async (session) => {
      const busy = refusal(station.moving())
      if (busy) return err(busy)
      if (on) {
        return done(await session.torqueOn(() => adopt(slot)))
      }
      return done(await session.torqueOff())
    })
  }

  async function lower(): Promise<Result<string | null, Fault>> {
    return withSession('follower', async (session) => {
      const lowered = await station.lower()
      return lowered.ok ? done(await session.torqueOff()) : lowered
    })
  }

  async function run(command: DeviceCommand): Promise<Result<string | null, Fault>> {
    switch (command.type) {
      case 'refresh':
        await refresh()
        return ok(null)
      case 'connect':
        return connect(command.request)
      case 'reconnect':
        return reconnect(command.slot)
      case 'disconnect':
        return disconnect(command.slot)
      case 'torque':
        return torque(command.slot, command.on)
      case 'lower':
        return lower()
      case 'limits':
        return limits(command.joints)
      case 'scan':
      case 'assignId':
      case 'setUp':
      case 'clearMotor':
      case 'settleCalibration':
      case 'calibrate': {
        const busy = refusal(station.moving())
        return busy ? err(busy) : care.command(command)
      }
      default:
        return assertNever(command)
    }
  }

  async function limits(
    joints: Extract<DeviceCommand, { type: 'limits' }>['joints']
  ): Promise<Result<string | null, Fault>> {
    return withSession('follower', async (session) => {
      const busy = blocked('follower')
      if (busy) return err(busy)
      const spec = specs.find((found) => found.spec.name === session.request.robot)?.spec
      const problem = spec && joints ? limitsProblem(spec, joints) : null
      if (problem) return err(fault('badLimits', problem, 'Narrow them.'))
      memory.keepLimits(session.request, joints)
      session.setLimits(joints)
      station.drive(session)
      return ok(null)
    })
  }

  const view = (): DevicesView => ({
    ports: [...ports],
    robots: [...choices],
    problems: [...problems],
    arms: SLOTS.map((slot) => sessions[slot]).flatMap((session) =>
      session
        ? [
            {
              ...session.view(),
              ...care.stateOf(session.slot)
            }
          ]
        : []
    ),
    last: { follower: memory.last('follower'), leader: memory.last('leader') },
    scan: care.scan(),
    calibration: care.calibration()
  })

  function tell(always: boolean): void {
    const now = view()
    const text = JSON.stringify(now)
    if (!always && text === told) return
    told = text
    options.sendUi({ type: 'devices', view: now })
  }

  return {
    command(command) {
      const result = line.then(() => run(command))
      line = result.catch(() => undefined).then(() => tell(true))
      return result
    },

    tick(now) {
      leaderArm?.arm.read(now)
      const due = torquePolicy.mind()
      if (due) line = line.then(due).catch(() => undefined)
      care.tick()
      if (now >= telemetryDueNanos) {
        telemetryDueNanos = now + TELEMETRY_EVERY_NANOS
        for (const session of SLOTS.map((slot) => sessions[slot])) {
          const motors = session?.readings() ?? []
          if (session && motors.length > 0)
            options.sendUi({ type: 'telemetry', slot: session.slot, nanos: now, motors: [...motors] })
        }
      }
      if (now < viewDueNanos) return
      viewDueNanos = now + VIEW_EVERY_NANOS
      tell(false)
    },

    greetUi: () => tell(true),
    leader: () => leaderArm,

    leave(onLowering) {
      const result = line.then(() => torquePolicy.leave(onLowering))
      line = result.catch(() => undefined)
      return result
    },

    async end() {
      for (const slot of SLOTS) await sessions[slot]?.close()
    },

    async begin(restarted) {
      await this.command({ type: 'refresh' })
      for (const slot of SLOTS) {
        const last = memory.last(slot)
        if (restarted && last && memory.wasConnected(slot))
          await this.command({ type: 'connect', request: last })
        // A person connects what moves; only a process that died leaves an arm behind that it was responsible for.
        else memory.disconnected(slot)
      }
    }
  }
}

async function choiceOf({ spec, origin }: FoundSpec, root: string): Promise<RobotChoice> {
  return {
    name: spec.name,
    title: spec.title,
    role: spec.role,
    family: spec.driver === 'dynamixel' ? 'dynamixel' : 'feetech',
    baudRate: spec.baudRate ?? 1_000_000,
    origin,
    arms: spec.arms.map(({ prefix, bus }) => ({ prefix, bus: bus ?? '' })),
    ids: spec.lerobot ? [...(await calibrationIds({ root, lerobot: spec.lerobot }))] : []
  }
}

const done = (result: Result<void, Fault>): Result<null, Fault> => (result.ok ? ok(null) : result)

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})
