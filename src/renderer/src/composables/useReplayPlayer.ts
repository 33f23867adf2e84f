import type { EpisodeEnd, EpisodeInfo } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { createReplayTimeline, frameStep, neighbour, predictionAt } from '../model/replayTimeline'
import { useAnimationFrame } from './useAnimationFrame'
import type { RecorderCalls } from './useRecorder'

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16] as const

/** An episode on one timeline: loads its trace, moves the cursor, and tells which instant is shown. */
export function useReplayPlayer(id: string, recorder: RecorderCalls) {
  const timeline = createReplayTimeline()
  /** Grows while the trace is read. */
  const version = ref(0)
  const opened = shallowRef<{
    readonly replay: number
    readonly info: EpisodeInfo
    readonly end: EpisodeEnd | null
    readonly fromNanos: number
    readonly toNanos: number
    readonly cameras: readonly string[]
  } | null>(null)
  const fault = shallowRef<Fault | null>(null)
  /** Share of the trace that is read. */
  const loaded = ref(0)
  const nanos = ref(0)
  const playing = ref(false)
  const speed = ref(1)
  let closed = false

  async function load(): Promise<void> {
    const open = await recorder.ask({ type: 'openReplay', id })
    if (closed) return
    if (!open.ok) {
      fault.value = open.error
      return
    }
    const { fromNanos, toNanos, replay } = open.value
    opened.value = open.value
    nanos.value = fromNanos
    for (;;) {
      const part = await recorder.ask({ type: 'readReplay', replay })
      if (closed) return
      if (!part.ok) {
        fault.value = part.error
        return
      }
      timeline.append(part.value.entries)
      version.value += 1
      loaded.value = part.value.done
        ? 1
        : (part.value.untilNanos - fromNanos) / Math.max(1, toNanos - fromNanos)
      if (part.value.done) break
    }
    playing.value = true
  }
  void load()
  onScopeDispose(() => {
    closed = true
    const replay = opened.value?.replay
    if (replay !== undefined) void recorder.ask({ type: 'closeReplay', replay })
  })

  const seek = (to: number): void => {
    const open = opened.value
    if (open) nanos.value = Math.min(open.toNanos, Math.max(open.fromNanos, to))
  }

  let lastMs: number | null = null
  useAnimationFrame((nowMs) => {
    const elapsedMs = lastMs === null ? 0 : nowMs - lastMs
    lastMs = nowMs
    const open = opened.value
    if (!playing.value || !open) return
    seek(nanos.value + elapsedMs * 1e6 * speed.value)
    if (nanos.value >= open.toNanos) playing.value = false
  })

  const marks = computed(() => (version.value, [...timeline.predictions()]))
  const jump = (instants: readonly number[], direction: -1 | 1): void => {
    playing.value = false
    const open = opened.value
    const next = neighbour(instants, nanos.value, direction)
    if (next !== null) seek(next)
    else if (open) seek(direction === 1 ? open.toNanos : open.fromNanos)
  }

  return {
    opened,
    fault,
    loaded,
    nanos,
    playing,
    speed,
    timeline,
    version,
    marks,
    /** What is thought or executed now. */
    at: computed(() => predictionAt(marks.value, nanos.value)),
    events: computed(() => (version.value, [...timeline.events()])),
    frames: computed(() => (version.value, [...timeline.frames()])),
    seek,
    /** From the end it starts over. */
    toggle() {
      const open = opened.value
      if (!playing.value && open && nanos.value >= open.toNanos) seek(open.fromNanos)
      playing.value = !playing.value
    },
    pause() {
      playing.value = false
    },
    setSpeed(next: number) {
      speed.value = next
    },
    changeSpeed(direction: -1 | 1) {
      const place = SPEEDS.findIndex((known) => known === speed.value)
      speed.value = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place + direction))] ?? 1
    },
    stepPrediction(direction: -1 | 1) {
      jump(
        marks.value.map(({ fromNanos }) => fromNanos),
        direction
      )
    },
    stepIteration(direction: -1 | 1) {
      jump(
        marks.value.flatMap(({ iterations }) => iterations),
        direction
      )
    },
    /** `instants`: of the pictures around the cursor. */
    stepFrame(instants: readonly number[], direction: -1 | 1) {
      playing.value = false
      seek(frameStep(instants, nanos.value, direction))
    }
  }
}

export type ReplayPlayer = ReturnType<typeof useReplayPlayer>
