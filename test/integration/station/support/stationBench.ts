import { ON_BENCH } from './onBench'
import type { BenchLevel } from '@shared/domain/bench'
import type { EpisodeOutcome, RunRequest } from '@shared/domain/run'
import type { MotionCause, MotionPhase } from '@shared/domain/robot'
import type {
  CommittedChunk,
  Execution,
  PolicyToRobot,
  RobotSnapshot,
  RobotToPolicy,
  RobotToUi,
  UiToRobot
} from '@shared/ipc/ports'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import { createSimDriver, type SimDriver } from '../../../../src/main/drivers/sim/simDriver'
import { benchWorld } from '../../../../src/main/hosts/benchStation'
import { trayArm } from '../../../../src/main/robot/specs/trayArm'
import { createStation, type Station } from '../../../../src/main/robot/station'
import { createExpertPolicy, type ExpertPolicy } from './expertPolicy'
import { createRecordingDriver, type RecordingDriver } from './recordingDriver'

/** The real station, gate and simulator under a counted clock, with the expert in the policy's place. */

export const TICK_NANOS = NANOS_PER_SECOND / trayArm.loopRateHz

export interface StationBench {
  readonly station: Station
  readonly sim: SimDriver
  readonly driver: RecordingDriver
  readonly policy: ExpertPolicy
  /** Everything the window was told, oldest first. */
  readonly toUi: RobotToUi[]
  readonly outcomes: EpisodeOutcome[]
  /** Commits that the policy sent and that did not arrive yet; only while `delayCommits`. */
  readonly underway: CommittedChunk[]
  delayCommits: boolean
  /** A command of the operator, and what the policy makes of it. */
  ui(message: UiToRobot): void
  /** A message of the policy, and the answers to it. */
  fromPolicy(message: PolicyToRobot): void
  /** The policy process ends: what the robot says from now on reaches nobody. */
  losePolicy(): void
  /** A policy process is there again and says that it is ready. */
  returnPolicy(): void
  /** Delivers the commits under way. */
  land(): void
  start(request?: Partial<RunRequest>): void
  /** Ticks of 20 ms, each with all messages delivered after it. */
  tick(count?: number): void
  /** Ticks until `condition` holds; fails when it never does. */
  tickUntil(condition: () => boolean): void
  /** Ticks until the arm is `ticks` into an action of a chunk that has more. */
  tickIntoAction(action: number, ticks: number): void
  /** Time passes without a tick. */
  elapse(milliseconds: number): void
  /** The window's heartbeat comes with every tick. */
  heartbeats: boolean
  now(): number
  phase(): MotionPhase['kind']
  /** The joints as the arm has them. */
  joints(): readonly number[]
  executions(): Execution[]
  refusals(): string[]
  snapshots(): RobotSnapshot[]
}

export interface StationBenchOptions {
  readonly level?: BenchLevel
  readonly seedBase?: number
  readonly supervised?: boolean
  readonly startStopped?: MotionCause
  readonly betweenEpisodesMs?: number
  /** False: the test says when the policy is ready. */
  readonly policyReady?: boolean
}

/** Longer than any episode here. */
const MAX_TICKS = 4000

export function createStationBench(options: StationBenchOptions = {}): StationBench {
  const initialRequest: RunRequest = {
    level: options.level ?? 'mid',
    seedBase: options.seedBase ?? 11,
    continuous: false,
    episodes: null
  }
  let nanos = NANOS_PER_SECOND
  let isPolicyThere = true
  const toPolicy: RobotToPolicy[] = []
  const toRobot: PolicyToRobot[] = []
  const toUi: RobotToUi[] = []
  const outcomes: EpisodeOutcome[] = []
  const underway: CommittedChunk[] = []

  const sim = createSimDriver({ spec: trayArm })
  const driver = createRecordingDriver(sim)
  void driver.connect(nanos)
  const station = createStation({
    ...ON_BENCH,
    spec: trayArm,
    driver,
    world: benchWorld(sim),
    initialRequest,
    supervised: options.supervised ?? false,
    startStopped: options.startStopped ?? null,
    betweenEpisodesMs: options.betweenEpisodesMs ?? 0,
    nowNanos: () => nanos,
    loopStats: () => ({ rateHz: trayArm.loopRateHz, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }),
    sendUi: (message) => toUi.push(message),
    sendPolicy: (message) => {
      if (isPolicyThere) toPolicy.push(message)
    },
    onEpisodeEnd: (_, outcome) => outcomes.push(outcome)
  })
  const policy = createExpertPolicy({
    scene: () => sim.bench.scene(),
    send: (message) => toRobot.push(message),
    nowNanos: () => nanos
  })

  function deliver(): void {
    while (toPolicy.length + toRobot.length > 0) {
      for (const message of toPolicy.splice(0)) policy.receive(message)
      for (const message of toRobot.splice(0)) {
        if (bench.delayCommits && message.type === 'commit') underway.push(message.chunk)
        else station.fromPolicy(message)
      }
    }
  }

  const bench: StationBench = {
    station,
    sim,
    driver,
    policy,
    toUi,
    outcomes,
    underway,
    delayCommits: false,
    heartbeats: options.supervised ?? false,
    ui(message) {
      station.fromUi(message)
      deliver()
    },
    fromPolicy(message) {
      station.fromPolicy(message)
      deliver()
    },
    losePolicy() {
      isPolicyThere = false
      station.policyLost()
    },
    returnPolicy() {
      isPolicyThere = true
      bench.fromPolicy({ type: 'ready', controlRateHz: 10 })
    },
    land() {
      for (const chunk of underway.splice(0)) station.fromPolicy({ type: 'commit', chunk })
      deliver()
    },
    start: (request = {}) => bench.ui({ type: 'start', request: { ...initialRequest, ...request } }),
    tick(count = 1) {
      for (let done = 0; done < count; done++) {
        nanos += TICK_NANOS
        if (bench.heartbeats) station.fromUi({ type: 'heartbeat' })
        station.tick(nanos)
        deliver()
      }
    },
    tickUntil(condition) {
      for (let ticks = 0; !condition(); ticks++) {
        if (ticks >= MAX_TICKS) throw new Error(`It never came; the robot is ${bench.phase()}`)
        bench.tick()
      }
    },
    tickIntoAction(action, ticks) {
      bench.tickUntil(() => station.motion().queue?.action === action)
      bench.tick(ticks)
    },
    elapse(milliseconds) {
      nanos += millisToNanos(milliseconds)
    },
    now: () => nanos,
    phase: () => station.motion().phase.kind,
    joints() {
      const state = sim.read(nanos)
      if (!state.ok) throw new Error(state.error.message)
      return state.value.position
    },
    executions: () => toUi.flatMap((message) => (message.type === 'execution' ? [message.execution] : [])),
    refusals: () =>
      toUi.flatMap((message) =>
        message.type === 'refused' ? [`${message.command}: ${message.reason}`] : []
      ),
    snapshots: () => toUi.flatMap((message) => (message.type === 'snapshot' ? [message.snapshot] : []))
  }
  if (options.policyReady ?? true) bench.returnPolicy()
  return bench
}
