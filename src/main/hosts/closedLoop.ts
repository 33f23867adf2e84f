import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchLevel, LEVEL_CHAINS, type BenchLevel } from '@shared/domain/bench'
import type { HorizonRule, StoppingRule } from '@shared/domain/policy'
import { horizonRuleText, parseHorizon, parseRule, ruleText } from '@shared/domain/ruleText'
import { openPolicy } from '../policy/openPolicy'
import { runVirtual, type VirtualRunResult } from './virtualRun'
import { wilsonInterval } from '@shared/statistics/wilson'
import { BENCH_ARM } from './benchObservations'
import { wholeNumber } from './numberFlag'

/**
 * `npm run bench:closed-loop`: success of the built-in policy under several stopping rules on the same scenes
 * and the same scratchpad seeds, through the app's own loop in virtual time.
 */

interface LevelTally {
  readonly episodes: number
  readonly successes: number
  /** Iterations of a prediction in episodes of this level. */
  readonly meanK: number
}

interface Row {
  readonly rule: string
  /** As one writes it on the command line. */
  readonly horizon: string
  readonly warmStart: boolean
  /** `latentDelta` below which chunks are decoded; null: always. */
  readonly deferredCoda: number | null
  readonly level: BenchLevel
  readonly episodes: number
  readonly successes: number
  readonly successRate: number
  readonly wilson95: readonly [number, number]
  readonly meanK: number
  readonly meanPredictions: number
  /** Chunks that were decoded, of all iterations. */
  readonly codaCalls: number
  readonly iterations: number
  /**
   * Share of the time in which the arm waits for its policy: the latencies measured on this machine, against the time that
   * the actions take (virtual).
   */
  readonly idleFraction: number
  readonly byLevel: Readonly<Record<string, LevelTally>>
  readonly outcomes: Readonly<Record<string, number>>
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4

const levelOf = (chainDepth: number): string =>
  (['easy', 'mid', 'hard'] as const).find((level) => LEVEL_CHAINS[level].includes(chainDepth)) ?? 'beyond'

type Episodes = VirtualRunResult['episodes']

function groupByLevel(episodes: Episodes): Record<string, Episodes> {
  const groups: Record<string, Episodes> = {}
  for (const episode of episodes) (groups[levelOf(episode.chainDepth)] ??= []).push(episode)
  return groups
}

const meanIterations = (predictions: readonly { readonly k: number }[]): number =>
  predictions.reduce((sum, { k }) => sum + k, 0) / predictions.length

/** What one row is of. */
type Arm = Pick<Row, 'rule' | 'horizon' | 'warmStart' | 'deferredCoda' | 'level'>

function tally(arm: Arm, { episodes, predictions, executions }: VirtualRunResult): Row {
  const successes = episodes.filter((episode) => episode.outcome.success).length
  const byLevel: Record<string, LevelTally> = {}
  const outcomes: Record<string, number> = {}
  for (const [level, members] of Object.entries(groupByLevel(episodes))) {
    const own = new Set(members.map(({ episode }) => episode))
    byLevel[level] = {
      episodes: members.length,
      successes: members.filter(({ outcome }) => outcome.success).length,
      meanK: round(meanIterations(predictions.filter(({ episode }) => own.has(episode))))
    }
  }
  for (const { outcome } of episodes) outcomes[outcome.reason] = (outcomes[outcome.reason] ?? 0) + 1
  const iterations = predictions.flatMap((prediction) => prediction.iterations)
  const thinkingMs = predictions.reduce(
    (sum, { stages: { encode, prelude, step, coda } }) => sum + encode + prelude + step + coda,
    0
  )
  const actingMs = executions.reduce((sum, { executeMs }) => sum + executeMs, 0)
  return {
    ...arm,
    episodes: episodes.length,
    successes,
    successRate: round(successes / episodes.length),
    wilson95: wilsonInterval(successes, episodes.length).map(round) as [number, number],
    meanK: round(meanIterations(predictions)),
    meanPredictions: round(predictions.length / episodes.length),
    codaCalls: iterations.filter(({ chunk }) => chunk !== null).length,
    iterations: iterations.length,
    idleFraction: round(thinkingMs / (thinkingMs + actingMs)),
    byLevel,
    outcomes
  }
}

const traceOf = ({ episodes, predictions }: VirtualRunResult) => ({
  episodeList: episodes,
  trace: predictions.map(({ episode, index, seed, k }) => [episode, index, seed, k] as const)
})

function line(row: Row): string {
  const { rule, horizon, level, episodes, successes, wilson95, meanK, meanPredictions } = row
  const [low, high] = wilson95
  const extras = [row.warmStart ? 'warm' : '', row.deferredCoda === null ? '' : `coda < ${row.deferredCoda}`]
  const name = [rule, horizon, ...extras].filter((part) => part !== '').join(' ')
  return (
    `${name.padEnd(34)} ${level.padEnd(6)} ${successes}/${episodes} ` +
    `(${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %), mean K ${meanK.toFixed(2)}, ` +
    `predictions per episode ${meanPredictions.toFixed(2)}, ` +
    `decoded ${row.codaCalls} of ${row.iterations}, idle ${(row.idleFraction * 100).toFixed(1)} %`
  )
}

function namedRule(text: string, ofBundle: StoppingRule): { text: string; stopping: StoppingRule } {
  if (text === 'default') return { text: `${ruleText(ofBundle)} (default)`, stopping: ofBundle }
  const rule = parseRule(text)
  if (!rule.ok) throw new Error(rule.error)
  if (rule.value.kind === 'deadline')
    throw new Error(`${text}: in virtual time a prediction takes no time, so no deadline ever passes`)
  return { text, stopping: rule.value }
}

function namedHorizon(text: string, ofBundle: HorizonRule): HorizonRule {
  if (text === 'default') return ofBundle
  const rule = parseHorizon(text)
  if (!rule.ok) throw new Error(rule.error)
  return rule.value
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: 'string', default: '48' },
      /** `default`: the bundle's own. */
      rules: { type: 'string', default: 'fixed:1,fixed:4,fixed:8,fixed:12,default' },
      /** Horizon rules, each with every stopping rule; by default the bundle's own. */
      horizons: { type: 'string', default: 'default' },
      /** `off`, `on` or `off,on`. */
      'warm-start': { type: 'string', default: 'off' },
      /** Values of `latentDelta`, or `off`: `off,0.2`. */
      'deferred-coda': { type: 'string', default: 'off' },
      /** Of the scenes; several, each on the same seeds, one after another. */
      level: { type: 'string', default: 'all' },
      'seed-base': { type: 'string', default: '5000000' },
      bundle: { type: 'string', default: join(__dirname, '../../resources/policies/traypick-demo') },
      json: { type: 'string' },
      /** Adds every episode and every [episode, prediction, seed, K] to the JSON, as the app's report has them. */
      trace: { type: 'boolean', default: false }
    }
  })
  const levels = benchLevel.array().safeParse(values.level?.split(','))
  if (!levels.success)
    throw new Error(`--level is one or several of ${benchLevel.options.join(', ')}, with commas between`)
  const episodes = wholeNumber('episodes', values.episodes, 1)
  const seedBase = wholeNumber('seed-base', values['seed-base'], 0)
  const bundlePath = values.bundle ?? ''
  const opened = await openPolicy({ bundlePath, ...BENCH_ARM, providers: ['cpu'] })
  if (!opened.ok) throw new Error(opened.error.message)
  const backend = opened.value
  const { defaults } = backend.info
  const horizons = (values.horizons ?? '').split(',').map((text) => namedHorizon(text, defaults.horizon))
  const warmStarts = (values['warm-start'] ?? '').split(',').map((text) => text === 'on')
  const deferredCodas = (values['deferred-coda'] ?? '')
    .split(',')
    .map((text) => (text === 'off' ? null : Number(text)))
  const rules = (values.rules ?? '').split(',').map((text) => namedRule(text, defaults.stopping))
  const rows: Row[] = []
  for (const level of levels.data) {
    const request = { level, seedBase, continuous: true, episodes }
    for (const horizon of horizons)
      for (const warmStart of warmStarts)
        for (const deferredCoda of deferredCodas)
          for (const { text, stopping } of rules) {
            const settings = { ...defaults, stopping, horizon, warmStart, decodeBelow: deferredCoda }
            const result = await runVirtual({ backend, settings, request })
            const arm = { rule: text, horizon: horizonRuleText(horizon), warmStart, deferredCoda, level }
            const row = tally(arm, result)
            rows.push(values.trace ? { ...row, ...traceOf(result) } : row)
            console.log(line(row))
          }
  }
  await backend.dispose()
  if (values.json) await writeFile(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
