import type { BenchLevel } from '@shared/domain/bench'
import type { RunRequest } from '@shared/domain/run'
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type ViewName = 'live' | 'episodes' | 'policy' | 'devices'
/** Who drives the arm when the operator takes over; `clutch` is a leader of which only the movements count. */
export type DriveSource = 'keyboard' | 'gamepad' | 'leader' | 'clutch'
/** Pages of the Policy view. */
export type PolicyPage = 'inUse' | 'examined' | 'compare'
export type DialogName = 'keys' | 'discard' | 'trash' | 'export'

/** What only this window cares about: cursor, edits, dialogs, the next run. */
export const useUiStore = defineStore('ui', () => {
  const view = ref<ViewName>('live')
  const policyPage = ref<PolicyPage>('inUse')
  const theme = ref<ThemeChoice>('system')
  const dialog = ref<DialogName | null>(null)
  /** Counts Ctrl+. presses: open popovers close on it (Esc belongs to the robot). */
  const layersClosed = ref(0)
  /** Iteration under the cursor; null follows the newest. */
  const cursorK = ref<number | null>(null)
  /** The chunk as the operator edited it; null while untouched. */
  const editedChunk = shallowRef<Float32Array | null>(null)
  const asPolicySees = ref(false)
  /** What is shown is a recording; its app's own store says so. */
  const isReplay = ref(false)
  /** The episode that is replayed in the Episodes view; null: the library is shown. */
  const replayId = ref<string | null>(null)
  /** `performance.now`, refreshed ten times a second for ages and expiry. */
  const nowMs = ref(0)
  const level = ref<BenchLevel>('all')
  const seedBase = ref(1)
  const continuous = ref(true)
  const reseedSeed = ref(1)
  const driveSource = ref<DriveSource>('keyboard')
  /** Percent of the fastest jog. */
  const driveSpeed = ref(40)

  return {
    view,
    policyPage,
    theme,
    dialog,
    layersClosed,
    cursorK,
    editedChunk,
    asPolicySees,
    isReplay,
    replayId,
    nowMs,
    level,
    seedBase,
    continuous,
    reseedSeed,
    driveSource,
    driveSpeed,
    adoptRequest(request: RunRequest) {
      level.value = request.level
      seedBase.value = request.seedBase
      continuous.value = request.continuous
    }
  }
})
