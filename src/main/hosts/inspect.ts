import { totalmem } from 'node:os'
import type { Examination, Comparison } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import { inspectorTask, type InspectorMessage, type InspectorTask } from '@shared/ipc/hosts'
import { bundleLimits } from '../policy/bundleSource'
import { errorText, policyFault } from '../policy/bundleFault'
import { compareBundles } from '../policy/compare'
import { drivingProblem } from '../policy/drivability'
import { examineBundle } from '../policy/examine'
import { loadBundle, type Bundle } from '../policy/loadBundle'
import { DEFAULT_PROVIDERS, providerOrder } from '../policy/providers'
import { trayArm } from '../robot/specs/trayArm'
import { benchObservations } from './benchObservations'
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
    lost: new Map(task.lost),
    robot: trayArm.name,
    nowMs: hostMillis,
    onTrying: (provider) => toMain({ type: 'trying', provider }),
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
  const onBench = [first, second].every(({ value }) => drivingProblem(value.manifest, trayArm.name) === null)
  return compareBundles(first.value, second.value, {
    observations: onBench ? benchObservations(COMPARED_OBSERVATIONS) : [],
    nowMs: hostMillis,
    onProgress
  })
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
