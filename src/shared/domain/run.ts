import { z } from 'zod'
import { benchLevel } from './bench'

/** What the operator asks for when a run starts on the bench. Episode e uses scene seed `seedBase + e`. */
export const runRequest = z.object({
  level: benchLevel,
  seedBase: z.int().min(0).max(0xffff_ffff),
  /** Start the next episode by itself when one ends. */
  continuous: z.boolean(),
  /** Stop after this many episodes; null: until the operator ends the run. */
  episodes: z.int().min(1).nullable()
})
export type RunRequest = z.infer<typeof runRequest>

export const episodeOutcome = z.object({
  success: z.boolean(),
  reason: z.string(),
  message: z.string(),
  /** Who judged: the bench's own physics, a person, or the log that an episode was imported from. */
  judge: z.enum(['bench', 'operator', 'log'])
})
export type EpisodeOutcome = z.infer<typeof episodeOutcome>

/** ready → running → ended → (new scene) ready. */
export const runPhase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('ended'), outcome: episodeOutcome })
])
export type RunPhase = z.infer<typeof runPhase>

export const runView = z.object({
  phase: runPhase,
  request: runRequest,
  episode: z.int().min(0),
  sceneSeed: z.int().min(0),
  chainDepth: z.int().min(0),
  instruction: z.string(),
  actionsExecuted: z.int().min(0),
  actionBudget: z.int().min(1),
  finished: z.int().min(0),
  successes: z.int().min(0)
})
export type RunView = z.infer<typeof runView>
