import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import type { PredictionRecord, RefinementCommand, RefinementSettings } from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import type { EngineEffect, EngineEvent } from '@shared/engine/events'
import { toSnapshot } from '@shared/engine/snapshot'
import { createEngine, type EngineState } from '@shared/engine/state'
import { disagreementOf } from '@shared/guard/guard'
import { leastContrast } from './contrast'
import { transition } from '@shared/engine/transition'
import type { PolicyToRecorder } from '@shared/ipc/recording'
import type { Observation, PolicyToRobot, PolicyToUi, RobotToPolicy } from '@shared/ipc/ports'
import { toHalfPlanes } from '@shared/latents/halfFloat'
import { nanosToMillis } from '@shared/units'
import type { PolicyBackend } from './backend'

/**
 * Performs the engine's effects with a real backend, one at a time, between the robot's messages and the
 * operator's commands. Knows nothing of processes; time and waiting are injected.
 */
export interface RunnerOptions {
  readonly backend: PolicyBackend
  readonly settings: RefinementSettings
  readonly nowNanos: () => number
  /** Resolves once the clock reaches `nanos`; used for the pace only. */
  readonly waitUntil: (nanos: number) => Promise<void>
  readonly sendRobot: (message: PolicyToRobot) => void
  readonly sendUi: (message: PolicyToUi) => void
  /** The snapshot changed; the host decides how often to publish it. */
  readonly onChange: () => void
  readonly onPrediction: (record: PredictionRecord) => void
  readonly onFault: (fault: Fault) => void
  readonly recorder?: RunnerRecorder
}

/** Keeps what is computed, also of predictions that come to nothing. */
export interface RunnerRecorder {
  send(message: PolicyToRecorder): void
  /** Whether every iteration's latent is wanted. */
  wantsLatents(): boolean
}

export interface PolicyRunner {
  fromRobot(message: Exclude<RobotToPolicy, { type: 'run' }>): void
  /** The robot host is gone, and with it every epoch and scene: whatever was refined is void. */
  robotLost(reason: string): void
  command(command: RefinementCommand): void
  snapshot(): Extract<PolicyToUi, { type: 'snapshot' }>
  settings(): RefinementSettings
  /** Resolves when no computation is under way or queued. */
  idle(): Promise<void>
}

export function createPolicyRunner(options: RunnerOptions): PolicyRunner {
  const { backend, nowNanos, sendRobot, sendUi } = options
  const { info } = backend
  let state: EngineState = createEngine(
    {
      chunkLength: info.chunkLength,
      actionNames: info.actionDims.map(({ name }) => name),
      sigmaA: info.sigmaA,
      provider: info.provider
    },
    options.settings
  )
  let observation: Observation | null = null
  let observeAskedNanos = 0
  let scene = -1
  let lastUsed = -1
  // Computations run strictly one after another: the backend's buffers are shared.
  let work: Promise<void> = Promise.resolve()

  function dispatch(event: EngineEvent): void {
    const isAnswer = event.type === 'iterated' && isCurrent(event.generation)
    const result = transition(state, event)
    state = result.state
    // Before its effects: what is decided by an iteration comes after it in the records too.
    if (isAnswer) recordIteration(event.k)
    if ('prediction' in state.activity) lastUsed = state.activity.prediction.index
    for (const effect of result.effects) perform(effect)
    options.onChange()
  }

  /** Indices are never used twice on a scene: the seed of S_0 follows from them. */
  function firstUnused(engage: Extract<RobotToPolicy, { type: 'engage' }>): number {
    const first =
      engage.scene === scene ? Math.max(engage.firstPrediction, lastUsed + 1) : engage.firstPrediction
    scene = engage.scene
    lastUsed = first - 1
    return first
  }

  function schedule(task: () => Promise<void>): void {
    work = work.then(task).catch((error: unknown) => {
      const message = errorText(error)
      options.onFault({
        severity: 'high',
        source: 'policy',
        code: 'inference',
        message: `Inference failed unexpectedly: ${message}`,
        tip: 'The robot holds. Resume to observe again; if it stays, restart the app and report this.'
      })
      sendRobot({ type: 'hold', code: 'inference', message: `Inference failed: ${message}` })
    })
  }

  const failed = (generation: number, fault: Fault): void => {
    options.onFault(fault)
    dispatch({ type: 'failed', generation, cause: fault.message, nowNanos: nowNanos() })
  }

  const isCurrent = (generation: number): boolean => generation === state.generation

  function perform(effect: EngineEffect): void {
    switch (effect.type) {
      case 'observe':
        observeAskedNanos = nowNanos()
        return sendRobot({ type: 'observe', epoch: effect.epoch })
      case 'encode':
        return schedule(() => encode(effect.generation))
      case 'initialise':
        return schedule(() => Promise.resolve(backend.initialise(effect.seed, effect.warm)))
      case 'iterate':
        return paced(effect.notBeforeNanos, () => schedule(() => iterate(effect)))
      case 'compare':
        return schedule(() => compare(effect))
      case 'commit':
        if (effect.keepK !== null) backend.keep(effect.keepK)
        return commit(effect.record)
      case 'pauseMotion':
        return sendRobot({ type: 'pause', epoch: effect.epoch })
      case 'hold':
        return sendRobot({ type: 'hold', code: effect.code, message: effect.message })
      case 'rejected':
        return sendUi({ type: 'rejected', episode: effect.episode, prediction: effect.prediction })
      case 'refused':
        return sendUi({ type: 'refused', command: effect.command, reason: effect.reason })
      default:
        assertNever(effect)
    }
  }

  async function encode(generation: number): Promise<void> {
    if (!observation || !isCurrent(generation)) return
    const seen = observation
    const result = await backend.encode(seen)
    if (!result.ok) return failed(generation, result.error)
    if (isCurrent(generation)) recordObservation(seen)
    dispatch({ type: 'encoded', generation, ...result.value, nowNanos: nowNanos() })
  }

  function recordObservation(seen: Observation): void {
    if (!options.recorder || !('prediction' in state.activity)) return
    const { index } = state.activity.prediction
    options.recorder.send({
      type: 'observation',
      prediction: index,
      observation: seen,
      tokenIds: backend.tokenIds()
    })
  }

  function recordIteration(k: number): void {
    if (!options.recorder || !('prediction' in state.activity)) return
    const { index, seed, reseeds, observationNanos, iterations } = state.activity.prediction
    const iteration = iterations[k - 1]
    if (!iteration) return
    const latent = options.recorder.wantsLatents() ? toHalfPlanes(backend.latent(k)) : null
    options.recorder.send({
      type: 'iteration',
      prediction: index,
      seed,
      reseeds,
      observationNanos,
      iteration,
      latent
    })
  }

  /** Waits outside the work queue, so that commands given meanwhile need not wait with it. */
  function paced(notBeforeNanos: number, begin: () => void): void {
    if (notBeforeNanos <= nowNanos()) begin()
    else void options.waitUntil(notBeforeNanos).then(begin)
  }

  async function iterate({
    k,
    generation,
    decodeBelow
  }: Extract<EngineEffect, { type: 'iterate' }>): Promise<void> {
    if (!isCurrent(generation)) return
    const result =
      decodeBelow === null ? await backend.iterate(k) : await backend.iterateDeferred(k, decodeBelow)
    if (!result.ok) return failed(generation, result.error)
    const { latent, chunk, stepMs, codaMs } = result.value
    dispatch({ type: 'iterated', generation, k, latent, chunk, stepMs, codaMs, nowNanos: nowNanos() })
  }

  async function compare({
    k,
    seeds,
    generation
  }: Extract<EngineEffect, { type: 'compare' }>): Promise<void> {
    if (!isCurrent(generation) || state.activity.kind !== 'refining') return
    const own = state.activity.prediction.iterations[k - 1]?.chunk
    const result = await backend.otherChunks(seeds, k, () => isCurrent(generation))
    if (!result.ok) return failed(generation, result.error)
    // Given up half-way: it says nothing about them all.
    if (!isCurrent(generation)) return
    const disagreement = own ? disagreementOf([own, ...result.value]) : 0
    dispatch({ type: 'compared', generation, disagreement, nowNanos: nowNanos() })
  }

  function commit(record: PredictionRecord): void {
    sendRobot({
      type: 'commit',
      chunk: {
        epoch: record.epoch,
        episode: record.episode,
        prediction: record.index,
        observationNanos: record.observationNanos,
        committedNanos: nowNanos(),
        actions: backend.toActions(record.chunk),
        horizon: record.horizon,
        human: record.human
      }
    })
    options.recorder?.send({
      type: 'prediction',
      nanos: nowNanos(),
      record,
      bundleHash: info.bundleHash,
      latent: toHalfPlanes(backend.latent(record.k))
    })
    options.onPrediction(record)
    sendUi({ type: 'prediction', record })
  }

  return {
    fromRobot(message) {
      const now = nowNanos()
      switch (message.type) {
        case 'engage':
          return dispatch({ ...message, firstPrediction: firstUnused(message), nowNanos: now })
        case 'disengage':
          return dispatch({ ...message, nowNanos: now })
        case 'paused':
          return dispatch({ type: 'motionPaused', epoch: message.epoch, nowNanos: now })
        case 'resumed':
          return dispatch({ type: 'motionResumed', epoch: message.epoch, nowNanos: now })
        case 'observation': {
          const { epoch, capturedNanos, commandedMetres, proprioception, instruction } = message.observation
          // One that isn't waited for must not take the place of the one that is about to be encoded.
          if (state.activity.kind === 'observing' && epoch === state.epoch) observation = message.observation
          return dispatch({
            type: 'observed',
            epoch,
            observationNanos: capturedNanos,
            startMetres: commandedMetres,
            gripperOpening: proprioception[3] ?? null,
            task: instruction,
            contrast: leastContrast(message.observation.images),
            observeMs: nanosToMillis(now - observeAskedNanos),
            nowNanos: now
          })
        }
        case 'execution':
          return dispatch({
            type: 'executed',
            episode: message.execution.episode,
            prediction: message.execution.prediction,
            nowNanos: now
          })
        default:
          assertNever(message)
      }
    },
    robotLost(reason) {
      scene = -1
      lastUsed = -1
      dispatch({ type: 'disengage', epoch: 0, reason, nowNanos: nowNanos() })
    },
    command: (command) => dispatch({ type: 'command', command, nowNanos: nowNanos() }),
    snapshot: () => ({ type: 'snapshot', snapshot: toSnapshot(state, nowNanos()) }),
    settings: () => state.settings,
    async idle() {
      let seen: Promise<void> | null = null
      while (seen !== work) {
        seen = work
        await seen
      }
    }
  }
}
