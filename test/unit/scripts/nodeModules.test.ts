import { expect, test } from 'vitest'
import { firstDifference } from '../../../scripts/setup/nodeModules.mjs'

const root = { version: '1.0.0' }
const zod = { version: '4.6.7', integrity: 'sha512-a' }
const binding = { version: '1.0.0', integrity: 'sha512-b', optional: true }

test.each([
  ['the same', { '': root, zod }, { zod }, null],
  ['another version', { zod }, { zod: { ...zod, version: '4.0.0' } }, 'zod'],
  ['another content', { zod }, { zod: { ...zod, integrity: 'sha512-c' } }, 'zod'],
  ['a package missing', { zod }, {}, 'zod'],
  ["another platform's binary missing", { zod, binding }, { zod }, null],
  ['a binary of another version', { binding }, { binding: { ...binding, version: '0.9.0' } }, 'binding'],
  ['more than is locked', { zod }, { zod, vue: zod }, null]
])('%s', (_, wanted, installed, expected) => {
  expect(firstDifference(wanted, installed)).toBe(expected)
})
