import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo, PredictionRecord, PredictionView, RefinementSettings } from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import type { Execution, PolicyToUi, RefinementSnapshot } from '@shared/ipc/ports'
import { defineStore } from 'pinia'
import { computed, shallowReadonly, shallowRef } from 'vue'

/** One bar of the strip: a prediction that was decided or rejected, and what became of it. */
export interface StripEntry {
  /** Counts up while the window lives: episodes and predictions may restart with a host. */
  readonly id: number
  readonly view: PredictionView
  /** Null for a rejected prediction: it never was decided. */
  readonly record: PredictionRecord | null
  readonly execution: Execution | null
  readonly rejected: boolean
}

/** Oldest predictions are dropped beyond this many: about an hour of supervised work. */
export const MAX_ENTRIES = 500
const MAX_GHOSTS = 6

/** What the policy host tells: the bundle, the running prediction and the ones before it. */
export const useRefinementStore = defineStore('refinement', () => {
  const info = shallowRef<PolicyInfo | null>(null)
  const snapshot = shallowRef<RefinementSnapshot | null>(null)
  /** Why the policy process has no policy; null while it loads one or has it. */
  const failure = shallowRef<Fault | null>(null)
  /** The present policy process has told its `info`; `info` itself outlives the process. */
  const loaded = shallowRef(false)
  const entries = shallowRef<readonly StripEntry[]>([])
  const selectedId = shallowRef<number | null>(null)
  let nextId = 0
  /** First entry of the policy in use: what is before it was another one's. */
  const firstOwnId = shallowRef(0)

  const append = (entry: Omit<StripEntry, 'id'>): void => {
    entries.value = [...entries.value.slice(-(MAX_ENTRIES - 1)), { ...entry, id: nextId++ }]
  }

  const replaceLast = (
    matches: (entry: StripEntry) => boolean,
    change: (entry: StripEntry) => StripEntry
  ): boolean => {
    for (let index = entries.value.length - 1; index >= 0; index--) {
      const entry = entries.value[index]
      if (entry === undefined || !matches(entry)) continue
      entries.value = entries.value.map((other) => (other === entry ? change(entry) : other))
      return true
    }
    return false
  }

  const reject = (episode: number, prediction: number): void => {
    const view = snapshot.value?.prediction ?? null
    if (view === null || view.episode !== episode || view.index !== prediction) return
    append({ view, record: null, execution: null, rejected: true })
  }

  /** The settings in force; the same object as long as they say the same, so that charts rest. */
  const settings = computed<RefinementSettings | null>((before) => {
    const next = snapshot.value?.settings ?? null
    return before !== undefined && JSON.stringify(before) === JSON.stringify(next) ? before : next
  })
  const selected = computed(() => {
    if (selectedId.value === null) return null
    return entries.value.find((entry) => entry.id === selectedId.value) ?? null
  })
  /** Snapshots arrive often and mostly unchanged: the object changes only when there is something new to draw. */
  const shown = computed<PredictionView | null>((before) => {
    const next =
      selected.value?.view ??
      snapshot.value?.prediction ??
      entries.value[entries.value.length - 1]?.view ??
      null
    return before !== undefined && before !== null && next !== null && sameDrawing(before, next)
      ? before
      : next
  })
  /** The entry of the shown prediction once it was decided. */
  const shownEntry = computed<StripEntry | null>(() => {
    if (selected.value !== null) return selected.value
    const last = entries.value[entries.value.length - 1]
    return last !== undefined && isSame(last.view, shown.value) ? last : null
  })
  /** Predictions before the shown one, oldest first. */
  const ghosts = computed<readonly PredictionView[]>(() => {
    const until = shownEntry.value === null ? entries.value.length : entries.value.indexOf(shownEntry.value)
    return entries.value.slice(Math.max(0, until - MAX_GHOSTS), until).map((entry) => entry.view)
  })

  return {
    info: shallowReadonly(info),
    /** Names of the chunk's dimensions, in order. */
    actionNames: computed(() => (info.value?.actionDims ?? []).map(({ name }) => name)),
    /** What the present process runs; null while it has nothing, whatever its predecessor had. */
    inUse: computed(() => (loaded.value ? info.value : null)),
    snapshot: shallowReadonly(snapshot),
    failure: shallowReadonly(failure),
    entries: shallowReadonly(entries),
    /** Those of the policy in use alone. */
    ownEntries: computed(() => entries.value.filter(({ id }) => id >= firstOwnId.value)),
    settings,
    selected,
    shown,
    shownEntry,
    ghosts,
    browsing: computed(() => selected.value !== null),
    select(id: number | null) {
      selectedId.value = id
    },
    /** A fresh port: the host starts over; the past stays readable. */
    linked() {
      snapshot.value = null
    },
    /** The policy process went away, and its prediction with it: its successor loads the bundle anew. */
    unloaded() {
      snapshot.value = null
      loaded.value = false
      failure.value = null
    },
    /** A serious fault of a policy that isn't loaded is why it won't be. */
    failed(fault: Fault) {
      if (!loaded.value && fault.severity === 'high') failure.value = fault
    },
    receive(message: PolicyToUi) {
      switch (message.type) {
        case 'info':
          if (info.value !== null && !isSamePolicy(info.value, message.info)) firstOwnId.value = nextId
          info.value = message.info
          loaded.value = true
          failure.value = null
          break
        case 'snapshot':
          snapshot.value = message.snapshot
          break
        case 'prediction':
          append({ view: message.record, record: message.record, execution: null, rejected: false })
          break
        case 'rejected':
          reject(message.episode, message.prediction)
          break
        case 'refused':
          break
        default:
          assertNever(message)
      }
    },
    executed(execution: Execution) {
      replaceLast(
        ({ record }) =>
          record !== null && record.episode === execution.episode && record.index === execution.prediction,
        (entry) => ({ ...entry, execution })
      )
    }
  }
})

const isSamePolicy = (a: PolicyInfo, b: PolicyInfo): boolean =>
  a.bundleHash === b.bundleHash && a.provider === b.provider && a.precision === b.precision

/** The same prediction, also when it was reseeded since. */
function isSame(a: PredictionView, b: PredictionView | null): boolean {
  return (
    b !== null && a.episode === b.episode && a.index === b.index && a.observationNanos === b.observationNanos
  )
}

function sameDrawing(a: PredictionView, b: PredictionView): boolean {
  return (
    isSame(a, b) &&
    a.k === b.k &&
    a.seed === b.seed &&
    a.reseeds === b.reseeds &&
    a.human === b.human &&
    a.iterations.length === b.iterations.length &&
    a.converged?.k === b.converged?.k
  )
}
