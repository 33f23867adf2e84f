import { z } from 'zod'

/**
 * What a person is told when something is wrong: what and where (`message`), and what to do (`tip`).
 * `source` is the process or device that noticed it.
 */
export const fault = z.object({
  severity: z.enum(['low', 'medium', 'high']),
  source: z.enum(['main', 'robot', 'policy', 'recorder', 'capture', 'ui']),
  code: z.string(),
  message: z.string(),
  tip: z.string()
})
export type Fault = z.infer<typeof fault>
