import { GUARD_OFF } from '@shared/domain/guard'
import type { PredictionRecord, RefinementCommand, RefinementSettings } from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import type { LatentMetrics } from '@shared/engine/signals'
import { createEngine, type EngineConfig, type EngineState, type Transition } from '@shared/engine/state'
import type { EngineEffect, EngineEvent } from '@shared/engine/events'
import { transition } from '@shared/engine/transition'
import { millisToNanos } from '@shared/units'

/**
 * A host without a clock, and a robot that only keeps its epoch and its one queued chunk. Computations wait
 * until `compute()`, so a test decides what happens while one is under way.
 */

export const CONFIG: EngineConfig = {
  chunkLength: 8,
  actionNames: ['x', 'y', 'z', 'gripper'],
  sigmaA: 4,
  provider: 'fake'
}
export const CHUNK_SIZE = CONFIG.chunkLength * CONFIG.actionNames.length

export const SETTINGS: RefinementSettings = {
  stopping: { kind: 'actionMse', threshold: 1e-3, minIterations: 2, patience: 1 },
  horizon: { kind: 'linearDecay' },
  maxIterations: 32,
  paceMs: 0,
  pauseAt: 'never',
  warmStart: false,
  decodeBelow: null,
  guard: GUARD_OFF,
  breakpoints: []
}

/** A scratchpad is a hash and how far it still is from its goal. */
interface Latent {
  readonly hash: number
  readonly distance: number
}

const mix = (a: number, b: number): number => {
  const h = Math.imul(a ^ (b + 0x9e37_79b9), 0x85eb_ca6b)
  return (h ^ (h >>> 13)) >>> 0
}
const unit = (hash: number): number => hash / 0x8000_0000 - 1

const initial = (seed: number): Latent => ({ hash: mix(seed, 1), distance: 0.5 })

/** The same weights at every k; slower or faster by what it sees, and not monotone. */
function core(latent: Latent, conditioning: number): Latent {
  const hash = mix(latent.hash, conditioning)
  return { hash, distance: latent.distance * (0.55 + 0.4 * Math.abs(unit(mix(hash, 2)))) }
}

const coda = (latent: Latent, conditioning: number): Float32Array =>
  Float32Array.from({ length: CHUNK_SIZE }, (_, i) => {
    const goal = 0.5 * unit(mix(conditioning, i))
    return goal + latent.distance * unit(mix(latent.hash, i))
  })

const metrics = (before: Latent, after: Latent): LatentMetrics => ({
  latentDelta: before.distance - after.distance,
  latentL2: before.distance,
  latentCosine: after.distance / 2,
  latentAcceleration: after.distance / 4
})

/** What the fake network gives after k iterations, computed apart from any host. */
export function chunkAfter(seed: number, conditioning: number, k: number): Float32Array {
  let latent = initial(seed)
  for (let i = 0; i < k; i++) latent = core(latent, conditioning)
  return coda(latent, conditioning)
}

type Computation = Extract<EngineEffect, { type: 'encode' | 'initialise' | 'iterate' | 'compare' }>
type Sabotage = 'chunk' | 'latent' | 'provider'
type Motion = 'holding' | 'executing' | 'paused' | 'held'

export interface Robot {
  epoch: number
  engaged: boolean
  motion: Motion
  queue: PredictionRecord | null
  observeEpoch: number | null
}

export interface FakeHost {
  readonly state: () => EngineState
  readonly robot: Robot
  /** Everything the engine asked for, oldest first. */
  readonly effects: EngineEffect[]
  readonly commits: () => PredictionRecord[]
  /** Chunks the robot took (a commit of an old epoch is dropped instead). */
  readonly accepted: PredictionRecord[]
  send(event: EngineEvent): readonly EngineEffect[]
  command(command: RefinementCommand): readonly EngineEffect[]
  advance(milliseconds: number): void
  nowNanos(): number
  /**
   * Does the oldest computation asked for, also when it is no longer wanted (it might have been under way);
   * false when there is none or its time hasn't come.
   */
  compute(sabotage?: Sabotage): boolean
  /** Computes, letting time pass as the pace asks, until nothing is left to compute. */
  settle(): void
  engage(options?: { episode?: number; sceneSeed?: number; firstPrediction?: number }): void
  disengage(): void
  pauseMotion(): void
  resumeMotion(): void
  /** Answers the request for an observation when the robot is at rest; its content is `conditioningOf`. */
  observe(): boolean
  /** The queued chunk's horizon is done. */
  finishChunk(): boolean
  /** Engages and observes. */
  begin(options?: { episode?: number; sceneSeed?: number; firstPrediction?: number }): void
  /** Begins and computes until k = `k`, paused there. */
  beginPausedAt(k: number): void
}

/** What the fake sees when it observes for the prediction of this index. */
export const conditioningOf = (index: number): number => index * 7 + 3

/** Told of every transition, before its effects are performed. */
export type Watch = (before: EngineState, event: EngineEvent, result: Transition) => void

export function createFakeHost(
  settings: Partial<RefinementSettings> = {},
  watch: Watch = () => {},
  disagreement: () => number = () => 0
): FakeHost {
  let state = createEngine(CONFIG, { ...SETTINGS, ...settings })
  let nowNanos = 0
  let observationNanos = 0
  let seen = 0
  const slots = new Map<number, Latent>()
  let kept: Latent | null = null
  const work: Computation[] = []
  const effects: EngineEffect[] = []
  const accepted: PredictionRecord[] = []
  const robot: Robot = { epoch: 0, engaged: false, motion: 'holding', queue: null, observeEpoch: null }

  let owesPaused = false

  /** False: there is nothing to pause. */
  function pause(): boolean {
    if (!robot.engaged || (robot.motion !== 'holding' && robot.motion !== 'executing')) return false
    robot.motion = 'paused'
    robot.epoch += 1
    return true
  }

  function send(event: EngineEvent): readonly EngineEffect[] {
    const before = state
    const result = transition(state, event)
    state = result.state
    watch(before, event, result)
    effects.push(...result.effects)
    for (const effect of result.effects) perform(effect)
    if (owesPaused) {
      owesPaused = false
      send({ type: 'motionPaused', epoch: robot.epoch, nowNanos })
    }
    return result.effects
  }

  function perform(effect: EngineEffect): void {
    switch (effect.type) {
      case 'encode':
      case 'initialise':
      case 'iterate':
      case 'compare':
        work.push(effect)
        return
      case 'observe':
        robot.observeEpoch = effect.epoch
        return
      case 'commit':
        if (effect.keepK !== null) kept = latentAt(effect.keepK)
        return take(effect.record)
      case 'hold':
        // The robot obeys; that it disengages arrives later, with `disengage()`.
        robot.epoch += 1
        Object.assign(robot, { motion: 'held', queue: null, observeEpoch: null })
        return
      case 'pauseMotion':
        if (effect.epoch !== robot.epoch || !pause()) return
        owesPaused = true
        return
      case 'rejected':
      case 'refused':
        return
      default:
        assertNever(effect)
    }
  }

  function take(record: PredictionRecord): void {
    if (record.epoch !== robot.epoch || robot.motion !== 'holding') {
      send({ type: 'executed', episode: record.episode, prediction: record.index, nowNanos })
      return
    }
    accepted.push(record)
    robot.queue = record
    robot.motion = 'executing'
  }

  function disengage(): void {
    robot.epoch += 1
    Object.assign(robot, { engaged: false, motion: 'holding', queue: null, observeEpoch: null })
    send({ type: 'disengage', epoch: robot.epoch, reason: 'test', nowNanos })
  }

  /** Slots keep what earlier predictions left in them, as preallocated buffers do. */
  const latentAt = (slot: number): Latent => slots.get(slot) ?? { hash: 0xdead, distance: 0.25 }

  function carryOut(task: Computation, sabotage?: Sabotage): void {
    if (task.type === 'initialise') {
      if (task.warm && kept === null) throw new Error('a warm start from nothing')
      slots.set(0, task.warm && kept !== null ? kept : initial(task.seed))
      return
    }
    const { generation } = task
    if (sabotage === 'provider') {
      send({ type: 'failed', generation, cause: 'the provider gave up', nowNanos })
      return
    }
    nowNanos += millisToNanos(1)
    if (task.type === 'compare') {
      send({ type: 'compared', generation, disagreement: disagreement(), nowNanos })
      return
    }
    if (task.type === 'encode') {
      send({ type: 'encoded', generation, encodeMs: 0.5, preludeMs: 0.25, nowNanos })
      return
    }
    const before = latentAt(task.k - 1)
    const after = core(before, seen)
    slots.set(task.k, after)
    const latent = metrics(before, after)
    const isDecoded = task.decodeBelow === null || latent.latentDelta < task.decodeBelow
    const chunk = isDecoded ? coda(after, seen) : null
    if (sabotage === 'chunk' && chunk) chunk[5] = Number.NaN
    send({
      type: 'iterated',
      generation,
      k: task.k,
      latent: sabotage === 'latent' ? { ...latent, latentDelta: Number.NaN } : latent,
      chunk,
      stepMs: 0.5,
      codaMs: isDecoded ? 0.25 : 0,
      nowNanos
    })
  }

  const host: FakeHost = {
    state: () => state,
    robot,
    effects,
    accepted,
    commits: () => effects.flatMap((effect) => (effect.type === 'commit' ? [effect.record] : [])),
    send,
    command: (command) => send({ type: 'command', command, nowNanos }),
    advance(milliseconds) {
      nowNanos += millisToNanos(milliseconds)
    },
    nowNanos: () => nowNanos,
    compute(sabotage) {
      const task = work[0]
      if (!task) return false
      const waits = task.type === 'iterate' && nowNanos < task.notBeforeNanos
      if (waits && task.generation === state.generation) return false
      work.shift()
      carryOut(task, sabotage)
      return true
    },
    settle() {
      while (work[0]) {
        if (work[0].type === 'iterate') nowNanos = Math.max(nowNanos, work[0].notBeforeNanos)
        host.compute()
      }
    },
    engage({ episode = 0, sceneSeed = 42, firstPrediction = 0 } = {}) {
      robot.epoch += 1
      Object.assign(robot, { engaged: true, motion: 'holding', queue: null, observeEpoch: null })
      send({ type: 'engage', epoch: robot.epoch, episode, sceneSeed, firstPrediction, nowNanos })
    },
    disengage,
    pauseMotion() {
      if (!pause()) return
      send({ type: 'motionPaused', epoch: robot.epoch, nowNanos })
    },
    resumeMotion() {
      if (robot.motion !== 'paused') return
      robot.motion = robot.queue ? 'executing' : 'holding'
      send({ type: 'motionResumed', epoch: robot.epoch, nowNanos })
    },
    observe() {
      if (robot.observeEpoch !== robot.epoch || robot.motion !== 'holding') return false
      robot.observeEpoch = null
      observationNanos = nowNanos
      seen = state.activity.kind === 'observing' ? conditioningOf(state.activity.index) : 0
      nowNanos += millisToNanos(1)
      send({
        type: 'observed',
        epoch: robot.epoch,
        observationNanos,
        startMetres: [0.1, 0.2, 0.05],
        task: 'put it away',
        observeMs: 1,
        gripperOpening: null,
        contrast: null,
        nowNanos
      })
      return true
    },
    finishChunk() {
      if (robot.motion !== 'executing' || !robot.queue) return false
      const { episode, index } = robot.queue
      robot.queue = null
      robot.motion = 'holding'
      send({ type: 'executed', episode, prediction: index, nowNanos })
      return true
    },
    begin(options) {
      host.engage(options)
      host.observe()
    },
    beginPausedAt(k) {
      host.begin()
      if (k === 0) host.command({ type: 'pause' })
      else host.command({ type: 'step', count: k })
      host.settle()
    }
  }
  return host
}
