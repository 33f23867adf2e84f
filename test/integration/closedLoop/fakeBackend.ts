import { GUARD_OFF } from '@shared/domain/guard'
import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import type { Observation } from '@shared/ipc/ports'
import { createRandom } from '@shared/random/xoshiro'
import type { PolicyBackend } from '../../../src/main/policy/backend'

/** A policy that costs nothing: chunks close in on a goal that follows from seed and observation. */

export const FAKE_INFO: PolicyInfo = {
  name: 'fake',
  version: '1',
  description: 'for tests',
  bundleHash: '0'.repeat(64),
  origin: '/policies/example',
  provenance: [['trainedBy', 'nobody']],
  precision: 'float32',
  chunkLength: 2,
  actionDims: ['x', 'y', 'z', 'grip'].map((name) => ({ name, unit: '1' })),
  actionScale: [1, 1, 1, 1],
  actionOffset: [0, 0, 0, 0],
  sigmaA: 2,
  controlRateHz: 10,
  latentShape: [2, 4],
  cameras: [],
  tasks: ['tidy up'],
  defaults: {
    stopping: { kind: 'fixed', iterations: 3 },
    horizon: { kind: 'fixed', actions: 2 },
    maxIterations: 32,
    paceMs: 0,
    pauseAt: 'never',
    warmStart: false,
    decodeBelow: null,
    guard: GUARD_OFF,
    breakpoints: []
  },
  provider: 'fake',
  refusedProviders: [],
  selfTest: { maxStateError: 0, maxActionError: 0, tolerance: 0, judgesStates: true }
}

export const INFERENCE_FAULT: Fault = {
  severity: 'high',
  source: 'policy',
  code: 'policy-run',
  message: 'step.onnx: out of memory',
  tip: 'Restart the app.'
}

export interface FakeBackend extends PolicyBackend {
  /** Every call in order: `encode 20`, `initialise 5`, `iterate 1`. */
  readonly calls: string[]
  /** The most calls that were ever under way together. */
  mostAtOnce(): number
  /** The next `encode` or `iterate` gives a fault, or throws as only a bug would. */
  sabotage(how: 'fault' | 'throw'): void
  /** Calls made from now on don't end before `release`. */
  suspend(): void
  release(): void
  isSuspended(): boolean
}

export function createFakeBackend(onCall: (call: string) => void): FakeBackend {
  const calls: string[] = []
  const suspended: (() => void)[] = []
  let suspends = false
  let sabotage: 'fault' | 'throw' | null = null
  let atOnce = 0
  let most = 0
  let seed = 0
  let seen = 0

  function note(call: string): void {
    calls.push(call)
    onCall(call)
  }

  async function compute<T>(call: string, result: () => T): Promise<Result<T, Fault>> {
    note(call)
    atOnce += 1
    most = Math.max(most, atOnce)
    if (suspends) await new Promise<void>((resolve) => suspended.push(resolve))
    else await Promise.resolve()
    atOnce -= 1
    const how = sabotage
    sabotage = null
    if (how === 'throw') throw new Error('a bug')
    return how === 'fault' ? err(INFERENCE_FAULT) : ok(result())
  }

  function iteration(k: number) {
    const random = createRandom(seed ^ seen)
    const chunk = Float32Array.from({ length: 8 }, () => random.float() * (1 - 2 ** -k))
    const latent = {
      latentDelta: 2 ** -k,
      latentL2: 2 ** -k,
      latentCosine: 2 ** -k,
      latentAcceleration: k < 3 ? null : 2 ** -k
    }
    return { k, chunk, latent, stepMs: 1, codaMs: 1 }
  }

  return {
    info: FAKE_INFO,
    calls,
    mostAtOnce: () => most,
    sabotage(how) {
      sabotage = how
    },
    suspend() {
      suspends = true
    },
    isSuspended: () => suspends,
    release() {
      suspends = false
      for (const resolve of suspended.splice(0)) resolve()
    },
    encode: ({ capturedNanos }: Observation) =>
      compute(`encode ${capturedNanos}`, () => {
        seen = capturedNanos
        return { encodeMs: 1, preludeMs: 1 }
      }),
    initialise(nextSeed, warm = false) {
      note(warm ? 'initialise warm' : `initialise ${nextSeed}`)
      if (atOnce > 0) most = Math.max(most, atOnce + 1)
      seed = nextSeed
    },
    otherChunks: (seeds, k) =>
      compute(`compare ${seeds.length} at ${k}`, () => seeds.map(() => new Float32Array(8))),
    keep: (k) => note(`keep ${k}`),
    iterateDeferred: (k, decodeBelow) =>
      compute(`iterate ${k} below ${decodeBelow}`, () => {
        const output = iteration(k)
        return output.latent.latentDelta < decodeBelow ? output : { ...output, chunk: null, codaMs: 0 }
      }),
    iterate: (k) => compute(`iterate ${k}`, () => iteration(k)),
    tokenIds: () => [1, 2],
    latent: () => new Float32Array(4),
    toActions: (chunk) =>
      Array.from({ length: 2 }, (_, action) => ({
        deltaMetres: [chunk[action * 4] ?? NaN, chunk[action * 4 + 1] ?? NaN, chunk[action * 4 + 2] ?? NaN],
        gripperOpening: null
      })),
    dispose: () => Promise.resolve()
  }
}
