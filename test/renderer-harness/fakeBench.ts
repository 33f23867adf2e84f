import { GUARD_OFF } from '@shared/domain/guard'
import { SAME_FRAME } from '@shared/domain/benchFrame'
import type {
  IterationRecord,
  PolicyInfo,
  PredictionRecord,
  PredictionView,
  RefinementPhase,
  RefinementSettings
} from '@shared/domain/policy'
import type { MotionPhase } from '@shared/domain/robot'
import type { RunPhase } from '@shared/domain/run'
import type { PolicyToUi, RobotToUi, UiToPolicy, UiToRobot } from '@shared/ipc/ports'
import { inverseKinematics } from '@shared/kinematics/verticalTool'
import { createRandom } from '@shared/random/xoshiro'
import { trayArm } from '../../src/main/robot/specs/trayArm'
import { fakeRaster, fakeScene } from './fakeScene'

const STEPS = 8
const DIMS = 4
const SCALE = [0.0625, 0.0625, 0.0625, -0.5]
const DEFAULTS: RefinementSettings = {
  stopping: { kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 },
  horizon: { kind: 'fixed', actions: 8 },
  maxIterations: 32,
  paceMs: 90,
  pauseAt: 'never',
  warmStart: false,
  decodeBelow: null,
  guard: GUARD_OFF,
  breakpoints: []
}
/** The policy in use at the start. */
export const INFO: PolicyInfo = {
  name: 'traypick-demo',
  version: '1.0.0',
  bundleHash: 'a3f0'.repeat(16),
  origin: '/opt/depthdeck/resources/policies/traypick-demo',
  provenance: [
    ['headWeights', 'd7cc006198cf74ce226901fb114cd44b65084d51340351a1b82adbc1c670af06'],
    ['torch', '1.13.0a0'],
    ['parameters', '463113']
  ],
  precision: 'float32',
  description: 'Demo policy of the TrayPick bench. Its depth is taught by an attention loss, not emergent.',
  chunkLength: STEPS,
  latentShape: [8, 96],
  sigmaA: 4,
  controlRateHz: 10,
  actionDims: [
    { name: 'x', unit: 'm' },
    { name: 'y', unit: 'm' },
    { name: 'z', unit: 'm' },
    { name: 'gripper', unit: 'opening' }
  ],
  actionScale: SCALE,
  actionOffset: [0, 0, 0, 0.5],
  cameras: [
    { name: 'top', width: 64, height: 64 },
    { name: 'wrist', width: 32, height: 32 }
  ],
  tasks: ['put the {block} block in the {bin} bin'],
  defaults: DEFAULTS,
  provider: 'cpu',
  refusedProviders: [{ provider: 'webgpu', reason: 'no adapter found' }],
  selfTest: { maxStateError: 3.6e-7, maxActionError: 1.9e-7, tolerance: 1e-4, judgesStates: true }
}

/** Both hosts in a page: plausible curves, chunks and motion, and enough obedience to try the controls. */
export function createFakeBench(nowNanos: () => number, hasPolicy: boolean) {
  let toRobotUi: (message: RobotToUi) => void = () => undefined
  let toPolicyUi: (message: PolicyToUi) => void = () => undefined
  let motion: MotionPhase = { kind: 'holding' }
  let runPhase: RunPhase = { kind: 'ready' }
  let refinement: RefinementPhase = { kind: 'idle' }
  let settings = DEFAULTS
  let prediction: PredictionView | null = null
  let stepsLeft = 0
  let untilConverged = false
  let index = 0
  let seed = 7
  const scene = fakeScene(11)
  let position: [number, number, number] = [0.125, 0.0156, 0.05]
  let start = position
  let opening = 1
  let queue: { record: PredictionRecord; action: number; tick: number } | null = null
  let tick = 0
  let finished = 0
  let continuous = true

  const targetChunk = (): number[] => {
    const block = scene.blocks[(index * 5) % scene.blocks.length]
    const goal = block == null ? position : [block.x * 0.25, block.y * 0.25]
    const chunk: number[] = []
    for (let step = 0; step < STEPS; step++) {
      const dx = step < 4 ? ((goal[0] ?? 0) - start[0]) / 4 / 0.0625 : step === 6 ? 0.4 : 0
      const dy = step < 4 ? ((goal[1] ?? 0) - start[1]) / 4 / 0.0625 : 0
      chunk.push(dx, dy, step === 4 ? -0.8 : step === 7 ? 0.9 : 0, step >= 5 ? 1 : -1)
    }
    return chunk
  }
  const decode = (k: number): Float32Array<ArrayBuffer> => {
    const random = createRandom(seed * 100 + k)
    const noise = 1.6 * 0.42 ** k
    return new Float32Array(
      targetChunk().map((value) => Math.max(-1, Math.min(1, value + (random.float() - 0.5) * noise)))
    )
  }
  const iterate = (): void => {
    if (prediction === null) return
    const k = prediction.k + 1
    const chunk = decode(k)
    const before = prediction.iterations[k - 2]?.chunk
    let mse: number | null = null
    if (before) mse = chunk.reduce((sum, value, i) => sum + (value - (before[i] ?? 0)) ** 2, 0) / chunk.length
    const delta = before ? 0.9 * 0.55 ** k * (1 + 0.5 * Math.sin(k * 2.1 + index)) : null
    const iteration: IterationRecord = {
      k,
      chunk,
      stepMs: 0.5,
      codaMs: 0.2,
      completedNanos: nowNanos(),
      signals: {
        actionMse: mse,
        kl: mse,
        actionL2: null,
        cosine: null,
        latentDelta: delta,
        latentL2: null,
        latentCosine: null,
        latentAcceleration: null
      }
    }
    const stages = { observe: 0.6, encode: 0.55, prelude: 0.5, step: 0.5 * k, coda: 0.2 * k }
    prediction = { ...prediction, k, iterations: [...prediction.iterations, iteration], stages }
    const rule = settings.stopping
    const fired =
      rule.kind === 'fixed'
        ? k >= rule.iterations
        : 'threshold' in rule && mse !== null && mse < rule.threshold
    if ((fired || k >= settings.maxIterations) && prediction.converged === null) {
      prediction = { ...prediction, converged: { k, reason: fired ? 'rule' : 'maxIterations' } }
    }
  }
  const commit = (chunk: Float32Array<ArrayBuffer>, stopReason: PredictionRecord['stopReason']): void => {
    if (prediction === null) return
    const human = stopReason === 'override' || stopReason === 'operator'
    const horizon = settings.horizon.kind === 'fixed' ? settings.horizon.actions : 6
    const record: PredictionRecord = {
      ...prediction,
      human,
      stopReason,
      rule: settings.stopping,
      horizonRule: settings.horizon,
      horizon,
      chunk,
      provider: 'cpu'
    }
    toPolicyUi({ type: 'prediction', record })
    refinement = { kind: 'decided', k: prediction.k }
    queue = { record, action: 0, tick: 0 }
    motion = { kind: 'executing' }
  }
  const observe = (): void => {
    seed = (seed * 31 + 17) % 100000
    start = position
    prediction = {
      index,
      episode: finished,
      epoch: 1,
      seed,
      reseeds: 0,
      observationNanos: nowNanos(),
      startMetres: start,
      warmStart: null,
      contrast: null,
      gripperOpening: null,
      breakpointHits: [],
      disagreement: null,
      guard: null,
      k: 0,
      iterations: [],
      stages: { observe: 0.6, encode: 0.55, prelude: 0.5, step: 0, coda: 0 },
      converged: null,
      human: false
    }
    refinement = { kind: 'refining', k: 0 }
    toRobotUi({
      type: 'frames',
      images: [fakeRaster('top', 64, seed), fakeRaster('wrist', 32, seed + 1)].map((image) => ({
        ...image,
        capturedNanos: nowNanos()
      }))
    })
  }
  const pauseAt = (reason: Extract<RefinementPhase, { kind: 'paused' }>['reason']): void => {
    refinement = { kind: 'paused', k: prediction?.k ?? 0, reason }
    stepsLeft = 0
    untilConverged = false
  }
  let lastIterationMs = 0
  const advance = (nowMs: number): void => {
    if (runPhase.kind !== 'running' || motion.kind === 'stopped') return
    if (refinement.kind === 'idle') observe()
    if (refinement.kind !== 'refining' || prediction === null || nowMs - lastIterationMs < settings.paceMs)
      return
    lastIterationMs = nowMs
    iterate()
    refinement = { kind: 'refining', k: prediction.k }
    if (stepsLeft > 0 && --stepsLeft === 0) return pauseAt('stepped')
    const { converged } = prediction
    if (stepsLeft > 0 || converged === null) {
      if (settings.pauseAt !== 'never' && prediction.k === 1) pauseAt('pauseAt')
      return
    }
    if (untilConverged) return pauseAt('converged')
    commit(decode(prediction.k), converged.reason)
  }
  const move = (): void => {
    if (queue === null || motion.kind !== 'executing') return
    const { record } = queue
    for (const axis of [0, 1, 2] as const) {
      position[axis] = Math.max(
        trayArm.workspace.min[axis],
        Math.min(
          trayArm.workspace.max[axis],
          position[axis] + ((SCALE[axis] ?? 0) * (record.chunk[queue.action * DIMS + axis] ?? 0)) / 5
        )
      )
    }
    opening += ((record.chunk[queue.action * DIMS + 3] ?? 0) > 0 ? -1 : 1) * 0.2
    opening = Math.max(0, Math.min(1, opening))
    if (++queue.tick < 5) return
    queue.tick = 0
    if (++queue.action < record.horizon) return
    toRobotUi({
      type: 'execution',
      execution: {
        episode: record.episode,
        prediction: record.index,
        human: record.human,
        actionsExecuted: record.horizon,
        queueMs: 12,
        executeMs: record.horizon * 100,
        clampedTicks: 0,
        dropped: null
      }
    })
    queue = null
    position = [...position]
    motion = { kind: 'holding' }
    index++
    refinement = { kind: 'idle' }
    if (index % 14 === 13) {
      finished++
      index = 0
    }
  }
  const snapshot = (): void => {
    tick++
    move()
    const nanos = nowNanos()
    const solved = inverseKinematics(trayArm.geometry, position)
    const joints = solved.ok ? [...solved.value, opening] : trayArm.joints.map((joint) => joint.home)
    toRobotUi({
      type: 'snapshot',
      snapshot: {
        nanos,
        tick,
        motion,
        epoch: 1,
        engaged: runPhase.kind === 'running',
        run: {
          phase: runPhase,
          request: { level: 'all', seedBase: 1, continuous, episodes: null },
          episode: finished,
          sceneSeed: 1 + finished,
          chainDepth: 3,
          instruction: 'put the yellow block in the blue bin',
          actionsExecuted: index * 8,
          actionBudget: 96,
          finished,
          successes: finished
        },
        state: { capturedNanos: nanos, position: joints, velocity: joints.map(() => 0) },
        asked: joints,
        sent: joints,
        verdict: { kind: 'pass' },
        endEffectorMetres: position,
        queue:
          queue === null
            ? null
            : { prediction: queue.record.index, action: queue.action, horizon: queue.record.horizon },
        policyConnected: hasPolicy,
        unready: null,
        teleop: null,
        loop: { rateHz: 50, periodErrorP50Ms: 0.08, periodErrorP99Ms: 0.62, ticks: tick }
      }
    })
    toRobotUi({ type: 'scene', nanos, scene })
    advance(nanos / 1e6)
    if (hasPolicy)
      toPolicyUi({
        type: 'snapshot',
        snapshot: { nanos, phase: refinement, settings, prediction, breakpointCounts: {} }
      })
  }
  let info = INFO
  let timer: ReturnType<typeof setInterval> | null = null

  return {
    connect(robot: typeof toRobotUi, policy: typeof toPolicyUi): void {
      toRobotUi = robot
      toPolicyUi = policy
      toRobotUi({ type: 'hello', spec: trayArm, bench: SAME_FRAME, calibrationHash: null })
      if (hasPolicy) toPolicyUi({ type: 'info', info })
      timer ??= setInterval(snapshot, 20)
    },
    /** Replaces the policy; why not, where it can't be. */
    adopt(next: PolicyInfo): string | null {
      if (runPhase.kind === 'running') return 'A run is under way'
      info = next
      toPolicyUi({ type: 'info', info })
      return null
    },
    robot(message: UiToRobot): void {
      if (message.type === 'stop')
        motion = { kind: 'stopped', cause: { code: 'operator', message: 'by the operator' } }
      if (message.type === 'reset') motion = { kind: 'holding' }
      if (message.type === 'pause' && motion.kind !== 'stopped') motion = { kind: 'paused' }
      if (message.type === 'resume') motion = queue === null ? { kind: 'holding' } : { kind: 'executing' }
      if (message.type === 'continuous') continuous = message.on
      if (message.type === 'start') runPhase = { kind: 'running' }
      if (message.type === 'home')
        toRobotUi({ type: 'refused', command: 'home', reason: 'The harness has no homing.' })
      if (message.type === 'endEpisode')
        runPhase = {
          kind: 'ended',
          outcome: {
            success: message.success,
            reason: 'placed',
            message: 'block placed in the blue bin',
            judge: 'operator'
          }
        }
    },
    policy(message: UiToPolicy): void {
      if (message.type === 'settings') settings = { ...settings, ...message.settings } as RefinementSettings
      if (message.type === 'pause' && refinement.kind === 'refining') pauseAt('operator')
      if (message.type === 'rewind' && prediction !== null) {
        prediction = {
          ...prediction,
          k: message.k,
          iterations: prediction.iterations.slice(0, message.k),
          converged: null
        }
        pauseAt('rewound')
      }
      if (prediction === null || refinement.kind !== 'paused') return
      if (message.type === 'resume' && prediction.converged !== null) commit(decode(prediction.k), 'rule')
      else if (message.type === 'resume' || message.type === 'step' || message.type === 'runToConvergence')
        refinement = { kind: 'refining', k: prediction.k }
      if (message.type === 'step') stepsLeft = message.count
      if (message.type === 'runToConvergence') untilConverged = true
      if (message.type === 'haltNow') commit(decode(prediction.k), 'operator')
      if (message.type === 'override') commit(new Float32Array(message.chunk), 'override')
      if (message.type === 'reject') {
        toPolicyUi({ type: 'rejected', episode: prediction.episode, prediction: prediction.index })
        observe()
      }
    }
  }
}
