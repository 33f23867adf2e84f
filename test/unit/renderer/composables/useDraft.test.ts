import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useDraft, type Draft } from '../../../../src/renderer/src/composables/useDraft'
import { useMessagesStore } from '../../../../src/renderer/src/stores/messages'

beforeEach(() => {
  setActivePinia(createPinia())
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function bench() {
  const inForce = shallowRef<number | null>(100)
  const sent: number[] = []
  const scope = effectScope()
  const draft = scope.run(() =>
    useDraft(
      () => inForce.value,
      (value) => sent.push(value),
      50
    )
  ) as Draft
  return { inForce, sent, draft, stop: () => scope.stop() }
}

describe('a setting under the hand', () => {
  test('answers at once, whatever the host still says', async () => {
    const { inForce, sent, draft, stop } = bench()
    draft.set(200)
    inForce.value = 150
    await nextTick()
    expect([draft.value.value, sent]).toEqual([200, [200]])
    stop()
  })

  test.each<[string, (host: ReturnType<typeof bench>) => void, number | null]>([
    ['confirmed: later changes show', ({ inForce }) => (inForce.value = 200), 300],
    ['the policy is gone', ({ inForce }) => (inForce.value = null), null],
    ['refused', () => useMessagesStore().addRefusal('settings', 'not valid', 0), 100]
  ])('ends when %s', async (_, happens, shown) => {
    const host = bench()
    host.draft.set(200)
    happens(host)
    await nextTick()
    if (shown === 300) host.inForce.value = 300
    expect(host.draft.value.value).toBe(shown)
    host.stop()
  })
})
