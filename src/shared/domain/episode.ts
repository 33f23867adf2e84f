import { z } from 'zod'
import { benchFrame } from './benchFrame'
import { policyInfo, recordedSettings } from './policy'
import { robotSpec } from './robot'
import { episodeOutcome, runView } from './run'

/** Recorded episodes: what a file says of itself, and what the library knows of it. */

/** Sortable by start; also the file's name. */
export const episodeId = z.string().regex(/^[0-9]{8}-[0-9]{6}-[0-9a-z]{4,16}$/)

/** Why it is there: a run's episode, a moment of which the seconds before were kept, or another program's log. */
export const episodeTrigger = z.enum(['run', 'mark', 'hold', 'import'])
export type EpisodeTrigger = z.infer<typeof episodeTrigger>

/** What an imported dataset says of its frames. */
export const importedDataset = z.object({
  name: z.string(),
  robotType: z.string(),
  framesPerSecond: z.number().positive(),
  /** Numbers of a frame by feature, each with the names of its numbers. */
  features: z.record(z.string(), z.array(z.string())),
  /** Of joints; datasets rarely say, and robots differ (degrees, percent, rad). */
  units: z.enum(['rad', 'unknown'])
})
export type ImportedDataset = z.infer<typeof importedDataset>

/** Written when a recording begins, so that a crash cannot take it. */
export const episodeInfo = z.object({
  id: episodeId,
  trigger: episodeTrigger,
  /** Wall-clock nanoseconds at `startNanos` of the main side's monotonic clock: log time − this = time since then. */
  startWallNanos: z.string().regex(/^\d{1,20}$/),
  startNanos: z.number(),
  appVersion: z.string(),
  /** With the operator's limits; null: no robot had said hello. */
  robot: robotSpec.nullable(),
  bench: benchFrame.nullable(),
  /** SHA-256 of the calibration that the arm was driven with; null without one. */
  calibrationHash: z.string().nullable(),
  run: runView.nullable(),
  policy: policyInfo.nullable(),
  settings: recordedSettings.nullable(),
  fullLatents: z.boolean(),
  observations: z.boolean(),
  /** Of what was not recorded here. */
  imported: z
    .object({
      from: z.string(),
      instruction: z.string(),
      /** Where it was an episode of a LeRobot dataset. */
      dataset: importedDataset.nullable().default(null)
    })
    .nullable()
    .default(null)
})
export type EpisodeInfo = z.infer<typeof episodeInfo>

/** Written when it ends; missing after a crash. */
export const episodeEnd = z.object({
  outcome: episodeOutcome.nullable(),
  /** Why the recording ended. */
  reason: z.string(),
  discarded: z.boolean(),
  /** Messages that were not recorded because the disk was too slow, by topic. */
  drops: z.record(z.string(), z.int())
})
export type EpisodeEnd = z.infer<typeof episodeEnd>

const label = z.string().trim().min(1).max(60)

/** A person's words on an episode; kept beside the recording, which is never changed by them. */
export const episodeNotes = z.object({
  labels: z.array(label).max(50),
  notes: z.string().max(20_000),
  /** A person's verdict, over that of the referee. */
  success: z.boolean().nullable()
})
export type EpisodeNotes = z.infer<typeof episodeNotes>
export const NO_NOTES: EpisodeNotes = { labels: [], notes: '', success: null }

/** A signal's decade, ten steps over five of them: `0` is 1e-4 or less, `9` is 10^0.5 or more, `.` is not known. */
export function heatSign(signal: number | null): string {
  if (signal === null || !(signal > 0)) return '.'
  return String(Math.min(9, Math.max(0, Math.floor(2 * (Math.log10(signal) + 4)))))
}

/** What is known of a recording without opening it. */
export const episodeRow = z.object({
  id: episodeId,
  trigger: episodeTrigger,
  /** Milliseconds since 1970. */
  startedMs: z.number(),
  seconds: z.number(),
  bytes: z.number(),
  robot: z.string(),
  instruction: z.string(),
  policy: z.string(),
  level: z.string(),
  sceneSeed: z.int(),
  chainDepth: z.int(),
  /** Null: nobody has said. */
  success: z.boolean().nullable(),
  /** Who said so. */
  judge: z.enum(['bench', 'operator', 'log', 'reviewer']).nullable(),
  reason: z.string(),
  predictions: z.int(),
  meanK: z.number().nullable(),
  maxK: z.int().nullable(),
  /** K of every prediction, in order. */
  ks: z.array(z.int()),
  /** Of every prediction, one sign per k: `HEAT_SIGNS` of its `latentDelta`. */
  heat: z.array(z.string()),
  takeovers: z.int(),
  holds: z.int(),
  drops: z.int(),
  labels: z.array(z.string()),
  notes: z.string(),
  /** What was done to the file after a crash; null: nothing had to be. */
  repaired: z.string().nullable()
})
export type EpisodeRow = z.infer<typeof episodeRow>
