import { z } from 'zod'
import { bandScore } from '../domain/guard'
import { episodeEnd, episodeId, episodeInfo, episodeNotes, episodeRow } from '../domain/episode'
import { fault } from '../domain/fault'
import {
  iterationRecord,
  policyInfo,
  predictionRecord,
  refinementCommand,
  refinementSettings
} from '../domain/policy'
import { episodeOutcome } from '../domain/run'
import { answer } from './answer'
import { datasetVideo, exportMode, exportResult, videoSupport } from './exporting'
import { observation, policyToUi, robotToUi, uiToRobot } from './ports'

/** Messages on the recorder's ports: what robot, policy and capture tell it, and what the window asks. */

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected a Uint8Array')

// ── robot host → recorder ──────────────────────────────────────────────────────────────────────────────────

export const robotToRecorder = z.discriminatedUnion('type', [
  /** Exactly what the window is told; also while no window listens. */
  z.object({ type: z.literal('said'), nanos: z.number(), message: robotToUi }),
  /** What a person asked for. */
  z.object({ type: z.literal('heard'), nanos: z.number(), command: uiToRobot }),
  /** Told by itself: the next episode may begin before any snapshot says that this one has ended. */
  z.object({
    type: z.literal('ended'),
    nanos: z.number(),
    episode: z.int(),
    sceneSeed: z.int(),
    outcome: episodeOutcome
  })
])
export type RobotToRecorder = z.infer<typeof robotToRecorder>

// ── policy host → recorder ─────────────────────────────────────────────────────────────────────────────────

export const policyToRecorder = z.discriminatedUnion('type', [
  z.object({ type: z.literal('info'), info: policyInfo }),
  z.object({ type: z.literal('settings'), nanos: z.number(), settings: refinementSettings }),
  /** What was encoded, and the ids that its instruction became. */
  z.object({
    type: z.literal('observation'),
    prediction: z.int(),
    observation,
    tokenIds: z.array(z.int())
  }),
  z.object({
    type: z.literal('iteration'),
    prediction: z.int(),
    seed: z.int(),
    reseeds: z.int(),
    observationNanos: z.number(),
    iteration: iterationRecord,
    /** S_k in float16 byte planes; null unless all latents are asked for. */
    latent: bytes.nullable()
  }),
  z.object({
    type: z.literal('prediction'),
    nanos: z.number(),
    record: predictionRecord,
    bundleHash: z.string(),
    /** S_K in float16 byte planes. */
    latent: bytes
  }),
  z.object({ type: z.literal('rejected'), nanos: z.number(), prediction: z.int() }),
  z.object({ type: z.literal('heard'), nanos: z.number(), command: refinementCommand }),
  z.object({ type: z.literal('refused'), nanos: z.number(), command: z.string(), reason: z.string() })
])
export type PolicyToRecorder = z.infer<typeof policyToRecorder>

export const recorderToPolicy = z.discriminatedUnion('type', [
  /** Whether every iteration's latent is wanted. */
  z.object({ type: z.literal('latents'), all: z.boolean() })
])
export type RecorderToPolicy = z.infer<typeof recorderToPolicy>

// ── capture window ↔ recorder ──────────────────────────────────────────────────────────────────────────────

export const captureToRecorder = z.discriminatedUnion('type', [
  /** Asks for the main side's time. */
  z.object({ type: z.literal('clock'), sentMs: z.number() }),
  /** One encoded frame on its camera's constant grid. */
  z.object({
    type: z.literal('video'),
    camera: z.string().min(1).max(100),
    /** Of the grid, and of the capture: nanoseconds of the main side's clock. */
    gridNanos: z.number(),
    capturedNanos: z.number(),
    isKey: z.boolean(),
    /** H.264 Annex B. */
    data: bytes
  })
])
export type CaptureToRecorder = z.infer<typeof captureToRecorder>

export const recorderToCapture = z.discriminatedUnion('type', [
  z.object({ type: z.literal('clock'), sentMs: z.number(), nanos: z.number() })
])
export type RecorderToCapture = z.infer<typeof recorderToCapture>

// ── robot host → capture window ────────────────────────────────────────────────────────────────────────────

/** The bench's cameras, which take the same way as real ones. */
export const robotToCapture = robotToUi
export type RobotToCapture = z.infer<typeof robotToCapture>

// ── window ↔ recorder ──────────────────────────────────────────────────────────────────────────────────────

export const recordingSettings = z.object({
  /** Episodes are recorded; off: only the seconds before a mark or a hold are kept. */
  on: z.boolean(),
  /** Exactly what the policy saw; without it a fork is only approximate. */
  observations: z.boolean(),
  /** Every iteration's latent, not only the last one's. */
  fullLatents: z.boolean()
})
export type RecordingSettings = z.infer<typeof recordingSettings>

export const libraryQuery = z.object({
  /** In instruction, labels, notes, policy, robot and id. */
  text: z.string().max(200),
  outcome: z.enum(['all', 'success', 'failure', 'undecided']),
  label: z.string().max(60).nullable(),
  sort: z.enum(['newest', 'oldest', 'longest', 'deepest', 'meanK']),
  offset: z.int().min(0),
  limit: z.int().min(1).max(1000)
})
export type LibraryQuery = z.infer<typeof libraryQuery>

export const libraryPage = z.object({
  rows: z.array(episodeRow),
  /** That match. */
  total: z.int(),
  /** In the library. */
  all: z.int(),
  bytes: z.number(),
  /** Every label in use, most used first. */
  labels: z.array(z.string())
})
export type LibraryPage = z.infer<typeof libraryPage>

/** One thing that happened in a recording, told as the live ports tell it. */
export const replayEntry = z.object({
  /** On the recording machine's monotonic clock. */
  nanos: z.number(),
  robot: robotToUi.optional(),
  policy: policyToUi.optional(),
  /** Of an imported frame: names and numbers by feature. */
  numbers: z
    .array(
      z.object({ feature: z.string(), names: z.array(z.string()), values: z.array(z.number().or(z.nan())) })
    )
    .optional(),
  /** What people and alarms did. */
  event: z.object({ kind: z.string(), name: z.string(), detail: z.string() }).optional()
})
export type ReplayEntry = z.infer<typeof replayEntry>

/** Videos (H.264 as Annex B, AV1) and stills. */
export const pictureFormat = z.enum(['h264', 'av1', 'jpeg', 'png'])
export type PictureFormat = z.infer<typeof pictureFormat>

/** One that can be decoded alone. */
export const encodedPicture = z.object({ format: pictureFormat, data: bytes })
export type EncodedPicture = z.infer<typeof encodedPicture>

/** A camera's pictures from a key frame on, each with its place in time. */
export const videoPart = z.object({
  camera: z.string(),
  format: pictureFormat,
  frames: z.array(z.object({ nanos: z.number(), isKey: z.boolean(), data: bytes }))
})
export type VideoPart = z.infer<typeof videoPart>

export const importResult = z.object({
  imported: z.int(),
  /** Were in the library before. */
  known: z.int(),
  refused: z.array(z.object({ what: z.string(), reason: z.string() })),
  cancelled: z.boolean()
})
export type ImportResult = z.infer<typeof importResult>

/** One that was much like the one that is asked about. */
export const similarPrediction = z.object({
  episode: episodeId,
  prediction: z.int(),
  k: z.int(),
  latentDelta: z.number().nullable(),
  success: z.boolean()
})
export type SimilarPrediction = z.infer<typeof similarPrediction>

const share = z.object({ count: z.int(), of: z.int(), wilson95: z.tuple([z.number(), z.number()]) })

/** What bands of several false-alarm rates would have done, on episodes that they were not made from. */
export const bandOffer = z.object({
  falseAlarmRate: z.number(),
  bounds: z.array(z.number()),
  /** Successful episodes that it rests on. */
  episodes: z.int(),
  falseAlarms: share,
  detected: share,
  meanLead: z.number().nullable()
})
export type BandOffer = z.infer<typeof bandOffer>

const ids = z.array(episodeId).min(1).max(10_000)

export const recorderCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('list'), query: libraryQuery }),
  z.object({ type: z.literal('thumbnail'), id: episodeId }),
  z.object({ type: z.literal('annotate'), id: episodeId, notes: episodeNotes }),
  /** Reads an episode for replay; one window has one open at a time. */
  z.object({ type: z.literal('openReplay'), id: episodeId }),
  /** The next part of its trace. */
  z.object({ type: z.literal('readReplay'), replay: z.int() }),
  /** Pictures of all cameras from the last key frames before `from` to `to`, nanoseconds. */
  z.object({ type: z.literal('readVideo'), replay: z.int(), from: z.number(), to: z.number() }),
  z.object({ type: z.literal('closeReplay'), replay: z.int() }),
  /** Into the folder that the operator chose last. One export at a time. */
  z.object({ type: z.literal('export'), ids, mode: exportMode, video: datasetVideo }),
  /** Looks anew: an ffmpeg may have been installed meanwhile. */
  z.object({ type: z.literal('videoSupport') }),
  z.object({ type: z.literal('cancelExport') }),
  /** The files that the operator chose last. One import at a time. */
  z.object({ type: z.literal('import') }),
  z.object({ type: z.literal('cancelImport') }),
  /** The recorded predictions most like one that is asked about. */
  z.object({
    type: z.literal('similar'),
    k: z.int().min(1),
    latentDelta: z.number().nullable(),
    limit: z.int().min(1).max(100)
  }),
  /** Bands for the guard from recorded episodes, one for each of these rates. */
  z.object({
    type: z.literal('calibrate'),
    score: bandScore,
    rates: z.array(z.number().min(0.001).max(0.999)).min(1).max(20)
  }),
  /** To the library's trash folder. */
  z.object({ type: z.literal('trash'), ids })
])
export type RecorderCommand = z.infer<typeof recorderCommand>

export const recorderAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('list'), page: libraryPage }),
  /** What the policy saw last; where it saw nothing the first picture that was recorded, if any. */
  z.object({
    type: z.literal('thumbnail'),
    image: z.object({ width: z.int(), height: z.int(), rgb: bytes }).nullable(),
    picture: encodedPicture.nullable()
  }),
  z.object({ type: z.literal('annotate'), row: episodeRow }),
  z.object({
    type: z.literal('openReplay'),
    replay: z.int(),
    info: episodeInfo,
    end: episodeEnd.nullable(),
    /** First and last instant. */
    fromNanos: z.number(),
    toNanos: z.number(),
    cameras: z.array(z.string())
  }),
  z.object({
    type: z.literal('readReplay'),
    entries: z.array(replayEntry),
    /** Up to here. */
    untilNanos: z.number(),
    done: z.boolean()
  }),
  z.object({ type: z.literal('readVideo'), parts: z.array(videoPart) }),
  z.object({ type: z.literal('closeReplay') }),
  z.object({ type: z.literal('export'), result: exportResult }),
  z.object({ type: z.literal('videoSupport'), support: videoSupport }),
  z.object({ type: z.literal('cancelExport') }),
  z.object({ type: z.literal('import'), result: importResult }),
  z.object({ type: z.literal('cancelImport') }),
  z.object({ type: z.literal('similar'), predictions: z.array(similarPrediction) }),
  z.object({
    type: z.literal('calibrate'),
    offers: z.array(bandOffer),
    successes: z.int(),
    failures: z.int()
  }),
  z.object({ type: z.literal('trash'), moved: z.int() })
])
export type RecorderAnswer = z.infer<typeof recorderAnswer>

export const uiToRecorder = z.discriminatedUnion('type', [
  z.object({ type: z.literal('settings'), settings: recordingSettings }),
  /** Marks the moment; while nothing is recorded, the seconds before it become an episode. */
  z.object({ type: z.literal('mark'), nanos: z.number().nullable() }),
  /** What became of an alarm of the window's list. */
  z.object({
    type: z.literal('alarm'),
    event: z.enum(['raised', 'acknowledged', 'shelved', 'unshelved', 'cleared']),
    id: z.string().max(100),
    title: z.string().max(1000)
  }),
  z.object({ type: z.literal('ask'), request: z.int(), command: recorderCommand })
])
export type UiToRecorder = z.infer<typeof uiToRecorder>

export const recorderStatus = z.object({
  settings: recordingSettings,
  /** What is being recorded. */
  current: z
    .object({
      id: episodeId,
      startNanos: z.number(),
      bytes: z.number(),
      messages: z.int(),
      /** Not recorded because the disk is too slow, by topic. */
      drops: z.record(z.string(), z.int()),
      backlogBytes: z.number()
    })
    .nullable(),
  /** Seconds that a mark would keep. */
  prerollSeconds: z.number(),
  /** Where episodes are kept. */
  folder: z.string(),
  freeBytes: z.number().nullable(),
  /** Why nothing can be recorded; null when it can. */
  failure: fault.nullable()
})
export type RecorderStatus = z.infer<typeof recorderStatus>

export const recorderToUi = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), status: recorderStatus }),
  z.object({ type: z.literal('answer'), request: z.int(), result: answer(recorderAnswer) }),
  z.object({ type: z.literal('exportProgress'), done: z.int(), total: z.int(), id: z.string().nullable() }),
  z.object({ type: z.literal('importProgress'), done: z.int(), total: z.int(), what: z.string().nullable() }),
  /** The library changed: lists should be asked for anew. */
  z.object({ type: z.literal('changed') })
])
export type RecorderToUi = z.infer<typeof recorderToUi>
