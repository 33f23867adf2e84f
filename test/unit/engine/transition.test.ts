import { describe, expect, test } from 'vitest'
import { predictionRecord } from '@shared/domain/policy'
import { predictionOf, toSnapshot } from '@shared/engine/snapshot'
import { refinementSnapshot } from '@shared/ipc/ports'
import { deriveSeed } from '@shared/random/xoshiro'
import { CHUNK_SIZE, chunkAfter, conditioningOf, createFakeHost } from './fakeHost'
import { phase } from './phases'

const FIXED_3 = { stopping: { kind: 'fixed', iterations: 3 } } as const
const override = { type: 'override', chunk: new Array<number>(CHUNK_SIZE).fill(0.25) } as const

describe('one prediction', () => {
  test('goes through its phases', () => {
    const host = createFakeHost(FIXED_3)
    const phases = [phase(host)]
    host.engage()
    phases.push(phase(host))
    host.observe()
    phases.push(phase(host))
    while (host.compute()) phases.push(phase(host))
    host.finishChunk()
    phases.push(phase(host))
    expect(phases).toEqual([
      { kind: 'idle' },
      { kind: 'observing' },
      { kind: 'encoding' },
      { kind: 'refining', k: 0 },
      { kind: 'refining', k: 0 },
      { kind: 'refining', k: 1 },
      { kind: 'refining', k: 2 },
      { kind: 'decided', k: 3 },
      { kind: 'observing' }
    ])
  })

  test('asks for everything in order, and commits what the record says', () => {
    const host = createFakeHost(FIXED_3)
    host.begin({ episode: 4, sceneSeed: 99, firstPrediction: 2 })
    host.settle()
    const seed = deriveSeed(99, 2)
    expect(host.effects.map(({ type }) => type)).toEqual([
      'observe',
      'encode',
      'initialise',
      'iterate',
      'iterate',
      'iterate',
      'commit'
    ])
    expect(host.effects[2]).toEqual({ type: 'initialise', seed, warm: false })
    const [record] = host.commits()
    expect(predictionRecord.parse(record)).toEqual(record)
    expect(record).toMatchObject({
      index: 2,
      episode: 4,
      epoch: 1,
      seed,
      reseeds: 0,
      observationNanos: 0,
      startMetres: [0.1, 0.2, 0.05],
      k: 3,
      stages: { observe: 1, encode: 0.5, prelude: 0.25, step: 1.5, coda: 0.75 },
      converged: { k: 3, reason: 'rule' },
      human: false,
      stopReason: 'rule',
      rule: FIXED_3.stopping,
      horizonRule: { kind: 'linearDecay' },
      horizon: 8,
      provider: 'fake'
    })
    expect(record?.chunk).toEqual(chunkAfter(seed, conditioningOf(2), 3))
    expect(record?.chunk).not.toBe(record?.iterations[2]?.chunk)
    expect(record?.iterations.map(({ k }) => k)).toEqual([1, 2, 3])
    expect(record?.iterations[0]?.signals.actionMse).toBeNull()
    expect(record?.iterations[1]?.signals.latentAcceleration).toBeNull()
    expect(record?.iterations[2]?.signals.latentAcceleration).not.toBeNull()
  })

  test('is followed by the next, whose seed is derived from its index', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    for (let index = 0; index < 5; index++) {
      host.settle()
      host.finishChunk()
      host.observe()
    }
    expect(host.commits().map(({ index, seed }) => [index, seed])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, deriveSeed(42, index)])
    )
  })

  test('the snapshot is what the IPC contract says, in every phase', () => {
    const host = createFakeHost(FIXED_3)
    const check = (): void => {
      const snapshot = toSnapshot(host.state(), 5)
      expect(refinementSnapshot.parse(snapshot)).toEqual(snapshot)
    }
    check()
    host.begin()
    check()
    while (host.compute()) check()
    expect(toSnapshot(host.state(), 5).prediction?.k).toBe(3)
  })

  test("does not keep the host's buffer", () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.compute()
    const chunk = new Float32Array(CHUNK_SIZE).fill(0.5)
    const latent = { latentDelta: 1, latentL2: 1, latentCosine: 1, latentAcceleration: null }
    const { generation } = host.state()
    host.send({ type: 'iterated', generation, k: 1, latent, chunk, stepMs: 1, codaMs: 1, nowNanos: 0 })
    chunk.fill(0)
    expect(predictionOf(host.state())?.iterations[0]?.chunk?.[0]).toBe(0.5)
  })
})

describe('the bucket horizon', () => {
  const bucket = { ...FIXED_3, horizon: { kind: 'bucket', warmup: 3, direction: 'paper' } } as const

  test("learns from this task's predictions, over episodes", () => {
    const host = createFakeHost(bucket)
    for (let episode = 0; episode < 2; episode++) {
      host.begin({ episode })
      host.settle()
      host.finishChunk()
      host.observe()
      host.settle()
      host.disengage()
    }
    expect(host.commits().map(({ horizon }) => horizon)).toEqual([5, 5, 8, 8])
  })

  test('begins afresh with another task', () => {
    const host = createFakeHost(bucket)
    const observation = {
      startMetres: [0, 0, 0],
      observeMs: 0,
      gripperOpening: null,
      contrast: null,
      observationNanos: 0,
      nowNanos: 0
    } as const
    for (const task of ['a', 'a', 'a', 'b', 'b', 'b']) {
      host.engage()
      host.send({ type: 'observed', epoch: host.robot.epoch, task, ...observation })
      host.settle()
    }
    expect(host.commits().map(({ horizon }) => horizon)).toEqual([5, 5, 8, 5, 5, 8])
  })
})

describe('what is not finite holds and never commits', () => {
  test.each([
    ['chunk', 'nonFinite', 'non-finite action chunk at k = 2 (action 1, dimension 1)'],
    ['latent', 'nonFinite', 'non-finite latentDelta at k = 2'],
    ['provider', 'inferenceFailed', 'the provider gave up']
  ] as const)('%s', (sabotage, code, cause) => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    for (let i = 0; i < 3; i++) host.compute()
    host.compute(sabotage)
    expect(phase(host)).toEqual({ kind: 'held', k: 1, cause })
    expect(host.effects.at(-1)).toEqual({ type: 'hold', code, message: cause })
    for (const command of [{ type: 'resume' }, { type: 'haltNow' }, override] as const) host.command(command)
    host.settle()
    expect(host.commits()).toHaveLength(0)
    host.disengage()
    // Still to be seen: what went wrong, and at which k.
    expect(phase(host)).toEqual({ kind: 'held', k: 1, cause })
    host.begin()
    host.settle()
    expect(host.commits()).toHaveLength(1)
  })

  test('while encoding', () => {
    const host = createFakeHost()
    host.begin()
    host.compute('provider')
    expect(phase(host)).toEqual({ kind: 'held', k: 0, cause: 'the provider gave up' })
  })

  test.each([
    [new Float32Array(3), 'the chunk at k = 1 has 3 values, expected 32'],
    [null, 'no chunk was decoded at k = 1']
  ])('a chunk that cannot be executed: %s', (chunk, cause) => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 1 } })
    host.begin()
    host.compute()
    host.compute()
    const latent = { latentDelta: 1, latentL2: 1, latentCosine: 1, latentAcceleration: null }
    const { generation } = host.state()
    host.send({ type: 'iterated', generation, k: 1, latent, chunk, stepMs: 1, codaMs: 1, nowNanos: 0 })
    expect(phase(host)).toMatchObject({ kind: 'held', cause })
    expect(host.commits()).toHaveLength(0)
  })
})

test('a deadline counts from capture, whatever the pace', () => {
  const deadline = { kind: 'deadline', milliseconds: 50, minIterations: 2, patience: 1 } as const
  const host = createFakeHost({ stopping: deadline, paceMs: 20 })
  host.begin()
  host.settle()
  const [record] = host.commits()
  const last = record?.iterations.at(-1)?.completedNanos ?? 0
  const before = record?.iterations.at(-2)?.completedNanos ?? 0
  expect(last - (record?.observationNanos ?? 0)).toBeGreaterThanOrEqual(50_000_000)
  expect(before - (record?.observationNanos ?? 0)).toBeLessThan(50_000_000)
  expect(record?.stopReason).toBe('rule')
})
