import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { constants as system, setPriority } from 'node:os'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { err, ok, type Result } from '@shared/domain/result'

/** The system's ffmpeg and ffprobe, where there are any: the app brings none and downloads none. */
export interface VideoTools {
  /** What encodes AV1, or why nothing does. */
  readonly av1: Result<Av1Tool, string>
  /** Where ffprobe is; null: nowhere. */
  readonly ffprobe: string | null
}

export interface Av1Tool {
  readonly ffmpeg: string
  /** At least one, the preferred one first. */
  readonly encoders: readonly Av1Encoder[]
}

/** LeRobot's own choice first. */
const AV1_ENCODERS = ['libsvtav1', 'libaom-av1'] as const
export type Av1Encoder = (typeof AV1_ENCODERS)[number]

const LOOK_LIMIT_MS = 10_000

/** @param searchPath folders as in the environment's PATH */
export async function findVideoTools(searchPath: string): Promise<VideoTools> {
  const [av1, ffprobe] = await Promise.all([findAv1(searchPath), findRunning('ffprobe', searchPath)])
  return { av1, ffprobe }
}

async function findAv1(searchPath: string): Promise<Result<Av1Tool, string>> {
  const ffmpeg = await find('ffmpeg', searchPath)
  if (ffmpeg === null) return err('no ffmpeg is installed: none of the folders in PATH has it')
  const listed = await runTool(ffmpeg, ['-hide_banner', '-encoders'], { limitMs: LOOK_LIMIT_MS })
  if (!listed.ok) return listed
  const encoders = av1Encoders(listed.value.stdout)
  return encoders.length === 0
    ? err(`${ffmpeg} has no AV1 encoder (${AV1_ENCODERS.join(' or ')})`)
    : ok({ ffmpeg, encoders })
}

/** Out of `ffmpeg -encoders`. */
export function av1Encoders(listing: string): Av1Encoder[] {
  const names = new Set([...listing.matchAll(/^ V\S{5} (\S+)/gm)].map(([, name]) => name))
  return AV1_ENCODERS.filter((name) => names.has(name))
}

async function findRunning(name: string, searchPath: string): Promise<string | null> {
  const file = await find(name, searchPath)
  if (file === null) return null
  return (await runTool(file, ['-version'], { limitMs: LOOK_LIMIT_MS })).ok ? file : null
}

const SUFFIX = process.platform === 'win32' ? '.exe' : ''

/** Relative folders in PATH are passed over: what they mean depends on where the app was started. */
async function find(name: string, searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(delimiter).filter((each) => isAbsolute(each))) {
    const file = join(folder, `${name}${SUFFIX}`)
    try {
      await access(file, constants.X_OK)
      if ((await stat(file)).isFile()) return file
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return null
}

export interface ToolRun {
  readonly limitMs: number
  /** Kills it at once. */
  readonly signal?: AbortSignal
}

/** ffprobe's list of an hour's pictures has some megabytes. */
const MAX_OUTPUT_BYTES = 256 * 1024 ** 2

/**
 * Runs a tool to its end, without a shell and at the lowest priority. It has ended, killed or not, when this resolves: files that it wrote may be
 * removed.
 *
 * @returns what it wrote, or why it failed: the last thing it said
 */
export function runTool(
  file: string,
  args: readonly string[],
  { limitMs, signal }: ToolRun
): Promise<Result<{ readonly stdout: string; readonly stderr: string }, string>> {
  const name = basename(file)
  if (signal?.aborted === true) return Promise.resolve(err(`${name} was cancelled`))
  return new Promise((resolve) => {
    let result: Awaited<ReturnType<typeof runTool>> = err(`${name} did not start`)
    const options = {
      signal,
      timeout: limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      // SVT-AV1 tells its settings beside ffmpeg's log; only its errors matter.
      env: { ...process.env, SVT_LOG: '1' }
    } as const
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) result = ok({ stdout, stderr })
      else if (signal?.aborted === true) result = err(`${name} was cancelled`)
      else if (error.killed === true && error.signal === 'SIGKILL')
        result = err(`${name} was not done after ${Math.round(limitMs / 1000)} s`)
      else result = err(`${name} failed: ${lastLine(stderr) ?? error.message}`)
    })
    yieldToRobot(child.pid)
    // Later than the callback, which doesn't wait for the end of what is cancelled.
    child.once('close', () => resolve(result))
  })
}

/** Encoders take every core that they get, and an arm may move meanwhile. */
function yieldToRobot(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, system.priority.PRIORITY_LOW)
  } catch {
    // It has ended already.
  }
}

/** Null: there is none. */
export const lastLine = (text: string): string | null =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .findLast((line) => line !== '') ?? null
