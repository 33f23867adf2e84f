import { GUARD_OFF } from '@shared/domain/guard'
import type {
  IterationRecord,
  PolicyInfo,
  PredictionRecord,
  PredictionView,
  RefinementSettings
} from '@shared/domain/policy'
import type { Execution, RefinementSnapshot, RobotSnapshot } from '@shared/ipc/ports'

export const settings = (): RefinementSettings => ({
  stopping: { kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 },
  horizon: { kind: 'fixed', actions: 8 },
  maxIterations: 32,
  paceMs: 0,
  pauseAt: 'never',
  warmStart: false,
  decodeBelow: null,
  guard: GUARD_OFF,
  breakpoints: []
})

export const policyInfo = (): PolicyInfo => ({
  name: 'demo',
  version: '1',
  description: '',
  bundleHash: 'x',
  origin: '/policies/example',
  provenance: [['trainedBy', 'nobody']],
  precision: 'float32',
  chunkLength: 8,
  actionDims: ['x', 'y', 'z', 'gripper'].map((name) => ({
    name,
    unit: name === 'gripper' ? 'opening' : 'm'
  })),
  actionScale: [0.0625, 0.0625, 0.0625, -0.5],
  actionOffset: [0, 0, 0, 0.5],
  sigmaA: 4,
  controlRateHz: 10,
  latentShape: [8, 96],
  cameras: [],
  tasks: [],
  defaults: settings(),
  provider: 'cpu',
  refusedProviders: [],
  selfTest: { maxStateError: 0, maxActionError: 0, tolerance: 1e-4, judgesStates: true }
})

export const robotSnapshot = (change: Partial<RobotSnapshot> = {}): RobotSnapshot => ({
  nanos: 1e9,
  tick: 50,
  motion: { kind: 'holding' },
  epoch: 0,
  engaged: false,
  run: {
    phase: { kind: 'ready' },
    request: { level: 'all', seedBase: 1, continuous: false, episodes: null },
    episode: 0,
    sceneSeed: 1,
    chainDepth: 0,
    instruction: 'put the red block in the blue bin',
    actionsExecuted: 0,
    actionBudget: 48,
    finished: 0,
    successes: 0
  },
  state: { capturedNanos: 1e9, position: [0, 0, 0, 0, 1], velocity: [0, 0, 0, 0, 0] },
  asked: null,
  sent: null,
  verdict: { kind: 'pass' },
  endEffectorMetres: [0, 0, 0],
  queue: null,
  policyConnected: true,
  unready: null,
  teleop: null,
  loop: { rateHz: 50, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 50 },
  ...change
})

const iteration = (k: number, actionMse: number | null): IterationRecord => ({
  k,
  signals: {
    actionMse,
    kl: actionMse,
    actionL2: null,
    cosine: null,
    latentDelta: actionMse,
    latentL2: null,
    latentCosine: null,
    latentAcceleration: null
  },
  chunk: new Float32Array(32).fill(k / 100),
  stepMs: 0.5,
  codaMs: 0.2,
  completedNanos: k * 1e6
})

export function predictionView({
  k = 2,
  index = 0,
  episode = 0,
  actionMse
}: {
  k?: number
  index?: number
  episode?: number
  actionMse?: readonly (number | null)[]
} = {}): PredictionView {
  return {
    index,
    episode,
    epoch: 0,
    seed: 7,
    reseeds: 0,
    observationNanos: 1000 * episode + index,
    startMetres: [0.1, 0.1, 0.05],
    warmStart: null,
    contrast: null,
    gripperOpening: null,
    breakpointHits: [],
    disagreement: null,
    guard: null,
    k,
    iterations: Array.from({ length: k }, (_, i) =>
      iteration(i + 1, actionMse?.[i] ?? (actionMse === undefined && i > 0 ? 0.1 ** i : null))
    ),
    stages: { observe: 0, encode: 1, prelude: 1, step: k, coda: k },
    converged: null,
    human: false
  }
}

export const predictionRecord = (options: Parameters<typeof predictionView>[0] = {}): PredictionRecord => ({
  ...predictionView(options),
  stopReason: 'rule',
  rule: settings().stopping,
  horizonRule: settings().horizon,
  horizon: 8,
  chunk: new Float32Array(32),
  provider: 'cpu'
})

export const refinementSnapshot = (change: Partial<RefinementSnapshot> = {}): RefinementSnapshot => ({
  nanos: 0,
  phase: { kind: 'idle' },
  settings: settings(),
  prediction: null,
  breakpointCounts: {},
  ...change
})

export const execution = (change: Partial<Execution> = {}): Execution => ({
  episode: 0,
  prediction: 0,
  human: false,
  actionsExecuted: 8,
  queueMs: 1,
  executeMs: 800,
  clampedTicks: 0,
  dropped: null,
  ...change
})
