import { z } from 'zod'

/** A condition over refinement that holds it, or only counts; what it may say is in `shared/breakpoints`. */
export const breakpoint = z.object({
  /** Unique among them; hits are counted by it. */
  id: z.string().min(1).max(40),
  /** As people write it, for example `k >= 8 && actionMse > 1e-3`. */
  expression: z.string().min(1).max(400),
  on: z.boolean(),
  /** Hold the robot and pause refinement where it is true, or only count and record it. */
  action: z.enum(['hold', 'log']),
  /** Switched off by the first time that it acts. */
  once: z.boolean(),
  /** Acts on each nth hit. */
  every: z.int().min(1).max(1000)
})
export type Breakpoint = z.infer<typeof breakpoint>

export const MAX_BREAKPOINTS = 32
export const breakpoints = z
  .array(breakpoint)
  .max(MAX_BREAKPOINTS)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two breakpoints have one id')

/** Where a breakpoint acted. */
export const breakpointHit = z.object({
  id: z.string(),
  expression: z.string(),
  k: z.int().min(1),
  /** False: it only logs. */
  held: z.boolean()
})
export type BreakpointHit = z.infer<typeof breakpointHit>

/** How often each was true since it was last written, by id; those of the policy process that runs. */
export const breakpointCounts = z.record(z.string(), z.int().min(0))
export type BreakpointCounts = z.infer<typeof breakpointCounts>
