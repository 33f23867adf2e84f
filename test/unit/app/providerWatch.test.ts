import { expect, test } from 'vitest'
import { createProviderWatch } from '../../../src/main/app/providerWatch'

function watched() {
  const timers = new Set<() => void>()
  const reported: string[] = []
  const watch = createProviderWatch<string>({
    limitMs: 60_000,
    later: (_, callback) => {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    onHung: (provider) => reported.push(provider)
  })
  const fire = (): void => {
    const due = [...timers]
    timers.clear()
    for (const callback of due) callback()
  }
  return { watch, timers, reported, fire }
}

test('a provider that never answers is reported once', () => {
  const { watch, reported, fire, timers } = watched()
  watch.trying('webgpu')
  fire()
  expect(reported).toEqual(['webgpu'])
  watch.ended()
  watch.trying('cpu')
  watch.trying(null)
  expect(timers.size).toBe(0)
  expect(reported).toEqual(['webgpu'])
})

test.each(['trying', 'ended'] as const)('one that answers, or whose process ends, is not (%s)', (how) => {
  const { watch, reported, fire } = watched()
  watch.trying('webgpu')
  if (how === 'trying') watch.trying(null)
  else watch.ended()
  fire()
  expect(reported).toEqual([])
})

test('each provider has the whole time for itself', () => {
  const { watch, timers } = watched()
  watch.trying('cuda')
  watch.trying('webgpu')
  expect(timers.size).toBe(1)
})
