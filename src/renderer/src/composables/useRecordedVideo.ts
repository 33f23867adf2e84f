import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { errorText } from '@shared/domain/errorText'
import type { PictureFormat, VideoPart } from '@shared/ipc/recording'
import type { RecorderCalls } from './useRecorder'
import type { ReplayPlayer } from './useReplayPlayer'

/** Decoded pictures around the cursor; the rest of a recording stays where it is. */
const AHEAD_NANOS = 1.2e9
/** Beyond that, so that the last one of them has a next one. */
const SPARE_NANOS = 0.5e9
/** For any profile and level: the stream says by itself what it is. */
const CODECS: Readonly<Record<Extract<PictureFormat, 'h264' | 'av1'>, string>> = {
  h264: 'avc1.640034',
  av1: 'av01.0.15M.08'
}

interface Picture {
  readonly nanos: number
  readonly bitmap: ImageBitmap
}

interface Window {
  readonly fromNanos: number
  readonly toNanos: number
  readonly pictures: ReadonlyMap<string, readonly Picture[]>
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

  async function load(): Promise<void> {
    const open = player.opened.value
    if (loading || !open || open.cameras.length === 0) return
    loading = true
    try {
      // The cursor may have moved on while this one was decoded.
      while (!disposed && !covers(player.nanos.value)) {
        const from = player.nanos.value
        const to = Math.min(open.toNanos, from + AHEAD_NANOS * Math.max(1, Math.min(4, player.speed.value)))
        const result = await recorder.ask({
          type: 'readVideo',
          replay: open.replay,
          from,
          to: to + SPARE_NANOS
        })
        if (disposed) return
        if (!result.ok) {
          failure.value = result.error.message
          return
        }
        const decoded = await Promise.all(
          result.value.parts.map(async (part) => [part.camera, await decode(part)] as const)
        )
        const before = window.value
        window.value = { fromNanos: from, toNanos: Math.max(from, to), pictures: new Map(decoded) }
        release(before)
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
    pictureAt(camera: string, nanos: number): Picture | null {
      const pictures = window.value?.pictures.get(camera) ?? []
      let newest: Picture | null = null
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

const decode = ({ format, frames }: VideoPart): Promise<Picture[]> =>
  format === 'h264' || format === 'av1' ? decodeVideo(CODECS[format], frames) : decodeStills(format, frames)

const decodeStills = (format: 'jpeg' | 'png', frames: VideoPart['frames']): Promise<Picture[]> =>
  Promise.all(
    frames.map(async ({ nanos, data }) => ({
      nanos,
      bitmap: await createImageBitmap(new Blob([data as BlobPart], { type: `image/${format}` }))
    }))
  )

async function decodeVideo(codec: string, frames: VideoPart['frames']): Promise<Picture[]> {
  const pictures: Promise<Picture>[] = []
  const failures: Error[] = []
  const decoder = new VideoDecoder({
    output(frame) {
      const nanos = frames[frame.timestamp]?.nanos ?? 0
      pictures.push(
        createImageBitmap(frame).then((bitmap) => {
          frame.close()
          return { nanos, bitmap }
        })
      )
    },
    error: (error) => failures.push(error)
  })
  decoder.configure({ codec, optimizeForLatency: true })
  // The place in the list is timestamp enough: pictures come out as they went in.
  frames.forEach(({ isKey, data }, timestamp) =>
    decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp, data }))
  )
  if (frames.length > 0) await decoder.flush()
  decoder.close()
  if (failures[0]) throw failures[0]
  return Promise.all(pictures)
}
