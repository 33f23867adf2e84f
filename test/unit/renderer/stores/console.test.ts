import { createPinia, setActivePinia } from 'pinia'
import { effectScope } from 'vue'
import { beforeEach, describe, expect, test } from 'vitest'
import { useAutostart } from '../../../../src/renderer/src/composables/useAutostart'
import { useAppStore } from '../../../../src/renderer/src/stores/app'
import { attachClient } from '../../../../src/renderer/src/stores/attachClient'
import { useMessagesStore } from '../../../../src/renderer/src/stores/messages'
import { MAX_ENTRIES, useRefinementStore } from '../../../../src/renderer/src/stores/refinement'
import { useRobotStore } from '../../../../src/renderer/src/stores/robot'
import { appInfo, createFakeClient } from '../support/fakeClient'
import {
  execution,
  policyInfo,
  predictionRecord,
  predictionView,
  refinementSnapshot,
  robotSnapshot
} from '../support/samples'

beforeEach(() => setActivePinia(createPinia()))

function bench() {
  const fake = createFakeClient()
  return { ...fake, feed: attachClient(fake.client, () => 100) }
}
const pausedAt = (k: number) =>
  refinementSnapshot({ phase: { kind: 'paused', k, reason: 'operator' }, prediction: predictionView({ k }) })

describe('refinement store', () => {
  test('keeps a bounded history with what became of it', () => {
    const { say } = bench()
    const store = useRefinementStore()
    for (let index = 0; index < MAX_ENTRIES + 5; index++)
      say.policy({ type: 'prediction', record: predictionRecord({ index }) })
    expect(store.entries).toHaveLength(MAX_ENTRIES)
    say.robot({ type: 'execution', execution: execution({ prediction: MAX_ENTRIES + 4 }) })
    expect(store.entries[MAX_ENTRIES - 1]?.execution?.executeMs).toBe(800)
    expect(store.entries[MAX_ENTRIES - 2]?.execution).toBeNull()
  })

  test('after a restart the same numbers name another prediction: the newest one is meant', () => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'prediction', record: predictionRecord() })
    say.link('policy')
    say.policy({ type: 'prediction', record: predictionRecord() })
    say.robot({ type: 'execution', execution: execution() })
    expect(store.entries.map((entry) => entry.execution !== null)).toEqual([false, true])
    expect(new Set(store.entries.map(({ id }) => id)).size).toBe(2)
  })

  test('what another policy did is no measure of the one in use', () => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'info', info: policyInfo() })
    say.policy({ type: 'prediction', record: predictionRecord() })
    say.policy({ type: 'info', info: policyInfo() })
    expect(store.ownEntries).toHaveLength(1)
    say.policy({ type: 'info', info: { ...policyInfo(), precision: 'int8' } })
    expect([store.ownEntries.length, store.entries.length]).toEqual([0, 1])
    say.policy({ type: 'prediction', record: predictionRecord({ index: 1 }) })
    expect(store.ownEntries.map(({ view }) => view.index)).toEqual([1])
  })

  test('a rejected prediction stays in the strip', () => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'snapshot', snapshot: pausedAt(3) })
    say.policy({ type: 'rejected', episode: 0, prediction: 0 })
    expect(store.entries[0]).toMatchObject({ rejected: true, record: null })
    expect(store.entries[0]?.view.k).toBe(3)
  })

  test('shows the live prediction, a chosen one on request, and six ghosts before it', () => {
    const { say } = bench()
    const store = useRefinementStore()
    for (let index = 0; index < 10; index++)
      say.policy({ type: 'prediction', record: predictionRecord({ index }) })
    say.policy({
      type: 'snapshot',
      snapshot: refinementSnapshot({ prediction: predictionView({ index: 10 }) })
    })
    expect(store.shown?.index).toBe(10)
    expect(store.ghosts.map(({ index }) => index)).toEqual([4, 5, 6, 7, 8, 9])
    store.select(store.entries[2]?.id ?? null)
    expect(store.browsing).toBe(true)
    expect(store.shown?.index).toBe(2)
    expect(store.ghosts.map(({ index }) => index)).toEqual([0, 1])
    store.select(null)
    expect(store.shown?.index).toBe(10)
  })

  test('an unchanged snapshot redraws nothing', () => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'snapshot', snapshot: pausedAt(3) })
    const first = store.shown
    say.policy({ type: 'snapshot', snapshot: pausedAt(3) })
    expect(store.shown).toBe(first)
    say.policy({ type: 'snapshot', snapshot: pausedAt(4) })
    expect(store.shown).not.toBe(first)
  })
})

describe('a policy process that went away', () => {
  const status = { name: 'policy', restarts: 0, lastExit: 'killed', pid: null } as const
  test.each(['restarting', 'failed', 'starting'] as const)('%s: nothing of it looks alive', (state) => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'prediction', record: predictionRecord() })
    say.policy({ type: 'snapshot', snapshot: pausedAt(3) })
    say.host({ ...status, state })
    expect([store.snapshot, store.settings]).toEqual([null, null])
    // The last decided one stays to be read.
    expect(store.shown?.k).toBe(2)
  })

  test('settings keep their identity while they say the same', () => {
    const { say } = bench()
    const store = useRefinementStore()
    say.policy({ type: 'snapshot', snapshot: pausedAt(3) })
    const first = store.settings
    say.policy({ type: 'snapshot', snapshot: pausedAt(4) })
    expect(store.settings).toBe(first)
    const faster = { ...pausedAt(4).settings, paceMs: 5 }
    say.policy({ type: 'snapshot', snapshot: { ...pausedAt(4), settings: faster } })
    expect(store.settings?.paceMs).toBe(5)
  })
})

describe('robot store', () => {
  test('a fresh port forgets the old host, its clock included', () => {
    const { say } = bench()
    const store = useRobotStore()
    say.robot({ type: 'snapshot', snapshot: robotSnapshot() }, 50)
    expect(store.clock.ageMs(1e9, 60)).toBeCloseTo(10, 6)
    say.link('robot')
    expect(store.snapshot).toBeNull()
    expect(store.clock.ageMs(1e9, 60)).toBeNull()
  })

  test('a released console hears nothing', () => {
    const { say, feed } = bench()
    feed.release()
    say.robot({ type: 'snapshot', snapshot: robotSnapshot() })
    expect(useRobotStore().snapshot).toBeNull()
  })
})

describe('messages', () => {
  const fault = { severity: 'high', source: 'policy', code: 'x', message: 'm', tip: 't' } as const

  test('repeats are counted, urgent ones come first, refusals leave by themselves', () => {
    const { say } = bench()
    const store = useMessagesStore()
    say.robot({ type: 'refused', command: 'step', reason: 'not paused' }, 10)
    say.fault(fault)
    say.fault(fault)
    expect(store.messages.map(({ code, count }) => [code, count])).toEqual([
      ['x', 2],
      ['refused-step', 1]
    ])
    store.expire(7000)
    expect(store.messages.map(({ code }) => code)).toEqual(['x'])
  })

  test('what needs eyes in every view: high faults, the undelivered stop first', () => {
    const { say } = bench()
    const store = useMessagesStore()
    say.fault({ ...fault, source: 'ui', code: 'stop-undelivered' })
    say.fault(fault)
    say.fault({ ...fault, code: 'medium', severity: 'medium' })
    say.fault({ ...fault, source: 'main', code: 'policyHostGone' })
    say.robot({ type: 'refused', command: 'step', reason: 'not paused' })
    expect(store.urgent.map(({ code }) => code)).toEqual(['stop-undelivered', 'x'])
  })

  const status = { name: 'policy', restarts: 0, lastExit: null, pid: 1 } as const

  test('a host that went away is told until it is back', () => {
    const { say } = bench()
    const store = useMessagesStore()
    say.host({ ...status, state: 'running' })
    expect(store.messages).toEqual([])
    say.host({ ...status, state: 'restarting', lastExit: 'killed (SIGKILL)' })
    expect(store.messages[0]?.title).toBe('The policy process ended: killed (SIGKILL)')
    expect(store.messages[0]?.tip).toMatch(/Resume when it is back/)
    say.host({ ...status, state: 'running', restarts: 1 })
    expect(store.messages.map(({ code }) => code)).toEqual(['host-policy-back'])
  })

  test('a robot host comes back stopped, and the tip says so', () => {
    const { say } = bench()
    say.host({ ...status, name: 'robot', state: 'restarting', lastExit: 'crashed' })
    expect(useMessagesStore().messages[0]?.tip).toBe('It comes back stopped: reset it, then start again.')
  })

  test('faults from before the window are told once, announced or not', () => {
    const { say, feed } = bench()
    const store = useMessagesStore()
    const other = { ...fault, code: 'y', message: 'n' }
    say.fault(fault)
    feed.adoptInfo(appInfo({ faults: [fault, other, other] }))
    const counts = () => Object.fromEntries(store.messages.map(({ code, count }) => [code, count]))
    expect(counts()).toEqual({ x: 1, y: 2 })
    // Afterwards an announcement is news again.
    say.fault(fault)
    expect(counts()).toEqual({ x: 2, y: 2 })
  })

  describe('a policy that could not be loaded', () => {
    test('is known from app:info, outlives its message and the link, and ends with a policy', () => {
      const { say, feed } = bench()
      const messages = useMessagesStore()
      const refinement = useRefinementStore()
      feed.adoptInfo(appInfo({ faults: [fault] }))
      messages.dismiss(messages.messages[0]?.id ?? -1)
      say.link('policy')
      expect(refinement.failure).toEqual(fault)
      say.policy({ type: 'info', info: policyInfo() })
      expect(refinement.failure).toBeNull()
      // Inference that fails later does not unload it.
      say.fault(fault)
      expect(refinement.failure).toBeNull()
    })

    test('is noticed also where its predecessor had one', () => {
      const { say } = bench()
      const refinement = useRefinementStore()
      say.policy({ type: 'info', info: policyInfo() })
      say.host({ ...status, state: 'restarting', lastExit: 'crashed' })
      say.host({ ...status, state: 'running' })
      say.fault(fault)
      expect(refinement.failure).toEqual(fault)
      say.host({ ...status, state: 'restarting', lastExit: 'crashed' })
      expect(refinement.failure).toBeNull()
    })

    test('is not blamed for faults of others or for small ones', () => {
      const { say } = bench()
      say.fault({ ...fault, source: 'robot' })
      say.fault({ ...fault, severity: 'medium' })
      expect(useRefinementStore().failure).toBeNull()
    })

    test('includes a host that died too often, also before this window', () => {
      const { feed } = bench()
      feed.adoptInfo(appInfo({ hosts: [{ ...status, state: 'failed', lastExit: 'crashed' }] }))
      expect(useRefinementStore().failure?.message).toBe('The policy process keeps ending: crashed')
      expect(useMessagesStore().messages).toHaveLength(1)
    })
  })
})

test('a headless run starts once, when everything is there', async () => {
  const { client, sent, say } = bench()
  const scope = effectScope()
  scope.run(() => useAutostart(client))
  useAppStore().setInfo(appInfo({ autostart: { level: 'hard', seedBase: 9, episodes: 3 } }))
  say.robot({ type: 'snapshot', snapshot: robotSnapshot({ policyConnected: false }) })
  say.policy({ type: 'info', info: policyInfo() })
  await Promise.resolve()
  expect(sent).toEqual([])
  for (let repeat = 0; repeat < 2; repeat++) {
    say.robot({ type: 'snapshot', snapshot: robotSnapshot() })
    await Promise.resolve()
    say.link('robot')
    await Promise.resolve()
  }
  expect(sent).toEqual([
    {
      to: 'robot',
      message: { type: 'start', request: { level: 'hard', seedBase: 9, episodes: 3, continuous: true } }
    }
  ])
  scope.stop()
})
