import type { PolicyInfo } from '@shared/domain/policy'
import { defaultSigmaA } from '@shared/engine/signals'
import type { Bundle } from './loadBundle'
import { affineScale } from './statistics'

/** What people and the engine are told of a loaded policy. */
export function describePolicy(
  { manifest, hash }: Bundle,
  tasks: readonly string[],
  run: Pick<PolicyInfo, 'provider' | 'refusedProviders' | 'selfTest'>
): PolicyInfo {
  const { dims, robot } = manifest
  const { scale, offset } = affineScale(robot.action.statistics)
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    bundleHash: hash,
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
