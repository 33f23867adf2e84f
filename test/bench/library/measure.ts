import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { LibraryQuery } from '@shared/ipc/recording'
import { createRandom } from '@shared/random/xoshiro'
import { openLibraryIndex } from '../../../src/main/episodes/libraryIndex'
import type { EpisodeSummary } from '../../../src/main/episodes/summarise'
import { hostMillis } from '../../../src/main/hosts/clock'
import { wholeNumber } from '../../../src/main/hosts/numberFlag'

/** `npm run bench:library`: lists, filters and an analysis over thousands of generated episodes. Medians and worst, ms. */

const random = createRandom(5)
const COLOURS = ['red', 'green', 'blue', 'yellow', 'orange', 'purple'] as const
const pick = <T>(from: readonly T[]): T => from[Math.floor(random.float() * from.length)] as T

function generated(index: number, predictionsEach: number): EpisodeSummary {
  const ks = Array.from({ length: predictionsEach }, () => 2 + Math.floor(random.float() * 14))
  const success = random.float() < 0.8
  const id = `${String(20200101 + (index % 28))}-${String(index).padStart(6, '0')}-abcd`
  return {
    row: {
      id,
      trigger: 'run',
      startedMs: 1.6e12 + index * 60_000,
      seconds: 5 + random.float() * 60,
      bytes: 6e7 * random.float(),
      robot: 'tray-arm',
      instruction: `put the ${pick(COLOURS)} block in the ${pick(COLOURS)} bin`,
      policy: 'traypick-demo 1.0.0',
      level: pick(['easy', 'mid', 'hard']),
      sceneSeed: index,
      chainDepth: index % 8,
      success,
      judge: 'bench',
      reason: success ? 'placed' : 'dropped',
      predictions: ks.length,
      meanK: ks.reduce((sum, k) => sum + k, 0) / ks.length,
      maxK: Math.max(...ks),
      ks,
      heat: ks.map((k) => '7654321000000000'.slice(0, k)),
      takeovers: index % 50 === 0 ? 1 : 0,
      holds: 0,
      drops: 0,
      labels: index % 10 === 0 ? ['for training'] : [],
      notes: index % 100 === 0 ? 'the light was off' : '',
      repaired: null
    },
    predictions: ks.map((k, prediction) => ({
      index: prediction,
      iterations: k,
      horizon: 8,
      stopReason: 'rule',
      human: false,
      seed: prediction,
      provider: 'cpu',
      stages: { observeMs: 1, encodeMs: 2, preludeMs: 1, stepMs: k, codaMs: k }
    })),
    iterations: ks.flatMap((k, prediction) =>
      Array.from({ length: k }, (_, at) => ({
        prediction,
        k: at + 1,
        actionMse: at === 0 ? null : 10 ** (-at / 2) * random.float(),
        kl: at === 0 ? null : 10 ** (-at / 2),
        latentDelta: at === 0 ? null : 10 ** (-at / 3),
        stepMs: 1
      }))
    ),
    thumbnail: null
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      episodes: { type: 'string', default: '5000' },
      predictions: { type: 'string', default: '40' },
      rounds: { type: 'string', default: '15' },
      json: { type: 'string' }
    }
  })
  const episodes = wholeNumber('episodes', values.episodes, 1, 1_000_000)
  const predictionsEach = wholeNumber('predictions', values.predictions, 1, 10_000)
  const rounds = wholeNumber('rounds', values.rounds, 1, 1000)
  const folder = mkdtempSync(join(tmpdir(), 'depthdeck-bench-library-'))
  try {
    const index = await openLibraryIndex(join(folder, 'library.duckdb'), (reason) => console.error(reason))
    const started = hostMillis()
    for (let episode = 0; episode < episodes; episode++)
      await index.put(generated(episode, predictionsEach), { bytes: episode, modifiedMs: episode })
    const putMs = (hostMillis() - started) / episodes

    const query = (change: Partial<LibraryQuery>): LibraryQuery => ({
      text: '',
      outcome: 'all',
      label: null,
      sort: 'newest',
      offset: 0,
      limit: 200,
      ...change
    })
    const works = {
      list: () => index.page(query({})),
      listDeep: () => index.page(query({ offset: episodes >> 1 })),
      search: () => index.page(query({ text: 'orange light off' })),
      failures: () => index.page(query({ outcome: 'failure', sort: 'deepest' })),
      label: () => index.page(query({ label: 'for training', sort: 'meanK' })),
      perIteration: () => index.perIteration()
    }
    const milliseconds: Record<string, { median: number; worst: number }> = {}
    for (const [name, work] of Object.entries(works)) {
      const times: number[] = []
      for (let round = 0; round < rounds; round++) {
        const from = hostMillis()
        await work()
        times.push(hostMillis() - from)
      }
      times.sort((a, b) => a - b)
      milliseconds[name] = { median: times[times.length >> 1] ?? 0, worst: times[times.length - 1] ?? 0 }
    }
    const report = { episodes, predictions: episodes * predictionsEach, putMs, milliseconds }
    console.log(JSON.stringify(report, null, 2))
    if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
    index.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
