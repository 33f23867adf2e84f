import type { EpisodeInfo } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type {
  PictureFormat,
  RecorderAnswer,
  RecorderCommand,
  ReplayEntry,
  VideoPart
} from '@shared/ipc/recording'
import { NANOS_PER_SECOND } from '@shared/units'
import { readEnd, readInfo } from './episodeMetadata'
import { CAMERA_PREFIX } from './messages'
import { isCamera, pictureOf } from './pictures'
import { recorderFault } from './recorderFault'
import { openRecording, RecordingDamage, type Recorded, type RecordingReader } from './recordingReader'
import { createReplayTrace, REPLAYED_TOPICS, type ReplayTrace } from './replayTrace'

/** Reads one episode for a window that replays it: its trace part by part, its pictures where they are looked at. */
export interface ReplayDesk {
  answer(command: ReplayCommand): Promise<Result<RecorderAnswer, Fault>>
  end(): Promise<void>
}

export type ReplayCommand = Extract<
  RecorderCommand,
  { type: 'openReplay' | 'readReplay' | 'readVideo' | 'closeReplay' }
>

/** `frames` begin with a key frame. */
interface CameraPictures {
  readonly format: PictureFormat
  readonly frames: VideoPart['frames']
}

interface OpenReplay {
  readonly number: number
  readonly id: string
  readonly recording: RecordingReader
  readonly info: EpisodeInfo
  readonly trace: ReplayTrace
  readonly messages: AsyncGenerator<Recorded, void, void>
}

/** About a tenth of a second of work for the window. */
const PART_MESSAGES = 2500
/** A key frame comes twice a second at 30 pictures a second: what is looked at first. */
const USUAL_GOP_NANOS = 0.6 * NANOS_PER_SECOND
/** They are 1.5 s apart from the bench, and may be further apart in what others have recorded. */
const LOOK_BACK_FACTOR = 4

export function createReplayDesk({ pathOf }: { readonly pathOf: (id: string) => string }): ReplayDesk {
  let current: OpenReplay | null = null
  let count = 0

  async function close(): Promise<void> {
    const open = current
    current = null
    await open?.messages.return()
    await open?.recording.close()
  }

  async function open(id: string): Promise<Result<RecorderAnswer, Fault>> {
    await close()
    const opened = await openRecording(pathOf(id))
    if (!opened.ok) return err(unreadable(id, opened.error))
    const recording = opened.value
    const info = readInfo(recording.metadata)
    if (!info.ok) {
      await recording.close()
      return err(unreadable(id, info.error))
    }
    const end = readEnd(recording.metadata)
    current = {
      number: ++count,
      id,
      recording,
      info: info.value,
      trace: createReplayTrace(info.value, end),
      messages: recording.messages({ topics: REPLAYED_TOPICS })
    }
    return ok({
      type: 'openReplay',
      replay: current.number,
      info: info.value,
      end,
      fromNanos: toNanos(info.value, recording.firstLogTime),
      toNanos: toNanos(info.value, recording.lastLogTime),
      cameras: cameraTopics(recording).map((topic) => topic.slice(CAMERA_PREFIX.length))
    })
  }

  async function read({ messages, trace, info }: OpenReplay): Promise<RecorderAnswer> {
    const entries: ReplayEntry[] = []
    let untilNanos = info.startNanos
    for (let taken = 0; taken < PART_MESSAGES; taken++) {
      const next = await messages.next()
      if (next.done) return { type: 'readReplay', entries, untilNanos, done: true }
      untilNanos = toNanos(info, next.value.logTime)
      entries.push(...trace.entries(next.value))
    }
    return { type: 'readReplay', entries, untilNanos, done: false }
  }

  /** Of these cameras, from the last key frame before `from` on; none where there is no key frame in what is looked at. */
  async function cameras(
    { recording, info }: OpenReplay,
    topics: readonly string[],
    range: { readonly from: number; readonly to: number; readonly back: number }
  ): Promise<Map<string, CameraPictures>> {
    const query = { topics, from: toWall(info, range.from - range.back), to: toWall(info, range.to) }
    const found = new Map<string, CameraPictures>()
    for await (const { topic, schema, logTime, data } of recording.messages(query)) {
      const picture = isCamera(schema) ? pictureOf(schema, data) : null
      if (picture === null) continue
      const frame = { nanos: toNanos(info, logTime), isKey: picture.isKey, data: picture.data }
      const before = found.get(topic)?.frames ?? []
      // The last key frame before; not one at `from` itself, so that there is a picture to step back to.
      const begins = before.length === 0 || (frame.isKey && frame.nanos < range.from)
      if (begins && !frame.isKey) continue
      if (begins) found.set(topic, { format: picture.format, frames: [frame] })
      else before.push(frame)
    }
    return found
  }

  async function video(replay: OpenReplay, from: number, to: number): Promise<RecorderAnswer> {
    const { recording, info } = replay
    const begins = toNanos(info, recording.firstLogTime)
    const topics = cameraTopics(recording)
    const found = await cameras(replay, topics, { from, to, back: USUAL_GOP_NANOS })
    // Those of which nothing from before `from` was found: what is shown there, and what to step back to.
    const late = (): string[] =>
      topics.filter((topic) => (found.get(topic)?.frames[0]?.nanos ?? Infinity) >= from)
    for (let back = USUAL_GOP_NANOS; late().length > 0 && from - back > begins;) {
      back *= LOOK_BACK_FACTOR
      for (const [topic, pictures] of await cameras(replay, late(), { from, to, back }))
        found.set(topic, pictures)
    }
    const parts = topics.map((topic) => ({
      camera: topic.slice(CAMERA_PREFIX.length),
      ...(found.get(topic) ?? { format: 'h264' as const, frames: [] })
    }))
    return { type: 'readVideo', parts }
  }

  return {
    async answer(command) {
      try {
        if (command.type === 'openReplay') return await open(command.id)
        const replay = current
        if (replay?.number !== command.replay) {
          if (command.type === 'closeReplay') return ok({ type: 'closeReplay' })
          return err(recorderFault('replayClosed', 'This replay was closed', 'Open the episode again.'))
        }
        if (command.type === 'readReplay') return ok(await read(replay))
        if (command.type === 'readVideo') return ok(await video(replay, command.from, command.to))
        await close()
        return ok({ type: 'closeReplay' })
      } catch (error) {
        if (!(error instanceof RecordingDamage)) throw error
        return err(unreadable(current?.id ?? '', error.message))
      }
    },
    end: close
  }
}

const cameraTopics = ({ topics }: RecordingReader): string[] =>
  topics.filter((topic) => topic.startsWith(CAMERA_PREFIX)).sort()

const toNanos = ({ startWallNanos, startNanos }: EpisodeInfo, wall: bigint): number =>
  startNanos + Number(wall - BigInt(startWallNanos))
const toWall = ({ startWallNanos, startNanos }: EpisodeInfo, nanos: number): bigint =>
  BigInt(startWallNanos) + BigInt(Math.round(nanos - startNanos))

const unreadable = (id: string, reason: string): Fault =>
  recorderFault(
    'unreadableEpisode',
    `Episode ${id} can't be replayed: ${reason}`,
    'Restart Depthdeck: it repairs recordings when it starts.'
  )
