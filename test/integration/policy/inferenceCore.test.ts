import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFixture, type Fixture } from '../../../src/main/policy/fixture'
import { graphSignatures } from '../../../src/main/policy/graphContract'
import {
  createGraphSessions,
  releaseSessions,
  type GraphSessions
} from '../../../src/main/policy/graphSessions'
import { createInferenceCore, type InferenceCore } from '../../../src/main/policy/inferenceCore'
import { createInstructionEncoder } from '../../../src/main/policy/instructionEncoder'
import { slot } from '../../../src/main/policy/tensorBuffers'
import { loadDemo, faultOf, valueOf } from './policyHarness'

let sessions: GraphSessions
let core: InferenceCore
let fixture: Fixture

beforeAll(async () => {
  const bundle = await loadDemo()
  const { manifest, files } = bundle
  const signatures = graphSignatures(manifest)
  const [variant] = manifest.variants
  const tokenizer = files.get(manifest.instruction.tokenizer)
  if (!variant || !tokenizer) throw new Error('the demo bundle is incomplete')
  sessions = valueOf(await createGraphSessions(bundle, variant, signatures, 'cpu'))
  const instructions = valueOf(createInstructionEncoder(manifest, tokenizer))
  core = createInferenceCore({ manifest, signatures, sessions, instructions, nowMs: () => 0 })
  fixture = valueOf(parseFixture(bundle, signatures))
})
afterAll(() => releaseSessions(sessions))

const state = (k: number): Float32Array => slot(core.buffers.states, k).data
const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0)

test('the graph’s latent metrics are those of the states it leaves in the slots', async () => {
  valueOf(await core.encode(fixture.input))
  state(0).set(fixture.initialState)
  for (let k = 1; k <= 12; k++) {
    const { latent } = valueOf(await core.iterate(k))
    const before = state(k - 1)
    const after = state(k)
    const norm = Math.sqrt(dot(before, before))
    expect(latent.latentDelta).toBeGreaterThan(0)
    expect(Math.abs(latent.latentDelta - latent.latentL2 / norm)).toBeLessThan(1e-5)
    const cosine = dot(before, after) / norm / Math.sqrt(dot(after, after))
    expect(Math.abs(latent.latentCosine - (1 - cosine))).toBeLessThan(1e-5)
  }
})

test('the coda’s action change is against the iteration before, also after a rewind', async () => {
  valueOf(await core.encode(fixture.input))
  state(0).set(fixture.initialState)
  for (const k of [1, 2, 3, 4, 5, 3]) {
    const { chunk } = valueOf(await core.iterate(k))
    const previous = slot(core.buffers.actions, k - 1).data
    const mse =
      chunk.reduce((sum, value, index) => sum + (value - (previous[index] ?? NaN)) ** 2, 0) / chunk.length
    expect(mse).toBeGreaterThan(0)
    expect(Math.abs((core.buffers.actionMse.data[0] ?? NaN) / mse - 1)).toBeLessThan(1e-4)
  }
})

test('every output is written to the memory allocated for it', async () => {
  valueOf(await core.encode(fixture.input))
  state(0).set(fixture.initialState)
  const views = [1, 2, 3].map((k) => state(k))
  views.forEach((view) => view.fill(0))
  for (const k of [1, 2, 3]) valueOf(await core.iterate(k))
  views.forEach((view, index) => {
    expect(view.some((value) => value !== 0)).toBe(true)
    expect(state(index + 1)).toBe(view)
  })
  expect(slot(core.buffers.actions, 0).data.every((value) => value === 0)).toBe(true)
})

test.each([
  ['NaN', NaN],
  ['infinity', Infinity]
])('%s in a state is reported with tensor and iteration, not iterated on', async (_, value) => {
  valueOf(await core.encode(fixture.input))
  state(4).set(fixture.initialState)
  state(4)[100] = value
  const fault = faultOf(await core.iterate(5))
  expect(fault.code).toBe('policy-non-finite')
  expect(fault.message).toMatch(/^step gave NaN in state_next\[\d+\] at k = 5$/)
})

test.each([0, 33, 1.5])('iterate(%d) is a bug of the caller', async (k) =>
  expect(core.iterate(k)).rejects.toThrow('k runs from 1 to 32')
)
