import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useFreshPrediction } from '../../../../src/renderer/src/composables/useFreshPrediction'
import { usePathDrawing } from '../../../../src/renderer/src/composables/usePathDrawing'
import { useShownIteration } from '../../../../src/renderer/src/composables/useShownIteration'
import { attachClient } from '../../../../src/renderer/src/stores/attachClient'
import { useRefinementStore } from '../../../../src/renderer/src/stores/refinement'
import { useUiStore } from '../../../../src/renderer/src/stores/ui'
import { createFakeClient } from '../support/fakeClient'
import {
  execution,
  policyInfo,
  predictionRecord,
  predictionView,
  refinementSnapshot,
  robotSnapshot
} from '../support/samples'

let scope: EffectScope
beforeEach(() => {
  setActivePinia(createPinia())
  scope = effectScope()
})
afterEach(() => scope.stop())

function bench() {
  const { say, client } = createFakeClient()
  attachClient(client, () => 100)
  const within = <T>(use: () => T): T => scope.run(use) as T
  return {
    say,
    within,
    ui: useUiStore(),
    pausedAt: (change: Parameters<typeof predictionView>[0] & { reseeds?: number }) => {
      const { reseeds = 0, ...options } = change
      say.policy({
        type: 'snapshot',
        snapshot: refinementSnapshot({
          phase: { kind: 'paused', k: options.k ?? 2, reason: 'operator' },
          prediction: { ...predictionView(options), reseeds }
        })
      })
    },
    queueAt: (prediction: number, action: number, episode = 0) => {
      const base = robotSnapshot({ queue: { prediction, action, horizon: 8 } })
      say.robot({ type: 'snapshot', snapshot: { ...base, run: { ...base.run, episode } } })
    }
  }
}
const edited = new Float32Array(32)

describe('cursor and edit', () => {
  test.each<[string, Parameters<ReturnType<typeof bench>['pausedAt']>[0]]>([
    ['the next prediction', { k: 5, index: 1 }],
    ['another episode', { k: 5, episode: 1 }],
    ['the same one reseeded', { k: 5, reseeds: 1 }]
  ])('start anew with %s', (_, change) => {
    const { within, ui, pausedAt } = bench()
    within(useFreshPrediction)
    pausedAt({ k: 5 })
    ui.cursorK = 3
    ui.editedChunk = edited
    pausedAt({ k: 5 })
    expect([ui.cursorK, ui.editedChunk]).toEqual([3, edited])
    pausedAt(change)
    expect([ui.cursorK, ui.editedChunk]).toEqual([null, null])
  })

  test('start anew with a prediction of the past, and back', () => {
    const { within, ui, say, pausedAt } = bench()
    within(useFreshPrediction)
    const store = useRefinementStore()
    say.policy({ type: 'prediction', record: predictionRecord({ k: 6 }) })
    pausedAt({ k: 5, index: 1 })
    ui.cursorK = 3
    store.select(0)
    expect(ui.cursorK).toBeNull()
    ui.cursorK = 2
    store.select(null)
    expect(ui.cursorK).toBeNull()
  })

  test('an edit ends with the iteration it was made on and with the pause, the cursor does not', () => {
    const { within, ui, say, pausedAt } = bench()
    within(useFreshPrediction)
    pausedAt({ k: 4 })
    ui.cursorK = 3
    ui.editedChunk = edited
    pausedAt({ k: 5 })
    expect([ui.cursorK, ui.editedChunk]).toEqual([3, null])
    ui.editedChunk = edited
    const prediction = predictionView({ k: 5 })
    say.policy({
      type: 'snapshot',
      snapshot: refinementSnapshot({ phase: { kind: 'refining', k: 5 }, prediction })
    })
    expect([ui.cursorK, ui.editedChunk]).toEqual([3, null])
  })

  test('end with the policy process', () => {
    const { within, ui, say, pausedAt } = bench()
    within(useFreshPrediction)
    pausedAt({ k: 4 })
    ui.cursorK = 3
    ui.editedChunk = edited
    say.host({ name: 'policy', state: 'restarting', restarts: 1, lastExit: 'killed', pid: null })
    expect([ui.cursorK, ui.editedChunk]).toEqual([null, null])
  })
})

describe('the shown iteration', () => {
  test('is never beyond the newest one', () => {
    const { within, ui, pausedAt } = bench()
    const { k, lastK } = within(useShownIteration)
    expect([k.value, lastK.value]).toEqual([0, 0])
    pausedAt({ k: 4 })
    ui.cursorK = 9
    expect([k.value, lastK.value]).toEqual([4, 4])
  })

  test('counts what the robot does of it, and not what it does of a namesake', () => {
    const { within, say, queueAt } = bench()
    const store = useRefinementStore()
    const { executed } = within(useShownIteration)
    expect(executed.value).toBeNull()
    say.policy({ type: 'prediction', record: predictionRecord() })
    queueAt(0, 3)
    expect(executed.value).toBe(3)
    queueAt(0, 3, 1)
    expect(executed.value).toBe(0)
    queueAt(0, 3)
    store.select(0)
    expect(executed.value).toBe(0)
    say.robot({ type: 'execution', execution: execution({ actionsExecuted: 5 }) })
    expect(executed.value).toBe(5)
  })

  test('shows what an override committed at its last iteration only', () => {
    const { within, ui, say } = bench()
    const { human } = within(useShownIteration)
    const record = { ...predictionRecord({ k: 3 }), stopReason: 'override', human: true } as const
    say.policy({ type: 'prediction', record })
    expect(human.value).toBe(record.chunk)
    ui.cursorK = 2
    expect(human.value).toBeNull()
  })
})

describe('the path over the live camera', () => {
  test('is the plan of this episode, and never one of the past', () => {
    const { within, say, pausedAt, queueAt } = bench()
    const path = within(usePathDrawing)
    say.policy({ type: 'info', info: policyInfo() })
    queueAt(0, 0)
    say.policy({ type: 'prediction', record: predictionRecord() })
    pausedAt({ k: 4, index: 1 })
    expect(path.value?.points).toHaveLength(9)
    useRefinementStore().select(0)
    expect(path.value).toBeNull()
    useRefinementStore().select(null)
    queueAt(0, 0, 1)
    expect(path.value).toBeNull()
  })
})
