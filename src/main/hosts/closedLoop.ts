import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchLevel, LEVEL_CHAINS, type BenchLevel } from '@shared/domain/bench'
import { CHUNK_ACTIONS } from '@shared/domain/benchWorld'
import type { StoppingRule } from '@shared/domain/policy'
import { parseRule, ruleText } from '@shared/domain/ruleText'
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
  /** Actions of a chunk that are executed; null: as the bundle says. */
  readonly horizon: number | null
  readonly level: BenchLevel
  readonly episodes: number
  readonly successes: number
  readonly successRate: number
  readonly wilson95: readonly [number, number]
  readonly meanK: number
  readonly meanPredictions: number
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

function tally(
  rule: string,
  horizon: number | null,
  level: BenchLevel,
  { episodes, predictions }: VirtualRunResult
): Row {
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
  return {
    rule,
    horizon,
    level,
    episodes: episodes.length,
    successes,
    successRate: round(successes / episodes.length),
    wilson95: wilsonInterval(successes, episodes.length).map(round) as [number, number],
    meanK: round(meanIterations(predictions)),
    meanPredictions: round(predictions.length / episodes.length),
    byLevel,
    outcomes
  }
}

const traceOf = ({ episodes, predictions }: VirtualRunResult) => ({
  episodeList: episodes,
  trace: predictions.map(({ episode, index, seed, k }) => [episode, index, seed, k] as const)
})

function line({ rule, horizon, level, episodes, successes, wilson95, meanK, meanPredictions }: Row): string {
  const [low, high] = wilson95
  const name = horizon === null ? rule : `${rule} h${horizon}`
  return (
    `${name.padEnd(18)} ${level.padEnd(6)} ${successes}/${episodes} ` +
    `(${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %), mean K ${meanK.toFixed(2)}, ` +
    `predictions per episode ${meanPredictions.toFixed(2)}`
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: 'string', default: '48' },
      /** `default`: the bundle's own. */
      rules: { type: 'string', default: 'fixed:1,fixed:4,fixed:8,fixed:12,default' },
      /** Numbers of executed actions, each with every rule; by default the bundle's own horizon. */
      horizons: { type: 'string' },
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
  const horizons = values.horizons
    ?.split(',')
    .map((text) => wholeNumber('horizons', text, 1, CHUNK_ACTIONS)) ?? [null]
  const bundlePath = values.bundle ?? ''
  const opened = await openPolicy({ bundlePath, ...BENCH_ARM, providers: ['cpu'] })
  if (!opened.ok) throw new Error(opened.error.message)
  const backend = opened.value
  const rules = (values.rules ?? '').split(',').map((text) => namedRule(text, backend.info.defaults.stopping))
  const rows: Row[] = []
  for (const level of levels.data) {
    const request = { level, seedBase, continuous: true, episodes }
    for (const horizon of horizons) {
      for (const { text, stopping } of rules) {
        const settings = {
          ...backend.info.defaults,
          stopping,
          ...(horizon === null ? {} : { horizon: { kind: 'fixed', actions: horizon } as const })
        }
        const result = await runVirtual({ backend, settings, request })
        const row = tally(text, horizon, level, result)
        rows.push(values.trace ? { ...row, ...traceOf(result) } : row)
        console.log(line(row))
      }
    }
  }
  await backend.dispose()
  if (values.json) await writeFile(values.json, `${JSON.stringify({ rows }, null, 2)}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
