import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  openBenchGraph,
  openProduct,
  readBenchGraphs,
  weightBytes,
  weightFlops,
  type BenchGraphName,
  type BenchGraphs,
  type Feeds
} from '../policy/benchGraphs'
import { median } from '@shared/statistics/median'
import { hostMillis } from './clock'
import { startEagerReference } from './eagerReference'
import { wholeNumber } from './numberFlag'

/**
 * `npm run bench:policy`: one iteration of a full-size head (released layout, random weights) as this app runs it,
 * hoisted and in int8, against the same head unhoisted in the same runtime and in PyTorch eager. One thread, the
 * candidates in turn, medians of one run: compare the ratios.
 */

const ROOT = join(__dirname, '../..')

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = hostMillis()
  await work()
  return hostMillis() - started
}

/** Bytes of keys and values that one iteration reads besides the weights. */
const contextBytes = (feeds: Feeds): number =>
  Object.entries(feeds)
    .filter(([name]) => name.startsWith('k_') || name.startsWith('v_'))
    .reduce((sum, [, tensor]) => sum + 4 * tensor.size, 0)

/** Comparing two equal blocks reads both once, faster than any of our graphs could: what memory can give. */
function readGigabytesPerSecond(rounds: number): number {
  const block = Buffer.alloc(256 * 1024 * 1024, 1)
  const other = Buffer.from(block)
  const times = Array.from({ length: rounds }, () => {
    const started = hostMillis()
    if (!block.equals(other)) throw new Error('equal blocks differ')
    return hostMillis() - started
  })
  return (2 * block.length) / 1e6 / median(times)
}

/** The hoisted loop in one precision: prelude once, then step and coda at every k. */
async function openHoisted(
  graphs: BenchGraphs,
  open: (name: BenchGraphName) => ReturnType<typeof openBenchGraph>,
  step: BenchGraphName,
  coda: BenchGraphName,
  conditioning: Feeds
) {
  const [stepGraph, codaGraph] = [await open(step), await open(coda)]
  const pick = (names: readonly string[]): Record<string, NonNullable<Feeds[string]>> =>
    Object.fromEntries(
      names.flatMap((name) => (conditioning[name] ? [[name, conditioning[name]] as const] : []))
    )
  const stepFeeds = { ...stepGraph.inputs, ...pick(Object.keys(graphs.graphs[step].inputs)) }
  const codaFeeds = { ...codaGraph.inputs, ...pick(Object.keys(graphs.graphs[coda].inputs)) }
  return {
    bytes:
      weightBytes(graphs, step) + weightBytes(graphs, coda) + contextBytes({ ...stepFeeds, ...codaFeeds }),
    iterate: async (): Promise<unknown> => {
      const { state_next: state } = await stepGraph.run(stepFeeds)
      return codaGraph.run({ ...codaFeeds, ...(state && { state }) })
    }
  }
}

/** Attention over the context: T queries against C keys and values, every head, every block of step and coda. */
function attentionFlops({ config }: BenchGraphs, conditioning: Feeds): number {
  const blocks = config.recurrent_vlm_layers.length + config.coda_vlm_layers.length
  const tokens = conditioning['v_core_0']?.dims[2] ?? 0
  return blocks * 4 * config.action_chunk_len * tokens * config.hidden_dim
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '21' }, json: { type: 'string' } }
  })
  const rounds = wholeNumber('rounds', values.rounds, 3, 1000)
  const folder = join(ROOT, 'resources/bench')
  const scratch = await mkdtemp(join(tmpdir(), 'depthdeck-bench-'))
  const eager = await startEagerReference(join(ROOT, 'training'))
  try {
    const graphs = await readBenchGraphs(folder)
    const open = (name: BenchGraphName) => openBenchGraph(folder, scratch, graphs, name)
    const prelude = await open('prelude')
    const conditioning = await prelude.run(prelude.inputs)
    const float32 = await openHoisted(graphs, open, 'step', 'coda', conditioning)
    const int8 = await openHoisted(graphs, open, 'step_int8', 'coda_int8', conditioning)
    const plainPrelude = await open('unhoisted_prelude')
    const plain = await open('unhoisted')
    const multiply = await openProduct(folder, graphs)

    const candidates: Record<string, () => Promise<number>> = {
      hoistedF32: () => milliseconds(float32.iterate),
      hoistedInt8: () => milliseconds(int8.iterate),
      unhoistedOrt: () => milliseconds(() => plain.run(plain.inputs)),
      prelude: () => milliseconds(() => prelude.run(prelude.inputs)),
      unhoistedPrelude: () => milliseconds(() => plainPrelude.run(plainPrelude.inputs)),
      product: () => milliseconds(multiply.run),
      ...(eager && {
        torchEager: () => eager.measure('iteration'),
        torchPrelude: () => eager.measure('prelude')
      })
    }
    const times: Record<string, number[]> = {}
    // The first round warms caches and arenas and is not counted.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, measure] of Object.entries(candidates)) {
        const elapsed = await measure()
        if (round > 0) (times[name] ??= []).push(elapsed)
      }
    }
    const ms = (name: string): number | null => (times[name] ? median(times[name]) : null)
    const total = (k: number) => ({
      hoistedF32: (ms('prelude') ?? NaN) + k * (ms('hoistedF32') ?? NaN),
      hoistedInt8: (ms('prelude') ?? NaN) + k * (ms('hoistedInt8') ?? NaN),
      unhoistedOrt: (ms('unhoistedPrelude') ?? NaN) + k * (ms('unhoistedOrt') ?? NaN),
      torchEager: eager ? (ms('torchPrelude') ?? NaN) + k * (ms('torchEager') ?? NaN) : null
    })
    const report = {
      perIterationMs: {
        hoistedF32: ms('hoistedF32'),
        hoistedInt8: ms('hoistedInt8'),
        unhoistedOrt: ms('unhoistedOrt'),
        torchEager: ms('torchEager')
      },
      ratios: {
        unhoistedOverHoisted: (ms('unhoistedOrt') ?? NaN) / (ms('hoistedF32') ?? NaN),
        hoistedOverInt8: (ms('hoistedF32') ?? NaN) / (ms('hoistedInt8') ?? NaN)
      },
      preludeMs: {
        hoisted: ms('prelude'),
        unhoisted: ms('unhoistedPrelude'),
        torchEager: ms('torchPrelude')
      },
      totalMs: { k8: total(8), k12: total(12) },
      ceilings: {
        readGBps: readGigabytesPerSecond(7),
        gflops: multiply.flops / 1e6 / (ms('product') ?? NaN)
      },
      bytesPerStep: { hoistedF32: float32.bytes, hoistedInt8: int8.bytes },
      flopsPerStep:
        weightFlops(graphs, 'step') + weightFlops(graphs, 'coda') + attentionFlops(graphs, conditioning),
      blas: eager?.about.blas ?? null,
      torch: eager?.about.torch ?? null,
      threads: 1,
      rounds
    }
    console.log(JSON.stringify(report, null, 2))
    if (values.json) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`)
  } finally {
    eager?.dispose()
    await rm(scratch, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
