import { Tensor } from 'onnxruntime-node'
import { MAX_ITERATIONS } from '@shared/domain/policy'
import { elements, type GraphSignatures, type TensorSpec } from './graphContract'

/** A tensor and the array it wraps: writing to `data` is writing to the tensor. */
export interface FloatBuffer {
  readonly tensor: Tensor
  readonly data: Float32Array
}

/** S_0…S_32 and a_0…a_32 (a_0 stays zero: iteration 1 has no previous action). */
const SLOTS = MAX_ITERATIONS + 1

/**
 * Every tensor of a policy, allocated once: memory doesn't grow with k, and no slot is ever both input and output
 * of one call (with `state` and `state_next` aliased, the latent metrics would silently be 0).
 */
export interface TensorBuffers {
  readonly images: ReadonlyMap<string, FloatBuffer>
  readonly tokens: { readonly tensor: Tensor; readonly data: BigInt64Array }
  readonly proprio: FloatBuffer
  /** Outputs of backbone and prelude: h_t, h_a, s_pre and every k and v, by their graph names. */
  readonly conditioning: ReadonlyMap<string, FloatBuffer>
  readonly states: readonly FloatBuffer[]
  readonly actions: readonly FloatBuffer[]
  readonly latentMetrics: FloatBuffer
  readonly actionMse: FloatBuffer
}

/** Bytes that `createTensorBuffers` will allocate. */
export function tensorBufferBytes(signatures: GraphSignatures): number {
  const { backbone, prelude, step, coda } = signatures
  const once = [...backbone.inputs, ...backbone.outputs, ...prelude.inputs, ...prelude.outputs]
  const perSlot = [...step.outputs, ...coda.outputs]
  const count = (specs: readonly TensorSpec[]): number =>
    specs.reduce((sum, spec) => sum + elements(spec.shape), 0)
  return Float32Array.BYTES_PER_ELEMENT * (count(once) + SLOTS * count(perSlot))
}

export function createTensorBuffers(signatures: GraphSignatures): TensorBuffers {
  const { backbone, prelude, step, coda } = signatures
  const tokens = new BigInt64Array(elements(specOf(backbone.inputs, 'tokens').shape))
  const slots = (spec: TensorSpec): FloatBuffer[] => Array.from({ length: SLOTS }, () => floatBuffer(spec))
  return {
    images: named(backbone.inputs.filter((spec) => spec.name !== 'tokens')),
    tokens: { data: tokens, tensor: new Tensor('int64', tokens, [1, tokens.length]) },
    proprio: floatBuffer(specOf(prelude.inputs, 'proprio')),
    conditioning: named([...backbone.outputs, ...prelude.outputs]),
    states: slots(specOf(step.outputs, 'state_next')),
    actions: slots(specOf(coda.outputs, 'action')),
    latentMetrics: floatBuffer(specOf(step.outputs, 'latent_metrics')),
    actionMse: floatBuffer(specOf(coda.outputs, 'action_mse'))
  }
}

/** The buffer of slot k; k outside 0…32 is a bug of the caller. */
export function slot(buffers: readonly FloatBuffer[], k: number): FloatBuffer {
  const buffer = buffers[k]
  if (buffer === undefined)
    throw new RangeError(`Slot ${k} does not exist: k runs from 0 to ${buffers.length - 1}`)
  return buffer
}

function floatBuffer(spec: TensorSpec): FloatBuffer {
  const data = new Float32Array(elements(spec.shape))
  return { data, tensor: new Tensor('float32', data, spec.shape) }
}

const named = (specs: readonly TensorSpec[]): Map<string, FloatBuffer> =>
  new Map(specs.map((spec) => [spec.name, floatBuffer(spec)]))

function specOf(specs: readonly TensorSpec[], name: string): TensorSpec {
  const spec = specs.find((candidate) => candidate.name === name)
  if (spec === undefined) throw new Error(`The graph contract has no tensor ${name}`)
  return spec
}
