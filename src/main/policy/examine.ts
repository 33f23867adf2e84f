import type { Examination, StageMedians, Trial } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { median } from '@shared/statistics/median'
import { createPolicyBackend, type PolicyBackend } from './backend'
import { drivingProblem } from './drivability'
import { parseFixture } from './fixture'
import { graphSignatures } from './graphContract'
import type { PolicyInput } from './inferenceCore'
import type { Bundle } from './loadBundle'
import { describeBundle } from './policyInfo'
import type { ProviderName } from './providers'

/** Tries every precision of a bundle on every provider and measures what runs, on the bundle's own example. */
export interface ExamineOptions {
  /** Best first. */
  readonly providers: readonly ProviderName[]
  /** Providers that took their process with them or hung, each with the reason: not tried again. */
  readonly lost: ReadonlyMap<string, string>
  /** The arm that is here. */
  readonly robot: string
  readonly nowMs: () => number
  /** Called before each provider is tried, as its call may never return. */
  readonly onTrying: (provider: ProviderName | null) => void
  readonly onProgress: (what: string, done: number, total: number) => void
}

const ROUNDS = 5
/** A whole prediction is stated at this K, so that stages are measured over as many iterations. */
const ITERATIONS = 8
const SEED = 1

export async function examineBundle(
  bundle: Bundle,
  options: ExamineOptions
): Promise<Result<Examination, Fault>> {
  const { manifest } = bundle
  const { providers, lost, onTrying, onProgress } = options
  const wanted = providers.flatMap((provider) =>
    manifest.variants.map(({ precision }) => ({ provider, precision }))
  )
  const trials: Trial[] = []
  for (const [done, { provider, precision }] of wanted.entries()) {
    onProgress(`${provider}, ${precision}`, done, wanted.length)
    const reason = lost.get(provider)
    if (reason !== undefined) {
      trials.push({ provider, precision, outcome: { ok: false, reason } })
      continue
    }
    const backend = await createPolicyBackend(bundle, {
      providers: [provider],
      precision,
      onTrying,
      nowMs: options.nowMs
    })
    if (!backend.ok) {
      trials.push({ provider, precision, outcome: { ok: false, reason: backend.error.message } })
      continue
    }
    const measured = await measure(backend.value, exampleOf(bundle))
    trials.push({
      provider,
      precision,
      outcome: measured.ok
        ? { ok: true, stages: measured.value, selfTest: backend.value.info.selfTest }
        : { ok: false, reason: measured.error.message }
    })
    await backend.value.dispose()
  }
  onTrying(null)
  return ok({
    bundle: describeBundle(bundle),
    undrivable: drivingProblem(manifest, options.robot),
    trials
  })
}

/** The recorded example of a bundle whose fixture was replayed: it is known to be readable. */
export function exampleOf(bundle: Bundle): PolicyInput {
  const fixture = parseFixture(bundle, graphSignatures(bundle.manifest))
  if (!fixture.ok) throw new Error(fixture.error.message)
  return fixture.value.input
}

/** Medians of every stage over some predictions of one observation. */
export async function measure(
  backend: PolicyBackend,
  input: PolicyInput
): Promise<Result<StageMedians, Fault>> {
  const times: Record<keyof StageMedians, number[]> = { encode: [], prelude: [], step: [], coda: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const encoded = await backend.encode(input)
    if (!encoded.ok) return encoded
    times.encode.push(encoded.value.encodeMs)
    times.prelude.push(encoded.value.preludeMs)
    backend.initialise(SEED)
    for (let k = 1; k <= ITERATIONS; k++) {
      const iterated = await backend.iterate(k)
      if (!iterated.ok) return err(iterated.error)
      times.step.push(iterated.value.stepMs)
      times.coda.push(iterated.value.codaMs)
    }
  }
  return ok({
    encode: median(times.encode),
    prelude: median(times.prelude),
    step: median(times.step),
    coda: median(times.coda)
  })
}
