import { totalmem } from 'node:os'
import { performance } from 'node:perf_hooks'
import type { Precision } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, type Result } from '@shared/domain/result'
import { createPolicyBackend, type PolicyBackend } from './backend'
import { policyFault } from './bundleFault'
import { bundleLimits } from './bundleSource'
import { drivingProblem, type CameraSize } from './drivability'
import { loadBundle } from './loadBundle'
import { DEFAULT_PROVIDERS, PROVIDER_NAMES, providerOrder, type ProviderName } from './providers'

export interface OpenPolicyOptions {
  /** Bundle folder or .zip. */
  readonly bundlePath: string
  /** Names of execution providers, best first; empty: the default; `auto`: all of the platform's. */
  readonly providers: readonly string[]
  /** The arm that the policy's actions will go to; a policy made for another one is refused. */
  readonly robot: string
  /** What that arm's cameras give. */
  readonly cameras: readonly CameraSize[]
  /** Providers that hung when they were tried; left out. */
  readonly hungProviders?: readonly string[]
  /** Called before each provider is tried. */
  readonly onTrying?: (provider: ProviderName) => void
  /** Precision of the graphs; default: float32. */
  readonly precision?: Precision
  /** Monotonic milliseconds for the stage timings; default: this process's own. */
  readonly nowMs?: () => number
}

/** From a path to a running policy: loads, verifies, self-tests. The fault names the file, graph or tensor. */
export async function openPolicy(options: OpenPolicyOptions): Promise<Result<PolicyBackend, Fault>> {
  const { bundlePath, nowMs = () => performance.now() } = options
  const names = options.providers.flatMap((name) =>
    name === 'auto' ? providerOrder(process.platform) : name
  )
  const unknown = names.find((name) => !isProvider(name))
  if (unknown !== undefined) {
    const known = PROVIDER_NAMES.join(', ')
    return err(policyFault('policy-provider', `There is no execution provider "${unknown}"; known: ${known}`))
  }
  const asked = names.filter(isProvider)
  const bundle = await loadBundle(bundlePath, bundleLimits(totalmem()))
  if (!bundle.ok) return bundle
  const undrivable = drivingProblem(bundle.value.manifest, options)
  if (undrivable !== null) return err(policyFault('policy-robot', undrivable))
  const hung = new Set(options.hungProviders ?? [])
  const wanted = asked.length > 0 ? asked : DEFAULT_PROVIDERS
  return createPolicyBackend(bundle.value, {
    providers: wanted.filter((provider) => !hung.has(provider)),
    refused: wanted
      .filter((provider) => hung.has(provider))
      .map((provider) => ({ provider, reason: 'it did not answer when it was tried' })),
    nowMs,
    ...(options.precision && { precision: options.precision }),
    ...(options.onTrying && { onTrying: options.onTrying })
  })
}

const isProvider = (name: string): name is ProviderName => PROVIDER_NAMES.some((known) => known === name)
