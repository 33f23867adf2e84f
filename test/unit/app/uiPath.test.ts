import fc from 'fast-check'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { resolveUiPath } from '../../../src/main/app/uiPath'

const ROOT = join(sep, 'app', 'renderer')

test.each([
  ['depthdeck://app/index.html', join(ROOT, 'index.html')],
  ['depthdeck://app/assets/a%20b.js', join(ROOT, 'assets', 'a b.js')],
  ['depthdeck://app/../../etc/passwd', join(ROOT, 'etc', 'passwd')],
  ['depthdeck://app/..%2f..%2fetc/passwd', null],
  ['depthdeck://other/index.html', null],
  ['depthdeck://app/%E0%A4%A', null],
  ['not a url', null]
])('%s → %s', (url, path) => {
  expect(resolveUiPath(ROOT, url)).toBe(path)
})

test('no path leads out of the root', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('..', '%2e%2e', '/', '%2f', '%5c', 'a', '\\', '%00')), (parts) => {
      const path = resolveUiPath(ROOT, `depthdeck://app/${parts.join('')}`)
      if (path !== null) expect(path.startsWith(ROOT + sep)).toBe(true)
    })
  )
})
