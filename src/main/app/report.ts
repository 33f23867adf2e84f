import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { app } from 'electron'
import type { BenchLevel } from '@shared/domain/bench'
import type { Fault } from '@shared/domain/fault'
import type { HorizonRule, StoppingRule } from '@shared/domain/policy'
import type { PolicyReport, RobotReport } from '@shared/ipc/hosts'

/** What `--report` writes; other tools read these keys. */
export interface RunReport {
  readonly electron: string
  readonly standIn: boolean
  readonly provider: string | null
  /** Providers that were tried before, each with the reason it was refused. */
  readonly refusedProviders: PolicyReport['refusedProviders']
  readonly bundle: string | null
  readonly seconds: number
  /** What was measured: the scenes, and the rules in force at the end (null without a policy). */
  readonly level: BenchLevel
  readonly seedBase: number
  readonly rule: StoppingRule | null
  readonly horizon: HorizonRule | null
  readonly predictions: number
  readonly meanK: number | null
  readonly episodes: number
  readonly successes: number
  readonly stageMs: PolicyReport['stageMs']
  /** Null where the robot host did not answer: missing, not perfect. */
  readonly robotLoopPeriodErrorMs: { readonly p50: number; readonly p99: number } | null
  readonly robotLoopRateHz: number | null
  readonly mainLoopGapMs: { readonly p50: number; readonly p99: number }
  readonly rendererFps: number | null
  readonly rssMiB: Readonly<Record<string, { readonly start: number | null; readonly end: number }>>
  readonly hostRestarts: Readonly<Record<string, number>>
  readonly errors: readonly Fault[]
  readonly episodeList: RobotReport['episodes']
  readonly trace: PolicyReport['trace']
}

/** Resident memory of each process, MiB, by the name people know it under. `uiPid`: of the operator's window. */
export function residentMiB(uiPid: number): Map<string, number> {
  const tab = (pid: number): string => (pid === uiPid ? 'ui' : 'capture')
  return new Map(
    app.getAppMetrics().map((metric) => {
      const host = metric.name?.startsWith('depthdeck-') ? metric.name.slice('depthdeck-'.length) : undefined
      const name =
        host ??
        (metric.type === 'Browser'
          ? 'main'
          : metric.type === 'Tab'
            ? tab(metric.pid)
            : (metric.name ?? metric.type))
      return [name, metric.memory.workingSetSize / 1024] as const
    })
  )
}

const round = (value: number): number => Math.round(value * 1000) / 1000

export interface GapMeter {
  p50(): number
  p99(): number
  dispose(): void
}

/** How late a 10 ms timer of this process fires, milliseconds beyond its period. */
export function createGapMeter(nowMs: () => number): GapMeter {
  const PERIOD_MS = 10
  const gaps = new Float64Array(60_000)
  let count = 0
  let last = nowMs()
  const timer = setInterval(() => {
    const now = nowMs()
    gaps[count++ % gaps.length] = Math.max(0, now - last - PERIOD_MS)
    last = now
  }, PERIOD_MS)
  const at = (quantile: number): number => {
    const sorted = gaps.slice(0, Math.min(count, gaps.length)).sort()
    return sorted[Math.floor((sorted.length - 1) * quantile)] ?? 0
  }
  return { p50: () => at(0.5), p99: () => at(0.99), dispose: () => clearInterval(timer) }
}

export interface ReportInputs {
  readonly standIn: boolean
  readonly seconds: number
  readonly level: BenchLevel
  readonly seedBase: number
  readonly policy: PolicyReport | null
  readonly robot: RobotReport | null
  readonly gap: GapMeter
  readonly rendererFps: number | null
  readonly startMiB: ReadonlyMap<string, number>
  readonly endMiB: ReadonlyMap<string, number>
  readonly hostRestarts: Readonly<Record<string, number>>
  readonly errors: readonly Fault[]
}

export function assembleReport(inputs: ReportInputs): RunReport {
  const { policy, robot, endMiB } = inputs
  return {
    electron: process.versions.electron ?? '',
    standIn: inputs.standIn,
    provider: policy?.provider ?? null,
    refusedProviders: policy?.refusedProviders ?? [],
    bundle: policy?.bundle ?? null,
    seconds: inputs.seconds,
    level: inputs.level,
    seedBase: inputs.seedBase,
    rule: policy?.settings?.stopping ?? null,
    horizon: policy?.settings?.horizon ?? null,
    predictions: policy?.predictions ?? 0,
    meanK: policy?.meanK ?? null,
    episodes: robot?.episodes.length ?? 0,
    successes: robot?.episodes.filter((episode) => episode.outcome.success).length ?? 0,
    stageMs: policy?.stageMs ?? { encode: null, prelude: null, step: null, coda: null },
    robotLoopPeriodErrorMs: robot && {
      p50: round(robot.loop.periodErrorP50Ms),
      p99: round(robot.loop.periodErrorP99Ms)
    },
    robotLoopRateHz: robot && round(robot.loop.rateHz),
    mainLoopGapMs: { p50: round(inputs.gap.p50()), p99: round(inputs.gap.p99()) },
    rendererFps: inputs.rendererFps === null ? null : round(inputs.rendererFps),
    rssMiB: Object.fromEntries(
      [...endMiB].map(([name, end]) => {
        const start = inputs.startMiB.get(name)
        return [name, { start: start === undefined ? null : round(start), end: round(end) }]
      })
    ),
    hostRestarts: inputs.hostRestarts,
    errors: inputs.errors,
    episodeList: robot?.episodes ?? [],
    trace: policy?.trace ?? []
  }
}

export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
