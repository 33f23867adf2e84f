import type { BrowserWindow } from 'electron'
import type { Fault } from '@shared/domain/fault'
import type { CommandLine } from './commandLine'
import type { Hosts } from './hosts'
import { assembleReport, residentMiB, writeOutput, type GapMeter } from './report'

/** `--headless --seconds N`: the same app, driven by its own autostart, then a report and an exit code. */
export interface HeadlessOptions {
  readonly commandLine: CommandLine
  readonly standIn: boolean
  readonly window: BrowserWindow
  readonly hosts: Hosts
  readonly gap: GapMeter
  readonly errors: readonly Fault[]
  readonly fps: () => number | null
  readonly whenRunFinished: (callback: () => void) => void
  readonly log: (line: string) => void
}

/** Memory is compared from here on: start-up allocations are no leak. */
const WARM_UP_MS = 3000

export async function runHeadless(options: HeadlessOptions): Promise<number> {
  const { commandLine, log } = options
  const seconds = commandLine.seconds ?? 0
  const startedMs = performance.now()
  /** The page's process is another one once it has been navigated. */
  const uiPid = (): number => options.window.webContents.getOSProcessId()
  let startMiB: ReadonlyMap<string, number> = new Map()
  const sample = (): void => {
    startMiB = residentMiB(uiPid())
  }
  // A run that ends before the second sample has at least the first.
  const samples = [WARM_UP_MS / 3, WARM_UP_MS].map((ms) =>
    setTimeout(sample, Math.min(ms, (seconds * 1000) / 2))
  )

  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000)
    options.whenRunFinished(() => {
      clearTimeout(timer)
      resolve()
    })
  })
  for (const timer of samples) clearTimeout(timer)

  const { robot, policy } = await options.hosts.reports()
  const report = assembleReport({
    standIn: options.standIn,
    seconds: (performance.now() - startedMs) / 1000,
    level: commandLine.level,
    seedBase: commandLine.seedBase,
    policy,
    robot,
    gap: options.gap,
    rendererFps: options.fps(),
    startMiB,
    endMiB: residentMiB(uiPid()),
    hostRestarts: Object.fromEntries(
      options.hosts.statuses().map((status) => [status.name, status.restarts])
    ),
    errors: options.errors
  })
  if (commandLine.screenshot) {
    const image = await options.window.webContents.capturePage()
    await writeOutput(commandLine.screenshot, image.toPNG())
    log(`screenshot: ${commandLine.screenshot}`)
  }
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (commandLine.report) {
    await writeOutput(commandLine.report, text)
    log(`report: ${commandLine.report}`)
  } else process.stdout.write(text)
  if (report.predictions === 0) log('no prediction was made: see the errors in the report')
  return report.predictions > 0 && report.errors.length === 0 ? 0 : 1
}
