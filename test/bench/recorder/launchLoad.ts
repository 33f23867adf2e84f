import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The recorder and the capture window under load (`app.ts`), as a process of its own. */
export interface LoadRun {
  readonly folder: string
  readonly child: ChildProcess
  readonly pids: { readonly recorderPid: number; readonly mainPid: number; readonly capturePid: number }
  ended(): Promise<void>
}

export interface LoadCommand {
  /** Electron's executable and what it needs. */
  readonly electron: readonly string[]
  /** The built `app.ts`. */
  readonly app: string
  readonly env?: NodeJS.ProcessEnv
}

/** Starts the load; resolves when the recorder has it. */
export async function launchLoad({ electron, app, env = process.env }: LoadCommand): Promise<LoadRun> {
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-bench-recorder-'))
  mkdirSync(join(folder, 'episodes'))
  const [executable = '', ...args] = electron
  const child = spawn(
    executable,
    [
      ...args,
      '--use-fake-device-for-media-stream=device-count=3,fps=30',
      '--use-fake-ui-for-media-stream',
      app
    ],
    { env: { ...env, DEPTHDECK_BENCH_FOLDER: folder }, stdio: ['pipe', 'pipe', 'pipe'] }
  )
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  // Chromium's own noise on a machine without desktop; what the bench has to say is JSON.
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^(recorder|capture) /.test(line)) console.error(line)
  })
  const lines = createInterface({ input: child.stdout })
  const pids = await new Promise<LoadRun['pids']>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as LoadRun['pids'])
    })
    child.once('exit', () => reject(new Error('The bench app ended before it recorded')))
  })
  return { folder, child, pids, ended: () => ended }
}

export const recordings = ({ folder }: LoadRun): string[] =>
  readdirSync(join(folder, 'episodes'))
    .filter((name) => name.endsWith('.mcap'))
    .map((name) => join(folder, 'episodes', name))
