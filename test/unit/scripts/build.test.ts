import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashInputs } from '../../../scripts/setup/build.mjs'

let base = ''
const hash = () => hashInputs(base, ['src', 'package.json', 'absent.json'])

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'depthdeck-build-'))
  mkdirSync(join(base, 'src/deep'), { recursive: true })
  writeFileSync(join(base, 'src/deep/a.ts'), 'a')
  writeFileSync(join(base, 'package.json'), '{}')
})
afterEach(() => rmSync(base, { recursive: true }))

test('the same content has the same hash, whenever it was written', () => {
  const before = hash()
  writeFileSync(join(base, 'src/deep/a.ts'), 'a')
  expect(hash()).toBe(before)
})

test.each([
  ['changed', () => writeFileSync(join(base, 'src/deep/a.ts'), 'b')],
  ['added', () => writeFileSync(join(base, 'src/b.ts'), '')],
  ['removed', () => rmSync(join(base, 'src/deep/a.ts'))],
  ['appearing later', () => writeFileSync(join(base, 'absent.json'), '')]
])('a file %s changes the hash', (_, change) => {
  const before = hash()
  change()
  expect(hash()).not.toBe(before)
})

test('files outside the inputs do not matter', () => {
  const before = hash()
  writeFileSync(join(base, 'README.md'), 'x')
  expect(hash()).toBe(before)
})
