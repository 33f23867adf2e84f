import type { Comparison, Examination, ExaminationProgress, RecentBundle } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo } from '@shared/domain/policy'
import type { Result } from '@shared/domain/result'
import { defineStore } from 'pinia'
import { computed, ref, shallowReadonly, shallowRef } from 'vue'
import type { BundleJob, ProviderChoice } from '../model/bundleJob'
import type { KnownBundle } from '../model/compareChoices'
import { bestTrial, trialKey } from '../model/trials'

type JobOf<K extends BundleJob['kind']> = Extract<BundleJob, { kind: K }>

/** What became of a request: what was asked, and the answer to it. */
export interface Outcome<K extends BundleJob['kind'], T> {
  readonly job: JobOf<K>
  readonly result: Result<T, Fault>
}

/**
 * Bundles beside the policy in use. One thing at a time: a new request takes the place of the one before it, and
 * what is answered to a request that isn't the present one any more is dropped.
 */
export const useBundlesStore = defineStore('bundles', () => {
  const recent = shallowRef<readonly RecentBundle[]>([])
  /** Bundles that were in use since this window opened: the way back to them. */
  const usedBefore = shallowRef<readonly KnownBundle[]>([])
  const job = shallowRef<BundleJob | null>(null)
  const progress = shallowRef<ExaminationProgress | null>(null)
  const examined = shallowRef<Outcome<'examine', Examination> | null>(null)
  const compared = shallowRef<Outcome<'compare', Comparison> | null>(null)
  const used = shallowRef<Outcome<'use', { name: string }> | null>(null)
  /** Which providers the next examination tries. */
  const providers = ref<ProviderChoice>('cpu')
  /** Trial the operator would use, by its key; null while there is none. */
  const chosenTrial = ref<string | null>(null)
  /** What the operator chose to compare; null: what suggests itself. */
  const comparePaths = shallowRef<readonly [string | null, string | null]>([null, null])
  /** Progress of a request that was given up may still arrive until the present one was asked. */
  let asked = false

  /** Ends a request if it is still the present one; false: its answer is stale. */
  const end = (ended: BundleJob): boolean => {
    if (job.value !== ended) return false
    job.value = null
    progress.value = null
    return true
  }

  const examination = computed(() =>
    examined.value?.result.ok === true ? examined.value.result.value : null
  )

  return {
    recent: shallowReadonly(recent),
    usedBefore: shallowReadonly(usedBefore),
    job: shallowReadonly(job),
    progress: shallowReadonly(progress),
    examined: shallowReadonly(examined),
    compared: shallowReadonly(compared),
    used: shallowReadonly(used),
    examination,
    trial: computed(
      () => examination.value?.trials.find((trial) => trialKey(trial) === chosenTrial.value) ?? null
    ),
    providers,
    chosenTrial,
    comparePaths,
    setRecent(next: readonly RecentBundle[]) {
      recent.value = next
    },
    inUse({ origin: path, name, version }: Pick<PolicyInfo, 'origin' | 'name' | 'version'>) {
      usedBefore.value = [{ path, name, version }, ...usedBefore.value.filter((other) => other.path !== path)]
    },
    begin(next: BundleJob) {
      job.value = next
      progress.value = null
      asked = false
      if (next.kind !== 'compare') used.value = null
    },
    /** Main was asked: progress from now on is this request's. False: it isn't the present one any more. */
    ask(present: BundleJob): boolean {
      asked = job.value === present
      return asked
    },
    progressed(next: ExaminationProgress) {
      if (asked && job.value !== null) progress.value = next
    },
    /** The operator gave it up; results from before it stay. */
    drop() {
      job.value = null
      progress.value = null
    },
    examineAnswered(answered: JobOf<'examine'>, result: Result<Examination, Fault>) {
      if (!end(answered)) return
      examined.value = { job: answered, result }
      const best = result.ok ? (bestTrial(result.value.trials) ?? result.value.trials[0]) : undefined
      chosenTrial.value = best === undefined ? null : trialKey(best)
    },
    compareAnswered(answered: JobOf<'compare'>, result: Result<Comparison, Fault>) {
      if (end(answered)) compared.value = { job: answered, result }
    },
    useAnswered(answered: JobOf<'use'>, result: Result<{ name: string }, Fault>) {
      if (end(answered)) used.value = { job: answered, result }
    },
    /** Its refusal goes with a bundle that is forgotten. */
    forgot(path: string, left: readonly RecentBundle[]) {
      recent.value = left
      if (examined.value?.job.path === path && !examined.value.result.ok) examined.value = null
    }
  }
})
