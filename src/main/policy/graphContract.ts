import type { GraphName, Manifest } from './manifest'

export interface TensorSpec {
  readonly name: string
  readonly type: 'float32' | 'int64'
  readonly shape: readonly number[]
}

export interface GraphSignature {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

export type GraphSignatures = Readonly<Record<GraphName, GraphSignature>>

/** Number of latent metrics the step graph gives: mean squared, relative L2, cosine distance. */
export const LATENT_METRICS = 3

const float = (name: string, ...shape: number[]): TensorSpec => ({ name, type: 'float32', shape })

/** Element count of a shape. */
export const elements = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1)

/** `float32[1,8,96]`, as faults show a tensor. */
export const describeTensor = (type: string, shape: readonly (number | string)[]): string =>
  `${type}[${shape.join(',')}]`

/**
 * What the four graphs of the bundle contract take and give, from the manifest's sizes alone.
 *
 * Context tokens C = latent tokens + 1 (proprioception) + vision tokens, in this order; head width E = D / heads.
 * `k [1,H,E,C]` comes transposed with tanh(gate) and 1/√E folded in, `v [1,H,C,E]`.
 */
export function graphSignatures({ dims, cameras }: Pick<Manifest, 'dims' | 'cameras'>): GraphSignatures {
  const contextTokens = dims.latentTokens + 1 + dims.visionTokens
  const headDim = dims.latentDim / dims.heads
  const context = (role: 'core' | 'coda', layers: number): TensorSpec[] =>
    Array.from({ length: layers }, (_, layer) => [
      float(`k_${role}_${layer}`, 1, dims.heads, headDim, contextTokens),
      float(`v_${role}_${layer}`, 1, dims.heads, contextTokens, headDim)
    ]).flat()
  const core = context('core', dims.coreLayers)
  const coda = context('coda', dims.codaLayers)
  const latent = (name: string): TensorSpec => float(name, 1, dims.chunkLength, dims.latentDim)
  const chunk = (name: string): TensorSpec => float(name, 1, dims.chunkLength, dims.actionDim)
  const visionTokens = float('h_t', 1, dims.backboneLayers, dims.visionTokens, dims.contextDim)
  const latentTokens = float('h_a', 1, dims.backboneLayers, dims.latentTokens, dims.contextDim)

  return {
    backbone: {
      inputs: [
        ...cameras.map(({ name, width, height }) => float(name, 1, 3, height, width)),
        { name: 'tokens', type: 'int64', shape: [1, dims.instructionTokens] }
      ],
      outputs: [visionTokens, latentTokens]
    },
    prelude: {
      inputs: [latentTokens, visionTokens, float('proprio', 1, dims.proprioDim)],
      outputs: [latent('s_pre'), ...core, ...coda]
    },
    step: {
      inputs: [latent('state'), latent('s_pre'), ...core],
      outputs: [latent('state_next'), float('latent_metrics', LATENT_METRICS)]
    },
    coda: {
      inputs: [latent('state'), ...coda, chunk('prev_action')],
      outputs: [chunk('action'), float('action_mse', 1)]
    }
  }
}
