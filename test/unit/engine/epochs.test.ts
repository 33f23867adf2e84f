import { describe, expect, test } from 'vitest'
import { predictionOf } from '@shared/engine/snapshot'
import { CHUNK_SIZE, createFakeHost } from './fakeHost'
import { phase } from './phases'

const FIXED_3 = { stopping: { kind: 'fixed', iterations: 3 } } as const
const override = { type: 'override', chunk: new Array<number>(CHUNK_SIZE).fill(0.25) } as const

describe('stale messages are ignored', () => {
  test('an observation of another epoch', () => {
    const host = createFakeHost()
    host.engage()
    const before = host.state()
    host.send({
      type: 'observed',
      epoch: host.robot.epoch - 1,
      observationNanos: 0,
      startMetres: [0, 0, 0],
      task: 'x',
      observeMs: 0,
      gripperOpening: null,
      contrast: null,
      nowNanos: 0
    })
    expect(host.state()).toBe(before)
  })

  test.each([
    ['encoded', { type: 'encoded', encodeMs: 1, preludeMs: 1, nowNanos: 0 } as const],
    ['failed', { type: 'failed', cause: 'x', nowNanos: 0 } as const]
  ])('%s of another generation', (_, event) => {
    const host = createFakeHost()
    host.begin()
    const before = host.state()
    host.send({ ...event, generation: before.generation - 1 })
    expect(host.state()).toBe(before)
  })

  test('an iteration asked for before a pause', () => {
    const host = createFakeHost()
    host.begin()
    for (let i = 0; i < 3; i++) host.compute()
    host.command({ type: 'pause' })
    const before = host.state()
    expect(host.compute()).toBe(true)
    expect(host.state()).toBe(before)
  })

  test('an iteration that a pause and a resume have asked for again', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    for (let i = 0; i < 3; i++) host.compute()
    host.command({ type: 'pause' })
    host.command({ type: 'resume' })
    const before = host.state()
    host.compute()
    expect(host.state()).toBe(before)
    host.compute()
    expect(phase(host)).toEqual({ kind: 'refining', k: 2 })
  })

  test.each([
    { episode: 0, prediction: 1 },
    { episode: 1, prediction: 0 }
  ])('execution of another prediction: %o', (which) => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.settle()
    const before = host.state()
    host.send({ type: 'executed', ...which, nowNanos: 0 })
    expect(host.state()).toBe(before)
  })
})

describe('epochs and paused motion', () => {
  test('a pause while waiting for an observation asks again under the new epoch', () => {
    const host = createFakeHost(FIXED_3)
    host.engage()
    host.pauseMotion()
    expect(host.effects.at(-1)).toEqual({ type: 'observe', epoch: 2 })
    host.resumeMotion()
    expect(host.observe()).toBe(true)
    host.settle()
    expect(host.accepted).toMatchObject([{ epoch: 2 }])
  })

  test('refinement goes on, the decision waits, and is committed under the new epoch', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.compute()
    host.pauseMotion()
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 3, reason: 'converged' })
    expect(host.commits()).toHaveLength(0)
    host.resumeMotion()
    expect(host.accepted).toMatchObject([{ k: 3, epoch: 2, stopReason: 'rule' }])
  })

  test.each([
    ['resume', { type: 'resume' } as const, { stopReason: 'rule', k: 3 }],
    ['halt now', { type: 'haltNow' } as const, { stopReason: 'operator', k: 3 }],
    ['override', override, { stopReason: 'override', human: true }]
  ])('%s while motion is paused waits too', (_, command, record) => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.command({ type: 'runToConvergence' })
    host.settle()
    host.pauseMotion()
    host.command(command)
    expect(phase(host)).toMatchObject({ kind: 'paused', k: 3 })
    // What people press next, for both hosts: it must not replace their decision.
    host.command({ type: 'resume' })
    expect(host.commits()).toHaveLength(0)
    host.resumeMotion()
    expect(host.accepted).toMatchObject([record])
  })

  test('a pause takes a waiting decision back', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.pauseMotion()
    host.settle()
    host.command({ type: 'pause' })
    host.resumeMotion()
    expect(phase(host)).toEqual({ kind: 'paused', k: 3, reason: 'operator' })
    expect(host.commits()).toHaveLength(0)
    host.command({ type: 'resume' })
    expect(host.accepted).toHaveLength(1)
  })

  test('a waiting decision is taken anew: a stricter rule refines on when motion resumes', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.pauseMotion()
    host.settle()
    host.command({ type: 'settings', settings: { stopping: { kind: 'fixed', iterations: 5 } } })
    host.resumeMotion()
    expect(phase(host)).toEqual({ kind: 'refining', k: 3 })
    host.settle()
    expect(host.accepted).toMatchObject([{ k: 5 }])
  })

  test.each([
    ['the policy first', ['engine', 'robot']],
    ['the robot first', ['robot', 'engine']]
  ] as const)('pause and resume to both hosts, %s', (_, order) => {
    const host = createFakeHost(FIXED_3)
    const both = (engine: 'pause' | 'resume', robot: () => void): void => {
      for (const part of order) {
        if (part === 'engine') host.command({ type: engine })
        else robot()
      }
    }
    host.begin()
    host.compute()
    both('pause', host.pauseMotion)
    host.settle()
    expect(phase(host)).toEqual({ kind: 'paused', k: 0, reason: 'operator' })
    both('resume', host.resumeMotion)
    host.settle()
    expect(host.accepted).toHaveLength(1)
    both('pause', host.pauseMotion)
    both('resume', host.resumeMotion)
    host.finishChunk()
    host.observe()
    host.settle()
    expect(host.accepted).toHaveLength(2)
  })

  test('a chunk that met a newer epoch was dropped: the next prediction follows', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.compute()
    host.compute()
    // The robot moved on and its message is still under way.
    host.robot.epoch += 1
    host.settle()
    expect(host.commits()).toHaveLength(1)
    expect(host.accepted).toHaveLength(0)
    expect(phase(host)).toEqual({ kind: 'observing' })
  })

  test.each(['observing', 'encoding', 'refining', 'paused', 'decided'])(
    'disengage from %s goes idle',
    (from) => {
      const host = createFakeHost(FIXED_3)
      host.engage()
      if (from !== 'observing') host.observe()
      if (from === 'refining' || from === 'paused') host.compute()
      if (from === 'paused') host.command({ type: 'pause' })
      if (from === 'decided') host.settle()
      expect(phase(host).kind).toBe(from)
      host.disengage()
      expect(phase(host)).toEqual({ kind: 'idle' })
      expect(predictionOf(host.state())).toBeNull()
      const commits = host.commits().length
      host.settle()
      expect(host.commits()).toHaveLength(commits)
    }
  )

  test('an engagement says that motion is not paused any more', () => {
    const host = createFakeHost(FIXED_3)
    host.engage()
    host.pauseMotion()
    host.begin()
    host.settle()
    expect(host.accepted).toHaveLength(1)
  })

  test('a new engagement is not paused because the last one was', () => {
    const host = createFakeHost(FIXED_3)
    host.begin()
    host.command({ type: 'pause' })
    host.pauseMotion()
    host.disengage()
    host.begin({ episode: 1 })
    host.settle()
    expect(host.accepted).toMatchObject([{ episode: 1, index: 0, epoch: host.robot.epoch }])
  })
})
