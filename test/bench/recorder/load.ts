import { GUARD_OFF } from '@shared/domain/guard'
import type { PolicyInfo, PredictionRecord, RefinementSettings } from '@shared/domain/policy'
import type { RobotSnapshot } from '@shared/ipc/ports'
import type { PolicyToRecorder, RobotToRecorder } from '@shared/ipc/recording'
import { toHalfPlanes } from '@shared/latents/halfFloat'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { SAME_FRAME } from '@shared/domain/benchFrame'

/** A robot of 12 joints at 100 Hz and a policy with ten predictions of twelve iterations a second, as they talk to the recorder. */
const RATE_HZ = 100
const JOINTS = 12
const ITERATIONS = 12
const [CHUNK, ACTION_DIMS] = [8, 14]
/** A released head's latent: 8 × 896. */
const LATENT = 8 * 896
const IMAGE = 224

const now = (): number => Number(process.hrtime.bigint())

export interface LoadPorts {
  readonly toRobotPort: (message: RobotToRecorder) => void
  readonly toPolicyPort: (message: PolicyToRecorder) => void
}

export function createLoad({ toRobotPort, toPolicyPort }: LoadPorts): void {
  const spec = {
    ...trayArm,
    name: 'bench-load',
    loopRateHz: RATE_HZ,
    joints: Array.from({ length: JOINTS }, (_, index) => ({
      ...(trayArm.joints[index % trayArm.joints.length] as (typeof trayArm.joints)[number]),
      name: `joint_${index}`
    }))
  }
  const settings = {
    stopping: { kind: 'fixed', iterations: ITERATIONS },
    horizon: { kind: 'fixed', actions: CHUNK },
    maxIterations: 32,
    paceMs: 0,
    pauseAt: 'never',
    warmStart: false,
    decodeBelow: null,
    guard: GUARD_OFF,
    breakpoints: []
  } satisfies RefinementSettings
  const info: PolicyInfo = {
    name: 'load',
    version: '1',
    description: '',
    bundleHash: 'none',
    origin: 'none',
    provenance: [],
    precision: 'float32',
    chunkLength: CHUNK,
    actionDims: Array.from({ length: ACTION_DIMS }, (_, index) => ({ name: `a${index}`, unit: '' })),
    actionScale: new Array<number>(ACTION_DIMS).fill(1),
    actionOffset: new Array<number>(ACTION_DIMS).fill(0),
    sigmaA: 7,
    controlRateHz: 10,
    latentShape: [8, LATENT / 8],
    cameras: [],
    tasks: [],
    defaults: settings,
    provider: 'none',
    refusedProviders: [],
    selfTest: { maxStateError: 0, maxActionError: 0, tolerance: 0, judgesStates: true }
  }
  toPolicyPort({ type: 'info', info })
  toPolicyPort({ type: 'settings', nanos: now(), settings })
  toRobotPort({
    type: 'said',
    nanos: now(),
    message: { type: 'hello', spec, bench: SAME_FRAME, calibrationHash: null }
  })

  let tick = 0
  let prediction = 0
  const startNanos = now()
  const noise = (index: number): number =>
    Math.sin(tick * 0.37 + index * 12.9898) * 43758.5453 -
    Math.floor(Math.sin(tick * 0.37 + index * 12.9898) * 43758.5453)

  function snapshot(nanos: number): RobotSnapshot {
    const position = Array.from({ length: JOINTS }, (_, index) => noise(index))
    return {
      nanos,
      tick,
      motion: { kind: 'executing' },
      epoch: 1,
      engaged: true,
      run: {
        phase: { kind: 'running' },
        request: { level: 'all', seedBase: 1, continuous: true, episodes: null },
        episode: 0,
        sceneSeed: 1,
        chainDepth: 0,
        instruction: 'a load',
        actionsExecuted: tick,
        actionBudget: 1_000_000,
        finished: 0,
        successes: 0
      },
      state: { capturedNanos: nanos, position, velocity: position },
      asked: position,
      sent: position,
      verdict: { kind: 'pass' },
      endEffectorMetres: [0, 0, 0],
      queue: { prediction, action: 0, horizon: CHUNK },
      policyConnected: true,
      unready: null,
      teleop: null,
      loop: { rateHz: RATE_HZ, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: tick }
    }
  }

  const chunkOf = (k: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: CHUNK * ACTION_DIMS }, (_, index) => noise(index + k))

  function predict(nanos: number): void {
    const images = ['top', 'wrist'].map((name, place) => ({
      name,
      width: IMAGE,
      height: IMAGE,
      capturedNanos: nanos,
      // As hard to compress as a camera's: smooth, with noise in the last bits.
      rgb: Uint8Array.from(
        { length: IMAGE * IMAGE * 3 },
        (_, at) => ((at >> 6) + place + tick + (Math.imul(at + tick, 2654435761) >>> 29)) & 255
      )
    }))
    toPolicyPort({
      type: 'observation',
      prediction,
      observation: {
        epoch: 1,
        episode: 0,
        capturedNanos: nanos,
        images,
        proprioception: [0, 0, 0, 0],
        commandedMetres: [0, 0, 0],
        instruction: 'a load'
      },
      tokenIds: [1, 2, 3]
    })
    const iterations = Array.from({ length: ITERATIONS }, (_, index) => ({
      k: index + 1,
      signals: {
        actionMse: 1e-3 / (index + 1),
        kl: 1e-3 / (index + 1),
        actionL2: 0.1,
        cosine: 0.1,
        latentDelta: 0.1 / (index + 1),
        latentL2: 1,
        latentCosine: 0.1,
        latentAcceleration: 0.1
      },
      chunk: chunkOf(index),
      stepMs: 1,
      codaMs: 1,
      completedNanos: nanos + index
    }))
    for (const iteration of iterations)
      toPolicyPort({
        type: 'iteration',
        prediction,
        seed: tick,
        reseeds: 0,
        observationNanos: nanos,
        iteration,
        latent: null
      })
    const record: PredictionRecord = {
      index: prediction,
      episode: 0,
      epoch: 1,
      seed: tick,
      reseeds: 0,
      observationNanos: nanos,
      startMetres: [0, 0, 0],
      warmStart: null,
      contrast: null,
      gripperOpening: null,
      breakpointHits: [],
      disagreement: null,
      guard: null,
      k: ITERATIONS,
      iterations,
      stages: { observe: 1, encode: 1, prelude: 1, step: 12, coda: 12 },
      converged: null,
      human: false,
      stopReason: 'rule',
      rule: settings.stopping,
      horizonRule: settings.horizon,
      horizon: CHUNK,
      chunk: chunkOf(ITERATIONS),
      provider: 'none'
    }
    const latent = toHalfPlanes(Float32Array.from({ length: LATENT }, (_, index) => noise(index)))
    toPolicyPort({ type: 'prediction', nanos: now(), record, bundleHash: 'none', latent })
    prediction += 1
  }

  // A counter, not a clock: a late tick is made up for, so that the load is what it says.
  setInterval(() => {
    while (startNanos + (tick * 1e9) / RATE_HZ <= now()) {
      const nanos = startNanos + (tick * 1e9) / RATE_HZ
      toRobotPort({ type: 'said', nanos, message: { type: 'snapshot', snapshot: snapshot(nanos) } })
      if (tick % (RATE_HZ / 10) === 0) predict(nanos)
      tick += 1
    }
  }, 5)
}
