import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveChart } from '../../../src/main/app/saveChart'

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1)
const SVG = new TextEncoder().encode('<svg xmlns="x"/>')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-chart-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['png', PNG],
  ['svg', SVG]
] as const)('a %s goes where the operator said, whole', async (kind, data) => {
  const asked: string[] = []
  const path = join(folder, `x.${kind}`)
  const ask = async (name: string): Promise<string> => (asked.push(name), path)
  expect(await saveChart({ name: 'scope-1', kind, data }, { ask })).toEqual({ ok: true, value: { path } })
  expect(asked).toEqual([`scope-1.${kind}`])
  expect(new Uint8Array(await readFile(path))).toEqual(data)
  expect(await readdir(folder)).toEqual([`x.${kind}`])
})

test('a dialog that was closed writes nothing', async () => {
  const saved = await saveChart({ name: 'a', kind: 'png', data: PNG }, { ask: async () => null })
  expect(saved).toEqual({ ok: true, value: { path: null } })
})

test.each([
  ['png', SVG],
  ['svg', PNG],
  ['svg', new TextEncoder().encode('<script>')],
  ['png', new Uint8Array()]
] as const)('what is no %s is refused before anybody is asked', async (kind, data) => {
  const ask = (): Promise<string> => Promise.reject(new Error('asked'))
  expect(await saveChart({ name: 'a', kind, data }, { ask })).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining(`no ${kind.toUpperCase()}`) }
  })
})

test('a place that can’t be written to is named', async () => {
  const saved = await saveChart(
    { name: 'a', kind: 'png', data: PNG },
    { ask: async () => join(folder, 'missing/x.png') }
  )
  expect(saved).toMatchObject({ ok: false, error: { message: expect.stringContaining('ENOENT') } })
})
