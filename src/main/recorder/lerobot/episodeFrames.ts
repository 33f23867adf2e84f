import type { EpisodeEnd, EpisodeInfo } from '@shared/domain/episode'
import { err, ok, type Result } from '@shared/domain/result'
import { readEnd, readInfo } from '../../episodes/episodeMetadata'
import { h264Size, isKeyFrame } from '../../episodes/h264'
import { CAMERA_PREFIX } from '../../episodes/messages'
import { decodeMessage } from '../../episodes/protobuf'
import type { RecordingReader } from '../../episodes/recordingReader'

/**
 * An episode as a table of frames: one row for every place of the cameras' common grid, with what the arm was and what it
 * was sent at that instant, and each camera's pictures as they were recorded.
 */
export interface EpisodeFrames {
  readonly info: EpisodeInfo
  readonly task: string
  readonly framesPerSecond: number
  readonly joints: readonly string[]
  readonly rows: readonly FrameRow[]
  readonly cameras: readonly CameraTrack[]
  /** Pictures that the policy saw, for statistics. */
  readonly seen: ReadonlyMap<string, readonly Uint8Array[]>
}

export interface FrameRow {
  /** Wall-clock seconds. */
  readonly wallSeconds: number
  /** rad; gripper: ratio; in the spec's order. */
  readonly state: readonly number[]
  /** Joint targets that the gate let through. */
  readonly action: readonly number[]
  /** A person drove. */
  readonly intervention: boolean
  readonly success: boolean
}

export interface CameraTrack {
  readonly name: string
  readonly width: number
  readonly height: number
  /** From a key frame at or before the first row on; places without one are holes. */
  readonly pictures: readonly PlacedPicture[]
  /** Place of the first row. */
  readonly first: number
}

export interface PlacedPicture {
  /** On the grid, counted from the track's first picture. */
  readonly place: number
  readonly isKey: boolean
  readonly data: Uint8Array
}

/** A part of an episode, in rows. */
export interface FrameRange {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

interface Timed<T> {
  readonly logTime: bigint
  readonly value: T
}

interface CameraRecord {
  readonly name: string
  readonly pictures: readonly Timed<{ readonly isKey: boolean; readonly data: Uint8Array }>[]
}

/**
 * @param mayBridge whether short holes in a video are allowed, because it will be encoded anew
 * @returns why the episode can't become rows of a dataset, naming what is in the way
 */
export async function episodeFrames(
  recording: RecordingReader,
  mayBridge: boolean
): Promise<Result<EpisodeFrames, string>> {
  const info = readInfo(recording.metadata)
  if (!info.ok) return info
  if (!info.value.robot) return err('it has no robot')
  const cameras = await camerasOf(recording)
  const grid = gridOf(cameras, mayBridge)
  if (!grid.ok) return grid
  const { start, period, count } = grid.value
  const joints = info.value.robot.joints.map(({ name }) => name)
  const states = await timed(recording, '/robot/state', (data) => {
    const { joints: read } = decodeMessage('foxglove.JointStates', data)
    return read.map(({ position }) => position ?? 0)
  })
  const commands = await timed(recording, '/robot/command', (data) => {
    const { sent, motion } = decodeMessage('depthdeck.RobotCommand', data)
    return { sent, isDriven: motion === 'teleop' }
  })
  if (states.length === 0) return err('it has no robot states')
  const end = readEnd(recording.metadata)
  const stateAt = newestUntil(states)
  const commandAt = newestUntil(commands)
  const rows = Array.from({ length: count }, (_, index): FrameRow => {
    const at = start + BigInt(index) * period
    const state = stateAt(at) ?? (states[0] as Timed<number[]>).value
    const command = commandAt(at)
    return {
      wallSeconds: Number(at) / 1e9,
      state,
      // Before the first command the arm is told to stay where it is.
      action: command && command.sent.length === state.length ? command.sent : state,
      intervention: command?.isDriven ?? false,
      success: index === count - 1 && succeeded(end)
    }
  })
  return ok({
    info: info.value,
    task: info.value.run?.instruction ?? '',
    framesPerSecond: Math.round(1e9 / Number(period)),
    joints,
    rows,
    cameras: cameras.map((camera) => trackFrom(camera, grid.value)),
    seen: await observed(recording)
  })
}

/** Contiguous rows in which a person drove; the whole episode otherwise. */
export function rangesOf({ rows }: EpisodeFrames, mode: 'whole' | 'corrections'): FrameRange[] {
  if (mode === 'whole') return rows.length === 0 ? [] : [{ from: 0, to: rows.length }]
  const ranges: FrameRange[] = []
  let from: number | null = null
  rows.forEach(({ intervention }, index) => {
    if (intervention) from ??= index
    else if (from !== null) {
      ranges.push({ from, to: index })
      from = null
    }
  })
  if (from !== null) ranges.push({ from, to: rows.length })
  return ranges
}

const succeeded = (end: EpisodeEnd | null): boolean => end?.outcome?.success === true

async function camerasOf(recording: RecordingReader): Promise<CameraRecord[]> {
  const topics = recording.topics.filter((topic) => topic.startsWith(CAMERA_PREFIX)).sort()
  const cameras: CameraRecord[] = []
  for (const topic of topics) {
    const pictures = await timed(recording, topic, (bytes) => {
      const { data } = decodeMessage('foxglove.CompressedVideo', bytes)
      return { isKey: isKeyFrame(data), data }
    })
    if (pictures.length > 0) cameras.push({ name: topic.slice(CAMERA_PREFIX.length), pictures })
  }
  return cameras
}

async function timed<T>(
  recording: RecordingReader,
  topic: string,
  read: (data: Uint8Array) => T
): Promise<Timed<T>[]> {
  const found: Timed<T>[] = []
  for await (const { logTime, data } of recording.messages({ topics: [topic] }))
    found.push({ logTime, value: read(data) })
  return found
}

/** At most this many of a camera's pictures are looked at for statistics. */
const MAX_SEEN = 100

async function observed(recording: RecordingReader): Promise<Map<string, Uint8Array[]>> {
  const every = Math.max(1, Math.ceil(recording.count('/policy/observation') / MAX_SEEN))
  const seen = new Map<string, Uint8Array[]>()
  let index = 0
  for await (const { data } of recording.messages({ topics: ['/policy/observation'] })) {
    if (index++ % every !== 0) continue
    for (const { camera, rgb } of decodeMessage('depthdeck.Observation', data).images) {
      const pictures = seen.get(camera)
      if (pictures) pictures.push(rgb)
      else seen.set(camera, [rgb])
    }
  }
  return seen
}

/** For instants that only grow. */
function newestUntil<T>(values: readonly Timed<T>[]): (at: bigint) => T | null {
  let next = 0
  return (at) => {
    while (next < values.length && (values[next] as Timed<T>).logTime <= at) next += 1
    return next === 0 ? null : (values[next - 1] as Timed<T>).value
  }
}

interface Grid {
  readonly start: bigint
  readonly period: bigint
  readonly count: number
}

/** As long as live cameras repeat a picture themselves; more would be a still that says the arm didn't move. */
const MAX_BRIDGED_NANOS = 1_000_000_000n

/** The places from which on every camera has pictures, as long as all have. */
function gridOf(cameras: readonly CameraRecord[], mayBridge: boolean): Result<Grid, string> {
  const [first] = cameras
  if (!first) return err('it has no video: a dataset needs at least one camera')
  const periods = cameras.map(({ pictures }) => median(gaps(pictures)))
  const period = periods[0] ?? 0n
  if (period <= 0n || periods.some((other) => other !== period))
    return err('its cameras have different frame rates; a dataset has one')
  const starts: bigint[] = []
  const ends: bigint[] = []
  for (const camera of cameras) {
    const keyAt = camera.pictures.findIndex(({ value }) => value.isKey)
    if (keyAt === -1) return err(`camera ${camera.name} has no key frame`)
    const hole = holeIn(camera, keyAt, period, mayBridge)
    if (hole !== null) return err(hole)
    starts.push((camera.pictures[keyAt] as Timed<unknown>).logTime)
    ends.push((camera.pictures[camera.pictures.length - 1] as Timed<unknown>).logTime)
  }
  const start = starts.reduce((a, b) => (b > a ? b : a))
  const end = ends.reduce((a, b) => (b < a ? b : a))
  if (end < start || starts.some((other) => (start - other) % period !== 0n))
    return err('its cameras were not recorded on one grid')
  return ok({ start, period, count: Number((end - start) / period) + 1 })
}

/** Why a hole in a camera's video is in the way; null: none is. */
function holeIn(
  { name, pictures }: CameraRecord,
  keyAt: number,
  period: bigint,
  mayBridge: boolean
): string | null {
  const [begin] = pictures
  for (let index = keyAt + 1; index < pictures.length; index++) {
    const [before, after] = pictures.slice(index - 1, index + 1)
    if (!begin || !before || !after) continue
    const gap = after.logTime - before.logTime
    if (gap === period) continue
    const hole = `the video of camera ${name} has a hole at ${seconds(before.logTime - begin.logTime)} s`
    if (!mayBridge) return `${hole}, and copied video can't bridge it`
    if (gap - period > MAX_BRIDGED_NANOS)
      return `${hole} of ${seconds(gap - period)} s; at most ${seconds(MAX_BRIDGED_NANOS)} s are bridged`
    if (gap < period || gap % period !== 0n || !after.value.isKey)
      return `${hole}, and does not go on from there with a key frame on its grid`
  }
  return null
}

const seconds = (nanos: bigint): string => (Number(nanos) / 1e9).toFixed(2)

const gaps = (pictures: readonly Timed<unknown>[]): bigint[] =>
  pictures.slice(1).map(({ logTime }, index) => logTime - (pictures[index] as Timed<unknown>).logTime)

const median = (values: readonly bigint[]): bigint =>
  [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[values.length >> 1] ?? 0n

function trackFrom({ name, pictures }: CameraRecord, { start, period }: Grid): CameraTrack {
  let from = pictures.findLastIndex(({ logTime }) => logTime <= start)
  while (from > 0 && pictures[from]?.value.isKey !== true) from -= 1
  const base = pictures[from]?.logTime ?? start
  const placeOf = (logTime: bigint): number => Number((logTime - base) / period)
  const kept = pictures.slice(from).map(({ logTime, value }) => ({ ...value, place: placeOf(logTime) }))
  const size = h264Size((kept[0] ?? { data: new Uint8Array() }).data)
  return { name, width: size?.width ?? 0, height: size?.height ?? 0, pictures: kept, first: placeOf(start) }
}
