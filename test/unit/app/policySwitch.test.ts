import { GUARD_OFF } from '@shared/domain/guard'
import { describe, expect, test } from 'vitest'
import type { RefinementSettings } from '@shared/domain/policy'
import type { MainToHost } from '@shared/ipc/hosts'
import { createPolicySwitch, type PolicyChoice } from '../../../src/main/app/policySwitch'

const A: PolicyChoice = { bundlePath: '/a', providers: ['webgpu', 'cpu'], precision: 'float32' }
const B: PolicyChoice = { bundlePath: '/b', providers: ['webgpu'], precision: 'int8' }
const RULE = { kind: 'fixed', iterations: 3 } as const
const SETTINGS: RefinementSettings = {
  stopping: RULE,
  horizon: { kind: 'fixed', actions: 2 },
  maxIterations: 8,
  paceMs: 0,
  pauseAt: 'never',
  warmStart: false,
  decodeBelow: null,
  guard: GUARD_OFF,
  breakpoints: []
}
const loaded = { ok: true, value: { name: 'b', version: '1' } } as const
const refused = {
  ok: false,
  error: { severity: 'high', source: 'policy', code: 'bundle-hash', message: 'step.onnx', tip: 'copy' }
} as const

function bench() {
  const sent: MainToHost[] = []
  const replaced: string[] = []
  const timers = new Set<() => void>()
  let running = true
  const policy = createPolicySwitch({
    first: A,
    stopping: RULE,
    isRunning: () => running,
    send: (message) => sent.push(message),
    replaceProcess: (reason) => replaced.push(reason),
    later: (_, callback) => {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    limitMs: 300_000
  })
  return {
    policy,
    sent,
    replaced,
    timers,
    stop: () => {
      running = false
    }
  }
}

describe('the policy switch', () => {
  test('starts with the first policy and the command line’s rule', () => {
    expect(bench().policy.config()).toEqual({
      ...A,
      hungProviders: [],
      stopping: RULE,
      settings: null
    })
  })

  test('once another policy is in, its process’s successors get that one, with its own rules', async () => {
    const { policy, sent, timers } = bench()
    policy.keepSettings(SETTINGS)
    const used = policy.use(B)
    expect(sent).toEqual([
      {
        type: 'openPolicy',
        request: 1,
        config: { ...B, hungProviders: [], stopping: null, settings: null }
      }
    ])
    expect(policy.inUse()).toEqual(A)
    policy.opened(1, loaded)
    expect(await used).toEqual(loaded)
    expect(policy.config()).toEqual({ ...B, hungProviders: [], stopping: null, settings: null })
    expect(timers.size).toBe(0)
  })

  test('a refusal leaves everything as it was', async () => {
    const { policy } = bench()
    policy.keepSettings(SETTINGS)
    const used = policy.use(B)
    policy.opened(1, refused)
    expect(await used).toEqual(refused)
    expect(policy.config()).toMatchObject({ bundlePath: '/a', stopping: RULE, settings: SETTINGS })
  })

  test('a load without end costs the process, so that what stays is what was said to stay', async () => {
    const { policy, replaced, timers } = bench()
    const used = policy.use(B)
    for (const fire of [...timers]) fire()
    expect(replaced).toEqual(['the bundle did not load within 300 s'])
    policy.ended('replaced')
    expect(await used).toMatchObject({ ok: false, error: { code: 'policySwitch' } })
    // An answer that was on its way means nothing any more, whatever is asked next.
    const next = policy.use({ ...B, bundlePath: '/c' })
    policy.opened(1, loaded)
    expect(policy.inUse()).toEqual(A)
    policy.opened(2, loaded)
    expect((await next).ok).toBe(true)
    expect(policy.inUse().bundlePath).toBe('/c')
  })

  test('one at a time, and only with a process to ask', async () => {
    const { policy, stop } = bench()
    void policy.use(B)
    expect(await policy.use(B)).toMatchObject({
      ok: false,
      error: { message: 'Another bundle is being loaded' }
    })
    const other = bench()
    other.stop()
    stop()
    expect((await other.policy.use(B)).ok).toBe(false)
    expect(other.sent).toEqual([])
  })

  test('a provider that hangs is left out from then on, but not because of a bundle that was only tried', async () => {
    const { policy, replaced } = bench()
    policy.hung('webgpu')
    expect(policy.config().hungProviders).toEqual(['webgpu'])
    const used = policy.use(B)
    policy.hung('cpu')
    policy.ended('cpu did not answer')
    expect((await used).ok).toBe(false)
    expect(policy.config().hungProviders).toEqual(['webgpu'])
    expect(replaced).toHaveLength(2)
  })
})
