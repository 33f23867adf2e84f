import type { ComparedBundle, Comparison } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { MAX_ITERATIONS, type RefinementSettings } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import { computeSignals } from '@shared/engine/signals'
import { evaluateStopping, type StoppingPoint } from '@shared/engine/stopping'
import { millisToNanos } from '@shared/units'
import { createPolicyBackend, type PolicyBackend } from './backend'
import { policyFault } from './bundleFault'
import { exampleOf, measure } from './examine'
import type { PolicyInput } from './inferenceCore'
import type { Bundle } from './loadBundle'
import { expandTasks } from './tasks'

/** An observation to compare on, with what an expert would do where one is known (T×A, normalised). */
export interface ComparedObservation {
  readonly input: PolicyInput
  readonly expert: Float32Array | null
}

export interface CompareOptions {
  /** Observations that both policies can take, of the bench; empty: the bundles' own examples. */
  readonly observations: readonly ComparedObservation[]
  readonly nowMs: () => number
  readonly onProgress: (what: string, done: number, total: number) => void
  /** Called before every call into the runtime, as it may never return. */
  readonly onCall: () => void
}

/** Curves reach at least this far, whatever the rules say. */
const SHOWN_ITERATIONS = 16

/** Chunks after 1, 2, … iterations of one observation, and the K its policy's own rule would stop at. */
interface Trace {
  readonly chunks: readonly Float32Array[]
  readonly decidedK: number
}

/** Both policies on the same observations and the same scratchpad seeds, float32 on the CPU. */
export async function compareBundles(
  first: Bundle,
  second: Bundle,
  options: CompareOptions
): Promise<Result<Comparison, Fault>> {
  const problem = incomparable(first, second)
  if (problem !== null) return err(policyFault('policy-compare', problem))
  const source = options.observations.length > 0 ? 'bench' : 'fixtures'
  const observations: readonly ComparedObservation[] =
    source === 'bench'
      ? options.observations
      : [first, second].map((bundle) => ({ input: exampleOf(bundle), expert: null }))

  const sides = []
  for (const [side, bundle] of [first, second].entries()) {
    options.onCall()
    const opened = await createPolicyBackend(bundle, { nowMs: options.nowMs })
    if (!opened.ok) return opened
    const result = await traceAll(opened.value, observations, options.nowMs, (done) => {
      options.onCall()
      options.onProgress(
        `${bundle.manifest.name} ${bundle.manifest.version}`,
        side * observations.length + done,
        2 * observations.length
      )
    })
    const stages = await measure(opened.value, exampleOf(bundle), options.onCall)
    await opened.value.dispose()
    if (!result.ok) return result
    if (!stages.ok) return stages
    sides.push({ bundle, traces: result.value, stages: stages.value })
  }
  const [a, b] = sides
  if (a === undefined || b === undefined) throw new Error('compareBundles: a side was skipped')

  const sideOf = ({ bundle, traces, stages }: typeof a): ComparedBundle => ({
    name: bundle.manifest.name,
    version: bundle.manifest.version,
    hash: bundle.hash,
    stages,
    decidedK: traces.map(({ decidedK }) => decidedK),
    expertError: source === 'bench' ? errorToExpert(traces, observations) : null
  })
  return ok({
    observations: { source, count: observations.length },
    actionDims: first.manifest.robot.action.dimensions,
    bundles: [sideOf(a), sideOf(b)],
    difference: byIteration((k) =>
      meanOf(a.traces.map((trace, i) => distance(at(trace, k), at(b.traces[i], k))))
    ),
    decided: decidedDifference(a.traces, b.traces, first.manifest.dims.actionDim)
  })
}

/** What keeps two policies from taking the same observations or giving comparable chunks; null: nothing. */
function incomparable({ manifest: a }: Bundle, { manifest: b }: Bundle): string | null {
  const [nameA, nameB] = [a, b].map(({ name, version }) => `${name} ${version}`)
  if (a.robot.name !== b.robot.name)
    return `${nameA} drives ${a.robot.name}, ${nameB} drives ${b.robot.name}: their chunks can't be laid side by side`
  const sizes = (['chunkLength', 'actionDim', 'proprioDim'] as const).find(
    (size) => a.dims[size] !== b.dims[size]
  )
  if (sizes !== undefined)
    return `${nameA} has ${sizes} ${a.dims[sizes]}, ${nameB} has ${b.dims[sizes]}: their chunks can't be laid side by side`
  const cameras = ({ cameras: list }: Bundle['manifest']): string =>
    list
      .map(({ name, width, height }) => `${name} ${width}×${height}`)
      .sort()
      .join(', ')
  if (cameras(a) !== cameras(b)) return `${nameA} looks through ${cameras(a)}; ${nameB} through ${cameras(b)}`
  const units = ({ robot }: Bundle['manifest']): string => JSON.stringify(robot.action)
  if (units(a) !== units(b)) return `${nameA} and ${nameB} normalise their actions in different ways`
  const [tasksA, tasksB] = [a, b].map(({ instruction }) => expandTasks(instruction))
  const shared = tasksB?.includes(a.fixture.instruction) && tasksA?.includes(b.fixture.instruction)
  return shared ? null : `${nameA} and ${nameB} know different tasks`
}

async function traceAll(
  backend: PolicyBackend,
  observations: readonly ComparedObservation[],
  nowMs: () => number,
  onDone: (done: number) => void
): Promise<Result<Trace[], Fault>> {
  const traces: Trace[] = []
  for (const [index, { input }] of observations.entries()) {
    onDone(index)
    const trace = await traceOf(backend, input, index, nowMs)
    if (!trace.ok) return trace
    traces.push(trace.value)
  }
  return ok(traces)
}

async function traceOf(
  backend: PolicyBackend,
  input: PolicyInput,
  seed: number,
  nowMs: () => number
): Promise<Result<Trace, Fault>> {
  const { defaults, sigmaA } = backend.info
  const started = nowMs()
  const encoded = await backend.encode(input)
  if (!encoded.ok) return encoded
  backend.initialise(seed)
  const chunks: Float32Array[] = []
  const points: StoppingPoint[] = []
  let decidedK: number | null = null
  for (let k = 1; k <= MAX_ITERATIONS && (k <= SHOWN_ITERATIONS || decidedK === null); k++) {
    const iterated = await backend.iterate(k)
    if (!iterated.ok) return iterated
    const { chunk, latent } = iterated.value
    const signals = computeSignals(k, chunks.at(-1) ?? null, chunk, sigmaA, latent)
    points.push({ k, signals, completedNanos: millisToNanos(nowMs() - started) })
    chunks.push(chunk)
    decidedK ??= stops(defaults, points) ? k : null
  }
  return ok({ chunks, decidedK: decidedK ?? chunks.length })
}

const stops = ({ stopping, maxIterations }: RefinementSettings, points: readonly StoppingPoint[]): boolean =>
  evaluateStopping(stopping, points, { observationNanos: 0, maxIterations }).stop

/** a_k; beyond the last computed one, that one. */
function at(trace: Trace | undefined, k: number): Float32Array {
  const chunk = trace?.chunks[Math.min(k, trace.chunks.length) - 1]
  if (chunk === undefined) throw new RangeError(`There is no chunk of iteration ${k}`)
  return chunk
}

const byIteration = (value: (k: number) => number): number[] =>
  Array.from({ length: SHOWN_ITERATIONS }, (_, index) => value(index + 1))

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Mean absolute difference. */
function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (const [i, value] of a.entries()) sum += Math.abs(value - (b[i] ?? NaN))
  return sum / a.length
}

function errorToExpert(
  traces: readonly Trace[],
  observations: readonly ComparedObservation[]
): number[] | null {
  const experts = observations.map(({ expert }) => expert)
  return byIteration((k) =>
    meanOf(
      traces.flatMap((trace, index) => {
        const expert = experts[index]
        return expert ? [distance(at(trace, k), expert)] : []
      })
    )
  )
}

/** Per action dimension, between the chunks that each policy's own rule would act on. */
function decidedDifference(
  a: readonly Trace[],
  b: readonly Trace[],
  actionDim: number
): Comparison['decided'] {
  const sums = Array.from({ length: actionDim }, () => ({ sum: 0, largest: 0, count: 0 }))
  for (const [index, trace] of a.entries()) {
    const other = b[index]
    const theirs = at(other, other?.decidedK ?? 1)
    for (const [i, value] of at(trace, trace.decidedK).entries()) {
      const entry = sums[i % actionDim]
      if (entry === undefined) continue
      const difference = Math.abs(value - (theirs[i] ?? NaN))
      entry.sum += difference
      entry.count += 1
      entry.largest = Math.max(entry.largest, difference)
    }
  }
  return sums.map(({ sum, largest, count }) => ({ mean: sum / count, largest }))
}
