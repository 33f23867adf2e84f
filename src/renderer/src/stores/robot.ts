import type { BenchSceneView } from '@shared/domain/bench'
import { SAME_FRAME, type BenchFrame } from '@shared/domain/benchFrame'
import { assertNever } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import type { CameraImage, RobotSnapshot, RobotToUi } from '@shared/ipc/ports'
import { defineStore } from 'pinia'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { benchBox } from '../model/benchBox'
import { createClockOffset, type ClockOffset } from '../model/clockOffset'
import { appendSample, type MotionSample } from '../model/motionSampling'

export interface TimedScene {
  readonly nanos: number
  readonly scene: BenchSceneView
}

/** The newest of everything the robot host sends; nothing is queued. */
export const useRobotStore = defineStore('robot', () => {
  const spec = shallowRef<RobotSpec | null>(null)
  /** How the bench lies in the arm's frame. */
  const bench = shallowRef<BenchFrame>(SAME_FRAME)
  const snapshot = shallowRef<RobotSnapshot | null>(null)
  const samples = shallowRef<readonly MotionSample[]>([])
  const scene = shallowRef<TimedScene | null>(null)
  const frames = shallowRef<readonly CameraImage[]>([])
  /** `performance.now` when the last snapshot arrived. */
  const receivedMs = shallowRef<number | null>(null)
  let source = createClockOffset()
  const clock: ClockOffset = {
    observe: (remoteNanos, localMs) => source.observe(remoteNanos, localMs),
    ageMs: (remoteNanos, localMs) => source.ageMs(remoteNanos, localMs),
    remoteNanos: (localMs) => source.remoteNanos(localMs),
    reset: () => source.reset()
  }

  return {
    spec: shallowReadonly(spec),
    /** What actions end at, metres, in the bench's frame as paths are; null before an arm is known. */
    actionBox: computed(() => (spec.value === null ? null : benchBox(spec.value.workspace, bench.value))),
    snapshot: shallowReadonly(snapshot),
    samples: shallowReadonly(samples),
    scene: shallowReadonly(scene),
    frames: shallowReadonly(frames),
    receivedMs: shallowReadonly(receivedMs),
    clock,
    /** Another clock tells the time from now on: a recording's stands where its cursor stands. */
    useClock(next: ClockOffset) {
      source = next
    },
    /** A fresh port: the host may be another one, with another arm and another clock. */
    linked() {
      snapshot.value = null
      samples.value = []
      receivedMs.value = null
      clock.reset()
    },
    receive(message: RobotToUi, atMs: number) {
      switch (message.type) {
        case 'hello':
          // Another arm: what the last one did says nothing about it.
          if (spec.value?.name !== message.spec.name) samples.value = []
          spec.value = message.spec
          bench.value = message.bench
          break
        case 'snapshot':
          clock.observe(message.snapshot.nanos, atMs)
          snapshot.value = message.snapshot
          receivedMs.value = atMs
          samples.value = appendSample(samples.value, {
            nanos: message.snapshot.state.capturedNanos,
            position: message.snapshot.state.position
          })
          break
        case 'scene':
          scene.value = { nanos: message.nanos, scene: message.scene }
          break
        case 'frames':
          frames.value = message.images
          break
        case 'devices':
        case 'telemetry':
        case 'deviceAnswer':
        case 'execution':
        case 'refused':
          break
        default:
          assertNever(message)
      }
    }
  }
})
