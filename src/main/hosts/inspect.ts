import { totalmem } from 'node:os'
import { CHUNK_ACTIONS } from '@shared/domain/benchWorld'
import { errorText } from '@shared/domain/errorText'
import type { Examination, Comparison } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import { inspectorTask, type InspectorMessage, type InspectorTask } from '@shared/ipc/hosts'
import { bundleLimits } from '../policy/bundleSource'
import { policyFault } from '../policy/bundleFault'
import { compareBundles, type ComparedObservation } from '../policy/compare'
import { drivingProblem } from '../policy/drivability'
import { examineBundle } from '../policy/examine'
import { loadBundle, type Bundle } from '../policy/loadBundle'
import type { Manifest } from '../policy/manifest'
import { DEFAULT_PROVIDERS, providerOrder } from '../policy/providers'
import { affineScale } from '../policy/statistics'
import { expandTasks } from '../policy/tasks'
import { BENCH_ARM, benchObservations, isBenchScale } from './benchObservations'
import { hostMillis } from './clock'

/**
 * Entry of the process that examines and compares bundles: one task, then main ends it. Neither the running policy
 * nor the robot is in reach of what a bundle does to it.
 */

const COMPARED_OBSERVATIONS = 64

const toMain = (message: InspectorMessage): void => process.parentPort.postMessage(message)
const onProgress = (what: string, done: number, total: number): void =>
  toMain({ type: 'progress', progress: { what, done, total } })
const open = (path: string): Promise<Result<Bundle, Fault>> => loadBundle(path, bundleLimits(totalmem()))

async function examine(
  task: Extract<InspectorTask, { type: 'examine' }>
): Promise<Result<Examination, Fault>> {
  onProgress('Reading and verifying every file', 0, 1)
  const bundle = await open(task.path)
  if (!bundle.ok) return bundle
  return examineBundle(bundle.value, {
    providers: task.providers === 'all' ? providerOrder(process.platform) : DEFAULT_PROVIDERS,
    lost: task.lost,
    ...BENCH_ARM,
    nowMs: hostMillis,
    onTrying: (provider, precision) => toMain({ type: 'trying', provider, precision }),
    onProgress
  })
}

async function compare(
  task: Extract<InspectorTask, { type: 'compare' }>
): Promise<Result<Comparison, Fault>> {
  onProgress('Reading and verifying both bundles', 0, 1)
  const first = await open(task.first)
  if (!first.ok) return first
  const second = await open(task.second)
  if (!second.ok) return second
  const observations = benchObservations(COMPARED_OBSERVATIONS)
  const onBench = [first, second].every(({ value: { manifest } }) => takesBench(manifest, observations))
  return compareBundles(first.value, second.value, {
    observations: onBench ? observations : [],
    nowMs: hostMillis,
    onProgress,
    onCall: () => toMain({ type: 'trying', provider: 'cpu', precision: 'float32' })
  })
}

/** Whether a policy can be given the bench's observations, and its chunks are the expert's in length and units. */
function takesBench(manifest: Manifest, observations: readonly ComparedObservation[]): boolean {
  const tasks = expandTasks(manifest.instruction)
  return (
    drivingProblem(manifest, BENCH_ARM) === null &&
    manifest.dims.chunkLength === CHUNK_ACTIONS &&
    isBenchScale(affineScale(manifest.robot.action.statistics)) &&
    observations.every(({ input }) => tasks.includes(input.instruction))
  )
}

const unexpected = (error: unknown): Result<never, Fault> => ({
  ok: false,
  error: policyFault('policy-inference', `The examination failed unexpectedly: ${errorText(error)}`)
})

process.parentPort.on('message', (event) => {
  const parsed = inspectorTask.safeParse(event.data)
  if (!parsed.success) throw new Error(`A malformed task from main: ${parsed.error.message}`)
  if (parsed.data.type === 'examine') {
    void examine(parsed.data)
      .catch(unexpected)
      .then((result) => toMain({ type: 'examined', result }))
  } else {
    void compare(parsed.data)
      .catch(unexpected)
      .then((result) => toMain({ type: 'compared', result }))
  }
})
toMain({ type: 'ready' })
