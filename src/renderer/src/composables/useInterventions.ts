import { computed, watch } from 'vue'
import { questionOf } from '../model/guardText'
import type { Moment } from '../model/interventions'
import { useInterventionsStore } from '../stores/interventions'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'

/** Tells the store of what people are needed for whenever that changes. */
export function useInterventions(): void {
  const interventions = useInterventionsStore()
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const ui = useUiStore()
  const run = computed(() => robot.snapshot?.run ?? null)
  const asks = computed<Moment['asks']>((before) => {
    const { phase = null, prediction = null } = refinement.snapshot ?? {}
    const motion = robot.snapshot?.motion
    const isHeld = motion?.kind === 'held' && run.value?.phase.kind === 'running'
    const now: Moment['asks'] =
      questionOf(phase) !== null
        ? { by: 'guard', about: `${prediction?.episode} ${prediction?.index} ${prediction?.reseeds}` }
        : isHeld
          ? { by: 'hold', about: motion.cause.message }
          : null
    return now?.by === before?.by && now?.about === before?.about ? (before ?? null) : now
  })
  const changed = computed(
    () => refinement.entries.findLast(({ record, rejected }) => rejected || record?.human === true)?.id ?? -1
  )
  watch(
    [
      () => (run.value === null ? null : `${run.value.request.level} ${run.value.request.seedBase}`),
      () => run.value?.episode ?? 0,
      () => run.value?.finished ?? 0,
      asks,
      () => robot.snapshot?.motion.kind === 'teleop',
      changed
    ] as const,
    ([key, episode, finished, asked, driven, humans]) => {
      if (key === null) return
      interventions.observe({
        nowMs: ui.nowMs,
        run: key,
        episode,
        finished,
        asks: asked,
        driven,
        changed: humans
      })
    }
  )
}
