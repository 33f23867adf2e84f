import {
  heatSign,
  type EpisodeEnd,
  type EpisodeInfo,
  type EpisodeNotes,
  type EpisodeRow
} from '@shared/domain/episode'
import { err, ok, type Result } from '@shared/domain/result'
import { readEnd, readInfo } from './episodeMetadata'
import type { RecordedMessage } from './messages'
import { decodeMessage } from './protobuf'
import { openRecording, RecordingDamage, type RecordingReader } from './recordingReader'

/** What the library keeps of one recording: its row, and every prediction and iteration for analyses. */
export interface EpisodeSummary {
  readonly row: EpisodeRow
  readonly predictions: readonly PredictionRow[]
  readonly iterations: readonly IterationRow[]
  /** What the policy saw last, through its first camera. */
  readonly thumbnail: Thumbnail | null
}

export interface Thumbnail {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

export type PredictionRow = Pick<
  RecordedMessage<'depthdeck.Prediction'>,
  'index' | 'iterations' | 'horizon' | 'stopReason' | 'human' | 'seed' | 'provider' | 'stages'
>
export type IterationRow = Pick<
  RecordedMessage<'depthdeck.Iteration'>,
  'prediction' | 'k' | 'actionMse' | 'kl' | 'latentDelta' | 'stepMs'
>

export interface SummaryOptions {
  readonly bytes: number
  readonly notes: EpisodeNotes
  /** What was done to the file after a crash. */
  readonly repaired: string | null
}

/** @returns why the recording can't be read, naming the part of it */
export async function summariseEpisode(
  path: string,
  options: SummaryOptions
): Promise<Result<EpisodeSummary, string>> {
  const opened = await openRecording(path)
  if (!opened.ok) return opened
  const recording = opened.value
  try {
    const info = readInfo(recording.metadata)
    if (!info.ok) return info
    return ok(await summary(recording, info.value, options))
  } catch (error) {
    if (error instanceof RecordingDamage) return err(error.message)
    throw error
  } finally {
    await recording.close()
  }
}

const SUMMARISED = ['/policy/prediction', '/policy/iteration', '/policy/observation', '/operator'] as const
const THUMBNAIL_PIXELS = 64

/** Every n-th pixel of an image: small, and still what was seen. */
export function thumbnailOf({ width, height, rgb }: Thumbnail): Thumbnail {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / THUMBNAIL_PIXELS))
  const [columns, rows] = [Math.floor(width / step), Math.floor(height / step)]
  const small = new Uint8Array(columns * rows * 3)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = 3 * (row * step * width + column * step)
      small.set(rgb.subarray(from, from + 3), 3 * (row * columns + column))
    }
  }
  return { width: columns, height: rows, rgb: small }
}

async function summary(
  recording: RecordingReader,
  info: EpisodeInfo,
  options: SummaryOptions
): Promise<EpisodeSummary> {
  const predictions: PredictionRow[] = []
  /** After a rewind or a reseed the later one counts. */
  const iterations = new Map<string, IterationRow>()
  let seen: Uint8Array | null = null
  let takeovers = 0
  let holds = 0
  for await (const message of recording.messages({ topics: SUMMARISED })) {
    switch (message.schema) {
      case 'depthdeck.Prediction':
        predictions.push(decodeMessage(message.schema, message.data))
        break
      case 'depthdeck.Iteration': {
        const iteration = decodeMessage(message.schema, message.data)
        iterations.set(`${iteration.prediction} ${iteration.k}`, iteration)
        break
      }
      case 'depthdeck.Observation':
        // Decoded once, at the end: only the last one is looked at.
        seen = message.data
        break
      case 'depthdeck.Operator': {
        const { kind, name } = decodeMessage(message.schema, message.data)
        if (kind === 'command' && name === 'takeOver') takeovers += 1
        if (kind === 'alarm' && name === 'held') holds += 1
        break
      }
      default:
        break
    }
  }
  const kOf = new Map(predictions.map(({ index, iterations: k }) => [index, k]))
  // What came after the one that was executed was rewound.
  const counted = [...iterations.values()].filter(
    ({ prediction, k }) => k <= (kOf.get(prediction) ?? Infinity)
  )
  const [image] = seen === null ? [] : decodeMessage('depthdeck.Observation', seen).images
  return {
    row: rowOf(
      recording,
      info,
      readEnd(recording.metadata),
      { predictions, iterations: counted, takeovers, holds },
      options
    ),
    predictions,
    iterations: counted,
    thumbnail: image ? thumbnailOf(image) : null
  }
}

interface Counted {
  readonly predictions: readonly PredictionRow[]
  readonly iterations: readonly IterationRow[]
  readonly takeovers: number
  readonly holds: number
}

function rowOf(
  recording: RecordingReader,
  info: EpisodeInfo,
  end: EpisodeEnd | null,
  { predictions, iterations, takeovers, holds }: Counted,
  { bytes, notes, repaired }: SummaryOptions
): EpisodeRow {
  const ks = predictions.map(({ iterations }) => iterations)
  const { run, policy } = info
  return withNotes(
    {
      id: info.id,
      trigger: info.trigger,
      startedMs: Number(BigInt(info.startWallNanos) / 1_000_000n),
      seconds: Number(recording.lastLogTime - recording.firstLogTime) / 1e9,
      bytes,
      robot: info.robot?.name ?? info.imported?.from ?? '',
      instruction: run?.instruction ?? info.imported?.instruction ?? '',
      policy: policy ? `${policy.name} ${policy.version}` : '',
      level: run?.request.level ?? '',
      sceneSeed: run?.sceneSeed ?? 0,
      chainDepth: run?.chainDepth ?? 0,
      success: end?.outcome?.success ?? null,
      judge: end?.outcome?.judge ?? null,
      reason: end?.outcome?.message ?? end?.reason ?? 'the recording was cut off',
      predictions: predictions.length,
      meanK: ks.length === 0 ? null : ks.reduce((sum, k) => sum + k, 0) / ks.length,
      maxK: ks.length === 0 ? null : ks.reduce((a, b) => Math.max(a, b)),
      ks,
      heat: predictions.map(({ index }) =>
        heatOf(iterations.filter(({ prediction }) => prediction === index))
      ),
      takeovers,
      holds,
      drops: Object.values(end?.drops ?? {}).reduce((sum, count) => sum + count, 0),
      labels: [],
      notes: '',
      repaired
    },
    notes,
    end
  )
}

const heatOf = (iterations: readonly IterationRow[]): string =>
  [...iterations]
    .sort((a, b) => a.k - b.k)
    .map(({ latentDelta }) => heatSign(latentDelta))
    .join('')

/** A person's verdict stands above the referee's. */
export function withNotes(
  row: EpisodeRow,
  notes: EpisodeNotes,
  end: Pick<EpisodeEnd, 'outcome'> | null
): EpisodeRow {
  const told = { success: end?.outcome?.success ?? null, judge: end?.outcome?.judge ?? null }
  const verdict = notes.success === null ? told : { success: notes.success, judge: 'reviewer' as const }
  return { ...row, ...verdict, labels: notes.labels, notes: notes.notes }
}
