import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Examination } from '@shared/domain/examination'
import { createBundleDesk, type BundleDeskOptions } from '../../../src/main/app/bundleDesk'
import { openRecentBundles } from '../../../src/main/app/recentBundles'

const folder = mkdtempSync(join(tmpdir(), 'depthdeck-recent-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshFile = (): string => join(folder, `${files++}.json`)

const bundle = (path: string, openedAt = 1) => ({ path, name: `policy of ${path}`, version: '1', openedAt })

describe('recent bundles', () => {
  test('are kept newest first, each once, and survive', () => {
    const file = freshFile()
    const recents = openRecentBundles(file, () => undefined)
    for (const path of ['/a', '/b', '/a']) recents.add(bundle(path))
    expect(recents.list().map(({ path }) => path)).toEqual(['/a', '/b'])
    recents.forget('/a')
    expect(openRecentBundles(file, () => undefined).list()).toEqual([bundle('/b')])
  })

  test('are no endless list', () => {
    const recents = openRecentBundles(freshFile(), () => undefined)
    for (let index = 0; index < 40; index++) recents.add(bundle(`/${index}`))
    expect(recents.list()).toHaveLength(12)
    expect(recents.list()[0]?.path).toBe('/39')
  })

  test.each(['{', '{"format":2,"bundles":[]}', '{"format":1,"bundles":[{"path":1}]}'])(
    'a broken file (%s) is set aside, and said so',
    (text) => {
      const file = freshFile()
      writeFileSync(file, text)
      const problems: string[] = []
      expect(openRecentBundles(file, (message) => problems.push(message)).list()).toEqual([])
      expect(problems).toHaveLength(1)
      expect(existsSync(file)).toBe(false)
      expect(readFileSync(`${file}.broken`, 'utf8')).toBe(text)
    }
  )
})

describe('the desk', () => {
  function desk(asked: string | null = null) {
    const examined: string[] = []
    const used: unknown[] = []
    const value = { bundle: { name: 'a policy', version: '2' } } as unknown as Examination
    const options: BundleDeskOptions = {
      policy: {
        inUse: () => ({ bundlePath: '/in/use', providers: [], precision: 'float32' }),
        use: (choice) => {
          used.push(choice)
          return Promise.resolve({ ok: true, value: { name: 'a policy', version: '2' } })
        }
      },
      inspector: {
        examine: (path) => {
          examined.push(path)
          return Promise.resolve({ ok: true, value })
        },
        compare: () => Promise.reject(new Error('not asked for')),
        cancel: () => undefined
      },
      recents: openRecentBundles(freshFile(), () => undefined),
      builtIn: '/built/in',
      ask: () => Promise.resolve(asked),
      nowMs: () => 7
    }
    return { desk: createBundleDesk(options), examined, used }
  }

  test.each(['/etc', '/in/use/../../etc', '/built'])(
    'opens nothing that was not chosen: %s',
    async (path) => {
      const { desk: it, examined, used } = desk()
      for (const result of [
        await it.examine(path, 'cpu'),
        await it.compare('/in/use', path),
        await it.compare(path, '/in/use'),
        await it.use(path, 'cpu', 'float32')
      ]) {
        expect(result).toMatchObject({ ok: false, error: { code: 'bundleNotChosen' } })
      }
      expect([examined, used]).toEqual([[], []])
    }
  )

  test('what was chosen is examined, remembered and used', async () => {
    const { desk: it, used } = desk('/chosen')
    expect(await it.choose('folder')).toBe('/chosen')
    expect((await it.examine('/chosen', 'cpu')).ok).toBe(true)
    expect(it.recent()).toEqual([{ path: '/chosen', name: 'a policy', version: '2', openedAt: 7 }])
    expect((await it.use('/chosen', 'cpu', 'int8')).ok).toBe(true)
    expect(used).toEqual([{ bundlePath: '/chosen', providers: ['cpu'], precision: 'int8' }])
    expect(it.forget('/chosen')).toEqual([])
  })

  test('the bundle in use and the built-in one need no choosing, and the built-in one is not “recent”', async () => {
    const { desk: it, examined } = desk()
    await it.examine('/in/use', 'cpu')
    await it.examine('/built/in/', 'all')
    expect(examined).toEqual(['/in/use', '/built/in'])
    expect(it.recent().map(({ path }) => path)).toEqual(['/in/use'])
  })

  test('a dialog that was closed chooses nothing', async () => {
    expect(await desk().desk.choose('zip')).toBeNull()
  })
})
