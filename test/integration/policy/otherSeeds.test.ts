import { afterAll, beforeAll, expect, test } from 'vitest'
import { GUARD_OFF } from '@shared/domain/guard'
import type { PolicyToRecorder } from '@shared/ipc/recording'
import { toHalfPlanes } from '@shared/latents/halfFloat'
import { createPolicyBackend, type PolicyBackend } from '../../../src/main/policy/backend'
import type { Bundle } from '../../../src/main/policy/loadBundle'
import { createPolicyRunner } from '../../../src/main/policy/runner'
import { fixtureObservation, loadDemo, valueOf } from './policyHarness'

let bundle: Bundle
let policy: PolicyBackend

beforeAll(async () => {
  bundle = await loadDemo()
  policy = valueOf(await createPolicyBackend(bundle, { nowMs: () => 0 }))
})
afterAll(() => policy.dispose())

const K = 5

async function refine(seed: number, k = K): Promise<Float32Array> {
  valueOf(await policy.encode(fixtureObservation(bundle)))
  policy.initialise(seed)
  let chunk: Float32Array = new Float32Array(0)
  for (let each = 1; each <= k; each++) chunk = valueOf(await policy.iterate(each)).chunk
  return chunk
}

const wanted = (): boolean => true

test('they give the chunks that those seeds would have given, and leave the own states as they were', async () => {
  const expected = [await refine(8), await refine(9)]
  await refine(7)
  const states = Array.from({ length: K + 1 }, (_, k) => policy.latent(k).slice())
  expect(valueOf(await policy.otherChunks([8, 9], K, wanted))).toEqual(expected)
  expect(Array.from({ length: K + 1 }, (_, k) => policy.latent(k).slice())).toEqual(states)
  const next = valueOf(await policy.iterate(K + 1)).chunk
  expect(next).toEqual(await refine(7, K + 1))
})

test('nobody wants them any more: the rest is not computed, and the states are as they were', async () => {
  await refine(7)
  const own = policy.latent(K).slice()
  let asked = 0
  const chunks = valueOf(await policy.otherChunks([8, 9], K, () => ++asked <= K + 1))
  expect(chunks).toHaveLength(1)
  expect(asked).toBe(K + 2)
  expect(policy.latent(K)).toEqual(own)
})

test('what people commit meanwhile is recorded, and kept for a warm start, with its own latent', async () => {
  const sent: PolicyToRecorder[] = []
  const runner = createPolicyRunner({
    backend: {
      ...policy,
      otherChunks: (seeds, k, isWanted) =>
        policy.otherChunks(seeds, k, () => {
          // The first seed is through: the slots hold its states.
          if (++asked === k + 1) runner.command({ type: 'haltNow' })
          return isWanted()
        })
    },
    settings: {
      ...policy.info.defaults,
      warmStart: true,
      guard: { ...GUARD_OFF, seedDisagreement: { on: true, seeds: 3, limit: 10 } }
    },
    nowNanos: () => 0,
    waitUntil: () => Promise.resolve(),
    sendRobot: () => undefined,
    sendUi: () => undefined,
    onChange: () => undefined,
    onPrediction: () => undefined,
    onFault: ({ message }) => expect.unreachable(message),
    recorder: { send: (message) => sent.push(message), wantsLatents: () => false }
  })
  let asked = 0
  runner.fromRobot({ type: 'engage', epoch: 0, episode: 0, sceneSeed: 42, scene: 1, firstPrediction: 0 })
  runner.fromRobot({ type: 'observation', observation: fixtureObservation(bundle) })
  await runner.idle()

  const said = sent.find((message) => message.type === 'prediction')
  if (said?.type !== 'prediction') throw new Error('nothing was committed')
  const { k, seed, stopReason } = said.record
  expect(stopReason).toBe('operator')
  policy.initialise(0, true)
  const kept = policy.latent(0).slice()
  await refine(seed, k)
  expect(said.latent).toEqual(toHalfPlanes(policy.latent(k)))
  expect(kept).toEqual(policy.latent(Math.ceil(k / 2)))
})
