import type { Comparison, Examination } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import type { BundleCalls } from '../../../../src/renderer/src/client/bundleCalls'
import { createBundleDesk } from '../../../../src/renderer/src/composables/useBundleDesk'
import { attachClient } from '../../../../src/renderer/src/stores/attachClient'
import { useBundlesStore } from '../../../../src/renderer/src/stores/bundles'
import { useMessagesStore } from '../../../../src/renderer/src/stores/messages'
import { useUiStore } from '../../../../src/renderer/src/stores/ui'
import {
  bundleFault,
  comparison,
  description,
  examination,
  recentBundle,
  refused
} from '../support/bundleSamples'
import { createFakeClient } from '../support/fakeClient'
import { policyInfo } from '../support/samples'

beforeEach(() => setActivePinia(createPinia()))

/** Calls that are answered by hand, in any order; `asked` is what main was asked for, in order. */
function bench(change: Partial<BundleCalls> = {}) {
  const asked: string[] = []
  const open: ((answer: never) => void)[] = []
  const byHand =
    <I, T>(name: string, detail: (input: I) => string) =>
    (input: I): Promise<T> => {
      asked.push(`${name} ${detail(input)}`)
      return new Promise((resolve) => open.push(resolve))
    }
  const fake = createFakeClient({
    choose: async (kind) => `/chosen.${kind}`,
    recent: async () => [recentBundle()],
    forget: async () => [],
    examine: byHand('examine', ({ path, providers }) => `${path} ${providers}`),
    compare: byHand('compare', ({ first, second }) => `${first} ${second}`),
    cancel: async () => void asked.push('cancel'),
    use: byHand('use', ({ path, provider, precision }) => `${path} ${provider} ${precision}`),
    ...change
  })
  attachClient(fake.client, () => 100)
  const desk = createBundleDesk(fake.client, () => 100)
  const answer = async (
    index: number,
    result: Result<Examination | Comparison | { name: string }, Fault>
  ): Promise<void> => {
    open[index]?.(result as never)
    await settled()
  }
  return { ...fake, desk, asked, answer, store: useBundlesStore() }
}
/** Lets everything that waits only for answers already given come to rest. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
const named = (name: string): Result<Examination, Fault> => ok(examination({ bundle: description({ name }) }))

describe('examining', () => {
  test('opens what was chosen, shows its page, keeps what was found out and the recent ones', async () => {
    const { desk, asked, answer, store } = bench()
    void desk.open('zip')
    await settled()
    expect(asked).toEqual(['examine /chosen.zip cpu'])
    expect(useUiStore().policyPage).toBe('examined')
    expect(store.job?.kind).toBe('examine')
    await answer(0, ok(examination()))
    expect(store.job).toBeNull()
    expect(store.examination).toEqual(examination())
    expect(store.trial?.provider).toBe('cpu')
    expect(store.recent).toEqual([recentBundle()])
  })
  test('nothing chosen, nothing examined', async () => {
    const { desk, asked } = bench({ choose: async () => null })
    await desk.open('folder')
    expect(asked).toEqual([])
  })
  test('asks for one bundle at a time', async () => {
    let dialogs = 0
    const { desk } = bench({
      choose() {
        dialogs++
        return new Promise(() => undefined)
      }
    })
    void desk.open('folder')
    void desk.open('folder')
    expect(dialogs).toBe(1)
  })
  test('a refusal is kept with what was asked, and goes with a forgotten bundle', async () => {
    const { desk, answer, store } = bench()
    void desk.examine('/b', 'all')
    await settled()
    await answer(0, err(bundleFault()))
    expect(store.examined?.job).toMatchObject({ path: '/b', providers: 'all' })
    expect(store.examined?.result).toEqual(err(bundleFault()))
    expect([store.examination, store.trial]).toEqual([null, null])
    await desk.forget('/elsewhere')
    expect(store.examined).not.toBeNull()
    await desk.forget('/b')
    expect([store.examined, store.recent]).toEqual([null, []])
  })
  test('what was found out stays when its bundle is forgotten', async () => {
    const { desk, answer, store } = bench()
    void desk.examine('/b')
    await settled()
    await answer(0, ok(examination()))
    await desk.forget('/b')
    expect(store.examination).not.toBeNull()
  })
  test('where every trial was refused, the first is chosen: it says why', async () => {
    const { desk, answer, store } = bench()
    void desk.examine('/b')
    await settled()
    await answer(0, ok(examination({ trials: [refused()] })))
    expect(store.trial).toEqual(refused())
  })
  test('main that does not answer is a refusal with a way out', async () => {
    const { desk, store } = bench({ examine: () => Promise.reject(new Error('gone')) })
    await desk.examine('/b')
    expect(store.examined?.result).toMatchObject({ ok: false, error: { code: 'bundle-unanswered' } })
  })
})

describe('one thing at a time', () => {
  test('a cancelled examination leaves what was there before it, and its answer is not heard', async () => {
    const { desk, asked, answer, store } = bench()
    void desk.examine('/a')
    await settled()
    await answer(0, named('first'))
    void desk.examine('/b')
    await settled()
    await desk.cancel()
    expect(asked).toEqual(['examine /a cpu', 'examine /b cpu', 'cancel'])
    expect(store.job).toBeNull()
    await answer(1, named('late'))
    expect(store.examination?.bundle.name).toBe('first')
  })
  test('a newer request cancels the one before it first, and only its own answer counts', async () => {
    const { desk, asked, answer, store } = bench()
    void desk.examine('/a')
    await settled()
    void desk.compare('/a', '/b')
    await settled()
    expect(asked).toEqual(['examine /a cpu', 'cancel', 'compare /a /b'])
    await answer(0, named('stale'))
    expect(store.examined).toBeNull()
    expect(store.job?.kind).toBe('compare')
    await answer(1, ok(comparison()))
    expect(store.compared?.result).toEqual(ok(comparison()))
    expect(store.job).toBeNull()
  })
  test('the same bundle examined twice: the first answer is stale all the same', async () => {
    const { desk, answer, store } = bench()
    void desk.examine('/a')
    await settled()
    void desk.examine('/a')
    await settled()
    await answer(0, named('stale'))
    expect(store.examined).toBeNull()
    await answer(1, named('fresh'))
    expect(store.examination?.bundle.name).toBe('fresh')
  })
  test('two requests in one breath: main is asked for the second only', async () => {
    const { desk, asked } = bench()
    void desk.examine('/a')
    void desk.examine('/b')
    await settled()
    expect(asked).toEqual(['cancel', 'examine /b cpu'])
  })
  test('the next one waits until main knows of the cancellation; progress until then is not its own', async () => {
    let told: () => void = () => undefined
    const { desk, asked, say, store } = bench({ cancel: () => new Promise((resolve) => (told = resolve)) })
    void desk.examine('/a')
    await settled()
    say.progress({ what: 'hashes', done: 1, total: 4 })
    expect(store.progress?.what).toBe('hashes')
    void desk.examine('/b')
    await settled()
    expect(store.progress).toBeNull()
    say.progress({ what: 'late', done: 2, total: 4 })
    expect([store.progress, asked]).toEqual([null, ['examine /a cpu']])
    told()
    await settled()
    expect(asked).toEqual(['examine /a cpu', 'examine /b cpu'])
    say.progress({ what: 'own', done: 1, total: 4 })
    expect(store.progress?.what).toBe('own')
  })
  test('progress without a request is nobody’s', () => {
    const { say, store } = bench()
    say.progress({ what: 'x', done: 1, total: 2 })
    expect(store.progress).toBeNull()
  })
  test('nothing under way, nothing to cancel', async () => {
    const { desk, asked } = bench()
    await desk.cancel()
    expect(asked).toEqual([])
  })
})

describe('using', () => {
  async function examined() {
    const here = bench()
    void here.desk.examine('/b')
    await settled()
    await here.answer(0, ok(examination()))
    return here
  }
  test('asks for the chosen trial and keeps the answer', async () => {
    const { desk, asked, answer, store } = await examined()
    store.chosenTrial = 'cpu int8'
    void desk.use()
    await settled()
    expect(asked[asked.length - 1]).toBe('use /b cpu int8')
    await answer(1, ok({ name: 'next' }))
    expect(store.used).toMatchObject({ job: { precision: 'int8' }, result: { ok: true } })
    expect(store.job).toBeNull()
  })
  test('a replacement is not interrupted: what is asked meanwhile is refused with the reason', async () => {
    const { desk, asked, answer, store } = await examined()
    void desk.use()
    await settled()
    await desk.examine('/c')
    await desk.cancel()
    void desk.use()
    expect(asked).toEqual(['examine /b cpu', 'use /b cpu float32'])
    expect(useMessagesStore().messages.map(({ tip }) => tip)).toEqual([
      'The policy is being replaced: wait until it is there'
    ])
    await answer(1, err(bundleFault()))
    expect(store.used?.result).toEqual(err(bundleFault()))
  })
  test('what was told of it goes with the next examination', async () => {
    const { desk, answer, store } = await examined()
    void desk.use()
    await settled()
    await answer(1, ok({ name: 'next' }))
    void desk.compare('/a', '/b')
    await settled()
    expect(store.used).not.toBeNull()
    void desk.examine('/c')
    expect(store.used).toBeNull()
  })
  test('nothing examined, nothing used', async () => {
    const { desk, asked } = bench()
    await desk.use()
    expect(asked).toEqual([])
  })
})

test('bundles in use are remembered, the newest first and each once', () => {
  const { say, store } = bench()
  for (const origin of ['/app/demo', '/b', '/app/demo'])
    say.policy({ type: 'info', info: { ...policyInfo(), origin } })
  expect(store.usedBefore.map(({ path }) => path)).toEqual(['/app/demo', '/b'])
})

test('a list that can’t be read is told, once', async () => {
  const { desk } = bench({ recent: () => Promise.reject(new Error('gone')) })
  await desk.refresh()
  await desk.refresh()
  expect(useMessagesStore().messages.map(({ code, count }) => [code, count])).toEqual([
    ['bundle-unanswered', 2]
  ])
})
