import { createFakeBackend } from './fakeBackend'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BenchLevel } from '@shared/domain/bench'
import type { PredictionRecord, StoppingRule } from '@shared/domain/policy'
import { deriveSeed } from '@shared/random/xoshiro'
import { BENCH_ARM } from '../../../src/main/hosts/benchObservations'
import { runVirtual, type VirtualRunResult } from '../../../src/main/hosts/virtualRun'
import type { PolicyBackend } from '../../../src/main/policy/backend'
import { openPolicy } from '../../../src/main/policy/openPolicy'

/** The demo bundle on the built-in bench, through the app's own loop in virtual time. */

let backend: PolicyBackend

beforeAll(async () => {
  const bundlePath = resolve(import.meta.dirname, '../../../resources/policies/traypick-demo')
  const opened = await openPolicy({ bundlePath, ...BENCH_ARM, providers: ['cpu'], nowMs: () => 0 })
  if (!opened.ok) throw new Error(opened.error.message)
  backend = opened.value
})
afterAll(() => backend.dispose())

const play = (
  stopping: StoppingRule,
  options: { readonly level: BenchLevel; readonly episodes: number; readonly seedBase?: number }
): Promise<VirtualRunResult> =>
  runVirtual({
    backend,
    settings: { ...backend.info.defaults, stopping },
    request: {
      level: options.level,
      episodes: options.episodes,
      seedBase: options.seedBase ?? 5_000_000,
      continuous: true
    }
  })

const successes = ({ episodes }: VirtualRunResult): number =>
  episodes.filter(({ outcome }) => outcome.success).length

/** Every byte of every chunk. */
const bits = ({ chunk, iterations }: PredictionRecord): string =>
  [chunk, ...iterations.map((iteration) => iteration.chunk)]
    .map((values) => (values === null ? '' : Buffer.from(new Uint8Array(values.buffer)).toString('hex')))
    .join()

describe('the same seeds', () => {
  test('give the same episodes and the same traces, bit by bit', async () => {
    const adaptive: StoppingRule = { kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 }
    const first = await play(adaptive, { level: 'all', episodes: 8 })
    const second = await play(adaptive, { level: 'all', episodes: 8 })
    expect(second.episodes).toEqual(first.episodes)
    expect(second.predictions.map(bits)).toEqual(first.predictions.map(bits))
    expect(second.predictions).toEqual(first.predictions)
    expect(successes(first)).toBeGreaterThanOrEqual(6)
  })

  test('other seeds give other scenes', async () => {
    const rule: StoppingRule = { kind: 'fixed', iterations: 2 }
    const first = await play(rule, { level: 'easy', episodes: 1 })
    const other = await play(rule, { level: 'easy', episodes: 1, seedBase: 6_000_000 })
    expect(other.predictions.map(bits)).not.toEqual(first.predictions.map(bits))
  })

  test("every prediction's scratchpad follows from scene and index alone", async () => {
    const { episodes, predictions } = await play(
      { kind: 'fixed', iterations: 4 },
      { level: 'mid', episodes: 3 }
    )
    expect(episodes.map(({ sceneSeed }) => sceneSeed)).toEqual([5_000_000, 5_000_001, 5_000_002])
    const counts = new Map<number, number>()
    for (const { episode, index, seed, k } of predictions) {
      expect(index).toBe(counts.get(episode) ?? 0)
      counts.set(episode, index + 1)
      expect(seed).toBe(deriveSeed(episodes[episode]?.sceneSeed ?? NaN, index))
      expect(k).toBe(4)
    }
    expect([...counts.keys()]).toEqual([0, 1, 2])
  })
})

test('the gate clamps no tick of what the policy does, and every chunk is accounted for', async () => {
  const adaptive: StoppingRule = { kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 }
  const { episodes, predictions, executions } = await play(adaptive, { level: 'all', episodes: 8 })
  expect(executions.filter(({ clampedTicks }) => clampedTicks > 0)).toEqual([])
  expect(executions.map(({ episode, prediction }) => [episode, prediction])).toEqual(
    predictions.map(({ episode, index }) => [episode, index])
  )
  const executed = executions.reduce((sum, { actionsExecuted }) => sum + actionsExecuted, 0)
  expect(executed).toBe(episodes.reduce((sum, { actions }) => sum + actions, 0))
  // Only the end of an episode cuts a chunk short.
  for (const { actionsExecuted, dropped } of executions) {
    if (actionsExecuted < 8) expect(dropped).toMatch(/^episode ended/)
    else expect(dropped).toBeNull()
  }
})

describe('on hard scenes', () => {
  const hard = { level: 'hard', episodes: 12 } as const

  test('one iteration fails where eight succeed', async () => {
    const shallow = await play({ kind: 'fixed', iterations: 1 }, hard)
    const deep = await play({ kind: 'fixed', iterations: 8 }, hard)
    expect(shallow.episodes.map(({ sceneSeed }) => sceneSeed)).toEqual(
      deep.episodes.map(({ sceneSeed }) => sceneSeed)
    )
    expect(successes(shallow)).toBeLessThanOrEqual(2)
    expect(successes(deep)).toBeGreaterThanOrEqual(9)
  })
})

test('where the app would hold and wait for a person, the episode fails and the next one is played', async () => {
  // No position at all: the first command of every episode is rejected.
  const backend: PolicyBackend = {
    ...createFakeBackend(() => undefined),
    toActions: () => [{ deltaMetres: [Number.NaN, 0, 0], gripperOpening: null }]
  }
  const { episodes } = await runVirtual({
    backend,
    settings: backend.info.defaults,
    request: { level: 'easy', seedBase: 3, continuous: true, episodes: 3 }
  })
  expect(episodes.map(({ episode, sceneSeed, outcome }) => [episode, sceneSeed, outcome.reason])).toEqual([
    [0, 3, 'held'],
    [1, 4, 'held'],
    [2, 5, 'held']
  ])
  expect(episodes[0]?.outcome).toMatchObject({ success: false, judge: 'bench' })
  expect(episodes[0]?.outcome.message).not.toBe('')
})

test('a policy that fails costs its episode', async () => {
  const backend = createFakeBackend(() => undefined)
  const settings = backend.info.defaults
  backend.sabotage('fault')
  const { episodes } = await runVirtual({
    backend: {
      ...backend,
      toActions: (chunk) => backend.toActions(chunk).map((a) => ({ ...a, deltaMetres: [0, 0, 0] }))
    },
    settings,
    request: { level: 'easy', seedBase: 3, continuous: true, episodes: 2 }
  })
  expect(episodes.map(({ outcome }) => outcome.reason)).toEqual(['held', 'timeout'])
  expect(episodes[0]?.outcome.message).toContain('out of memory')
})
