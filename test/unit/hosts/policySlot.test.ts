import { describe, expect, test } from 'vitest'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import type { PolicyHostConfig } from '@shared/ipc/hosts'
import { createPolicySlot } from '../../../src/main/hosts/policySlot'
import type { PolicyBackend } from '../../../src/main/policy/backend'
import { createFakeBackend } from '../../integration/closedLoop/fakeBackend'

const config = (bundlePath: string): PolicyHostConfig => ({
  bundlePath,
  providers: [],
  precision: 'float32',
  hungProviders: [],
  stopping: null,
  settings: null
})

function bench() {
  const taken: string[] = []
  const disposed: string[] = []
  const loads = new Map<string, (result: 'ok' | 'bad') => void>()
  let underWay = false
  const backendOf = (name: string): PolicyBackend => {
    const fake = createFakeBackend(() => undefined)
    const dispose = (): Promise<void> => {
      disposed.push(name)
      return Promise.resolve()
    }
    return { ...fake, info: { ...fake.info, name }, dispose }
  }
  const slot = createPolicySlot({
    open: ({ bundlePath }) =>
      new Promise<Result<PolicyBackend, Fault>>((resolve) => {
        loads.set(bundlePath, (result) =>
          resolve(
            result === 'ok'
              ? { ok: true, value: backendOf(bundlePath) }
              : {
                  ok: false,
                  error: { severity: 'high', source: 'policy', code: 'bad', message: bundlePath, tip: '' }
                }
          )
        )
      }),
    runUnderWay: () => underWay,
    take: (backend) => taken.push(backend.info.name)
  })
  return {
    slot,
    taken,
    disposed,
    loads,
    async finish(path: string, result: 'ok' | 'bad' = 'ok') {
      await Promise.resolve()
      await Promise.resolve()
      const load = loads.get(path)
      if (!load) throw new Error(`${path} is not being loaded`)
      load(result)
    },
    run(on: boolean) {
      underWay = on
    }
  }
}

describe('the policy slot', () => {
  test('loads one after another: an early replacement waits for the first policy and then takes its place', async () => {
    const { slot, taken, disposed, loads, finish } = bench()
    const first = slot.load(config('a'))
    const second = slot.replace(config('b'))
    await Promise.resolve()
    expect([...loads.keys()]).toEqual(['a'])
    await finish('a')
    await first
    await finish('b')
    expect(await second).toMatchObject({ ok: true, value: { name: 'b' } })
    expect(taken).toEqual(['a', 'b'])
    expect(disposed).toEqual(['a'])
  })

  test('a bad bundle leaves the policy in place', async () => {
    const { slot, taken, disposed, finish } = bench()
    const first = slot.load(config('a'))
    await finish('a')
    await first
    const second = slot.replace(config('b'))
    await finish('b', 'bad')
    expect((await second).ok).toBe(false)
    expect([taken, disposed]).toEqual([['a'], []])
  })

  test('while a run is under way nothing is even loaded', async () => {
    const { slot, loads, run } = bench()
    run(true)
    expect(await slot.replace(config('b'))).toMatchObject({ ok: false, error: { code: 'policyEngaged' } })
    expect(loads.size).toBe(0)
  })

  test('a run that began meanwhile keeps its policy', async () => {
    const { slot, taken, disposed, finish, run } = bench()
    const first = slot.load(config('a'))
    await finish('a')
    await first
    const second = slot.replace(config('b'))
    await Promise.resolve()
    run(true)
    await finish('b')
    expect(await second).toMatchObject({ ok: false, error: { code: 'policyEngaged' } })
    expect([taken, disposed]).toEqual([['a'], ['b']])
  })
})
