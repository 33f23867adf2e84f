import { expect, test } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useSentSettings } from '../../../../src/renderer/src/composables/useSentSettings'

interface Settings {
  readonly a: number
  readonly b: number
}

test('a change is made from what was sent, not from what has not come back yet', async () => {
  const inForce = shallowRef<Settings>({ a: 0, b: 0 })
  const scope = effectScope()
  const known = scope.run(() => useSentSettings(() => inForce.value))
  if (!known) throw new Error('no scope')
  const send = (change: Partial<Settings>): Settings => {
    const next = { ...known.newest(), ...change }
    known.sent(next)
    return next
  }
  const arrive = async (settings: Settings): Promise<void> => {
    inForce.value = settings
    await nextTick()
  }
  send({ a: 1 })
  const both = send({ b: 1 })
  expect(both).toEqual({ a: 1, b: 1 })
  await arrive({ a: 1, b: 0 })
  expect(known.newest()).toEqual({ a: 1, b: 1 })
  await arrive(both)
  expect(known.newest()).toBe(both)

  // What another window, a breakpoint or a refusal made of them is the truth.
  send({ a: 2 })
  await arrive({ a: 7, b: 7 })
  expect(known.newest()).toEqual({ a: 7, b: 7 })
  scope.stop()
})
