import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { benchLevel } from '@shared/domain/bench'
import { err, ok, type Result } from '@shared/domain/result'
import { stoppingRule } from '@shared/domain/policy'
import { parseRule } from '@shared/domain/ruleText'

/** A week; what runs longer is started without a limit, by hand. */
const MAX_SECONDS = 7 * 24 * 3600

/** Flags of Chromium and Node that set-up, debuggers and test drivers give; they are read elsewhere. */
const RUNTIME_FLAGS: readonly string[] = [
  'no-sandbox',
  'disable-dev-shm-usage',
  'disable-gpu',
  'enable-logging',
  'force-device-scale-factor',
  'inspect',
  'inspect-brk',
  'lang',
  'ozone-platform',
  'ozone-platform-hint',
  'remote-debugging-port',
  'use-fake-device-for-media-stream',
  'use-fake-ui-for-media-stream'
]

const OPTIONS = {
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
  'between-episodes-ms': { type: 'string' },
  'port-list': { type: 'string' }
} as const

/** They say when a run ends and what becomes of it: in a window, the operator does. */
const HEADLESS_ONLY = ['seconds', 'episodes', 'report', 'screenshot'] as const

/** What `depthdeck [flags]` understands. */
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
  /** Serial ports besides the system's, as the emulator writes them. */
  portList: z.string().nullable(),
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
    options: OPTIONS
  })
  // One letter is Node's (`-r`); a misspelt flag of ours must not be taken for the default.
  const unknown = Object.keys(values).find(
    (name) => name.length > 1 && !Object.hasOwn(OPTIONS, name) && !RUNTIME_FLAGS.includes(name)
  )
  if (unknown !== undefined) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`)
    return err(`There is no flag --${unknown}; known: ${known.join(', ')}`)
  }
  const swallowed = Object.entries(values).find(
    ([, value]) => typeof value === 'string' && value.startsWith('--')
  )
  if (swallowed) return err(`--${swallowed[0]} needs a value`)
  // The launcher says it by environment: as a flag, Chromium would take it for itself.
  const headless = environment.DEPTHDECK_HEADLESS === '1'
  const misplaced = HEADLESS_ONLY.find((name) => !headless && values[name] !== undefined)
  if (misplaced) return err(`--${misplaced} belongs to a headless run: add --headless`)
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
    portList: path('port-list'),
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
