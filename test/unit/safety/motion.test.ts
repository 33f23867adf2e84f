import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  initialMotion,
  mayMove,
  transitionMotion,
  type MotionEvent,
  type MotionQueue,
  type MotionState
} from '@shared/safety/motion'

const cause = { code: 'operator', message: 'test' }
const queue = (prediction = 0, horizon = 2): MotionQueue => ({
  episode: 0,
  prediction,
  actions: Array.from({ length: 8 }, () => ({ deltaMetres: [0, 0, 0], gripperOpening: null })),
  human: false,
  horizon,
  action: 0,
  expiresNanos: 1000
})

const run = (...events: MotionEvent[]): MotionState =>
  events.reduce((state, event) => transitionMotion(state, event).state, initialMotion)

const engaged = run({ type: 'engage' })
const executing = transitionMotion(engaged, { type: 'commit', epoch: engaged.epoch, queue: queue() }).state
const states: Record<string, MotionState> = {
  holding: engaged,
  executing,
  paused: transitionMotion(executing, { type: 'pause', nowNanos: 100 }).state,
  held: transitionMotion(executing, { type: 'hold', cause }).state,
  stopped: transitionMotion(executing, { type: 'stop', cause }).state,
  teleop: transitionMotion(executing, { type: 'takeOver', source: 'leader' }).state,
  homing: run({ type: 'home' })
}
const at = (name: string): MotionState => states[name] ?? initialMotion

describe('transitions', () => {
  test.each([
    ['holding', { type: 'pause', nowNanos: 5 }, 'paused'],
    ['executing', { type: 'pause', nowNanos: 5 }, 'paused'],
    ['executing', { type: 'hold', cause }, 'held'],
    ['executing', { type: 'stop', cause }, 'stopped'],
    ['executing', { type: 'home' }, 'executing'],
    ['executing', { type: 'takeOver', source: 'leader' }, 'teleop'],
    ['executing', { type: 'disengage', reason: 'x', unanswered: true }, 'holding'],
    ['held', { type: 'disengage', reason: 'x', unanswered: true }, 'held'],
    ['held', { type: 'disengage', reason: 'x', unanswered: false }, 'holding'],
    ['homing', { type: 'disengage', reason: 'x', unanswered: true }, 'homing'],
    ['paused', { type: 'resume', nowNanos: 5, armMoved: false }, 'executing'],
    ['paused', { type: 'resume', nowNanos: 5, armMoved: true }, 'holding'],
    ['paused', { type: 'stop', cause }, 'stopped'],
    ['paused', { type: 'home' }, 'homing'],
    ['held', { type: 'resume', nowNanos: 5, armMoved: false }, 'holding'],
    ['held', { type: 'pause', nowNanos: 5 }, 'held'],
    ['held', { type: 'hold', cause: { code: 'late', message: 'late' } }, 'held'],
    ['stopped', { type: 'resume', nowNanos: 5, armMoved: false }, 'stopped'],
    ['stopped', { type: 'engage' }, 'stopped'],
    ['stopped', { type: 'home' }, 'stopped'],
    ['stopped', { type: 'takeOver', source: 'leader' }, 'stopped'],
    ['stopped', { type: 'disengage', reason: 'x', unanswered: false }, 'stopped'],
    ['stopped', { type: 'hold', cause }, 'stopped'],
    ['stopped', { type: 'reset' }, 'holding'],
    ['teleop', { type: 'handBack' }, 'holding'],
    ['teleop', { type: 'hold', cause }, 'teleop'],
    ['teleop', { type: 'stop', cause }, 'stopped'],
    ['homing', { type: 'homed' }, 'holding'],
    ['homing', { type: 'pause', nowNanos: 5 }, 'held']
  ] as const)('%s + %o → %s', (from, event, to) => {
    expect(transitionMotion(at(from), event).state.phase.kind).toBe(to)
  })

  test.each(['pause', 'hold', 'stop', 'takeOver', 'disengage'] as const)('%s raises the epoch', (type) => {
    const event = { type, cause, nowNanos: 1, source: 'leader', reason: 'x' } as MotionEvent
    expect(transitionMotion(executing, event).state.epoch).toBe(executing.epoch + 1)
  })

  test('hand back raises the epoch and asks the policy again', () => {
    const { state, effects } = transitionMotion(at('teleop'), { type: 'handBack' })
    expect(state.epoch).toBe(at('teleop').epoch + 1)
    expect(effects.map((effect) => effect.type)).toContain('engagePolicy')
  })

  test('a chunk of an older epoch is dropped and nothing of it moves', () => {
    const { state, effects } = transitionMotion(engaged, {
      type: 'commit',
      epoch: engaged.epoch - 1,
      queue: queue()
    })
    expect(state).toEqual(engaged)
    expect(effects).toMatchObject([{ type: 'commitDropped', reason: expect.stringContaining('epoch') }])
  })

  test.each(['paused', 'held', 'stopped', 'teleop'])('no chunk is accepted while %s', (name) => {
    const { state, effects } = transitionMotion(at(name), {
      type: 'commit',
      epoch: at(name).epoch,
      queue: queue()
    })
    expect(state.phase.kind).toBe(name)
    expect(effects[0]?.type).toBe('commitDropped')
  })

  test('resume keeps the rest of the queue and gives it the time it was paused', () => {
    const resumed = transitionMotion(at('paused'), { type: 'resume', nowNanos: 5100, armMoved: false }).state
    expect(resumed.queue).toMatchObject({ prediction: 0, expiresNanos: 6000 })
    expect(resumed.epoch).toBe(at('paused').epoch)
  })

  test('resume after the arm moved drops the queue and observes again', () => {
    const { state, effects } = transitionMotion(at('paused'), {
      type: 'resume',
      nowNanos: 5100,
      armMoved: true
    })
    expect(state.queue).toBeNull()
    expect(effects.map((effect) => effect.type)).toEqual(['queueEnded', 'disengagePolicy', 'engagePolicy'])
  })

  test('the queue ends after exactly its horizon', () => {
    const once = transitionMotion(executing, { type: 'actionDone' })
    expect(once.state.phase.kind).toBe('executing')
    const twice = transitionMotion(once.state, { type: 'actionDone' })
    expect(twice.state).toMatchObject({ phase: { kind: 'holding' }, queue: null })
    expect(twice.effects).toMatchObject([{ type: 'queueEnded', actionsExecuted: 2, reason: null }])
  })

  test('the first cause of a stop stays', () => {
    const again = transitionMotion(at('stopped'), {
      type: 'stop',
      cause: { code: 'other', message: 'other' }
    })
    expect(again.state.phase).toEqual({ kind: 'stopped', cause })
  })

  test('reset never restarts motion and ends the engagement', () => {
    const { state, effects } = transitionMotion(at('stopped'), { type: 'reset' })
    expect(state).toMatchObject({ engaged: false, queue: null })
    expect(effects).toEqual([])
  })
})

const anyEvent: fc.Arbitrary<MotionEvent> = fc.oneof(
  fc.constantFrom<MotionEvent>(
    { type: 'stop', cause },
    { type: 'reset' },
    { type: 'hold', cause },
    { type: 'home' },
    { type: 'homed' },
    { type: 'engage' },
    { type: 'disengage', reason: 'test', unanswered: false },
    { type: 'takeOver', source: 'leader' },
    { type: 'handBack' },
    { type: 'actionDone' }
  ),
  fc.record({ type: fc.constant('pause' as const), nowNanos: fc.nat(1000) }),
  fc.record({ type: fc.constant('resume' as const), nowNanos: fc.nat(1000), armMoved: fc.boolean() }),
  fc.record({
    type: fc.constant('commit' as const),
    epoch: fc.nat(12),
    queue: fc
      .tuple(fc.nat(100), fc.integer({ min: 1, max: 8 }))
      .map(([prediction, horizon]) => queue(prediction, horizon))
  })
)

describe('any interleaving', () => {
  test('leaves stopped only by reset, never lowers the epoch, moves only with a current chunk or homing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = initialMotion
        for (const event of events) {
          const before = state
          const { state: next, effects } = transitionMotion(state, event)
          state = next
          expect(next.epoch).toBeGreaterThanOrEqual(before.epoch)
          if (before.phase.kind === 'stopped' && next.phase.kind !== 'stopped')
            expect(event.type).toBe('reset')
          if (before.phase.kind === 'held' && mayMove(next)) expect(event.type).toBe('home')
          if (before.queue === null && next.queue !== null) {
            expect(event).toMatchObject({ type: 'commit', epoch: before.epoch })
          }
          if (next.phase.kind === 'executing') expect(next.queue).not.toBeNull()
          if (next.queue) expect(['executing', 'paused']).toContain(next.phase.kind)
          if (next.queue) expect(next.queue.action).toBeLessThan(next.queue.horizon)
          if (next.phase.kind === 'stopped') expect(next.engaged).toBe(false)
          // Every queue that disappears is accounted for exactly once.
          const ended = effects.filter((effect) => effect.type === 'queueEnded').length
          expect(ended).toBe(before.queue !== null && next.queue === null ? 1 : 0)
        }
      }),
      { numRuns: 500 }
    )
  })
})
