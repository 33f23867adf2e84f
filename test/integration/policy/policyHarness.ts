import { performance } from 'node:perf_hooks'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import type { Observation } from '@shared/ipc/ports'
import { createPolicyBackend, type PolicyBackend } from '../../../src/main/policy/backend'
import { bundleLimits } from '../../../src/main/policy/bundleSource'
import { parseFixture } from '../../../src/main/policy/fixture'
import { graphSignatures } from '../../../src/main/policy/graphContract'
import { loadBundle, type Bundle } from '../../../src/main/policy/loadBundle'
import { DEMO_FOLDER } from '../../support/bundleFiles'

/** What a machine of 16 GiB would allow, wherever the tests run. */
export const LIMITS = bundleLimits(16 * 1024 ** 3)

const nowMs = (): number => performance.now()

/** The value of a result that a test expects to be good. */
export function valueOf<T>(result: Result<T, Fault>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

/** The fault of a result that a test expects to be bad. */
export function faultOf<T>(result: Result<T, Fault>): Fault {
  if (result.ok) throw new Error('Expected a fault, got a value')
  return result.error
}

/** Loads and starts a bundle as the policy host does: whichever of the two refuses gives the fault. */
export async function startPolicy(path: string): Promise<Result<PolicyBackend, Fault>> {
  const bundle = await loadBundle(path, LIMITS)
  return bundle.ok ? createPolicyBackend(bundle.value, { nowMs }) : bundle
}

export const loadDemo = async (): Promise<Bundle> => valueOf(await loadBundle(DEMO_FOLDER, LIMITS))

/** The fixture's own observation, as the robot host would send it. */
export function fixtureObservation(bundle: Bundle): Observation {
  const { input } = valueOf(parseFixture(bundle, graphSignatures(bundle.manifest)))
  return { ...input, epoch: 0, episode: 0, capturedNanos: 0, commandedMetres: [0, 0, 0] }
}
