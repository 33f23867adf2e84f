import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { errorText } from '@shared/domain/errorText'
import { decodePictures, type DecodedPicture } from '../drawing/decodePictures'
import type { RecorderCalls } from './useRecorder'
import type { ReplayPlayer } from './useReplayPlayer'

/** Decoded pictures around the cursor; the rest of a recording stays where it is. */
const AHEAD_NANOS = 1.2e9
/** Beyond that, so that the last one of them has a next one. */
const SPARE_NANOS = 0.5e9
interface Window {
  readonly fromNanos: number
  readonly toNanos: number
  readonly pictures: ReadonlyMap<string, readonly DecodedPicture[]>
}

/** The recorded cameras at the player's instant, exact to the picture. */
export function useRecordedVideo(player: ReplayPlayer, recorder: RecorderCalls) {
  const window = shallowRef<Window | null>(null)
  const failure = ref<string | null>(null)
  let loading = false
  let disposed = false

  const covers = (nanos: number): boolean =>
    window.value !== null && nanos >= window.value.fromNanos && nanos <= window.value.toNanos

  function release(old: Window | null): void {
    for (const pictures of old?.pictures.values() ?? []) for (const { bitmap } of pictures) bitmap.close()
  }

  /** Pictures from `from` to `to` become what is shown. */
  async function show(replay: number, from: number, to: number, spare: number): Promise<boolean> {
    const result = await recorder.ask({ type: 'readVideo', replay, from, to: to + spare })
    if (disposed) return false
    if (!result.ok) {
      failure.value = result.error.message
      return false
    }
    const decoded = await Promise.all(
      result.value.parts.map(async (part) => [part.camera, await decodePictures(part)] as const)
    )
    const before = window.value
    window.value = { fromNanos: from, toNanos: Math.max(from, to), pictures: new Map(decoded) }
    release(before)
    return true
  }

  async function load(): Promise<void> {
    const open = player.opened.value
    if (loading || !open || open.cameras.length === 0) return
    loading = true
    try {
      // The cursor may have moved on while this one was decoded.
      while (!disposed && !covers(player.nanos.value)) {
        const from = player.nanos.value
        // Somewhere else: what is there now comes before what follows.
        const isJump =
          window.value === null || from < window.value.fromNanos || from > window.value.toNanos + SPARE_NANOS
        if (isJump && !(await show(open.replay, from, from, 0))) return
        if (player.nanos.value !== from && !covers(player.nanos.value)) continue
        const to = Math.min(open.toNanos, from + AHEAD_NANOS * Math.max(1, Math.min(4, player.speed.value)))
        if (!(await show(open.replay, from, to, SPARE_NANOS))) return
      }
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      loading = false
    }
  }

  watch(
    [player.nanos, player.opened],
    () => {
      if (!covers(player.nanos.value)) void load()
    },
    { immediate: true }
  )
  onScopeDispose(() => {
    disposed = true
    release(window.value)
    window.value = null
  })

  return {
    failure,
    window,
    /** The picture that was the newest at this instant. */
    pictureAt(camera: string, nanos: number): DecodedPicture | null {
      const pictures = window.value?.pictures.get(camera) ?? []
      let newest: DecodedPicture | null = null
      for (const picture of pictures) if (picture.nanos <= nanos) newest = picture
      return newest
    },
    /** When the pictures around the cursor were taken; none while they are read. */
    instants: (): number[] =>
      covers(player.nanos.value)
        ? [...(window.value?.pictures.values() ?? [])].flatMap((pictures) =>
            pictures.map(({ nanos }) => nanos)
          )
        : []
  }
}

export type RecordedVideo = ReturnType<typeof useRecordedVideo>
