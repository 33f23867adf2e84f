import { InferenceSession } from 'onnxruntime-node'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { describeTensor, type GraphSignatures, type TensorSpec } from './graphContract'
import type { Bundle } from './loadBundle'
import { GRAPH_NAMES, type GraphName, type Manifest } from './manifest'
import type { ProviderName } from './providers'

export type GraphSessions = Readonly<Record<GraphName, InferenceSession>>
type Variant = Manifest['variants'][number]

/**
 * One thread, no spinning: the cores are shared with the robot loop, and a fixed order of additions keeps
 * traces bit-identical.
 */
function sessionOptions(
  provider: ProviderName,
  graph: GraphName,
  externalData: { path: string; data: Uint8Array }[]
): InferenceSession.SessionOptions {
  // Step and coda run up to 32 times a prediction: a provider that hands part of them to the CPU is refused.
  const mustStayOnProvider = provider !== 'cpu' && (graph === 'step' || graph === 'coda')
  return {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
    // With a table of external files the runtime looks nowhere else; without one it would look on the disk.
    externalData: [{ path: '-', data: new Uint8Array(1) }, ...externalData],
    extra: {
      'session.intra_op.allow_spinning': '0',
      ...(mustStayOnProvider ? { 'session.disable_cpu_ep_fallback': '1' } : {})
    }
  }
}

/**
 * Creates the four sessions on one provider and checks their names, types and shapes against the manifest.
 * On a fault, every session created so far is released.
 */
export async function createGraphSessions(
  bundle: Bundle,
  variant: Variant,
  signatures: GraphSignatures,
  provider: ProviderName
): Promise<Result<GraphSessions, Fault>> {
  const created: Partial<Record<GraphName, InferenceSession>> = {}
  const refuse = async (fault: Fault): Promise<Result<GraphSessions, Fault>> => {
    await Promise.all(Object.values(created).map((session) => session.release()))
    return err(fault)
  }
  for (const graph of GRAPH_NAMES) {
    const { file, externalData } = variant.graphs[graph]
    try {
      const options = sessionOptions(
        provider,
        graph,
        externalData.map((path) => ({ path, data: bundleFile(bundle, path) }))
      )
      created[graph] = await InferenceSession.create(bundleFile(bundle, file), options)
    } catch (error) {
      return refuse(
        policyFault('bundle-graph', `${file} can't be loaded on ${provider}: ${errorText(error)}`)
      )
    }
    const problem = signatureProblem(created[graph], signatures[graph])
    if (problem !== null) return refuse(policyFault('bundle-graph', `${file}: ${problem}`))
  }
  const { backbone, prelude, step, coda } = created
  if (!backbone || !prelude || !step || !coda) throw new Error('createGraphSessions: a graph was skipped')
  return ok({ backbone, prelude, step, coda })
}

export async function releaseSessions(sessions: GraphSessions): Promise<void> {
  await Promise.all(Object.values(sessions).map((session) => session.release()))
}

/** Every file a manifest refers to is listed and loaded: `checkManifest` and `loadBundle` saw to it. */
function bundleFile(bundle: Bundle, path: string): Uint8Array {
  const content = bundle.files.get(path)
  if (content === undefined) throw new Error(`Bundle file ${path} was not loaded`)
  return content
}

function signatureProblem(
  session: InferenceSession,
  signature: { inputs: readonly TensorSpec[]; outputs: readonly TensorSpec[] }
): string | null {
  return (
    tensorsProblem('input', signature.inputs, session.inputMetadata) ??
    tensorsProblem('output', signature.outputs, session.outputMetadata)
  )
}

/** First difference between the tensors a graph should have and those it has, or null. */
export function tensorsProblem(
  direction: 'input' | 'output',
  expected: readonly TensorSpec[],
  found: readonly InferenceSession.ValueMetadata[]
): string | null {
  for (const spec of expected) {
    const wanted = describeTensor(spec.type, spec.shape)
    const actual = found.find((metadata) => metadata.name === spec.name)
    if (actual === undefined) {
      const names = found.map((metadata) => metadata.name).join(', ')
      return `${direction} ${spec.name}: expected ${wanted}, found none (the graph has ${names})`
    }
    const shown = actual.isTensor ? describeTensor(actual.type, actual.shape) : 'no tensor'
    if (shown !== wanted) return `${direction} ${spec.name}: expected ${wanted}, found ${shown}`
  }
  const extra = found.find((metadata) => !expected.some((spec) => spec.name === metadata.name))
  return extra === undefined ? null : `${direction} ${extra.name} is not part of the contract`
}
