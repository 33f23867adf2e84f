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
  { name: 'unstressed', level: 'all', stress: NO_STRESS, maxIterations: ALL }
]

/** Asked for: share of successful episodes in which somebody is asked in vain. */
const FALSE_ALARM_RATES = [0.02, 0.1, 0.3] as const
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: 'string', default: '300' },
      /** Of calibration; other seeds. */
      calibration: { type: 'string', default: '300' },
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
  const arms: Arm[] = []
  const add = (arm: Arm): void => {
    arms.push(arm)
    console.log(line(arm))
  }
  for (const condition of CONDITIONS) {
    const bench = { backend, condition, episodes }
    const alone = await run(bench, seedBase, UNGUARDED)
    add(armOf(condition, null, alone, alone))
    const known = scored(await run({ ...bench, episodes: calibration }, CALIBRATION_SEEDS, UNGUARDED))
    for (const falseAlarmRate of FALSE_ALARM_RATES) {
      const band = conformalBand(known, falseAlarmRate)
      if (!band) {
        console.log(`${condition.name}: too few successful episodes to calibrate ${falseAlarmRate * 100} %`)
        continue
      }
      const guard: GuardSettings = {
        ...GUARD_OFF,
        band: { on: true, score: 'latentDelta', bounds: [...band.bounds] },
        blindCamera: { ...GUARD_OFF.blindCamera, on: true },
        // In virtual time an episode takes seconds.
        holdsPerEpisode: 1000,
        holdsPerMinute: 60
      }
      add(armOf(condition, falseAlarmRate, await run(bench, seedBase, guard), alone))
    }
  }
  await backend.dispose()
  if (values.json) await writeFile(values.json, `${JSON.stringify({ arms }, null, 2)}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
