import type { Precision } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import type { EndEffectorAction } from '@shared/domain/robot'
import { fillTruncatedNormal } from '@shared/random/truncatedNormal'
import { createActionMapper } from './actionMapper'
import { policyFault } from './bundleFault'
import { parseFixture } from './fixture'
import { graphSignatures, type GraphSignatures } from './graphContract'
import { createGraphSessions, releaseSessions, type GraphSessions } from './graphSessions'
import {
  createInferenceCore,
  type DeferredOutput,
  type InferenceCore,
  type IterationOutput,
  type PolicyInput
} from './inferenceCore'
import { createInstructionEncoder, type InstructionEncoder } from './instructionEncoder'
import type { Bundle } from './loadBundle'
import type { Manifest } from './manifest'
import { createOtherSeeds } from './otherSeeds'
import { describePolicy } from './policyInfo'
import { DEFAULT_PROVIDERS, type ProviderName } from './providers'
import { replayFixture, type SelfTest, type SelfTestLimits } from './selfTest'
import { slot, tensorBufferBytes } from './tensorBuffers'

/**
 * A loaded policy. Calls are computed one after another in the order they were made; `encode` and `iterate`
 * resolve to a fault when what they build on was replaced in the meantime.
 */
export interface PolicyBackend {
  readonly info: PolicyInfo
  /** Image + tokens + proprioception → k/v and s_pre in preallocated buffers. Invalidates S_1 and later. */
  encode(input: PolicyInput): Promise<Result<{ encodeMs: number; preludeMs: number }, Fault>>
  /** Draws S_0 (truncated normal, seed) into slot 0, or takes what was kept last. Invalidates S_1 and later. */
  initialise(seed: number, warm?: boolean): void
  /** Keeps a copy of S_k for a warm start. */
  keep(k: number): void
  /** S_k from slot k−1 into slot k (1 ≤ k ≤ 32), then the coda. Earlier slots stay, so k may go back. */
  iterate(k: number): Promise<Result<IterationOutput, Fault>>
  /** The same, but the coda only where `latentDelta` is below `decodeBelow`. */
  iterateDeferred(k: number, decodeBelow: number): Promise<Result<DeferredOutput, Fault>>
  /** a_k from other seeds and the present conditioning; fewer where `isWanted` said no. The own states stay as they are. */
  otherChunks(
    seeds: readonly number[],
    k: number,
    isWanted: () => boolean
  ): Promise<Result<Float32Array[], Fault>>
  /** Ids that the instruction of the encoded observation became. */
  tokenIds(): number[]
  /** S_k of the present prediction, T×D row-major: the backend's own array, to be read at once. */
  latent(k: number): Float32Array
  /** Normalised chunk (T×A) → SI actions for the robot host. Throws for a bundle that can't drive one. */
  toActions(chunk: Float32Array): EndEffectorAction[]
  dispose(): Promise<void>
}

export interface PolicyBackendOptions {
  /** Precision of the graphs; default: float32. */
  readonly precision?: Precision
  /** Execution providers in the order to try them. */
  readonly providers?: readonly ProviderName[]
  /** Refused before, each with the reason. */
  readonly refused?: PolicyInfo['refusedProviders']
  /** Called before each provider is tried. */
  readonly onTrying?: (provider: ProviderName) => void
  /** Monotonic milliseconds, for the stage timings. */
  readonly nowMs: () => number
}

/** More than any head this app was made for; a manifest with absurd sizes must not exhaust the machine. */
const MAX_BUFFER_BYTES = 1024 * 1024 * 1024

/** Times the exporter's measured action error. */
const INT8_MARGIN = 1.5
/** Rounded weights that may be off by more than this, of an action's range of 2, would be another policy. */
const MAX_INT8_ERROR = 0.25

interface ProviderRun {
  readonly provider: ProviderName
  readonly sessions: GraphSessions
  readonly core: InferenceCore
  readonly selfTest: SelfTest
}

interface PolicyParts {
  readonly bundle: Bundle
  readonly variant: Manifest['variants'][number]
  readonly signatures: GraphSignatures
  readonly instructions: InstructionEncoder
  readonly nowMs: () => number
}

/**
 * Builds the policy of a verified bundle on the first provider that loads its graphs and replays its fixture.
 *
 * @returns a fault naming the graph, tensor and error when no provider does
 */
export async function createPolicyBackend(
  bundle: Bundle,
  options: PolicyBackendOptions
): Promise<Result<PolicyBackend, Fault>> {
  const { providers = DEFAULT_PROVIDERS, refused: refusedBefore = [], precision = 'float32' } = options
  const { onTrying, nowMs } = options
  const { manifest } = bundle
  const signatures = graphSignatures(manifest)
  const bufferBytes = tensorBufferBytes(signatures)
  if (bufferBytes > MAX_BUFFER_BYTES) {
    return err(
      policyFault(
        'bundle-limit',
        `The sizes in dims need ${bufferBytes} bytes of tensors, more than the ${MAX_BUFFER_BYTES} allowed`
      )
    )
  }
  const tokenizerJson = bundle.files.get(manifest.instruction.tokenizer)
  if (tokenizerJson === undefined)
    throw new Error(`Bundle file ${manifest.instruction.tokenizer} was not loaded`)
  const instructions = createInstructionEncoder(manifest, tokenizerJson)
  if (!instructions.ok) return instructions
  const variant = manifest.variants.find((candidate) => candidate.precision === precision)
  if (variant === undefined) {
    const known = manifest.variants.map((candidate) => candidate.precision).join(', ')
    return err(policyFault('policy-precision', `The bundle has no ${precision} graphs; it has ${known}`))
  }
  if (precision !== 'float32' && variant.maxActionError > MAX_INT8_ERROR) {
    const [off, allowed] = [variant.maxActionError, MAX_INT8_ERROR].map((value) => value.toPrecision(2))
    return err(
      policyFault(
        'policy-precision',
        `The ${precision} graphs are up to ${off} off in a normalised action, by their exporter’s measure; at most ${allowed} is run`
      )
    )
  }

  const parts = {
    bundle,
    variant,
    signatures,
    instructions: instructions.value,
    nowMs
  }
  const refused: { provider: ProviderName; fault: Fault }[] = []
  for (const provider of providers) {
    onTrying?.(provider)
    const run = await tryProvider(parts, provider)
    if (run.ok) {
      const refusedProviders = [
        ...refusedBefore,
        ...refused.map((refusal) => ({ provider: refusal.provider, reason: refusal.fault.message }))
      ]
      const info = describePolicy(bundle, {
        provider,
        precision: variant.precision,
        refusedProviders,
        selfTest: run.value.selfTest
      })
      return ok(createBackend(manifest, info, run.value))
    }
    refused.push({ provider, fault: run.error })
  }
  return err(refusalFault(refused, refusedBefore))
}

/** With one candidate its own fault says it best; with several, all reasons belong together. */
function refusalFault(
  refused: readonly { provider: ProviderName; fault: Fault }[],
  before: PolicyInfo['refusedProviders']
): Fault {
  const [first, ...others] = refused
  if (first !== undefined && others.length + before.length === 0) return first.fault
  const reasons = [
    ...before.map(({ provider, reason }) => `${provider}: ${reason}`),
    ...refused.map(({ provider, fault }) => `${provider}: ${fault.message}`)
  ].join('; ')
  return policyFault(
    'policy-provider',
    `No execution provider runs this policy: ${reasons || 'none was asked for'}`
  )
}

async function tryProvider(parts: PolicyParts, provider: ProviderName): Promise<Result<ProviderRun, Fault>> {
  const { bundle, variant, signatures } = parts
  const sessions = await createGraphSessions(bundle, variant, signatures, provider)
  if (!sessions.ok) return sessions
  const refuse = async (fault: Fault): Promise<Result<ProviderRun, Fault>> => {
    await releaseSessions(sessions.value)
    return err(fault)
  }
  const fixture = parseFixture(bundle, signatures)
  if (!fixture.ok) return refuse(fixture.error)
  const core = createInferenceCore({ ...parts, manifest: bundle.manifest, sessions: sessions.value })
  const selfTest = await replayFixture(core, fixture.value, selfTestLimits(bundle.manifest, variant))
  if (!selfTest.ok) return refuse(selfTest.error)
  return ok({ provider, sessions: sessions.value, core, selfTest: selfTest.value })
}

/**
 * Rounded weights give other states by design; their actions may be off by what the exporter measured, and a little
 * more on another machine.
 */
function selfTestLimits({ selfTest }: Manifest, variant: Manifest['variants'][number]): SelfTestLimits {
  if (variant.precision === 'float32') return { state: selfTest.tolerance, action: selfTest.tolerance }
  return { state: null, action: Math.max(selfTest.tolerance, INT8_MARGIN * variant.maxActionError) }
}

function createBackend(manifest: Manifest, info: PolicyInfo, { sessions, core }: ProviderRun): PolicyBackend {
  const { gammaInit, sigmaInit } = manifest.scratchpad
  const initialState = slot(core.buffers.states, 0).data
  const others = createOtherSeeds(core, gammaInit * sigmaInit)
  let mapActions: ReturnType<typeof createActionMapper> | null = null
  let encoded = false
  /** S_0…S_computed are valid; −1 before the first draw. */
  let computed = -1
  const kept = new Float32Array(initialState.length)
  /** Raised by every draw and encode: what was started under an older one must not count. */
  let generation = 0
  let disposed = false
  let last: Promise<unknown> = Promise.resolve()

  /** The runtime reads and writes shared buffers, so that overlapping calls have to queue. */
  function inTurn<T>(work: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    const turn = last.then(() =>
      disposed ? err(policyFault('policy-order', 'The policy was unloaded')) : work()
    )
    last = turn.catch(() => undefined)
    return turn
  }

  /** Whatever way an iteration is computed, it needs the ones before it, and counts only while nothing began anew. */
  const iterated = <T>(k: number, compute: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> =>
    inTurn(async () => {
      if (!encoded) return err(policyFault('policy-order', `Iteration ${k} has no encoded observation`))
      if (k > computed + 1) {
        return err(
          policyFault(
            'policy-order',
            `Iteration ${k} needs S_${k - 1}; the last one computed is S_${computed}`
          )
        )
      }
      const started = generation
      const result = await compute()
      if (generation !== started)
        return err(policyFault('policy-order', `Iteration ${k} was overtaken by a new start`))
      if (result.ok) computed = k
      return result
    })

  return {
    info,
    encode: (input) =>
      inTurn(async () => {
        generation += 1
        encoded = false
        computed = Math.min(computed, 0)
        const result = await core.encode(input)
        encoded = result.ok
        return result
      }),
    initialise(seed, warm = false) {
      generation += 1
      if (warm) initialState.set(kept)
      else fillTruncatedNormal(initialState, seed, gammaInit * sigmaInit)
      computed = 0
    },
    keep: (k) => kept.set(others.own(k)),
    iterate: (k) => iterated(k, () => core.iterate(k)),
    iterateDeferred: (k, decodeBelow) => iterated(k, () => core.iterateDeferred(k, decodeBelow)),
    otherChunks: (seeds, k, isWanted) => iterated(k, () => others.chunks(seeds, k, isWanted)),
    tokenIds: () => Array.from(core.buffers.tokens.data, Number),
    latent: (k) => others.own(k),
    toActions: (chunk) => (mapActions ??= createActionMapper(manifest))(chunk),
    dispose: () => {
      const released = last.then(async () => {
        if (disposed) return
        disposed = true
        await releaseSessions(sessions)
      })
      last = released.catch(() => undefined)
      return released
    }
  }
}
