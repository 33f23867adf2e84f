import { z } from 'zod'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { MAX_ITERATIONS, horizonRule, stoppingRule } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'

/** The bundle format this app reads: any minor version of this major one. */
export const FORMAT_MAJOR = 1

export const GRAPH_NAMES = ['backbone', 'prelude', 'step', 'coda'] as const
export type GraphName = (typeof GRAPH_NAMES)[number]

const size = (max: number) => z.int().min(1).max(max)
const text = z.string().min(1).max(4096)
const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
const filePath = z.string()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const vector = z.array(z.number()).min(1).max(256)
const dimension = z.object({ name: text, unit: text })

/** False where a dimension goes through as it is (a gripper that is −1…1 already); absent: all are normalised. */
const mask = z.array(z.boolean()).min(1).max(256).optional()

/**
 * How a quantity is normalised, per dimension. `bounds`: `low` ↦ −1, `high` ↦ +1 (either order; q01/q99 statistics
 * go in as they are). `meanStd`: (value − mean) / std.
 */
const statistics = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bounds'), low: vector, high: vector, mask }),
  z.object({
    kind: z.literal('meanStd'),
    mean: vector,
    std: z.array(z.number().positive()).min(1).max(256),
    mask
  })
])
export type Statistics = z.infer<typeof statistics>

const camera = z.object({
  name: identifier,
  width: size(4096),
  height: size(4096),
  /** Frames must arrive at exactly this size; kernels come with the cameras that need them. */
  resize: z.literal('none'),
  /** Per RGB channel, after division by 255. */
  normalisation: z.object({
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()])
  })
})

const graphFile = z.object({
  file: filePath,
  /** Weight files that the graph refers to by these very paths. */
  externalData: z.array(filePath).max(256).default([])
})

const fixtureTensor = z.object({
  name: text,
  type: z.enum(['float32', 'uint8']),
  shape: z.array(size(1_000_000)).min(1).max(6),
  byteOffset: z.int().min(0)
})

const manifestSchema = z.object({
  formatVersion: z.string(),
  name: identifier,
  version: text,
  description: text,
  /** Where the weights came from, for people; whatever the exporter knew. */
  provenance: z.record(z.string(), z.unknown()).default({}),
  instruction: z.object({
    /** Prompt with `{placeholders}`; the tasks are all combinations of their values. */
    template: text,
    values: z.record(z.string(), z.array(text).min(1).max(64)),
    tokenizer: filePath,
    unknownToken: text
  }),
  robot: z.object({
    name: identifier,
    action: z.object({
      /**
       * `endEffectorDelta`: counted from the last commanded target, in the robot's world frame. `jointPosition`:
       * absolute. What can't be executed can be examined (`drivability`).
       */
      kind: z.enum(['endEffectorDelta', 'jointPosition']),
      dimensions: z.array(dimension),
      statistics,
      gripper: z
        .object({
          dimension: z.int().min(0),
          kind: z.literal('binary'),
          /** Normalised value above which the gripper closes, below which it opens; between them it stays. */
          closesAbove: z.number(),
          opensBelow: z.number()
        })
        .optional()
    }),
    proprioception: z.object({ dimensions: z.array(dimension), statistics })
  }),
  cameras: z.array(camera).min(1).max(8),
  dims: z.object({
    /** T */ chunkLength: size(256),
    /** A */ actionDim: size(64),
    proprioDim: size(256),
    /** D */ latentDim: size(16_384),
    /** Width of the backbone's tokens. */
    contextDim: size(16_384),
    heads: size(256),
    /** Backbone layers the head reads. */
    backboneLayers: size(64),
    visionTokens: size(16_384),
    latentTokens: size(4096),
    instructionTokens: size(4096),
    preludeLayers: size(64),
    coreLayers: size(64),
    codaLayers: size(64)
  }),
  /** Backbone layers, 0-based, that each block of a stage reads; for people and for exporting again. */
  layers: z
    .object({
      prelude: z.array(z.int().min(0)).max(64),
      core: z.array(z.int().min(0)).max(64),
      coda: z.array(z.int().min(0)).max(64)
    })
    .optional(),
  /** S_0 ~ TruncNormal(0, γ·σ_init, ±truncationSigmas): drawn by the app, from a recorded seed. */
  scratchpad: z.object({
    distribution: z.literal('truncatedNormal'),
    generator: z.literal('xoshiro128**/splitmix32/inverse-cdf'),
    truncationSigmas: z.literal(3),
    gammaInit: z.number().positive(),
    sigmaInit: z.number().positive()
  }),
  /** Standard deviation of the `kl` signal; absent: √(T·A/2), at which `kl` equals `actionMse`. */
  sigmaA: z.number().positive().optional(),
  defaults: z.object({
    stopping: stoppingRule,
    horizon: horizonRule,
    maxIterations: size(MAX_ITERATIONS)
  }),
  controlRateHz: z.number().positive().max(1000),
  variants: z
    .array(
      z.object({
        precision: z.enum(['float32', 'int8']),
        graphs: z.object({ backbone: graphFile, prelude: graphFile, step: graphFile, coda: graphFile }),
        /** Largest absolute difference of a normalised action to PyTorch, measured by the exporter. */
        maxActionError: z.number().min(0)
      })
    )
    .min(1)
    .max(8),
  /** Absolute tolerance of the load-time self-test; bounded, or a bundle could switch it off. */
  selfTest: z.object({ tolerance: z.number().positive().max(0.01) }),
  fixture: z.object({
    file: filePath,
    iterations: z.int().min(3).max(MAX_ITERATIONS),
    instruction: text,
    tensors: z.array(fixtureTensor).min(1).max(1024)
  }),
  files: z.array(z.object({ path: filePath, bytes: z.int().min(0), sha256 })).min(1)
})
export type Manifest = z.infer<typeof manifestSchema>
export type CameraSpec = Manifest['cameras'][number]

/** Parses manifest.json: text, JSON, format version, schema, in this order, so that the message fits the cause. */
export function parseManifest(bytes: Uint8Array): Result<Manifest, Fault> {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return err(policyFault('bundle-manifest', `manifest.json is not valid JSON: ${errorText(error)}`))
  }
  const version = z.object({ formatVersion: z.string().regex(/^\d{1,4}\.\d{1,4}$/) }).safeParse(json)
  if (!version.success) {
    return err(policyFault('bundle-manifest', 'manifest.json: formatVersion must be a string like "1.0"'))
  }
  if (Number.parseInt(version.data.formatVersion, 10) !== FORMAT_MAJOR) {
    return err(
      policyFault(
        'bundle-version',
        `The bundle has format version ${version.data.formatVersion}; this app reads ${FORMAT_MAJOR}.x`
      )
    )
  }
  const parsed = manifestSchema.safeParse(json)
  if (parsed.success) return ok(parsed.data)
  const shown = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return err(policyFault('bundle-manifest', `manifest.json: ${shown.join('; ')}`))
}
