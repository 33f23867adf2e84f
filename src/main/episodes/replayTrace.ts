import { z } from 'zod'
import type { EpisodeInfo, EpisodeEnd } from '@shared/domain/episode'
import {
  horizonRule,
  stopReason,
  stoppingRule,
  type IterationRecord,
  type PredictionRecord,
  type PredictionView
} from '@shared/domain/policy'
import { motionPhase, type GateVerdict, type MotionPhase } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { CameraImage, RobotSnapshot } from '@shared/ipc/ports'
import type { ReplayEntry } from '@shared/ipc/recording'
import { breakpointHit } from '@shared/domain/breakpoint'
import { guardVerdict } from '@shared/domain/guard'
import { nanosOf, type RecordedMessage, type Timestamp } from './messages'
import { decodeMessage } from './protobuf'
import type { Recorded } from './recordingReader'

/**
 * A recording told again in the words of the live ports, so that the window shows it with the same components. Stateful:
 * messages are to be given in order of time.
 */
export interface ReplayTrace {
  entries(message: Recorded): ReplayEntry[]
}

/** What a trace is made of. */
export const REPLAYED_TOPICS = [
  '/robot/state',
  '/robot/command',
  '/bench/scene',
  '/dataset/frame',
  '/policy/observation',
  '/policy/iteration',
  '/policy/prediction',
  '/policy/execution',
  '/operator'
] as const

export function createReplayTrace(info: EpisodeInfo, end: EpisodeEnd | null): ReplayTrace {
  const startWall = BigInt(info.startWallNanos)
  /** On the monotonic clock of the recording machine. */
  const nanosFrom = (wall: bigint): number => info.startNanos + Number(wall - startWall)
  const nanosAt = (timestamp: Timestamp): number => nanosFrom(nanosOf(timestamp))
  const episode = info.run?.episode ?? 0
  const settings = info.settings
  let state: RecordedMessage<'foxglove.JointStates'> | null = null
  let epoch = 0
  let observed: Observed | null = null
  let iterations: IterationRecord[] = []
  let refining: { readonly prediction: number; readonly reseeds: number } | null = null

  function snapshot(command: RecordedMessage<'depthdeck.RobotCommand'>, nanos: number): RobotSnapshot | null {
    if (!state || !info.run) return null
    epoch = command.epoch
    const { joints } = state
    const [x = 0, y = 0, z = 0] = command.endEffectorMetres
    return {
      nanos,
      tick: command.tick,
      motion: phaseOf(command),
      epoch,
      engaged: command.engaged,
      run: runAt(info.run, end, command),
      state: {
        capturedNanos: nanosAt(state.timestamp),
        position: joints.map(({ position }) => position ?? 0),
        velocity: joints.map(({ velocity }) => velocity ?? 0)
      },
      asked: command.asked.length === 0 ? null : command.asked,
      sent: command.sent.length === 0 ? null : command.sent,
      verdict: verdictOf(command),
      endEffectorMetres: [x, y, z],
      queue: command.queue,
      policyConnected: true,
      unready: null,
      teleop: null,
      // Not recorded: of the loop that is shown nothing is running.
      loop: { rateHz: info.robot?.loopRateHz ?? 0, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }
    }
  }

  /** The prediction in progress as far as it is recorded. */
  function viewOf(iteration: RecordedMessage<'depthdeck.Iteration'>): PredictionView {
    return {
      index: iteration.prediction,
      episode,
      epoch,
      seed: iteration.seed,
      reseeds: iteration.reseeds,
      observationNanos: observed?.prediction === iteration.prediction ? observed.nanos : 0,
      startMetres: triple(observed?.start ?? []),
      gripperOpening: observed?.gripperOpening ?? null,
      // Said with the decision.
      warmStart: null,
      contrast: null,
      disagreement: null,
      guard: null,
      breakpointHits: [],
      k: iterations.length,
      iterations: [...iterations],
      stages: {
        observe: 0,
        encode: 0,
        prelude: 0,
        step: iterations.reduce((sum, { stepMs }) => sum + stepMs, 0),
        coda: iterations.reduce((sum, { codaMs }) => sum + codaMs, 0)
      },
      converged: null,
      human: false
    }
  }

  function take(iteration: RecordedMessage<'depthdeck.Iteration'>): void {
    const { prediction, reseeds, k } = iteration
    if (refining?.prediction !== prediction || refining.reseeds !== reseeds) iterations = []
    refining = { prediction, reseeds }
    // After a rewind k goes back: what came after it is forgotten, as it was then.
    iterations = [...iterations.slice(0, k - 1), iterationOf(iteration, nanosAt(iteration.timestamp))]
  }

  function refinementSnapshot(nanos: number, prediction: PredictionView | null): ReplayEntry[] {
    if (!settings) return []
    const phase =
      prediction === null ? ({ kind: 'encoding' } as const) : ({ kind: 'refining', k: prediction.k } as const)
    const snapshot = { nanos, phase, settings, prediction, breakpointCounts: {} }
    return [{ nanos, policy: { type: 'snapshot', snapshot } }]
  }

  return {
    entries(message) {
      const nanos = nanosFrom(message.logTime)
      switch (message.schema) {
        case 'foxglove.JointStates':
          state = decodeMessage(message.schema, message.data)
          return info.trigger === 'import' ? [{ nanos, numbers: [jointNumbers(state)] }] : []
        case 'depthdeck.DatasetFrame': {
          const { features } = decodeMessage(message.schema, message.data)
          const named = info.imported?.dataset?.features ?? {}
          const numbers = features.map(({ name, values }) => ({
            feature: name,
            names: named[name] ?? [],
            values
          }))
          return [{ nanos, numbers }]
        }
        case 'depthdeck.RobotCommand': {
          const shown = snapshot(decodeMessage(message.schema, message.data), nanos)
          return shown ? [{ nanos, robot: { type: 'snapshot', snapshot: shown } }] : []
        }
        case 'depthdeck.BenchScene':
          return sceneEntries(decodeMessage(message.schema, message.data), nanos)
        case 'depthdeck.Observation': {
          const observation = decodeMessage(message.schema, message.data)
          observed = {
            prediction: observation.prediction,
            nanos,
            start: observation.commandedMetres,
            gripperOpening: observation.proprioception[3] ?? null
          }
          const images: CameraImage[] = observation.images.map(
            ({ camera, width, height, rgb, captured }) => ({
              name: camera,
              width,
              height,
              rgb,
              capturedNanos: nanosAt(captured)
            })
          )
          return [{ nanos, robot: { type: 'frames', images } }, ...refinementSnapshot(nanos, null)]
        }
        case 'depthdeck.Iteration': {
          const iteration = decodeMessage(message.schema, message.data)
          take(iteration)
          return refinementSnapshot(nanos, viewOf(iteration))
        }
        case 'depthdeck.Prediction': {
          const record = recordOf(decodeMessage(message.schema, message.data), {
            episode,
            iterations,
            nanosAt,
            observed
          })
          return record ? [{ nanos, policy: { type: 'prediction', record } }] : []
        }
        case 'depthdeck.Execution': {
          const { dropped, ...execution } = decodeMessage(message.schema, message.data)
          const { timestamp: _, ...rest } = execution
          return [
            {
              nanos,
              robot: {
                type: 'execution',
                execution: { episode, ...rest, dropped: dropped === '' ? null : dropped }
              }
            }
          ]
        }
        case 'depthdeck.Operator': {
          const { kind, name, detail } = decodeMessage(message.schema, message.data)
          return [{ nanos, event: { kind, name, detail } }]
        }
        default:
          return []
      }
    }
  }
}

function jointNumbers({ joints }: RecordedMessage<'foxglove.JointStates'>) {
  const known = joints.filter(({ position }) => position !== null)
  return {
    feature: 'position',
    names: known.map(({ name }) => name),
    values: known.map(({ position }) => position ?? 0)
  }
}

const triple = ([x = 0, y = 0, z = 0]: readonly number[]): [number, number, number] => [x, y, z]

function phaseOf({
  motion,
  motionCause,
  teleopSource
}: RecordedMessage<'depthdeck.RobotCommand'>): MotionPhase {
  const parsed = motionPhase.safeParse({
    kind: motion,
    ...(motionCause && { cause: motionCause }),
    source: teleopSource
  })
  return parsed.success ? parsed.data : { kind: 'holding' }
}

function verdictOf({ verdict, clamped, rejected }: RecordedMessage<'depthdeck.RobotCommand'>): GateVerdict {
  if (verdict === 'reject' && rejected) return { kind: 'reject', cause: rejected }
  return verdict === 'clamp' ? { kind: 'clamp', joints: clamped } : { kind: 'pass' }
}

/** Running until its arm was disengaged for good, which only the end tells. */
function runAt(
  run: RunView,
  end: EpisodeEnd | null,
  command: RecordedMessage<'depthdeck.RobotCommand'>
): RunView {
  const isOver =
    end?.outcome != null && !command.engaged && command.actionsExecuted > 0 && command.motion === 'holding'
  return {
    ...run,
    actionsExecuted: command.actionsExecuted,
    phase: isOver && end.outcome ? { kind: 'ended', outcome: end.outcome } : { kind: 'running' }
  }
}

function iterationOf(
  iteration: RecordedMessage<'depthdeck.Iteration'>,
  completedNanos: number
): IterationRecord {
  const { actionMse, kl, actionL2, cosine, latentDelta, latentL2, latentCosine, latentAcceleration } =
    iteration
  return {
    k: iteration.k,
    signals: { actionMse, kl, actionL2, cosine, latentDelta, latentL2, latentCosine, latentAcceleration },
    chunk: iteration.chunk.length === 0 ? null : Float32Array.from(iteration.chunk),
    stepMs: iteration.stepMs,
    codaMs: iteration.codaMs,
    completedNanos
  }
}

/** The newest observation. */
interface Observed {
  readonly prediction: number
  readonly nanos: number
  readonly start: number[]
  readonly gripperOpening: number | null
}

interface RecordContext {
  readonly episode: number
  readonly iterations: readonly IterationRecord[]
  readonly nanosAt: (timestamp: Timestamp) => number
  readonly observed: Observed | null
}

/** Null: its rules are of a kind that this version doesn't know. */
function recordOf(
  prediction: RecordedMessage<'depthdeck.Prediction'>,
  { episode, iterations, nanosAt, observed }: RecordContext
): PredictionRecord | null {
  const rule = parsedJson(stoppingRule, prediction.stoppingRule)
  const horizon = parsedJson(horizonRule, prediction.horizonRule)
  const reason = stopReason.safeParse(prediction.stopReason)
  const converged = prediction.converged && {
    k: prediction.converged.k,
    reason: stopReason.catch('rule').parse(prediction.converged.reason)
  }
  if (rule === null || horizon === null || !reason.success) return null
  const { stages } = prediction
  return {
    index: prediction.index,
    episode,
    epoch: prediction.epoch,
    seed: prediction.seed,
    reseeds: prediction.reseeds,
    observationNanos: nanosAt(prediction.observed),
    startMetres: triple(prediction.startMetres),
    gripperOpening: observed?.prediction === prediction.index ? observed.gripperOpening : null,
    warmStart: prediction.warmStart,
    contrast: prediction.contrast,
    disagreement: prediction.disagreement,
    guard: parsedJson(guardVerdict, prediction.guard),
    breakpointHits: parsedJson(z.array(breakpointHit), prediction.breakpointHits) ?? [],
    k: prediction.iterations,
    iterations: iterations.slice(0, prediction.iterations),
    stages: {
      observe: stages?.observeMs ?? 0,
      encode: stages?.encodeMs ?? 0,
      prelude: stages?.preludeMs ?? 0,
      step: stages?.stepMs ?? 0,
      coda: stages?.codaMs ?? 0
    },
    converged,
    human: prediction.human,
    stopReason: reason.data,
    rule,
    horizonRule: horizon,
    horizon: Math.max(1, prediction.horizon),
    chunk: Float32Array.from(prediction.chunk),
    provider: prediction.provider
  }
}

function parsedJson<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  json: string
): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function sceneEntries(scene: RecordedMessage<'depthdeck.BenchScene'>, nanos: number): ReplayEntry[] {
  const { timestamp: _, blocks, gripper, ...rest } = scene
  if (!gripper) return []
  const shown = {
    ...rest,
    gripper,
    blocks: blocks.map(({ onTray, direction, ...block }) =>
      onTray ? { ...block, direction: direction as 0 | 1 | 2 | 3 } : null
    )
  }
  return [{ nanos, robot: { type: 'scene', nanos, scene: shown } }]
}
