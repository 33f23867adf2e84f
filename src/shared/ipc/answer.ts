import { z } from 'zod'
import { fault } from '../domain/fault'

/** What was asked for, or why not: the fault names the cause and the way out. */
export const answer = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), error: fault })
  ])
