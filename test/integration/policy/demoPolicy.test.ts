import { GUARD_OFF } from '@shared/domain/guard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Observation } from '@shared/ipc/ports'
import { createPolicyBackend, type PolicyBackend } from '../../../src/main/policy/backend'
import type { IterationOutput } from '../../../src/main/policy/inferenceCore'
import type { Bundle } from '../../../src/main/policy/loadBundle'
import { faultOf, fixtureObservation, loadDemo, valueOf } from './policyHarness'

let bundle: Bundle
let policy: PolicyBackend
let observation: Observation

beforeAll(async () => {
  bundle = await loadDemo()
  policy = valueOf(await createPolicyBackend(bundle, { nowMs: () => 0 }))
  observation = fixtureObservation(bundle)
})
afterAll(() => policy.dispose())

async function refine(seed: number, iterations: number): Promise<IterationOutput[]> {
  valueOf(await policy.encode(observation))
  policy.initialise(seed)
  const outputs: IterationOutput[] = []
  for (let k = 1; k <= iterations; k++) outputs.push(valueOf(await policy.iterate(k)))
  return outputs
}

describe('info', () => {
  test('says what the bundle is and how its self-test went', () => {
    const { info } = policy
    expect(info).toMatchObject({
      name: 'traypick-demo',
      provider: 'cpu',
      refusedProviders: [],
      chunkLength: 8,
      latentShape: [8, 96],
      sigmaA: 4,
      controlRateHz: 10,
      actionScale: [0.0625, 0.0625, 0.0625, -0.5],
      actionOffset: [0, 0, 0, 0.5],
      cameras: [
        { name: 'top', width: 64, height: 64 },
        { name: 'wrist', width: 32, height: 32 }
      ],
      defaults: {
        stopping: { kind: 'actionMse', threshold: 1e-4, minIterations: 2, patience: 1 },
        horizon: { kind: 'fixed', actions: 8 },
        maxIterations: 32,
        paceMs: 0,
        pauseAt: 'never',
        warmStart: false,
        decodeBelow: null,
        guard: GUARD_OFF,
        breakpoints: []
      }
    })
    expect(info.bundleHash).toMatch(/^[0-9a-f]{64}$/)
    expect(info.selfTest.maxStateError).toBeLessThanOrEqual(1e-5)
    expect(info.selfTest.maxActionError).toBeLessThanOrEqual(1e-5)
    // An error of exactly 0 would mean that nothing was compared.
    expect(info.selfTest.maxStateError).toBeGreaterThan(0)
  })

  test('lists the 24 instructions', () => {
    expect(policy.info.tasks).toHaveLength(24)
    expect(new Set(policy.info.tasks).size).toBe(24)
    expect(policy.info.tasks[0]).toBe('put the red block in the red bin')
    expect(policy.info.tasks).toContain('put the orange block in the yellow bin')
  })
})

describe('refinement', () => {
  test('the same seed gives a bit-identical trace, another seed another one', async () => {
    const first = await refine(7, 8)
    const second = await refine(7, 8)
    const other = await refine(8, 8)
    expect(second).toEqual(first)
    expect(other[0]?.chunk).not.toEqual(first[0]?.chunk)
  })

  test('iterating again from an earlier k reproduces it bit by bit, action change included', async () => {
    const trace = await refine(7, 5)
    for (const k of [3, 4, 5, 1]) expect(valueOf(await policy.iterate(k))).toEqual(trace[k - 1])
  })

  test('a chunk is a copy that later iterations leave alone', async () => {
    const [first] = await refine(7, 1)
    const kept = first?.chunk.slice()
    await policy.iterate(1)
    await refine(9, 3)
    expect(first?.chunk).toEqual(kept)
  })

  test('the scene of the fixture settles, and no earlier than its chain of 6 blockers asks for', async () => {
    const trace = await refine(7, 16)
    const change = trace.slice(1).map(({ chunk }, index) => {
      const previous = trace[index]?.chunk ?? chunk
      return chunk.reduce((sum, value, i) => sum + (value - (previous[i] ?? NaN)) ** 2, 0) / chunk.length
    })
    const settledAt = change.findIndex((mse) => mse < 3e-5) + 2
    expect(settledAt).toBeGreaterThanOrEqual(6)
    expect(settledAt).toBeLessThanOrEqual(10)
  })

  test('all 32 iterations work and stay finite', async () => {
    const trace = await refine(1, 32)
    expect(trace.map(({ k }) => k)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1))
    expect(trace.every(({ chunk }) => chunk.every(Number.isFinite))).toBe(true)
  })

  test('latent acceleration exists from k = 3 on', async () => {
    const trace = await refine(1, 4)
    expect(trace.map(({ latent }) => latent.latentAcceleration === null)).toEqual([true, true, false, false])
  })
})

describe('order', () => {
  test('nothing is iterated before S_0 was drawn or past a gap', async () => {
    const fresh = valueOf(await createPolicyBackend(bundle, { nowMs: () => 0 }))
    expect(faultOf(await fresh.iterate(1)).message).toBe('Iteration 1 has no encoded observation')
    valueOf(await fresh.encode(observation))
    expect(faultOf(await fresh.iterate(1)).message).toContain('needs S_0')
    fresh.initialise(1)
    expect(faultOf(await fresh.iterate(2)).message).toContain('needs S_1; the last one computed is S_0')
    await fresh.dispose()
    expect(faultOf(await fresh.encode(observation)).message).toBe('The policy was unloaded')
    await fresh.dispose()
  })

  test('a new observation invalidates the iterations of the last one', async () => {
    await refine(1, 3)
    valueOf(await policy.encode(observation))
    expect(faultOf(await policy.iterate(3)).code).toBe('policy-order')
    expect((await policy.iterate(1)).ok).toBe(true)
  })

  test('overlapping calls queue; a reseed under way overtakes an iteration instead of mixing with it', async () => {
    const trace = await refine(7, 3)
    const pending = [policy.iterate(1), policy.iterate(2)]
    expect((await Promise.all(pending)).map((result) => valueOf(result))).toEqual(trace.slice(0, 2))

    const overtaken = policy.iterate(3)
    await Promise.resolve()
    policy.initialise(8)
    expect(faultOf(await overtaken).message).toBe('Iteration 3 was overtaken by a new start')
    expect(valueOf(await policy.iterate(1))).toEqual((await refine(8, 1))[0])
  })
})

describe('observations', () => {
  const edits: [string, (good: Observation) => Partial<Observation>, string][] = [
    ['a missing camera', ({ images }) => ({ images: images.slice(0, 1) }), 'no camera "wrist" (it has: top)'],
    [
      'another size',
      ({ images }) => ({ images: images.map((image) => ({ ...image, width: 80 })) }),
      'Camera "top" gave 80×64 pixels, the policy takes 64×64'
    ],
    [
      'too few bytes',
      ({ images }) => ({ images: images.map((image) => ({ ...image, rgb: image.rgb.slice(1) })) }),
      'Camera "top" gave 12287 bytes'
    ],
    ['short proprioception', () => ({ proprioception: [0, 0, 0] }), 'the policy takes 4 finite values'],
    ['NaN proprioception', () => ({ proprioception: [0, NaN, 0, 1] }), 'Proprioception is [0, NaN, 0, 1]'],
    [
      'an unknown word',
      () => ({ instruction: 'put the pink block in the blue bin' }),
      'unknown words (pink). It knows: put the {red|green|blue|yellow|purple|orange} block in the {red|green|blue|yellow} bin'
    ],
    ['too few words', () => ({ instruction: 'put the red block' }), '4 tokens instead of 8'],
    [
      'known words, unknown task',
      () => ({ instruction: 'put the red block in the orange bin' }),
      'none of its tasks'
    ]
  ]
  test.each(edits)('%s is refused', async (_, edit, message) => {
    const fault = faultOf(await policy.encode({ ...observation, ...edit(observation) }))
    expect(fault.message).toContain(message)
  })

  test('the order of cameras and extra ones do not matter', async () => {
    const trace = await refine(7, 2)
    const [top] = observation.images
    if (!top) throw new Error('the fixture has no image')
    const images = [{ ...top, name: 'spare' }, ...observation.images].reverse()
    valueOf(await policy.encode({ ...observation, images }))
    policy.initialise(7)
    expect(valueOf(await policy.iterate(1))).toEqual(trace[0])
  })

  test('what is seen and what is asked for change the chunk', async () => {
    const [usual] = await refine(7, 1)
    const otherTask = observation.instruction === 'put the red block in the red bin' ? 'blue' : 'red'
    valueOf(
      await policy.encode({
        ...observation,
        instruction: `put the ${otherTask} block in the ${otherTask} bin`
      })
    )
    policy.initialise(7)
    expect(valueOf(await policy.iterate(1)).chunk).not.toEqual(usual?.chunk)
  })
})

describe('providers', () => {
  test('one that is not there is refused with its reason, and the next is used', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
    const fallback = valueOf(
      await createPolicyBackend(bundle, { providers: [absent, 'cpu'], nowMs: () => 0 })
    )
    expect(fallback.info.provider).toBe('cpu')
    expect(fallback.info.refusedProviders).toHaveLength(1)
    expect(fallback.info.refusedProviders[0]).toMatchObject({ provider: absent })
    expect(fallback.info.refusedProviders[0]?.reason).toContain('backend not found')
    await fallback.dispose()
  })

  test('without any provider left the fault tells every reason', async () => {
    const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
    const fault = faultOf(await createPolicyBackend(bundle, { providers: [absent, absent], nowMs: () => 0 }))
    expect(fault.code).toBe('policy-provider')
    expect(fault.message.match(/backend not found/g)).toHaveLength(2)
    expect(faultOf(await createPolicyBackend(bundle, { providers: [], nowMs: () => 0 })).message).toContain(
      'none was asked for'
    )
  })
})

test('stage times come from the injected clock', async () => {
  let now = 0
  const timed = valueOf(await createPolicyBackend(bundle, { nowMs: () => now++ }))
  expect(valueOf(await timed.encode(observation))).toEqual({ encodeMs: 1, preludeMs: 1 })
  timed.initialise(1)
  expect(valueOf(await timed.iterate(1))).toMatchObject({ stepMs: 1, codaMs: 1 })
  await timed.dispose()
})
