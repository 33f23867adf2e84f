import { expect, test } from 'vitest'
import { leastContrast } from '../../../src/main/policy/contrast'

const image = (rgb: Uint8Array) => ({ name: 'top', width: 1, height: 1, capturedNanos: 0, rgb })
const flat = new Uint8Array(300).fill(128)
const striped = Uint8Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? 0 : 255))

test('a covered lens has no contrast, a scene has; the worst camera counts', () => {
  expect(leastContrast([image(flat)])).toBe(0)
  expect(leastContrast([image(striped)])).toBeGreaterThan(100)
  expect(leastContrast([image(striped), image(flat)])).toBe(0)
})

test('without pictures there is none to judge', () => {
  expect(leastContrast([])).toBeNull()
  expect(leastContrast([image(new Uint8Array())])).toBe(0)
})
