import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RefinementCommand } from '@shared/domain/policy'
import { phaseOf } from '@shared/engine/snapshot'
import { GUARD_OFF, type GuardSettings } from '@shared/domain/guard'
import { CHUNK_SIZE, createFakeHost, type FakeHost } from './fakeHost'

const NO_CONVERGENCE: GuardSettings = {
  ...GUARD_OFF,
  noConvergence: { on: true },
  holdsPerEpisode: 100,
  holdsPerMinute: 60
}
/** Never met: every prediction runs to its limit. */
const STUBBORN = {
  stopping: { kind: 'actionMse', threshold: 1e-12, minIterations: 2, patience: 1 },
  maxIterations: 4,
  guard: NO_CONVERGENCE
} as const

function asked(): FakeHost {
  const host = createFakeHost(STUBBORN)
  host.begin()
  host.settle()
  return host
}

test('a doubtful prediction waits for a person, and says why; nothing of it is executed', () => {
  const host = asked()
  expect(phaseOf(host.state())).toEqual({
    kind: 'paused',
    k: 4,
    reason: 'guard',
    question: 'no convergence within 4 iterations'
  })
  expect(host.commits()).toEqual([])
})

describe('answers', () => {
  test.each<[string, RefinementCommand, object]>([
    ['go on', { type: 'resume' }, { horizon: 8, human: false }],
    ['continue short', { type: 'haltNow', horizon: 2 }, { horizon: 2, human: false, stopReason: 'operator' }],
    [
      'edit the chunk',
      { type: 'override', chunk: Array.from({ length: CHUNK_SIZE }, () => 0.25), horizon: 3 },
      { horizon: 3, human: true, stopReason: 'override' }
    ]
  ])('%s', (_, command, expected) => {
    const host = asked()
    host.command(command)
    const guard = { trigger: 'noConvergence', holds: true }
    expect(host.commits()).toMatchObject([{ ...expected, guard }])
  })

  test('another seed is asked about anew; a rejected prediction is gone', () => {
    const host = asked()
    host.command({ type: 'reseed', seed: 9 })
    host.command({ type: 'resume' })
    host.settle()
    expect(phaseOf(host.state())).toMatchObject({ kind: 'paused', reason: 'guard' })
    host.command({ type: 'reject' })
    expect(host.commits()).toEqual([])
    expect(phaseOf(host.state()).kind).toBe('observing')
  })

  test('what people have stepped to and looked at isn’t asked about', () => {
    const host = createFakeHost({ ...STUBBORN, pauseAt: 'next' })
    host.begin()
    host.settle()
    host.command({ type: 'step', count: 3 })
    host.settle()
    host.command({ type: 'resume' })
    expect(host.commits()).toHaveLength(1)
  })
})

test('the budget is the episode’s: what comes after it is executed, and says that it would have been asked about', () => {
  const host = createFakeHost({ ...STUBBORN, guard: { ...NO_CONVERGENCE, holdsPerEpisode: 1 } })
  host.begin()
  host.settle()
  host.command({ type: 'resume' })
  host.finishChunk()
  host.observe()
  host.settle()
  expect(host.commits().map(({ guard }) => guard?.holds)).toEqual([true, false])
  host.engage({ episode: 1 })
  host.observe()
  host.settle()
  expect(phaseOf(host.state())).toMatchObject({ kind: 'paused', reason: 'guard' })
})

test('a decision that waits for a paused robot is asked about when it resumes, not before', () => {
  const host = createFakeHost(STUBBORN)
  host.begin()
  host.pauseMotion()
  host.settle()
  expect(phaseOf(host.state())).toMatchObject({ kind: 'paused', reason: 'converged' })
  host.resumeMotion()
  expect(phaseOf(host.state())).toMatchObject({ kind: 'paused', reason: 'guard' })
})

describe('other seeds', () => {
  const guard: GuardSettings = { ...GUARD_OFF, seedDisagreement: { on: true, seeds: 3, limit: 0.2 } }

  test('are asked before the decision; where they agree it is taken', () => {
    const host = createFakeHost(
      { guard },
      () => undefined,
      () => 0.1
    )
    host.begin()
    host.settle()
    const compared = host.effects.filter((effect) => effect.type === 'compare')
    expect(compared).toMatchObject([{ k: host.commits()[0]?.k }])
    expect(new Set(compared[0]?.seeds).size).toBe(3)
    expect(compared[0]?.seeds).not.toContain(host.commits()[0]?.seed)
    expect(host.commits()[0]).toMatchObject({ disagreement: 0.1, guard: null })
  })

  test('where they don’t, a person is asked', () => {
    const host = createFakeHost(
      { guard },
      () => undefined,
      () => 0.3
    )
    host.begin()
    host.settle()
    expect(phaseOf(host.state())).toMatchObject({
      reason: 'guard',
      question: expect.stringMatching(/RMS 0\.30/)
    })
  })

  test('a pause meanwhile stays a pause', () => {
    const host = createFakeHost({ guard })
    host.begin()
    while (host.effects.at(-1)?.type !== 'compare') host.compute()
    host.command({ type: 'pause' })
    host.settle()
    expect(phaseOf(host.state())).toMatchObject({ kind: 'paused', reason: 'operator' })
    expect(host.commits()).toEqual([])
  })
})

const step = fc.constantFrom<RefinementCommand | 'compute' | 'pauseMotion' | 'resumeMotion'>(
  'compute',
  'compute',
  'compute',
  'pauseMotion',
  'resumeMotion',
  { type: 'pause' },
  { type: 'step', count: 1 },
  { type: 'rewind', k: 1 },
  { type: 'reseed', seed: 3 },
  { type: 'settings', settings: { paceMs: 0 } }
)

test('whatever else happens, an unanswered question is never executed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const host = createFakeHost(STUBBORN)
      host.begin()
      for (const each of steps) {
        const before = phaseOf(host.state())
        const commits = host.commits().length
        if (each === 'compute') host.compute()
        else if (each === 'pauseMotion') host.pauseMotion()
        else if (each === 'resumeMotion') host.resumeMotion()
        else host.command(each)
        // None of these is an answer.
        expect(host.commits().length).toBe(commits)
        if (before.kind === 'paused' && before.reason === 'guard')
          expect(phaseOf(host.state()).kind).not.toBe('decided')
      }
    })
  )
})
