import type {
  PredictionRecord,
  PredictionView,
  RefinementCommand,
  RefinementSettings
} from '@shared/domain/policy'
import type { RunRequest } from '@shared/domain/run'
import type { RobotReport } from '@shared/ipc/hosts'
import type { Execution, PolicyToRobot, RobotToPolicy } from '@shared/ipc/ports'
import type { PolicyToRecorder, RobotToRecorder } from '@shared/ipc/recording'
import { NANOS_PER_SECOND } from '@shared/units'
import type { PolicyBackend } from '../policy/backend'
import { createPolicyRunner } from '../policy/runner'
import { trayArm } from '../robot/specs/trayArm'
import type { Scene } from '../simulator/scene'
import { createBenchStation, simulatedArm } from './benchStation'
import type { Disturbance } from './benchStress'

/**
 * The app's own station, engine, backend, gate and simulator under a counted clock: one tick of virtual time
 * after another, inference taking none of it. Same seeds, same episodes as the app, without window or waiting. Where
 * the app would hold and wait for a person (a command that the gate rejects, a policy that fails), the episode fails.
 */
export interface VirtualRunOptions {
  readonly backend: PolicyBackend
  readonly settings: RefinementSettings
  readonly request: RunRequest & { readonly episodes: number }
  readonly onEpisode?: (episode: RobotReport['episodes'][number]) => void
  /** Keeps everything, as in the app. */
  readonly recorder?: VirtualRecorder
  /** Makes the bench harder than anything the policy was trained on. */
  readonly disturbance?: Disturbance
  /** Answers the guard's questions; without one they would never be. */
  readonly answer?: (question: PredictionView, scene: Scene) => RefinementCommand
}

/** What a run needs of a recorder. */
export interface VirtualRecorder {
  fromRobot(message: RobotToRecorder): void
  fromPolicy(message: PolicyToRecorder): void
  /** Every tick; the run waits for it. */
  tick(nowNanos: number): Promise<void>
}

export interface VirtualRunResult {
  readonly episodes: RobotReport['episodes']
  readonly predictions: readonly PredictionRecord[]
  /** What became of each prediction's chunk. */
  readonly executions: readonly Execution[]
  /** Of the guard that were answered. */
  readonly questions: readonly PredictionView[]
}

/** Far beyond any episode's action budget: a run that needs more is broken. */
const MAX_TICKS_PER_EPISODE = 60_000

export async function runVirtual(options: VirtualRunOptions): Promise<VirtualRunResult> {
  const episodes: RobotReport['episodes'] = []
  const predictions: PredictionRecord[] = []
  const executions: Execution[] = []
  const questions: PredictionView[] = []
  const toPolicy: RobotToPolicy[] = []
  const toRobot: PolicyToRobot[] = []
  const tickNanos = NANOS_PER_SECOND / trayArm.loopRateHz
  let nanos = 0
  /** Of the present episode, so far. */
  const observed = { episode: -1, count: 0 }
  let failure: string | null = null
  /** Why the arm holds in the episode that is being ended because of it. */
  let heldBecause: string | null = null

  const arm = simulatedArm(trayArm, 0)
  const station = createBenchStation({
    arm,
    config: { initialRequest: options.request, restarted: false, supervised: false, betweenEpisodesMs: 0 },
    nowNanos: () => nanos,
    loopStats: () => ({ rateHz: trayArm.loopRateHz, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }),
    sendUi: (message) => {
      if (message.type === 'execution') executions.push(message.execution)
      if (message.type === 'refused') failure = `${message.command}: ${message.reason}`
    },
    sendRecorder: (message) => options.recorder?.fromRobot({ type: 'said', nanos, message }),
    sendPolicy: (message) => toPolicy.push(message),
    onEpisodeEnd: (ended) => {
      const outcome = heldBecause === null ? ended.outcome : heldOutcome(heldBecause)
      options.recorder?.fromRobot({ type: 'ended', nanos, ...ended, outcome })
      heldBecause = null
      episodes.push({ ...ended, outcome })
      options.onEpisode?.({ ...ended, outcome })
    }
  })
  const runner = createPolicyRunner({
    backend: options.backend,
    settings: options.settings,
    nowNanos: () => nanos,
    waitUntil: () => Promise.resolve(),
    sendRobot: (message) => toRobot.push(message),
    sendUi: () => undefined,
    onChange: () => undefined,
    onPrediction: (record) => predictions.push(record),
    ...(options.recorder && {
      recorder: { send: options.recorder.fromPolicy, wantsLatents: () => false }
    }),
    // The robot holds and says why: that ends the episode.
    onFault: () => undefined
  })

  function disturbed<M extends RobotToPolicy>(message: M): M {
    if (!options.disturbance || message.type !== 'observation') return message
    const { episode } = message.observation
    if (episode !== observed.episode) Object.assign(observed, { episode, count: 0 })
    const place = { episode, prediction: observed.count++ }
    const scene = arm.driver.bench.scene()
    return { ...message, observation: options.disturbance.observation(message.observation, scene, place) }
  }

  /** Whether the guard had asked. */
  function answered(): boolean {
    const { snapshot } = runner.snapshot()
    const { phase, prediction } = snapshot
    if (phase.kind !== 'paused' || phase.reason !== 'guard' || !prediction || !options.answer) return false
    questions.push(prediction)
    runner.command(options.answer(prediction, arm.driver.bench.scene()))
    return true
  }

  async function deliver(): Promise<void> {
    for (;;) {
      await runner.idle()
      const forPolicy = toPolicy.splice(0)
      const forRobot = toRobot.splice(0)
      if (forPolicy.length + forRobot.length === 0 && !answered()) return
      for (const message of forPolicy) if (message.type !== 'run') runner.fromRobot(disturbed(message))
      for (const message of forRobot) station.fromPolicy(message)
    }
  }

  /** Nobody is there to answer a hold: the episode has failed, and the next one begins. */
  function giveUpEpisode(cause: string): void {
    heldBecause = cause
    station.fromUi({ type: 'endEpisode', success: false })
    if (episodes.length < options.request.episodes)
      station.fromUi({ type: 'start', request: options.request })
  }

  station.greetRecorder()
  options.recorder?.fromPolicy({ type: 'info', info: options.backend.info })
  options.recorder?.fromPolicy({ type: 'settings', nanos, settings: options.settings })
  station.fromPolicy({ type: 'ready', controlRateHz: options.backend.info.controlRateHz })
  station.fromUi({ type: 'start', request: options.request })
  const maxTicks = MAX_TICKS_PER_EPISODE * options.request.episodes
  for (let tick = 0; episodes.length < options.request.episodes; tick++) {
    await deliver()
    nanos += tickNanos
    station.tick(nanos)
    await options.recorder?.tick(nanos)
    if (failure !== null) throw new Error(`The virtual run failed: ${failure}`)
    const { phase } = station.motion()
    if (phase.kind === 'held') giveUpEpisode(phase.cause.message)
    if (tick > maxTicks) throw new Error('The virtual run does not end')
  }
  return { episodes, predictions, executions, questions }
}

const heldOutcome = (message: string): RobotReport['episodes'][number]['outcome'] => ({
  success: false,
  reason: 'held',
  message,
  judge: 'bench'
})
