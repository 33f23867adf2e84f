import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { bundlePathKey, bundlePathProblem, quotePath } from './bundlePath'
import { GRAPH_NAMES, type Manifest, type Statistics } from './manifest'
import { taskProblem } from './tasks'

/** Checks what a schema of single fields can't: that the parts of a manifest fit each other. */
export function checkManifest(manifest: Manifest): Result<Manifest, Fault> {
  const badPath = pathProblem(manifest)
  if (badPath !== null) return err(policyFault('bundle-path', `manifest.json: ${badPath}`))
  const problem =
    listingProblem(manifest) ??
    robotProblem(manifest) ??
    dimsProblem(manifest) ??
    taskProblem(manifest.instruction)
  return problem === null ? ok(manifest) : err(policyFault('bundle-manifest', `manifest.json: ${problem}`))
}

/** Every file the manifest refers to, with the field that does. */
function referencedFiles(manifest: Manifest): { field: string; path: string }[] {
  const { instruction, fixture, variants } = manifest
  const graphFiles = variants.flatMap((variant) =>
    GRAPH_NAMES.flatMap((graph) => {
      const field = `variants.${variant.precision}.${graph}`
      const { file, externalData } = variant.graphs[graph]
      return [
        { field, path: file },
        ...externalData.map((path) => ({ field: `${field}.externalData`, path }))
      ]
    })
  )
  return [
    { field: 'instruction.tokenizer', path: instruction.tokenizer },
    { field: 'fixture.file', path: fixture.file },
    ...graphFiles
  ]
}

function pathProblem(manifest: Manifest): string | null {
  const listed = manifest.files.map(({ path }) => ({ field: 'files', path }))
  for (const { field, path } of [...listed, ...referencedFiles(manifest)]) {
    const problem = bundlePathProblem(path)
    if (problem !== null) return `${field}: the path ${quotePath(path)} ${problem}`
  }
  return null
}

function listingProblem(manifest: Manifest): string | null {
  const keys = new Set<string>()
  for (const { path } of manifest.files) {
    if (keys.has(bundlePathKey(path))) return `files lists ${quotePath(path)} twice`
    keys.add(bundlePathKey(path))
  }
  if (keys.has('manifest.json')) return 'files must not list manifest.json itself'
  const listed = new Set(manifest.files.map(({ path }) => path))
  const referenced = referencedFiles(manifest)
  const unlisted = referenced.find(({ path }) => !listed.has(path))
  if (unlisted !== undefined)
    return `${unlisted.field} is ${quotePath(unlisted.path)}, which files doesn't list`
  const used = new Set(referenced.map(({ path }) => path))
  const unused = manifest.files.find(({ path }) => !used.has(path))
  return unused === undefined ? null : `files lists ${quotePath(unused.path)}, which nothing refers to`
}

function robotProblem({ robot, dims }: Manifest): string | null {
  const { action, proprioception } = robot
  if (action.gripper !== undefined && action.gripper.dimension >= dims.actionDim)
    return `robot.action.gripper.dimension is ${action.gripper.dimension} of ${dims.actionDim} (counted from 0)`
  return (
    vectorProblem('robot.action', action.dimensions.length, action.statistics, dims.actionDim) ??
    vectorProblem(
      'robot.proprioception',
      proprioception.dimensions.length,
      proprioception.statistics,
      dims.proprioDim
    )
  )
}

function vectorProblem(field: string, names: number, statistics: Statistics, size: number): string | null {
  if (names !== size) return `${field}.dimensions has ${names} entries, dims says ${size}`
  if (statistics.mask !== undefined && statistics.mask.length !== size)
    return `${field}.statistics.mask needs ${size} values`
  switch (statistics.kind) {
    case 'bounds': {
      if (statistics.low.length !== size || statistics.high.length !== size)
        return `${field}.statistics needs ${size} values each`
      const flat = statistics.low.findIndex((low, index) => low === statistics.high[index])
      return flat === -1 ? null : `${field}.statistics: low equals high in dimension ${flat}`
    }
    case 'meanStd':
      return statistics.mean.length === size && statistics.std.length === size
        ? null
        : `${field}.statistics needs ${size} values each`
  }
}

function dimsProblem({ dims, layers, cameras, defaults }: Manifest): string | null {
  const stages = [
    ['prelude', dims.preludeLayers],
    ['core', dims.coreLayers],
    ['coda', dims.codaLayers]
  ] as const
  for (const [stage, count] of stages) {
    if (layers && layers[stage].length !== count)
      return `layers.${stage} has ${layers[stage].length} entries, dims.${stage}Layers says ${count}`
  }
  if (dims.latentDim % dims.heads !== 0)
    return `dims.latentDim ${dims.latentDim} is not divisible by ${dims.heads} heads`
  const names = cameras.map((camera) => camera.name)
  if (new Set(names).size !== names.length) return 'two cameras have the same name'
  if (names.includes('tokens'))
    return 'a camera must not be named "tokens": the backbone has an input of that name'
  if (defaults.horizon.kind === 'fixed' && defaults.horizon.actions > dims.chunkLength) {
    return `defaults.horizon executes ${defaults.horizon.actions} actions of a chunk of ${dims.chunkLength}`
  }
  return null
}
