import { defineStore } from 'pinia'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { follow, interventionsText, NO_INTERVENTIONS, type Moment } from '../model/interventions'
import { GUARD_TRIGGERS } from '../model/guardText'
import { useRefinementStore } from './refinement'

/** How often people were needed in the run that is on. */
export const useInterventionsStore = defineStore('interventions', () => {
  const refinement = useRefinementStore()
  const state = shallowRef(NO_INTERVENTIONS)
  const budget = computed(() => {
    const guard = refinement.settings?.guard
    return guard && GUARD_TRIGGERS.some((trigger) => guard[trigger].on) ? guard.holdsPerEpisode : null
  })
  return {
    state: shallowReadonly(state),
    text: computed(() => interventionsText(state.value, budget.value)),
    observe(moment: Moment): void {
      state.value = follow(state.value, moment)
    }
  }
})
