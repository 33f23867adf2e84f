import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchLevel } from '@shared/domain/bench'
import type { PredictionRecord, RefinementSettings } from '@shared/domain/policy'
import { conformalBand, type ScoredEpisode } from '@shared/guard/calibration'
import { GUARD_OFF, type GuardSettings } from '@shared/domain/guard'
import { wilsonInterval } from '@shared/statistics/wilson'
import type { PolicyBackend } from '../policy/backend'
import { openPolicy } from '../policy/openPolicy'
import { feedbackChunk } from '../simulator/feedbackExpert'
import { BENCH_ARM } from './benchObservations'
import { createDisturbance, NO_STRESS, type Stress } from './benchStress'
import { wholeNumber } from './numberFlag'
import { runVirtual, type VirtualRunResult } from './virtualRun'

/**
 * `npm run bench:guard`: what the halting guard averts. The same scenes and seeds with and without it, under stress that
 * makes the policy alone fail and without any; a scripted operator answers every question with the expert's chunk. Bands
 * are calibrated on other episodes of the same condition, unguarded.
 */

interface Condition {
  readonly name: string
  readonly level: BenchLevel
  readonly stress: Stress
  readonly maxIterations: number
}

/** Of a bundle's own limit. */
const ALL = 32
const UNSTRESSED = 'unstressed'
const CONDITIONS: readonly Condition[] = [
  { name: 'chains of 4–7 at K ≤ 6', level: 'hard', stress: NO_STRESS, maxIterations: 6 },
  { name: 'chains of 8–10 at K ≤ 8', level: 'beyond', stress: NO_STRESS, maxIterations: 8 },
  {
    name: 'sensor noise',
    level: 'all',
    stress: { ...NO_STRESS, positionMetres: 0.0065, colourLevels: 55 },
    maxIterations: ALL
  },
  { name: 'nudged blocks', level: 'hard', stress: { ...NO_STRESS, nudge: 1 }, maxIterations: ALL },
  {
    name: 'covered camera',
    level: 'all',
    stress: { ...NO_STRESS, masked: 'wrist', maskShare: 0.07 },
    maxIterations: ALL
  },
  {
    name: 'all of it',
    level: 'hard',
    stress: { positionMetres: 0.003, colourLevels: 20, masked: 'wrist', maskShare: 0.01, nudge: 0.3 },
    maxIterations: 6
  },
  { name: UNSTRESSED, level: 'all', stress: NO_STRESS, maxIterations: ALL }
]

/** Asked for: share of successful episodes in which somebody is asked in vain. */
const FALSE_ALARM_RATES = '0.02,0.1,0.3'
const CALIBRATION_SEEDS = 8_000_000

interface Arm {
  readonly name: string
  readonly condition: string
  /** Null: nobody guards. */
  readonly falseAlarmRate: number | null
  readonly episodes: number
  readonly successes: number
  readonly wilson95: readonly [number, number]
  readonly interventions: number
  readonly interventionsPerEpisode: number
  /** Failed without the guard, succeeded with it; and the other way round. */
  readonly failuresAverted: number
  readonly failuresAdded: number
  /** Of the episodes that failed without the guard: how many were asked about. */
  readonly failuresHeld: number
  /** Questions in episodes that would have succeeded anyway. */
  readonly falseHolds: number
  readonly byTrigger: Readonly<Record<string, number>>
}

interface Bench {
  readonly backend: PolicyBackend
  readonly condition: Condition
  readonly episodes: number
}

function run(
  { backend, condition, episodes }: Bench,
  seedBase: number,
  guard: GuardSettings
): Promise<VirtualRunResult> {
  const settings: RefinementSettings = {
    ...backend.info.defaults,
    maxIterations: condition.maxIterations,
    guard
  }
  return runVirtual({
    backend,
    settings,
    request: { level: condition.level, seedBase, continuous: true, episodes },
    disturbance: createDisturbance(condition.stress, seedBase),
    answer: (_, scene) => ({ type: 'override', chunk: feedbackChunk(scene).flat() })
  })
}

/** Nothing is asked, everything is said. */
const UNGUARDED: GuardSettings = { ...GUARD_OFF, holdsPerEpisode: 0 }

const finalLatentDelta = ({ iterations }: PredictionRecord): number =>
  iterations[iterations.length - 1]?.signals.latentDelta ?? 0

const scored = ({ episodes, predictions }: VirtualRunResult): ScoredEpisode[] =>
  episodes.map(({ episode, outcome }) => ({
    success: outcome.success,
    scores: predictions.filter((prediction) => prediction.episode === episode).map(finalLatentDelta)
  }))

const succeeded = ({ episodes }: VirtualRunResult): ReadonlySet<number> =>
  new Set(episodes.filter(({ outcome }) => outcome.success).map(({ episode }) => episode))

const round = (value: number): number => Math.round(value * 1e4) / 1e4

function armOf(
  condition: Condition,
  falseAlarmRate: number | null,
  guarded: VirtualRunResult,
  alone: VirtualRunResult
): Arm {
  const [good, goodAlone] = [succeeded(guarded), succeeded(alone)]
  const asked = new Set(guarded.questions.map(({ episode }) => episode))
  const ids = guarded.episodes.map(({ episode }) => episode)
  const failedAlone = ids.filter((id) => !goodAlone.has(id))
  const byTrigger: Record<string, number> = {}
  for (const { guard } of guarded.questions)
    if (guard) byTrigger[guard.trigger] = (byTrigger[guard.trigger] ?? 0) + 1
  const name = falseAlarmRate === null ? 'unguarded' : `guarded, ${falseAlarmRate * 100} % false alarms`
  return {
    name: `${condition.name}: ${name}`,
    condition: condition.name,
    falseAlarmRate,
    episodes: ids.length,
    successes: good.size,
    wilson95: wilsonInterval(good.size, ids.length).map(round) as [number, number],
    interventions: guarded.questions.length,
    interventionsPerEpisode: round(guarded.questions.length / ids.length),
    failuresAverted: failedAlone.filter((id) => good.has(id)).length,
    failuresAdded: ids.filter((id) => goodAlone.has(id) && !good.has(id)).length,
    failuresHeld: failedAlone.filter((id) => asked.has(id)).length,
    falseHolds: guarded.questions.filter(({ episode }) => goodAlone.has(episode)).length,
    byTrigger
  }
}

function line({ name, episodes, successes, wilson95: [low, high], ...arm }: Arm): string {
  const share = `${successes}/${episodes} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %)`
  if (arm.falseAlarmRate === null) return `${name.padEnd(52)} ${share}`
  return (
    `${name.padEnd(52)} ${share}, ${arm.interventionsPerEpisode.toFixed(2)} interventions per episode, ` +
    `averted ${arm.failuresAverted}, added ${arm.failuresAdded}, held ${arm.failuresHeld}, in vain ${arm.falseHolds}`
  )
}

interface Pooled {
  readonly falseAlarmRate: number
  readonly conditions: number
  readonly failuresAlone: number
  readonly failuresAverted: number
  readonly failuresAdded: number
  readonly avertedWilson95: readonly [number, number]
  readonly interventionsPerEpisode: number
}

/** All stressed conditions that this rate could be calibrated for, together: what the goal speaks of. */
function pooledOver(arms: readonly Arm[], falseAlarmRate: number): Pooled {
  const guarded = arms.filter((arm) => arm.falseAlarmRate === falseAlarmRate && arm.condition !== UNSTRESSED)
  const alone = arms.filter(
    (arm) => arm.falseAlarmRate === null && guarded.some(({ condition }) => condition === arm.condition)
  )
  const sum = (of: readonly Arm[], value: (arm: Arm) => number): number =>
    of.reduce((total, arm) => total + value(arm), 0)
  const failuresAlone = sum(alone, ({ episodes, successes }) => episodes - successes)
  const failuresAverted = sum(guarded, (arm) => arm.failuresAverted)
  return {
    falseAlarmRate,
    conditions: guarded.length,
    failuresAlone,
    failuresAverted,
    failuresAdded: sum(guarded, (arm) => arm.failuresAdded),
    avertedWilson95:
      failuresAlone === 0
        ? [0, 1]
        : (wilsonInterval(failuresAverted, failuresAlone).map(round) as [number, number]),
    interventionsPerEpisode: round(
      sum(guarded, (arm) => arm.interventions) /
        Math.max(
          1,
          sum(guarded, ({ episodes }) => episodes)
        )
    )
  }
}

function pooledLine({ falseAlarmRate, conditions, failuresAlone, ...all }: Pooled): string {
  const [low, high] = all.avertedWilson95
  return (
    `${conditions} stressed conditions, ${falseAlarmRate * 100} % false alarms: averted ${all.failuresAverted} of ` +
    `${failuresAlone} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %), added ${all.failuresAdded}, ` +
    `${all.interventionsPerEpisode.toFixed(2)} interventions per episode`
  )
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: 'string', default: '300' },
      /** Of calibration; other seeds. */
      calibration: { type: 'string', default: '300' },
      /** Of hysteresis: predictions without a reason before a trigger asks again. */
      'rearm-after': { type: 'string', default: '1' },
      rates: { type: 'string', default: FALSE_ALARM_RATES },
      /** Conditions whose name has this in it. */
      only: { type: 'string', default: '' },
      /** The condition that bands are calibrated under; else each under its own, which nobody knows beforehand. */
      'calibrated-on': { type: 'string' },
      'seed-base': { type: 'string', default: '6000000' },
      bundle: { type: 'string', default: join(__dirname, '../../resources/policies/traypick-demo') },
      json: { type: 'string' }
    }
  })
  const opened = await openPolicy({ bundlePath: values.bundle ?? '', ...BENCH_ARM, providers: ['cpu'] })
  if (!opened.ok) throw new Error(opened.error.message)
  const backend = opened.value
  const episodes = wholeNumber('episodes', values.episodes, 1)
  const calibration = wholeNumber('calibration', values.calibration, 1)
  const seedBase = wholeNumber('seed-base', values['seed-base'], 0)
  const rearmAfter = wholeNumber('rearm-after', values['rearm-after'], 0)
  const rates = values.rates.split(',').map(Number)
  if (!rates.every((rate) => rate > 0 && rate < 1)) throw new Error('--rates takes numbers between 0 and 1')
  const elsewhere = values['calibrated-on']
  const calibratedOn = elsewhere === undefined ? null : CONDITIONS.find(({ name }) => name === elsewhere)
  if (calibratedOn === undefined) throw new Error(`There is no condition "${elsewhere}"`)
  const arms: Arm[] = []
  const add = (arm: Arm): void => {
    arms.push(arm)
    console.log(line(arm))
  }
  for (const condition of CONDITIONS.filter(({ name }) => name.includes(values.only))) {
    const bench = { backend, condition, episodes }
    const alone = await run(bench, seedBase, UNGUARDED)
    add(armOf(condition, null, alone, alone))
    const calibrated = { ...bench, condition: calibratedOn ?? condition, episodes: calibration }
    const known = scored(await run(calibrated, CALIBRATION_SEEDS, UNGUARDED))
    for (const falseAlarmRate of rates) {
      const band = conformalBand(known, falseAlarmRate)
      if (!band) {
        console.log(`${condition.name}: too few successful episodes to calibrate ${falseAlarmRate * 100} %`)
        continue
      }
      const guard: GuardSettings = {
        ...GUARD_OFF,
        band: { on: true, score: 'latentDelta', bounds: [...band.bounds] },
        blindCamera: { ...GUARD_OFF.blindCamera, on: true },
        rearmAfter,
        // In virtual time an episode takes seconds.
        holdsPerEpisode: 1000,
        holdsPerMinute: 60
      }
      add(armOf(condition, falseAlarmRate, await run(bench, seedBase, guard), alone))
    }
  }
  await backend.dispose()
  const pooled = rates.map((rate) => pooledOver(arms, rate))
  for (const each of pooled) console.log(pooledLine(each))
  const settings = {
    rearmAfter,
    calibratedOn: calibratedOn?.name ?? 'its own condition',
    seedBase,
    calibration
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify({ arms, pooled, settings }, null, 2)}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
