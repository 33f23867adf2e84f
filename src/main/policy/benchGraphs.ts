import { closeSync, openSync, writeSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { z } from 'zod'
import { createRandom, type Random } from '@shared/random/xoshiro'

/**
 * Full-size graphs of a released layout with random weights, for timing: `resources/bench` holds their topology
 * (`training/depthdeck_training/bench_graphs.py`), the numbers are drawn here.
 */

const shape = z.array(z.int().min(1)).min(1)
const weight = z.object({
  type: z.enum(['float32', 'int8']),
  count: z.int().min(1),
  byteOffset: z.int().min(0),
  std: z.number().min(0)
})
const graphSpec = z.object({
  file: z.string(),
  inputs: z.record(z.string(), shape),
  outputs: z.array(z.string()).min(1),
  weights: z.array(weight)
})
const BENCH_GRAPHS = [
  'prelude',
  'step',
  'coda',
  'step_int8',
  'coda_int8',
  'unhoisted_prelude',
  'unhoisted'
] as const
export type BenchGraphName = (typeof BENCH_GRAPHS)[number]

const benchGraphs = z.object({
  config: z.object({
    hidden_dim: z.int(),
    num_heads: z.int(),
    action_chunk_len: z.int(),
    recurrent_vlm_layers: z.array(z.int()),
    coda_vlm_layers: z.array(z.int())
  }),
  productSize: z.int().min(1),
  graphs: z.record(z.enum(BENCH_GRAPHS), graphSpec)
})
export type BenchGraphs = z.infer<typeof benchGraphs>

export type Feeds = Readonly<Record<string, Tensor>>

/** One graph and everything it needs but what other graphs give it. */
export interface BenchGraph {
  readonly run: (feeds: Feeds) => Promise<Feeds>
  /** Random inputs of the right shapes. */
  readonly inputs: Feeds
}

export const readBenchGraphs = async (folder: string): Promise<BenchGraphs> =>
  benchGraphs.parse(JSON.parse(await readFile(join(folder, 'graphs.json'), 'utf8')))

/** Bytes of the weights a graph reads once per run, without the small ones it holds itself. */
export const weightBytes = ({ graphs }: BenchGraphs, name: BenchGraphName): number =>
  graphs[name].weights.reduce((sum, { type, count }) => sum + count * (type === 'int8' ? 1 : 4), 0)

/** Multiplications and additions of a graph's weight products: every weight meets each of the T latents. */
export const weightFlops = ({ graphs, config }: BenchGraphs, name: BenchGraphName): number =>
  graphs[name].weights.reduce((sum, { count }) => sum + 2 * count * config.action_chunk_len, 0)

/** Bell-shaped enough for timing, and fast: the mean of four uniforms, scaled to `std`. */
function fill(values: Float32Array | Int8Array, std: number, random: Random): void {
  const scale = std * Math.sqrt(12) * 2
  for (let index = 0; index < values.length; index++) {
    const bits = random.uint32()
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
    values[index] = (sum / 1020 - 0.5) * scale
  }
}

function writeWeights(path: string, spec: BenchGraphs['graphs'][BenchGraphName]): void {
  const random = createRandom(1)
  const file = openSync(path, 'w')
  try {
    for (const { type, count, byteOffset, std } of spec.weights) {
      const values = type === 'int8' ? new Int8Array(count) : new Float32Array(count)
      fill(values, std, random)
      writeSync(file, new Uint8Array(values.buffer), 0, values.byteLength, byteOffset)
    }
  } finally {
    closeSync(file)
  }
}

const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
  extra: { 'session.intra_op.allow_spinning': '0' }
}

function randomTensor(dims: readonly number[], random: Random): Tensor {
  const values = new Float32Array(dims.reduce((product, size) => product * size, 1))
  fill(values, 1, random)
  return new Tensor('float32', values, dims)
}

/** Loads one graph with fresh random weights written into `scratch`. */
export async function openBenchGraph(
  folder: string,
  scratch: string,
  { graphs }: BenchGraphs,
  name: BenchGraphName
): Promise<BenchGraph> {
  const spec = graphs[name]
  await copyFile(join(folder, spec.file), join(scratch, spec.file))
  writeWeights(join(scratch, `${name}.weights.bin`), spec)
  const session = await InferenceSession.create(join(scratch, spec.file), OPTIONS)
  const random = createRandom(2)
  return {
    run: (feeds) => session.run(feeds),
    inputs: Object.fromEntries(
      Object.entries(spec.inputs).map(([input, dims]) => [input, randomTensor(dims, random)])
    )
  }
}

/** A square matrix product on one thread: how many floating-point operations one run has, and the run. */
export async function openProduct(
  folder: string,
  { productSize }: BenchGraphs
): Promise<{ flops: number; run: () => Promise<unknown> }> {
  const session = await InferenceSession.create(join(folder, 'product.onnx'), OPTIONS)
  const random = createRandom(3)
  const dims = [productSize, productSize]
  const feeds = { a: randomTensor(dims, random), b: randomTensor(dims, random) }
  return { flops: 2 * productSize ** 3, run: () => session.run(feeds) }
}
