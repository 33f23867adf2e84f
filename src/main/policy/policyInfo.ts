import type { PolicyInfo } from '@shared/domain/policy'
import { defaultSigmaA } from '@shared/engine/signals'
import type { Bundle } from './loadBundle'
import type { Manifest } from './manifest'
import { affineScale } from './statistics'

/** What people and the engine are told of a loaded policy. */
export function describePolicy(
  { manifest, hash, origin }: Bundle,
  tasks: readonly string[],
  run: Pick<PolicyInfo, 'provider' | 'precision' | 'refusedProviders' | 'selfTest'>
): PolicyInfo {
  const { dims, robot } = manifest
  const { scale, offset } = affineScale(robot.action.statistics)
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    bundleHash: hash,
    origin,
    provenance: provenanceOf(manifest),
    chunkLength: dims.chunkLength,
    actionDims: robot.action.dimensions,
    actionScale: [...scale],
    actionOffset: [...offset],
    sigmaA: manifest.sigmaA ?? defaultSigmaA(dims.chunkLength, dims.actionDim),
    controlRateHz: manifest.controlRateHz,
    latentShape: [dims.chunkLength, dims.latentDim],
    cameras: manifest.cameras.map(({ name, width, height }) => ({ name, width, height })),
    tasks: [...tasks],
    defaults: { ...manifest.defaults, paceMs: 0, pauseAt: 'never' },
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
