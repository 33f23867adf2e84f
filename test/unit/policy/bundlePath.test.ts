import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundlePathKey, bundlePathProblem, quotePath } from '../../../src/main/policy/bundlePath'

describe('bundlePathProblem', () => {
  test.each(['step.onnx', 'weights/backbone.data', 'a/b/c/d.bin', '..hidden', 'a..b', 'Ünïcode.json'])(
    '%s is fine',
    (path) => expect(bundlePathProblem(path)).toBeNull()
  )

  test.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['C:\\x', 'backslash'],
    ['c:/x', 'absolute'],
    ['..', 'leaves the bundle'],
    ['a/../../b', 'leaves the bundle'],
    ['a/./b', 'segment'],
    ['a//b', 'segment'],
    ['a/', 'segment'],
    ['a\\b', 'backslash'],
    ['a\0b', 'NUL'],
    ['a\nb', 'control'],
    ['ab:stream', 'character :'],
    ['1/2/3/4/5/6/7/8/9', 'deeper'],
    ['x'.repeat(241), 'longer']
  ])('%j is refused: %s', (path, reason) => expect(bundlePathProblem(path)).toContain(reason))

  test('what is accepted stays inside, on every platform', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', 'B', '/', '\\', 'C:', '\0', 'weights.bin', ' ')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom('', '/'), (pieces, separator) => {
        const path = pieces.join(separator)
        if (bundlePathProblem(path) !== null) return
        expect(posix.resolve('/bundle', path)).toMatch(/^\/bundle\/./)
        expect(win32.resolve('D:\\bundle', path)).toMatch(/^D:\\bundle\\./)
      })
    )
  })
})

test('keys ignore case and composition', () => {
  expect(bundlePathKey('Step.ONNX')).toBe(bundlePathKey('step.onnx'))
  expect(bundlePathKey('e\u0301')).toBe(bundlePathKey('\u00e9'))
})

test('quoted paths show what is invisible and stay short', () => {
  expect(quotePath('a\0b')).toBe('"a\\u0000b"')
  expect(quotePath('x'.repeat(500)).length).toBeLessThan(90)
})
