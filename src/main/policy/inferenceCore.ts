import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { MAX_ITERATIONS } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import type { Observation } from '@shared/ipc/ports'
import { firstNonFinite } from '@shared/engine/signals'
import { policyFault } from './bundleFault'
import type { GraphSignatures } from './graphContract'
import type { GraphSessions } from './graphSessions'
import type { InstructionEncoder } from './instructionEncoder'
import { latentAcceleration, latentL2 } from './latentSignals'
import type { GraphName, Manifest } from './manifest'
import { createImagePreprocessor } from './preprocess'
import { affineScale, normaliseInto } from './statistics'
import { createTensorBuffers, slot, type FloatBuffer, type TensorBuffers } from './tensorBuffers'

/** What a policy reads of an observation. */
export type PolicyInput = Pick<Observation, 'images' | 'proprioception' | 'instruction'>

/** One refinement iteration: S_k from S_{k−1}, then a_k. */
export interface IterationOutput {
  readonly k: number
  /** a_k, T×A row-major, normalised; a copy. */
  readonly chunk: Float32Array
  /** S_k against S_{k−1} (and S_{k−2}: acceleration is null below k = 3). */
  readonly latent: {
    latentDelta: number
    latentL2: number
    latentCosine: number
    latentAcceleration: number | null
  }
  readonly stepMs: number
  readonly codaMs: number
}

/** Of which the coda may have been left out. */
export type DeferredOutput = Omit<IterationOutput, 'chunk'> & { readonly chunk: Float32Array | null }

/** The four graphs over preallocated tensors, without seeds and bookkeeping of which slots are valid. */
export interface InferenceCore {
  readonly buffers: TensorBuffers
  /** Writes the conditioning (k/v, s_pre) of one observation. */
  encode(input: PolicyInput): Promise<Result<{ encodeMs: number; preludeMs: number }, Fault>>
  /** Reads slots k−1 and k−2, writes slot k (1 ≤ k ≤ 32). */
  iterate(k: number): Promise<Result<IterationOutput, Fault>>
  /** Decodes only where `latentDelta` is below `decodeBelow`. */
  iterateDeferred(k: number, decodeBelow: number): Promise<Result<DeferredOutput, Fault>>
}

export interface InferenceCoreParts {
  readonly manifest: Manifest
  readonly signatures: GraphSignatures
  readonly sessions: GraphSessions
  readonly instructions: InstructionEncoder
  readonly nowMs: () => number
}

/** One way to call a graph, prepared once: calls leave as little garbage as the runtime lets them. */
interface GraphCall {
  readonly graph: GraphName
  readonly feeds: Readonly<Record<string, Tensor>>
  readonly fetches: Readonly<Record<string, Tensor>>
  /** The arrays behind `fetches`, to look for non-finite values. */
  readonly outputs: readonly { readonly name: string; readonly data: Float32Array }[]
  /** Where it runs, for faults: "" or " at k = 3". */
  readonly when: string
}

function graphCall(
  graph: GraphName,
  feeds: Readonly<Record<string, Tensor>>,
  fetches: ReadonlyMap<string, FloatBuffer>,
  when = ''
): GraphCall {
  const outputs = [...fetches].map(([name, { data }]) => ({ name, data }))
  return { graph, feeds, fetches: tensorsOf(fetches), outputs, when }
}

/**
 * The CPU runtime fills the given output tensors and returns copies besides (measured with 1.30); the copies are
 * dropped here, results are read from the buffers.
 */
export function createInferenceCore(parts: InferenceCoreParts): InferenceCore {
  const { manifest, signatures, sessions, instructions, nowMs } = parts
  const buffers = createTensorBuffers(signatures)
  const preprocessors = manifest.cameras.map((camera) => ({
    write: createImagePreprocessor(camera),
    target: bufferOf(buffers.images, camera.name)
  }))
  const proprioScale = affineScale(manifest.robot.proprioception.statistics)

  const conditioning = (names: readonly { name: string }[]): Map<string, FloatBuffer> =>
    new Map(
      names
        .filter(({ name }) => buffers.conditioning.has(name))
        .map(({ name }) => [name, bufferOf(buffers.conditioning, name)])
    )
  const backboneCall = graphCall(
    'backbone',
    { ...tensorsOf(buffers.images), tokens: buffers.tokens.tensor },
    conditioning(signatures.backbone.outputs)
  )
  const preludeCall = graphCall(
    'prelude',
    { ...tensorsOf(conditioning(signatures.prelude.inputs)), proprio: buffers.proprio.tensor },
    conditioning(signatures.prelude.outputs)
  )
  const stepContext = tensorsOf(conditioning(signatures.step.inputs))
  const codaContext = tensorsOf(conditioning(signatures.coda.inputs))
  /** Entry i belongs to k = i + 1. */
  const iterations = buffers.states.slice(1).map((state, index) => {
    const k = index + 1
    const previous = slot(buffers.states, k - 1)
    const action = slot(buffers.actions, k)
    const when = ` at k = ${k}`
    return {
      previous,
      state,
      action,
      step: graphCall(
        'step',
        { ...stepContext, state: previous.tensor },
        new Map([
          ['state_next', state],
          ['latent_metrics', buffers.latentMetrics]
        ]),
        when
      ),
      coda: graphCall(
        'coda',
        { ...codaContext, state: state.tensor, prev_action: slot(buffers.actions, k - 1).tensor },
        new Map([
          ['action', action],
          ['action_mse', buffers.actionMse]
        ]),
        when
      )
    }
  })

  /** Milliseconds the call took; a fault when the runtime refuses it or an output isn't finite. */
  async function run({ graph, feeds, fetches, outputs, when }: GraphCall): Promise<Result<number, Fault>> {
    const session: InferenceSession = sessions[graph]
    const started = nowMs()
    try {
      await session.run(feeds, fetches)
    } catch (error) {
      return err(policyFault('policy-inference', `${graph} failed${when}: ${errorText(error)}`))
    }
    const elapsed = nowMs() - started
    for (const { name, data } of outputs) {
      const index = firstNonFinite(data)
      if (index !== null) {
        return err(
          policyFault('policy-non-finite', `${graph} gave ${data[index]} in ${name}[${index}]${when}`)
        )
      }
    }
    return ok(elapsed)
  }

  function writeInputs({ images, proprioception, instruction }: PolicyInput): Result<void, Fault> {
    for (const { write, target } of preprocessors) {
      const written = write(images, target.data)
      if (!written.ok) return written
    }
    const { proprioDim } = manifest.dims
    if (proprioception.length !== proprioDim || !proprioception.every(Number.isFinite)) {
      return err(
        policyFault(
          'policy-observation',
          `Proprioception is [${proprioception.join(', ')}]; the policy takes ${proprioDim} finite values`
        )
      )
    }
    normaliseInto(buffers.proprio.data, proprioception, proprioScale)
    const ids = instructions.encode(instruction)
    if (!ids.ok) return ids
    ids.value.forEach((id, index) => {
      buffers.tokens.data[index] = BigInt(id)
    })
    return ok(undefined)
  }

  function iterationOf(k: number) {
    const iteration = iterations[k - 1]
    if (iteration === undefined) throw new RangeError(`iterate(${k}): k runs from 1 to ${MAX_ITERATIONS}`)
    return iteration
  }

  const step = (k: number): Promise<Result<number, Fault>> => run(iterationOf(k).step)

  /** What the step has left in the buffers. */
  function outputOf(k: number, stepMs: number): Omit<IterationOutput, 'chunk' | 'codaMs'> {
    const { state, previous } = iterationOf(k)
    const [, relativeL2 = NaN, cosineDistance = NaN] = buffers.latentMetrics.data
    return {
      k,
      latent: {
        latentDelta: relativeL2,
        latentL2: latentL2(state.data, previous.data),
        latentCosine: cosineDistance,
        latentAcceleration:
          k < 3 ? null : latentAcceleration(state.data, previous.data, slot(buffers.states, k - 2).data)
      },
      stepMs
    }
  }

  async function decode(k: number): Promise<Result<Pick<IterationOutput, 'chunk' | 'codaMs'>, Fault>> {
    const { coda, action } = iterationOf(k)
    const codaMs = await run(coda)
    return codaMs.ok ? ok({ chunk: action.data.slice(), codaMs: codaMs.value }) : codaMs
  }

  return {
    buffers,
    async encode(input) {
      const written = writeInputs(input)
      if (!written.ok) return written
      const encodeMs = await run(backboneCall)
      if (!encodeMs.ok) return encodeMs
      const preludeMs = await run(preludeCall)
      return preludeMs.ok ? ok({ encodeMs: encodeMs.value, preludeMs: preludeMs.value }) : preludeMs
    },
    async iterate(k) {
      const stepMs = await step(k)
      if (!stepMs.ok) return stepMs
      const decoded = await decode(k)
      return decoded.ok ? ok({ ...outputOf(k, stepMs.value), ...decoded.value }) : decoded
    },
    async iterateDeferred(k, decodeBelow) {
      const stepMs = await step(k)
      if (!stepMs.ok) return stepMs
      const output = outputOf(k, stepMs.value)
      if (output.latent.latentDelta >= decodeBelow) return ok({ ...output, chunk: null, codaMs: 0 })
      const decoded = await decode(k)
      return decoded.ok ? ok({ ...output, ...decoded.value }) : decoded
    }
  }
}

function bufferOf(buffers: ReadonlyMap<string, FloatBuffer>, name: string): FloatBuffer {
  const buffer = buffers.get(name)
  if (buffer === undefined) throw new Error(`No buffer was allocated for ${name}`)
  return buffer
}

const tensorsOf = (buffers: ReadonlyMap<string, FloatBuffer>): Record<string, Tensor> =>
  Object.fromEntries([...buffers].map(([name, { tensor }]) => [name, tensor]))
