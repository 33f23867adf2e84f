import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { errorText } from '@shared/domain/errorText'
import { createPictureDecoder, type DecodedPicture, type PictureDecoder } from '../drawing/decodePictures'
import type { RecorderCalls } from './useRecorder'
import type { ReplayPlayer } from './useReplayPlayer'

/** Decoded pictures around the cursor; the rest of a recording stays where it is. */
const AHEAD_NANOS = 1.2e9
/** Beyond that, so that the last one of them has a next one. */
const SPARE_NANOS = 0.5e9
/** People who look for something stay nowhere longer than this; what follows is not read for them. */
const REST_MS = 250
/** Nothing else waits longer than this for pictures. */
const MOST_MS = 200
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
  let reading = new AbortController()
  /** What is read beyond the instant that is shown. */
  let ahead: { readonly from: number; readonly to: number } | null = null
  const waiting = new Set<() => void>()
  let resting: ReturnType<typeof setTimeout> | undefined

  const covers = (nanos: number): boolean =>
    window.value !== null && nanos >= window.value.fromNanos && nanos <= window.value.toNanos

  const decoders = new Map<string, PictureDecoder>()

  function decoderOf(camera: string): PictureDecoder {
    const decoder = decoders.get(camera) ?? createPictureDecoder()
    decoders.set(camera, decoder)
    return decoder
  }

  function tellWaiting(): void {
    for (const tell of waiting) tell()
    waiting.clear()
  }

  function release(old: Window | null): void {
    for (const pictures of old?.pictures.values() ?? []) for (const { image } of pictures) image.close()
  }

  /** Pictures from `from` to `to` become what is shown, unless nobody waits for them any more. */
  async function show(
    replay: number,
    from: number,
    to: number,
    spare: number
  ): Promise<'shown' | 'given up' | 'failed'> {
    const { signal } = (reading = new AbortController())
    const result = await Promise.race([
      recorder.ask({ type: 'readVideo', replay, from, to: to + spare }),
      untilAborted(signal)
    ])
    if (disposed || result === null || signal.aborted) return 'given up'
    if (!result.ok) {
      failure.value = result.error.message
      return 'failed'
    }
    const decoded = await Promise.all(
      result.value.parts.map(
        async (part) => [part.camera, await decoderOf(part.camera).decode(part, from, signal)] as const
      )
    )
    const next = { fromNanos: from, toNanos: Math.max(from, to), pictures: new Map(decoded) }
    if (signal.aborted || disposed) {
      release(next)
      return 'given up'
    }
    const before = window.value
    window.value = next
    failure.value = null
    release(before)
    if (covers(player.nanos.value)) requestAnimationFrame(() => setTimeout(tellWaiting))
    return 'shown'
  }

  /** From `from` on, some way. */
  async function readOn(replay: number, from: number, until: number): ReturnType<typeof show> {
    const to = Math.min(until, from + AHEAD_NANOS * Math.max(1, Math.min(4, player.speed.value)))
    ahead = { from, to }
    const outcome = await show(replay, from, to, SPARE_NANOS)
    ahead = null
    return outcome
  }

  /** `rested`: people look at this instant, and may go on from it. */
  async function load(rested = false): Promise<void> {
    const open = player.opened.value
    if (loading || !open || open.cameras.length === 0) return
    loading = true
    try {
      if (rested) await readOn(open.replay, player.nanos.value, open.toNanos)
      // The cursor may have moved on while this one was decoded.
      while (!disposed && !covers(player.nanos.value)) {
        const from = player.nanos.value
        const isNear =
          window.value !== null &&
          from >= window.value.fromNanos &&
          from <= window.value.toNanos + SPARE_NANOS
        // Somewhere else: what is there comes before what follows.
        const outcome = isNear
          ? await readOn(open.replay, from, open.toNanos)
          : await show(open.replay, from, from, 0)
        // Tried again when the cursor moves on.
        if (outcome === 'failed') return
      }
    } catch (error) {
      failure.value = errorText(error)
    } finally {
      loading = false
      ahead = null
    }
    // Once: at the end of a recording nothing follows.
    const isAlone = window.value !== null && window.value.fromNanos === window.value.toNanos
    if (isAlone && !rested && !disposed) resting = setTimeout(() => void load(true), REST_MS)
  }

  watch(
    [player.nanos, player.opened],
    ([nanos]) => {
      clearTimeout(resting)
      if (covers(nanos)) return
      // Nobody waits any more for what is being read.
      if (ahead !== null && (nanos < ahead.from || nanos > ahead.to)) reading.abort()
      void load()
    },
    { immediate: true }
  )
  onScopeDispose(() => {
    disposed = true
    reading.abort()
    clearTimeout(resting)
    for (const decoder of decoders.values()) decoder.close()
    tellWaiting()
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
    /** Resolves once the pictures of the cursor's instant were painted, at once where they are there, or after a while. */
    async shown(): Promise<void> {
      const awaitsNone = player.opened.value?.cameras.length === 0 || failure.value !== null || disposed
      if (awaitsNone || covers(player.nanos.value)) return
      await new Promise<void>((tell) => {
        waiting.add(tell)
        setTimeout(tell, MOST_MS)
      })
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

const untilAborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))

export type RecordedVideo = ReturnType<typeof useRecordedVideo>
