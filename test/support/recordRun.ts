import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { EpisodeEnd } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import type { StoppingRule } from '@shared/domain/policy'
import { zstdReady } from '../../src/main/episodes/zstd'
import { BENCH_ARM } from '../../src/main/hosts/benchObservations'
import { runVirtual, type VirtualRunResult } from '../../src/main/hosts/virtualRun'
import type { PolicyBackend } from '../../src/main/policy/backend'
import { openPolicy } from '../../src/main/policy/openPolicy'
import { createRecorder } from '../../src/main/recorder/recorder'

/** Real episodes in real files: the demo policy on the bench in virtual time, recorded as the app records. */

export async function openDemoPolicy(): Promise<PolicyBackend> {
  const bundlePath = resolve(import.meta.dirname, '../../resources/policies/traypick-demo')
  const opened = await openPolicy({ bundlePath, ...BENCH_ARM, providers: ['cpu'], nowMs: () => 0 })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

export interface RecordedRun {
  readonly result: VirtualRunResult
  readonly saved: readonly { readonly id: string; readonly end: Omit<EpisodeEnd, 'drops'> }[]
  readonly faults: readonly Fault[]
}

const RULE: StoppingRule = { kind: 'actionMse', threshold: 1e-4, minIterations: 2, patience: 1 }
/** 2027-01-15, in UTC. */
const WALL = 1_800_000_000_000_000_000n

export async function recordRun(
  folder: string,
  backend: PolicyBackend,
  { episodes = 2, seedBase = 3 } = {}
): Promise<RecordedRun> {
  await zstdReady()
  let nanos = 0
  let files = 0
  const saved: { id: string; end: Omit<EpisodeEnd, 'drops'> }[] = []
  const faults: Fault[] = []
  const recorder = createRecorder({
    appVersion: 'test',
    settings: { on: true, observations: true, fullLatents: false },
    nowNanos: () => nanos,
    wallNanos: () => WALL + BigInt(nanos),
    suffix: () => String(++files).padStart(4, '0'),
    create: (id) => open(join(folder, `${id}.mcap`), 'wx'),
    onFault: (fault) => faults.push(fault),
    onSaved: (id, end) => saved.push({ id, end })
  })
  const result = await runVirtual({
    backend,
    settings: { ...backend.info.defaults, stopping: RULE },
    request: { level: 'easy', seedBase, episodes, continuous: true },
    recorder: {
      fromRobot: recorder.fromRobot,
      fromPolicy: recorder.fromPolicy,
      async tick(now) {
        nanos = now
        recorder.tick(now)
        // Files are written between two ticks, as they are between two real ones.
        await new Promise((done) => setImmediate(done))
      }
    }
  })
  await recorder.end('the run is over')
  return { result, saved, faults }
}
