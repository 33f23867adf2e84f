import {
  acknowledge,
  isFlood,
  NO_ALARMS,
  shelve,
  unshelve,
  updateAlarms,
  type AlarmCondition,
  type AlarmEvent,
  type AlarmList,
  type AlarmStep
} from '@shared/alarms/alarmList'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

const MAX_HISTORY = 200

const isBlank = ({ alarms, risesMs }: AlarmList): boolean => alarms.length + risesMs.length === 0

/** The alarm list of this window, and what became of its alarms. */
export const useAlarmsStore = defineStore('alarms', () => {
  const list = shallowRef(NO_ALARMS)
  /** Newest first. */
  const history = shallowRef<readonly AlarmEvent[]>([])
  const isSoundOn = ref(false)
  let tell: (event: AlarmEvent) => void = () => undefined

  function take(step: AlarmStep): void {
    // All is normal, as mostly: nothing has to be drawn anew.
    if (isBlank(list.value) && isBlank(step.list)) return
    list.value = step.list
    if (step.events.length === 0) return
    history.value = [...[...step.events].reverse(), ...history.value].slice(0, MAX_HISTORY)
    for (const event of step.events) tell(event)
  }

  return {
    list,
    history,
    isSoundOn,
    shown: computed(() => list.value.alarms.filter(({ shelvedUntilMs }) => shelvedUntilMs === null)),
    shelved: computed(() => list.value.alarms.filter(({ shelvedUntilMs }) => shelvedUntilMs !== null)),
    unseen: computed(() =>
      list.value.alarms.filter((alarm) => !alarm.isAcknowledged && alarm.shelvedUntilMs === null)
    ),
    isFlood: computed(() => isFlood(list.value)),
    /** Who is told of every event. */
    onEvent(listener: (event: AlarmEvent) => void) {
      tell = listener
    },
    update: (conditions: readonly AlarmCondition[], nowMs: number) =>
      take(updateAlarms(list.value, conditions, nowMs)),
    acknowledge: (id: string, nowMs: number) => take(acknowledge(list.value, id, nowMs)),
    shelve: (id: string, minutes: number, nowMs: number) => take(shelve(list.value, id, minutes, nowMs)),
    unshelve: (id: string, nowMs: number) => take(unshelve(list.value, id, nowMs))
  }
})
