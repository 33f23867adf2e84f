import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { benchLevel } from '@shared/domain/bench'
import { err, ok, type Result } from '@shared/domain/result'
import { stoppingRule } from '@shared/domain/policy'
import { parseRule } from '@shared/domain/ruleText'

/** A week; what runs longer is started without a limit, by hand. */
const MAX_SECONDS = 7 * 24 * 3600

/** What `depthdeck [flags]` understands; Chromium's own flags pass through unread. */
const commandLine = z.object({
  headless: z.boolean(),
  /** Seconds to run before the report is written; headless only. */
  seconds: z.number().positive().max(MAX_SECONDS).nullable(),
  report: z.string().nullable(),
  screenshot: z.string().nullable(),
  level: benchLevel,
  seedBase: z.int().min(0).max(0xffff_ffff),
  episodes: z.int().min(1).nullable(),
  rule: stoppingRule.nullable(),
  bundle: z.string().nullable(),
  userData: z.string().nullable(),
  providers: z.array(z.string()),
  betweenEpisodesMs: z.number().min(0)
})
export type CommandLine = z.infer<typeof commandLine>

const DEFAULT_HEADLESS_SECONDS = 30

export function parseCommandLine(
  argv: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>
): Result<CommandLine, string> {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      report: { type: 'string' },
      screenshot: { type: 'string' },
      level: { type: 'string' },
      'seed-base': { type: 'string' },
      episodes: { type: 'string' },
      rule: { type: 'string' },
      bundle: { type: 'string' },
      providers: { type: 'string' },
      'user-data': { type: 'string' },
      'between-episodes-ms': { type: 'string' }
    }
  })
  const swallowed = Object.entries(values).find(
    ([, value]) => typeof value === 'string' && value.startsWith('--')
  )
  if (swallowed) return err(`--${swallowed[0]} needs a value`)
  if (
    environment.DEPTHDECK_HEADLESS !== '1' &&
    (values.report !== undefined || values.screenshot !== undefined)
  ) {
    return err('--report and --screenshot belong to a headless run: add --headless')
  }
  const text = (name: string): string | null => {
    const value = values[name]
    return typeof value === 'string' ? value : null
  }
  const number = (name: string, fallback: number | null): number | null => {
    const value = text(name)
    return value === null ? fallback : Number(value)
  }
  const path = (name: string): string | null => {
    const value = text(name)
    return value === null ? null : resolve(cwd, value)
  }
  const ruleText = text('rule')
  const rule = ruleText === null ? ok(null) : parseRule(ruleText)
  if (!rule.ok) return err(`--rule: ${rule.error}`)
  // The launcher says it by environment: as a flag, Chromium would take it for itself.
  const headless = environment.DEPTHDECK_HEADLESS === '1'
  const parsed = commandLine.safeParse({
    headless,
    seconds: number('seconds', headless ? DEFAULT_HEADLESS_SECONDS : null),
    report: path('report'),
    screenshot: path('screenshot'),
    level: text('level') ?? 'all',
    seedBase: number('seed-base', 1),
    episodes: number('episodes', null),
    rule: rule.value,
    bundle: path('bundle'),
    userData: path('user-data'),
    providers: text('providers')?.split(',') ?? [],
    betweenEpisodesMs: number('between-episodes-ms', headless ? 300 : 1500)
  })
  if (parsed.success) return ok(parsed.data)
  return err(
    parsed.error.issues
      .map(
        (issue) =>
          `--${issue.path.join('.').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}: ${issue.message}`
      )
      .join('\n')
  )
}
