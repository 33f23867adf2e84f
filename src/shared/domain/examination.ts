import { z } from 'zod'
import { actionDimension, policyInfo, refinementSettings } from './policy'

/**
 * What the Policy view learns of a bundle without using it: examined and compared in a process of its own, so that
 * neither the running policy nor the robot can be disturbed by it.
 */

export const { precision, provenance } = policyInfo.shape
export type Precision = z.infer<typeof precision>

/** Medians over the rounds of an examination, milliseconds. `step` and `coda` are per iteration. */
export const stageMedians = z.object({
  encode: z.number(),
  prelude: z.number(),
  step: z.number(),
  coda: z.number()
})
export type StageMedians = z.infer<typeof stageMedians>

/** One execution provider with one precision of the graphs: measured, or refused with the reason. */
export const trial = z.object({
  provider: z.string(),
  precision,
  outcome: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), stages: stageMedians, selfTest: policyInfo.shape.selfTest }),
    z.object({ ok: z.literal(false), reason: z.string() })
  ])
})
export type Trial = z.infer<typeof trial>

export const bundleDescription = z.object({
  /** Folder or zip it was read from. */
  origin: z.string(),
  hash: z.string(),
  bytes: z.int().min(0),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  provenance,
  robot: z.string(),
  actionDims: z.array(actionDimension).min(1),
  proprioDims: z.array(actionDimension).min(1),
  chunkLength: z.int().min(1),
  latentShape: z.tuple([z.int(), z.int()]),
  controlRateHz: z.number().positive(),
  cameras: z.array(z.object({ name: z.string(), width: z.int(), height: z.int() })),
  tasks: z.array(z.string()),
  defaults: refinementSettings,
  /** Precisions it has, each with the exporter's measured error of a normalised action. */
  variants: z.array(z.object({ precision, maxActionError: z.number() })).min(1)
})
export type BundleDescription = z.infer<typeof bundleDescription>

export const examination = z.object({
  bundle: bundleDescription,
  /** Why it can't drive the arm that is here; null when it can. */
  undrivable: z.string().nullable(),
  /** In the order of preference: providers best first, precisions as the bundle lists them. */
  trials: z.array(trial)
})
export type Examination = z.infer<typeof examination>

/** One side of a comparison. Errors and differences are mean absolute ones of normalised actions. */
export const comparedBundle = z.object({
  name: z.string(),
  version: z.string(),
  hash: z.string(),
  stages: stageMedians,
  /** Iterations its own default rule takes, one entry per observation. */
  decidedK: z.array(z.int().min(1)).min(1),
  /** Entry k − 1: to the expert's chunk after k iterations; null where the observations have no expert. */
  expertError: z.array(z.number()).nullable()
})
export type ComparedBundle = z.infer<typeof comparedBundle>

export const comparison = z.object({
  /** `bench`: states of the simulator, with the expert's answer. `fixtures`: the two bundles' recorded examples. */
  observations: z.object({ source: z.enum(['bench', 'fixtures']), count: z.int().min(1) }),
  actionDims: z.array(actionDimension).min(1),
  bundles: z.tuple([comparedBundle, comparedBundle]),
  /** Entry k − 1: between the two after k iterations each. */
  difference: z.array(z.number()).min(1),
  /** Between the chunks they would act on, each at its own K: per action dimension, mean and largest. */
  decided: z.array(z.object({ mean: z.number(), largest: z.number() })).min(1)
})
export type Comparison = z.infer<typeof comparison>

/** A bundle that was opened before, newest first. */
export const recentBundle = z.object({
  path: z.string(),
  name: z.string(),
  version: z.string(),
  /** Milliseconds since 1970. */
  openedAt: z.number()
})
export type RecentBundle = z.infer<typeof recentBundle>

export const examinationProgress = z.object({
  what: z.string(),
  done: z.number().min(0),
  total: z.number().positive()
})
export type ExaminationProgress = z.infer<typeof examinationProgress>
