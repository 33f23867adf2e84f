import { computed, onScopeDispose, watch } from 'vue'
import type { Client } from '../client/client'
import { breakpointOf } from '../model/breakpointText'
import { questionOf } from '../model/guardText'
import { alarmConditions, predictionConditions } from '../model/alarmConditions'
import { useAlarmsStore } from '../stores/alarms'
import { useAppStore } from '../stores/app'
import { useCamerasStore } from '../stores/cameras'
import { useRecordingStore } from '../stores/recording'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'

/** Keeps the alarm list as what is abnormal has it, records its history, and sounds where that is wanted. */
export function useAlarms(client: Client): void {
  const alarms = useAlarmsStore()
  const app = useAppStore()
  const cameras = useCamerasStore()
  const recording = useRecordingStore()
  const refinement = useRefinementStore()
  const robot = useRobotStore()
  const ui = useUiStore()
  const sound = createSound()

  alarms.onEvent(({ kind, id, title }) => {
    client.sendRecorder({ type: 'alarm', event: kind, id, title })
    const alarm = alarms.list.alarms.find((each) => each.id === id)
    // A flood is one noise, not many.
    if (kind === 'raised' && alarm?.priority === 'high' && alarms.isSoundOn && !alarms.isFlood) sound.play()
  })
  // Hundreds of them, and time goes on much more often than they change.
  const ofPredictions = computed(() =>
    predictionConditions(refinement.ownEntries.flatMap(({ record }) => (record ? [record] : [])))
  )
  watch(
    () => ui.nowMs,
    (nowMs) => {
      const conditions = alarmConditions({
        motion: robot.snapshot?.motion ?? null,
        question: questionOf(refinement.snapshot?.phase ?? null),
        breakpoint: breakpointOf(refinement.snapshot?.phase ?? null),
        hosts: app.hosts,
        recordingFailure: recording.status?.failure ?? null,
        cameras: cameras.view?.cameras ?? []
      })
      alarms.update([...conditions, ...ofPredictions.value], nowMs)
    }
  )
  onScopeDispose(sound.close)
}

const SOUND_HZ = 880
const SOUND_SECONDS = 0.25

/** Two short tones: heard, and gone. */
function createSound() {
  let context: AudioContext | null = null
  return {
    play() {
      context ??= new AudioContext()
      const { currentTime, destination } = context
      const gain = context.createGain()
      gain.gain.value = 0.15
      gain.connect(destination)
      for (const [index, factor] of [1, 1.25].entries()) {
        const tone = context.createOscillator()
        tone.frequency.value = SOUND_HZ * factor
        tone.connect(gain)
        tone.start(currentTime + index * SOUND_SECONDS)
        tone.stop(currentTime + (index + 0.8) * SOUND_SECONDS)
      }
    },
    close: () => void context?.close()
  }
}
