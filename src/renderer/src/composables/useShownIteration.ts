import { computed, type ComputedRef } from 'vue'
import { chunkAt } from '../model/scopeModel'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'

export interface ShownIteration {
  /** Newest iteration of the shown prediction and the one under the cursor; 0 while there is none. */
  readonly lastK: ComputedRef<number>
  readonly k: ComputedRef<number>
  /** The chunk decoded at k, or the newest one before it where the coda was skipped. */
  readonly decoded: ComputedRef<{ readonly k: number; readonly chunk: Float32Array } | null>
  /** The chunk a person made of it: the edit under way, or what an override committed. */
  readonly human: ComputedRef<Float32Array | null>
  /** Actions that will be executed; null while undecided. */
  readonly horizon: ComputedRef<number | null>
  /** Actions that were executed; null while undecided. */
  readonly executed: ComputedRef<number | null>
  /** The policy waits at this prediction, and its chunk is here to be edited. */
  readonly editable: ComputedRef<boolean>
}

/** The iteration on show and what became of its chunk: one answer for scope, chunk editor, camera and commands. */
export function useShownIteration(): ShownIteration {
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const ui = useUiStore()

  const record = computed(() => refinement.shownEntry?.record ?? null)
  const lastK = computed(() => refinement.shown?.k ?? 0)
  const k = computed(() => Math.min(ui.cursorK ?? lastK.value, lastK.value))
  const decoded = computed(() => (refinement.shown === null ? null : chunkAt(refinement.shown, k.value)))
  /** What was committed differs from the last iteration only after an override. */
  const committed = computed(() =>
    record.value?.stopReason === 'override' && k.value === record.value.k ? record.value.chunk : null
  )
  const executed = computed(() => {
    if (record.value === null) return null
    const execution = refinement.shownEntry?.execution ?? null
    if (execution !== null) return execution.actionsExecuted
    const now = robot.snapshot
    // Numbers start anew with a host or a scene: the queue's prediction is a past one's namesake at most.
    const moving =
      !refinement.browsing &&
      now?.queue?.prediction === record.value.index &&
      now.run.episode === record.value.episode
    return moving ? (now.queue?.action ?? 0) : 0
  })

  return {
    lastK,
    k,
    decoded,
    human: computed(() => ui.editedChunk ?? committed.value),
    horizon: computed(() => record.value?.horizon ?? null),
    executed,
    editable: computed(
      () => !refinement.browsing && refinement.snapshot?.phase.kind === 'paused' && decoded.value !== null
    )
  }
}
