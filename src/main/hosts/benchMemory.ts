import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MAX_ITERATIONS } from '@shared/domain/policy'
import type { Observation } from '@shared/ipc/ports'
import { openPolicy } from '../policy/openPolicy'
import { trayArm } from '../robot/specs/trayArm'
import { BENCH_ARM } from './benchObservations'
import { createBenchStation, simulatedArm } from './benchStation'
import { wholeNumber } from './numberFlag'

/**
 * `npm run bench:memory`: stage latencies of the loaded bundle and whether memory stays flat over many
 * iterations, measured in this process as the policy host runs it.
 */

/** One real observation of the bench, through the station as in a run. */
function observeBench(seed: number): Observation {
  const observed: Observation[] = []
  const request = { level: 'hard', seedBase: seed, continuous: false, episodes: 1 } as const
  let nanos = 1
  const station = createBenchStation({
    arm: simulatedArm(trayArm, 0),
    config: { initialRequest: request, restarted: false, supervised: false, betweenEpisodesMs: 0 },
    nowNanos: () => nanos,
    loopStats: () => ({ rateHz: 0, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }),
    sendUi: () => undefined,
    sendPolicy: (message) => {
      if (message.type === 'engage') station.fromPolicy({ type: 'observe', epoch: message.epoch })
      if (message.type === 'observation') observed.push(message.observation)
    },
    onEpisodeEnd: () => undefined
  })
  station.fromPolicy({ type: 'ready', controlRateHz: 10 })
  station.fromUi({ type: 'start', request })
  for (; observed.length === 0; nanos += 2e7) station.tick(nanos)
  const [first] = observed
  if (!first) throw new Error('The bench gave no observation')
  return first
}

/** Milliseconds of one stage. Preallocated: the bench must not grow while it watches memory. */
function createSeries(capacity: number) {
  const values = new Float64Array(capacity)
  let count = 0
  return {
    add(milliseconds: number): void {
      if (count < capacity) values[count++] = milliseconds
    },
    distribution() {
      const sorted = values.slice(0, count).sort()
      const quantile = (q: number): number => sorted[Math.max(0, Math.ceil(count * q) - 1)] ?? 0
      const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, count)
      return { p50: quantile(0.5), p99: quantile(0.99), mean }
    }
  }
}

/** Buffers, code caches and the allocator's arenas settle first: growth after that would be a leak. */
const WARM_UP_ITERATIONS = 4000
const SAMPLE_EVERY = 250

const rssMiB = (): number => process.memoryUsage().rss / 1024 / 1024

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      iterations: { type: 'string', default: '10000' },
      bundle: { type: 'string', default: join(__dirname, '../../resources/policies/traypick-demo') },
      providers: { type: 'string', default: 'cpu' },
      json: { type: 'string' }
    }
  })
  const wanted = wholeNumber('iterations', values.iterations, 1, 10_000_000)
  const opened = await openPolicy({
    bundlePath: values.bundle ?? '',
    ...BENCH_ARM,
    providers: (values.providers ?? 'cpu').split(',')
  })
  if (!opened.ok) throw new Error(opened.error.message)
  const backend = opened.value
  const observation = observeBench(7)
  const series = {
    encode: createSeries(wanted),
    prelude: createSeries(wanted),
    step: createSeries(wanted),
    coda: createSeries(wanted)
  }
  const samples = { rssMiB: new Float64Array(wanted), count: 0 }

  for (let done = 0; done < WARM_UP_ITERATIONS + wanted;) {
    const encoded = await backend.encode(observation)
    if (!encoded.ok) throw new Error(encoded.error.message)
    backend.initialise(done)
    for (let k = 1; k <= MAX_ITERATIONS; k++, done++) {
      const iteration = await backend.iterate(k)
      if (!iteration.ok) throw new Error(iteration.error.message)
      if (done < WARM_UP_ITERATIONS) continue
      series.step.add(iteration.value.stepMs)
      series.coda.add(iteration.value.codaMs)
      if ((done - WARM_UP_ITERATIONS) % SAMPLE_EVERY !== 0) continue
      samples.rssMiB[samples.count++] = rssMiB()
    }
    if (done < WARM_UP_ITERATIONS) continue
    series.encode.add(encoded.value.encodeMs)
    series.prelude.add(encoded.value.preludeMs)
  }
  const rss = samples.rssMiB.slice(0, samples.count)
  const start = rss[0] ?? 0
  const largest = rss.reduce((most, value) => Math.max(most, Math.abs(value - start)), 0)
  const report = {
    provider: backend.info.provider,
    bundle: `${backend.info.name} ${backend.info.version}`,
    iterations: wanted,
    stageMs: Object.fromEntries(Object.entries(series).map(([name, list]) => [name, list.distribution()])),
    rssMiB: { start, end: rss.at(-1) ?? 0, largestChangePercent: (largest / start) * 100 },
    selfTest: backend.info.selfTest
  }
  await backend.dispose()
  console.log(JSON.stringify(report, null, 2))
  if (values.json)
    await writeFile(values.json, `${JSON.stringify({ ...report, samples: [...rss] }, null, 2)}\n`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error)
  process.exitCode = 1
})
