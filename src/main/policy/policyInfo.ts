import { GUARD_OFF } from '@shared/domain/guard'
import type { BundleDescription } from '@shared/domain/examination'
import type { PolicyInfo } from '@shared/domain/policy'
import { defaultSigmaA } from '@shared/engine/signals'
import type { Bundle } from './loadBundle'
import type { Manifest } from './manifest'
import { affineScale } from './statistics'
import { expandTasks } from './tasks'

/** What a bundle is, whether or not it runs or drives anything here. */
export function describeBundle({ manifest, hash, origin, files }: Bundle): BundleDescription {
  const { dims, robot, defaults } = manifest
  return {
    origin,
    hash,
    bytes: [...files.values()].reduce((sum, content) => sum + content.length, 0),
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    provenance: provenanceOf(manifest),
    robot: robot.name,
    actionDims: robot.action.dimensions,
    proprioDims: robot.proprioception.dimensions,
    chunkLength: dims.chunkLength,
    latentShape: [dims.chunkLength, dims.latentDim],
    controlRateHz: manifest.controlRateHz,
    cameras: manifest.cameras.map(({ name, width, height }) => ({ name, width, height })),
    tasks: expandTasks(manifest.instruction),
    defaults: {
      ...defaults,
      paceMs: 0,
      pauseAt: 'never',
      warmStart: false,
      decodeBelow: null,
      guard: GUARD_OFF,
      breakpoints: []
    },
    variants: manifest.variants.map(({ precision, maxActionError }) => ({ precision, maxActionError }))
  }
}

/** What people and the engine are told of a loaded policy. */
export function describePolicy(
  bundle: Bundle,
  run: Pick<PolicyInfo, 'provider' | 'precision' | 'refusedProviders' | 'selfTest'>
): PolicyInfo {
  const { manifest } = bundle
  const { dims, robot } = manifest
  const { scale, offset } = affineScale(robot.action.statistics)
  const { name, version, description, hash, origin, provenance, ...described } = describeBundle(bundle)
  return {
    name,
    version,
    description,
    bundleHash: hash,
    origin,
    provenance,
    chunkLength: described.chunkLength,
    actionDims: described.actionDims,
    actionScale: [...scale],
    actionOffset: [...offset],
    sigmaA: manifest.sigmaA ?? defaultSigmaA(dims.chunkLength, dims.actionDim),
    controlRateHz: described.controlRateHz,
    latentShape: described.latentShape,
    cameras: described.cameras,
    tasks: described.tasks,
    defaults: described.defaults,
    ...run
  }
}

const MAX_PROVENANCE_ENTRIES = 64
const MAX_PROVENANCE_TEXT = 200

/** The manifest's free-form provenance as names and values: nested names are joined by dots, lists by commas. */
export function provenanceOf({ provenance }: Manifest): PolicyInfo['provenance'] {
  const entries: PolicyInfo['provenance'] = []
  const add = (name: string, value: unknown): void => {
    if (entries.length >= MAX_PROVENANCE_ENTRIES || value === null || value === undefined) return
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) add(name === '' ? key : `${name}.${key}`, inner)
      return
    }
    const text = Array.isArray(value) ? value.map((item) => JSON.stringify(item)).join(', ') : String(value)
    entries.push([name.slice(0, MAX_PROVENANCE_TEXT), text.slice(0, MAX_PROVENANCE_TEXT)])
  }
  add('', provenance)
  return entries
}
