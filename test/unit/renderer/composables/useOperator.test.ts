import type { RefinementPhase } from '@shared/domain/policy'
import type { RobotSnapshot } from '@shared/ipc/ports'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { createOperator, type Operator } from '../../../../src/renderer/src/composables/useOperator'
import { attachClient } from '../../../../src/renderer/src/stores/attachClient'
import { useMessagesStore } from '../../../../src/renderer/src/stores/messages'
import { useRobotStore } from '../../../../src/renderer/src/stores/robot'
import { useUiStore } from '../../../../src/renderer/src/stores/ui'
import { createFakeClient } from '../support/fakeClient'
import { predictionView, refinementSnapshot, robotSnapshot } from '../support/samples'

beforeEach(() => setActivePinia(createPinia()))

const PAUSED = { kind: 'paused' } as const
const STOPPED = { kind: 'stopped', cause: { code: 'operator', message: 'by the operator' } } as const
const QUEUE = { prediction: 0, action: 2, horizon: 8 }
const pausedAtK = (k: number): RefinementPhase => ({ kind: 'paused', k, reason: 'operator' })

function bench() {
  const fake = createFakeClient()
  attachClient(fake.client, () => 100)
  const operator = createOperator(fake.client, () => 100)
  const robotIs = (
    change: Partial<RobotSnapshot>,
    run: Partial<RobotSnapshot['run']> = { phase: { kind: 'running' } }
  ): void => {
    const base = robotSnapshot({ engaged: true, ...change })
    fake.say.robot({ type: 'snapshot', snapshot: { ...base, run: { ...base.run, ...run } } })
  }
  const policyIs = (phase: RefinementPhase): void => {
    const prediction = 'k' in phase ? predictionView({ k: phase.k }) : null
    fake.say.policy({ type: 'snapshot', snapshot: refinementSnapshot({ phase, prediction }) })
  }
  return {
    ...fake,
    operator,
    robotIs,
    policyIs,
    /** Robot and policy paused before anything of this prediction is queued: where an operator looks closely. */
    pausedAt(k: number): void {
      robotIs({ motion: PAUSED })
      policyIs(pausedAtK(k))
    },
    ready: () => robotIs({ engaged: false }, { phase: { kind: 'ready' } }),
    types: () => fake.sent.map(({ to, message }) => `${to}:${message.type}`)
  }
}
const refusals = () => useMessagesStore().messages.filter(({ kind }) => kind === 'refusal')

describe('pause, resume and stop', () => {
  test('reach both hosts, the robot first', () => {
    const { operator, pausedAt, types } = bench()
    operator.pause()
    pausedAt(3)
    operator.resume()
    operator.stop()
    expect(types()).toEqual([
      'robot:pause',
      'policy:pause',
      'robot:resume',
      'policy:resume',
      'robot:stop',
      'policy:pause'
    ])
  })

  test('need no policy, and say nothing about its absence', () => {
    const { operator, robotIs, types, connected } = bench()
    connected.policy = false
    operator.stop()
    operator.pause()
    robotIs({ motion: PAUSED })
    operator.resume()
    expect(types()).toEqual(['robot:stop', 'robot:pause', 'robot:resume'])
    expect(useMessagesStore().messages).toEqual([])
  })

  test('a stop that was not delivered stays until it is dismissed, and main hears of it', () => {
    const { operator, connected, reportedFaults } = bench()
    const store = useMessagesStore()
    connected.robot = false
    operator.stop()
    store.expire(1e9)
    expect(store.messages).toMatchObject([{ kind: 'fault', severity: 'high', code: 'stop-undelivered' }])
    expect(reportedFaults).toMatchObject([{ code: 'stop-undelivered' }])
    store.dismiss(store.messages[0]?.id ?? -1)
    expect(store.messages).toEqual([])
  })
})

describe('a command that makes no sense now', () => {
  test.each<[string, (operator: Operator) => void]>([
    ['resume', ({ resume }) => resume()],
    ['step', ({ step }) => step(1)],
    ['converge', ({ converge }) => converge()],
    ['haltNow', ({ haltNow }) => haltNow()],
    ['goBeyond', ({ goBeyond }) => goBeyond(1)],
    ['reseed', ({ reseed }) => reseed()],
    ['reject', ({ reject }) => reject()],
    ['override', ({ commitEdit }) => commitEdit()],
    ['start', ({ start }) => start()],
    ['newScene', ({ newScene }) => newScene()],
    ['home', ({ home }) => home()],
    ['endEpisode', ({ endEpisode }) => endEpisode(true)],
    ['discard', ({ askDiscard }) => askDiscard()],
    ['discard', ({ discardEpisode }) => discardEpisode()]
  ])('%s is answered with the reason and not sent', (name, act) => {
    const { operator, robotIs, policyIs, sent } = bench()
    robotIs({ motion: STOPPED })
    policyIs(pausedAtK(4))
    useUiStore().editedChunk = new Float32Array(32)
    act(operator)
    expect(sent).toEqual([])
    expect(refusals()).toMatchObject([{ code: `refused-${name}`, tip: expect.stringContaining('reset') }])
    expect(useUiStore().dialog).toBeNull()
  })

  test('one that goes nowhere is told too', () => {
    const { operator, ready, connected } = bench()
    ready()
    connected.robot = false
    operator.home()
    expect(refusals()).toMatchObject([{ code: 'refused-home', tip: 'The robot process is not connected.' }])
  })
})

describe('accepting a chunk', () => {
  const halt = ({ haltNow }: Operator): void => haltNow()
  const commit = ({ commitEdit }: Operator): void => {
    useUiStore().editedChunk = new Float32Array([0.5, -0.25])
    commitEdit()
  }
  const accepts = [
    ['haltNow', halt],
    ['override', commit]
  ] as const

  test.each(accepts)('%s: a robot paused before the chunk goes on with it', (type, accept) => {
    const { operator, pausedAt, types } = bench()
    pausedAt(4)
    accept(operator)
    expect(types()).toEqual([`policy:${type}`, 'robot:resume'])
    expect(useUiStore().editedChunk).toBeNull()
  })

  test.each(accepts)('%s: a robot that holds needs no leave', (type, accept) => {
    const { operator, robotIs, policyIs, types } = bench()
    robotIs({})
    policyIs(pausedAtK(4))
    accept(operator)
    expect(types()).toEqual([`policy:${type}`])
  })

  test.each(
    accepts.flatMap(([name, accept]) =>
      [pausedAtK(4), { kind: 'decided', k: 4 } as const].map((phase) => [name, phase, accept] as const)
    )
  )('%s, policy %j: a robot paused in the middle of its queue stays, with the reason', (_, phase, accept) => {
    const { operator, robotIs, policyIs, sent } = bench()
    robotIs({ motion: PAUSED, queue: QUEUE })
    policyIs(phase)
    accept(operator)
    expect(sent).toEqual([])
    expect(refusals()).toMatchObject([{ tip: expect.stringContaining('in the middle of a chunk') }])
  })

  test.each<[RefinementPhase, string]>([
    [{ kind: 'idle' }, 'No prediction yet'],
    [{ kind: 'observing' }, 'No prediction yet'],
    [{ kind: 'decided', k: 4 }, 'This prediction is decided already'],
    [pausedAtK(0), 'No chunk is decoded yet']
  ])('halt now, policy %j: what the policy would refuse resumes nothing', (phase, reason) => {
    const { operator, robotIs, policyIs, sent } = bench()
    robotIs({ motion: PAUSED })
    policyIs(phase)
    operator.haltNow()
    expect(sent).toEqual([])
    expect(refusals()).toMatchObject([{ code: 'refused-haltNow', tip: reason }])
  })

  test('while refining, halt now leaves the robot as it is', () => {
    const { operator, robotIs, policyIs, types } = bench()
    robotIs({ motion: PAUSED })
    policyIs({ kind: 'refining', k: 4 })
    operator.haltNow()
    expect(types()).toEqual(['policy:haltNow'])
  })

  test.each(accepts)('%s that the policy never got resumes nothing', (type, accept) => {
    const { operator, pausedAt, sent, connected } = bench()
    pausedAt(4)
    connected.policy = false
    accept(operator)
    expect(sent).toEqual([])
    expect(refusals()).toMatchObject([{ code: `refused-${type}` }])
  })

  test('an edit is sent whole', () => {
    const { operator, pausedAt, sent } = bench()
    pausedAt(4)
    commit(operator)
    expect(sent[0]).toEqual({ to: 'policy', message: { type: 'override', chunk: [0.5, -0.25] } })
  })
})

test.each([
  ['executing', { type: 'hold' }, 'robot'],
  ['holding', { type: 'reject' }, 'policy']
] as const)('reject while the robot is %s says %j to the %s', (kind, message, to) => {
  const { operator, pausedAt, sent } = bench()
  pausedAt(4)
  const { snapshot } = useRobotStore()
  if (!snapshot) throw new Error('no snapshot')
  const queue = kind === 'executing' ? { prediction: 0, action: 1, horizon: 8 } : null
  useRobotStore().receive({ type: 'snapshot', snapshot: { ...snapshot, motion: { kind }, queue } }, 0)
  operator.reject()
  expect(sent).toEqual([{ to, message }])
})

describe('a pending edit', () => {
  const edited = new Float32Array(32).fill(0.5)
  test.each<[string, (operator: Operator) => void]>([
    ['resume', ({ resume }) => resume()],
    ['step', ({ step }) => step(1)],
    ['back', ({ back }) => back()],
    ['converge', ({ converge }) => converge()],
    ['haltNow', ({ haltNow }) => haltNow()],
    ['goBeyond', ({ goBeyond }) => goBeyond(1)],
    ['reseed', ({ reseed }) => reseed()],
    ['reject', ({ reject }) => reject()],
    ['home', ({ home }) => home()],
    ['browse', ({ browse }) => browse(null)]
  ])('is not dropped by %s: commit or discard it first', (name, act) => {
    const { operator, pausedAt, sent } = bench()
    pausedAt(4)
    useUiStore().editedChunk = edited
    act(operator)
    expect(sent).toEqual([])
    expect(useUiStore().editedChunk).toBe(edited)
    expect(refusals()).toMatchObject([{ code: `refused-${name}`, tip: 'Commit or discard the edit first' }])
    operator.discardEdit()
    expect(operator.available.value.resume).toBeNull()
  })

  test('holds the cursor where it was made', () => {
    const { operator, pausedAt } = bench()
    const ui = useUiStore()
    pausedAt(4)
    operator.moveCursor(3)
    ui.editedChunk = edited
    operator.moveCursor(1)
    expect(ui.cursorK).toBe(3)
    operator.discardEdit()
    operator.moveCursor(4)
    expect(ui.cursorK).toBeNull()
  })

  test('that could not be delivered is kept', () => {
    const { operator, pausedAt, connected } = bench()
    pausedAt(4)
    connected.policy = false
    useUiStore().editedChunk = edited
    operator.commitEdit()
    expect(useUiStore().editedChunk).toBe(edited)
  })
})

test('the answers about commands are the same object until one of them changes', () => {
  const { operator, pausedAt, policyIs } = bench()
  pausedAt(4)
  const first = operator.available.value
  pausedAt(4)
  expect(operator.available.value).toBe(first)
  policyIs({ kind: 'refining', k: 4 })
  expect(operator.available.value).not.toBe(first)
})

describe('the cursor', () => {
  test.each([
    ['step', ['rewind', 'step']],
    ['resume', ['rewind', 'resume', 'resume']],
    ['converge', ['rewind', 'runToConvergence']],
    ['haltNow', ['rewind', 'haltNow', 'resume']]
  ] as const)('%s continues from it', (command, types) => {
    const { operator, sent, pausedAt } = bench()
    pausedAt(5)
    operator.back()
    operator.back()
    expect(operator.continueFrom.value).toBe(3)
    if (command === 'step') operator.step(1)
    else operator[command]()
    expect(sent[0]).toEqual({ to: 'policy', message: { type: 'rewind', k: 3 } })
    expect(sent.map(({ message }) => message.type)).toEqual(types)
    expect(useUiStore().cursorK).toBeNull()
  })

  test('at the newest iteration, or while refining, it rewinds nothing', () => {
    const { operator, types, pausedAt, robotIs, policyIs } = bench()
    pausedAt(5)
    operator.step(1)
    robotIs({})
    policyIs({ kind: 'refining', k: 5 })
    operator.back()
    operator.haltNow()
    expect(types()).toEqual(['policy:step', 'policy:haltNow'])
  })
})

test('each reseed uses the next seed', () => {
  const { operator, sent, pausedAt } = bench()
  pausedAt(2)
  useUiStore().reseedSeed = 0xffff_ffff
  operator.reseed()
  operator.reseed()
  expect(sent.map(({ message }) => (message.type === 'reseed' ? message.seed : null))).toEqual([
    0xffff_ffff, 0
  ])
})

describe('continuous', () => {
  const request = { level: 'all', seedBase: 1, continuous: true, episodes: null } as const

  test('before a run it goes with Start', () => {
    const { operator, sent, ready } = bench()
    ready()
    operator.setContinuous(false)
    expect([operator.continuous.value, sent]).toEqual([false, []])
    operator.start()
    expect(sent).toMatchObject([{ message: { type: 'start', request: { continuous: false } } }])
  })

  test.each<RobotSnapshot['run']['phase']>([
    { kind: 'running' },
    { kind: 'ended', outcome: { success: true, reason: 'placed', message: '', judge: 'bench' } }
  ])('%j: it changes the run that is on and shows what that run says', (phase) => {
    const { operator, sent, robotIs } = bench()
    robotIs({}, { phase, request })
    operator.setContinuous(false)
    expect(sent).toEqual([{ to: 'robot', message: { type: 'continuous', on: false } }])
    expect(operator.continuous.value).toBe(true)
    robotIs({}, { phase, request: { ...request, continuous: false } })
    expect(operator.continuous.value).toBe(false)
    expect(useUiStore().continuous).toBe(false)
  })
})
