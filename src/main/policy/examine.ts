import type { Examination, Precision, StageMedians, Trial } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { median } from '@shared/statistics/median'
import { createPolicyBackend, type PolicyBackend } from './backend'
import { drivingProblem, type CameraSize } from './drivability'
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
  /** Trials that took their process with them, each with the reason: not begun again. Null: in every precision. */
  readonly lost: readonly {
    readonly provider: string
    readonly precision: Precision | null
    readonly reason: string
  }[]
  /** The arm that is here, and what its cameras give. */
  readonly robot: string
  readonly cameras: readonly CameraSize[]
  readonly nowMs: () => number
  /** Called before every call into a provider, as it may never return. */
  readonly onTrying: (provider: ProviderName, precision: Precision) => void
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
    const known = lost.find(
      (trial) => trial.provider === provider && (trial.precision === null || trial.precision === precision)
    )
    if (known !== undefined) {
      trials.push({ provider, precision, outcome: { ok: false, reason: known.reason } })
      continue
    }
    const onCall = (): void => onTrying(provider, precision)
    const backend = await createPolicyBackend(bundle, {
      providers: [provider],
      precision,
      onTrying: onCall,
      nowMs: options.nowMs
    })
    if (!backend.ok) {
      trials.push({ provider, precision, outcome: { ok: false, reason: backend.error.message } })
      continue
    }
    const measured = await measure(backend.value, exampleOf(bundle), onCall)
    trials.push({
      provider,
      precision,
      outcome: measured.ok
        ? { ok: true, stages: measured.value, selfTest: backend.value.info.selfTest }
        : { ok: false, reason: measured.error.message }
    })
    await backend.value.dispose()
  }
  return ok({
    bundle: describeBundle(bundle),
    undrivable: drivingProblem(manifest, options),
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
  input: PolicyInput,
  onCall: () => void = () => undefined
): Promise<Result<StageMedians, Fault>> {
  const times: Record<keyof StageMedians, number[]> = { encode: [], prelude: [], step: [], coda: [] }
  for (let round = 0; round < ROUNDS; round++) {
    onCall()
    const encoded = await backend.encode(input)
    if (!encoded.ok) return encoded
    times.encode.push(encoded.value.encodeMs)
    times.prelude.push(encoded.value.preludeMs)
    backend.initialise(SEED)
    for (let k = 1; k <= ITERATIONS; k++) {
      onCall()
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
