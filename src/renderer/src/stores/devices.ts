import type { ArmSlot, ConnectedArm, DevicesView, MotorReading } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import type { RobotToUi } from '@shared/ipc/ports'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'

/** What the last command of a place came to: shown there, until the next one. */
export interface DeviceOutcome {
  readonly fault: Fault | null
  readonly note: string | null
}

const NOTHING: Record<ArmSlot, readonly MotorReading[]> = { follower: [], leader: [] }

/** Devices as the robot host tells them, and what became of what was asked. */
export const useDevicesStore = defineStore('devices', () => {
  const view = shallowRef<DevicesView | null>(null)
  const motors = shallowRef(NOTHING)
  /** By request number: who asked. */
  const pending = shallowReactive(new Map<number, string>())
  const outcomes = shallowReactive(new Map<string, DeviceOutcome>())
  const requests = ref(0)

  const arm = (slot: ArmSlot): ConnectedArm | null =>
    view.value?.arms.find((candidate) => candidate.slot === slot) ?? null

  return {
    view,
    motors,
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
      pending.clear()
    },
    receive(message: RobotToUi) {
      if (message.type === 'devices') view.value = message.view
      if (message.type === 'telemetry') motors.value = { ...motors.value, [message.slot]: message.motors }
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
