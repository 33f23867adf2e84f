import type {
  ArmSlot,
  ConnectedArm,
  ConnectRequest,
  JointLimits,
  MotorReading,
  PortInfo
} from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { MotionCause } from '@shared/domain/robot'
import { armsOf, type RobotArm } from '@shared/domain/robotSpecFile'
import { createMotorWatch } from '@shared/safety/motorWatch'
import { millisToNanos } from '@shared/units'
import type { RobotDriver } from '../drivers/driver'
import { limitsOf, withLimits } from './ownLimits'
import { openRobot, readingsOf, type OpenRobot, type OpenRobotOptions } from './openRobot'

/**
 * A robot in its slot, from the first connection until the operator disconnects it: lost and found again under the same
 * driver, so that whoever drives it only sees an arm that doesn't answer for a while.
 */
export interface RobotSession {
  readonly slot: ArmSlot
  readonly request: ConnectRequest
  /** The arm that is driven, as a robot of its own, with the operator's limits. */
  driven(): RobotArm
  /** Of the driven arm. The robot's other arms are sent where they were when torque came. */
  readonly driver: RobotDriver
  /** null while it is lost. */
  open(): OpenRobot | null
  view(): Omit<ConnectedArm, 'calibration' | 'setUpDue'>
  readings(): readonly MotorReading[]
  /** Why it can't be moved; null when it can. */
  unready(): string | null
  /** The motors' own reasons to hold the arm. */
  motorTrouble(nowNanos: number): MotionCause | null
  /** `adopt` is called with torque on and before the first command: who drives takes over from where the arm is. */
  torqueOn(adopt: () => void): Promise<Result<void, Fault>>
  torqueOff(): Promise<Result<void, Fault>>
  /** It is commanded no more until torque is switched on again; one of its motors may start anew meanwhile. */
  release(): void
  /** The operator's own from now on; null: the robot file's. Whoever drives must ask for `driven` again. */
  setLimits(limits: readonly JointLimits[] | null): void
  /** Closes what is left and opens it again where the adapters are now. */
  reconnect(ports: readonly PortInfo[]): Promise<Result<void, Fault>>
  /** Leaves torque as it is. */
  close(): Promise<void>
}

export interface RobotSessionOptions extends OpenRobotOptions {
  readonly slot: ArmSlot
  readonly ownLimits: readonly JointLimits[] | null
  /** Why the arm may not be moved by its calibration: missing, or not what its motors have. */
  readonly calibrationTrouble: () => string | null
}

/** A line that is there, and no reading for so long: the robot counts as lost. */
const LOST_AFTER_SECONDS = 0.5
/** A motor that starts anew is silent for a while. */
const RESTART_NANOS = millisToNanos(3000)

export async function openRobotSession(options: RobotSessionOptions): Promise<Result<RobotSession, Fault>> {
  const { slot, spec, request } = options
  const index = spec.arms.findIndex(({ prefix }) => prefix === request.drives)
  const drivenWith = (limits: readonly JointLimits[] | null): RobotArm | undefined =>
    armsOf(withLimits(spec, limits))[index]
  let ownLimits = options.ownLimits
  const known = drivenWith(ownLimits)
  if (!known) {
    return err(
      fault('unknownArm', `${spec.title} has no arm “${request.drives}”`, 'Choose which arm is driven.')
    )
  }
  const first = await openRobot(options)
  if (!first.ok) return first

  let driven = known
  let robot: OpenRobot | null = first.value
  let state: ConnectedArm['state'] = 'connected'
  let lostBecause: Fault | null = null
  let taken = false
  let failures = 0
  let restartsUntilNanos = 0
  /** Targets of all joints of all arms: those that aren't driven keep them. */
  let targets: readonly number[] | null = null
  const watch = createMotorWatch({ thresholds: spec.thresholds, title: spec.title })
  let warnings: readonly string[] = []
  const count = spec.joints.length
  const own = (values: readonly number[]): number[] => values.slice(index * count, (index + 1) * count)

  const away = (): Fault =>
    lostBecause ?? fault('notConnected', `${spec.title} is not connected`, 'Reconnect it.')

  /** The line is closed or its motors have been silent for long: only the operator brings it back. */
  function lose(because: Fault): void {
    state = 'lost'
    lostBecause = because
    taken = false
  }

  function note(result: Result<unknown, Fault>): void {
    if (state !== 'connected') return
    failures = result.ok ? 0 : failures + 1
    if (result.ok) return
    const isSilent =
      failures >= LOST_AFTER_SECONDS * spec.loopRateHz && options.nowNanos() > restartsUntilNanos
    if (result.error.code === 'cableLost' || isSilent) lose(result.error)
  }

  const driver: RobotDriver = {
    connect: async () => ok(undefined),
    read(nowNanos) {
      if (!robot) return err(away())
      const whole = robot.driver.read(nowNanos)
      note(whole)
      if (!whole.ok) return whole
      // What came back by itself was only slow.
      targets ??= whole.value.position
      return ok({
        ...whole.value,
        position: own(whole.value.position),
        velocity: own(whole.value.velocity)
      })
    },
    write({ position, settles }, nowNanos) {
      if (!robot || state !== 'connected') return err(away())
      if (!taken || targets === null)
        return err(fault('torqueOff', `${spec.title}: its motors have no torque from us`, TORQUE_TIP))
      const whole = targets.map((target, joint) =>
        Math.floor(joint / count) === index ? (position[joint - index * count] as number) : target
      )
      const written = robot.driver.write({ position: whole, settles }, nowNanos)
      if (written.ok) targets = whole
      else if (written.error.code === 'watchdogStruck') taken = false
      return written
    },
    disconnect: async () => undefined
  }

  return ok({
    slot,
    request,
    driven: () => driven,
    driver,
    open: () => (state === 'connected' ? robot : null),

    view: () => ({
      slot,
      request,
      title: spec.title,
      state,
      fault: lostBecause,
      torque: (state === 'connected' && robot?.driver.torque()) || 'unknown',
      taken,
      warnings: [...warnings],
      limits: { file: [...limitsOf(spec)], own: ownLimits && [...ownLimits] },
      bus: busCounters(robot)
    }),

    readings: () => (robot && state === 'connected' ? readingsOf(robot) : []),

    unready() {
      if (state !== 'connected') return away().message
      const trouble = options.calibrationTrouble()
      if (trouble !== null) return trouble
      if (!taken || robot?.driver.torque() !== 'on')
        return `${spec.title} has no torque: switch it on in Devices`
      return null
    },

    motorTrouble(nowNanos) {
      if (!robot || state !== 'connected') return null
      const seen = watch.observe(readingsOf(robot), nowNanos)
      warnings = seen.warnings
      return seen.hold
    },

    release() {
      taken = false
      restartsUntilNanos = options.nowNanos() + RESTART_NANOS
    },

    setLimits(limits) {
      ownLimits = limits
      driven = drivenWith(limits) ?? driven
    },

    async torqueOn(adopt) {
      if (!robot || state !== 'connected') return err(away())
      const trouble = options.calibrationTrouble()
      if (trouble !== null)
        return err(fault('notCalibrated', `${spec.title}: ${trouble}`, 'See its calibration.'))
      taken = false
      const on = await robot.driver.torqueOn()
      if (!on.ok) return on
      const where = robot.driver.read(options.nowNanos())
      if (!where.ok) return where
      targets = where.value.position
      watch.reset()
      adopt()
      taken = true
      return ok(undefined)
    },

    async torqueOff() {
      if (!robot || state !== 'connected') return err(away())
      taken = false
      return robot.driver.torqueOff()
    },

    async reconnect(ports) {
      state = 'connecting'
      taken = false
      targets = null
      await robot?.close()
      robot = null
      const again = await openRobot({ ...options, ports })
      if (!again.ok) {
        lose(again.error)
        return again
      }
      robot = again.value
      state = 'connected'
      lostBecause = null
      failures = 0
      watch.reset()
      return ok(undefined)
    },

    async close() {
      lose(fault('notConnected', `${spec.title} was disconnected`, 'Connect it again.'))
      await robot?.close()
      robot = null
    }
  })
}

const TORQUE_TIP = 'Switch torque on in the Devices view.'

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'high',
  source: 'robot',
  code,
  message,
  tip
})

function busCounters(robot: OpenRobot | null): ConnectedArm['bus'] {
  const counted = (robot?.lines ?? []).map(({ bus }) => bus.counters())
  const sum = (of: (one: (typeof counted)[number]) => number): number =>
    counted.reduce((total, one) => total + of(one), 0)
  const times = counted.flatMap(({ readingMillis }) => readingMillis ?? [])
  return {
    requests: sum(({ requests }) => requests),
    retries: sum(({ retries }) => retries),
    unanswered: sum(({ unanswered }) => unanswered),
    garbageBytes: sum(({ garbageBytes }) => garbageBytes),
    readingMillis: times.reduce<(typeof times)[number] | null>(
      (slowest, time) => (slowest === null || time.p99 > slowest.p99 ? time : slowest),
      null
    )
  }
}
