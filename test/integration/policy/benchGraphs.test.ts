import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  openBenchGraph,
  openProduct,
  readBenchGraphs,
  weightBytes,
  weightFlops
} from '../../../src/main/policy/benchGraphs'

const FOLDER = resolve(import.meta.dirname, '../../../resources/bench')
const scratch = mkdtempSync(join(tmpdir(), 'depthdeck-bench-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

test('the graphs have the sizes of the released 12_24-24_24 head', async () => {
  const graphs = await readBenchGraphs(FOLDER)
  const { config } = graphs
  expect(config).toMatchObject({
    hidden_dim: 896,
    recurrent_vlm_layers: [23, 23],
    coda_vlm_layers: [23],
    action_chunk_len: 8
  })
  // Per block of the hoisted step: q, k, v, o, the cross-attention's q and o, and a feed-forward of three times 4 D.
  const block = (6 + 12) * config.hidden_dim ** 2
  const coda = weightBytes(graphs, 'coda') / 4
  const step = weightBytes(graphs, 'step') / 4
  expect(coda).toBe(block)
  // Two blocks, and the state's half of the adapter.
  expect(step).toBe(2 * block + config.hidden_dim ** 2)
  expect(weightBytes(graphs, 'step_int8')).toBe(step)
  expect(weightFlops(graphs, 'coda')).toBe(2 * 8 * block)
})

test.each(['coda', 'coda_int8'] as const)('%s runs on random weights', async (name) => {
  const graph = await openBenchGraph(FOLDER, scratch, await readBenchGraphs(FOLDER), name)
  const { action, action_mse: mse } = await graph.run(graph.inputs)
  expect(action?.dims).toEqual([1, 8, 7])
  expect(Array.from(action?.data as Float32Array).every(Number.isFinite)).toBe(true)
  expect(mse?.dims).toEqual([1])
})

test('the product counts its operations', async () => {
  const { flops, run } = await openProduct(FOLDER, await readBenchGraphs(FOLDER))
  expect(flops).toBe(2 * 1024 ** 3)
  await run()
})
