import type { ArmSlot, ConnectedArm, DevicesView, MotorReading } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import type { RobotToUi } from '@shared/ipc/ports'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { remember, type HistoryEntry } from '../model/motorHistory'

/** What the last command of a place came to: shown there, until the next one. */
export interface DeviceOutcome {
  readonly fault: Fault | null
  readonly note: string | null
}

const NOTHING: Record<ArmSlot, readonly MotorReading[]> = { follower: [], leader: [] }
const NO_HISTORY: Record<ArmSlot, readonly HistoryEntry[]> = { follower: [], leader: [] }

/** Devices as the robot host tells them, and what became of what was asked. */
export const useDevicesStore = defineStore('devices', () => {
  const view = shallowRef<DevicesView | null>(null)
  const motors = shallowRef(NOTHING)
  const history = shallowRef(NO_HISTORY)
  /** By request number: who asked. */
  const pending = shallowReactive(new Map<number, string>())
  const outcomes = shallowReactive(new Map<string, DeviceOutcome>())
  const requests = ref(0)

  const arm = (slot: ArmSlot): ConnectedArm | null =>
    view.value?.arms.find((candidate) => candidate.slot === slot) ?? null

  function show(next: DevicesView): void {
    for (const slot of ['follower', 'leader'] as const) {
      const was = JSON.stringify(arm(slot)?.request ?? null)
      const is = JSON.stringify(next.arms.find((each) => each.slot === slot)?.request ?? null)
      if (was !== is) history.value = { ...history.value, [slot]: [] }
    }
    view.value = next
  }

  return {
    view,
    motors,
    /** Motors over the last while, by slot; another arm begins anew. */
    history,
    outcomes,
    follower: computed(() => arm('follower')),
    leader: computed(() => arm('leader')),
    isBusy: (place: string) => [...pending.values()].includes(place),
    /** The number of a new request from this place. */
    ask(place: string): number {
      requests.value += 1
      pending.set(requests.value, place)
      outcomes.delete(place)
      return requests.value
    },
    failed(request: number, fault: Fault) {
      const place = pending.get(request)
      pending.delete(request)
      if (place !== undefined) outcomes.set(place, { fault, note: null })
    },
    /** A fresh port: whoever was asked before answers no more. */
    linked() {
      view.value = null
      motors.value = NOTHING
      history.value = NO_HISTORY
      pending.clear()
    },
    receive(message: RobotToUi) {
      if (message.type === 'devices') show(message.view)
      if (message.type === 'telemetry') {
        const { slot, nanos, motors: read } = message
        motors.value = { ...motors.value, [slot]: read }
        const known = remember(history.value[slot], { nanos, motors: read })
        if (known !== history.value[slot]) history.value = { ...history.value, [slot]: known }
      }
      if (message.type !== 'deviceAnswer') return
      const place = pending.get(message.request)
      pending.delete(message.request)
      if (place === undefined) return
      const { result } = message
      outcomes.set(
        place,
        result.ok ? { fault: null, note: result.value } : { fault: result.error, note: null }
      )
    }
  }
})
