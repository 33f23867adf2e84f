import { expect, test } from 'vitest'
import { createImagePreprocessor } from '../../../src/main/policy/preprocess'

const camera = { name: 'top', width: 2, height: 1, resize: 'none' } as const
const image = {
  name: 'top',
  width: 2,
  height: 1,
  capturedNanos: 0,
  rgb: Uint8Array.from([0, 51, 255, 102, 153, 204])
}

test('pixels become channel planes in [0, 1], rounded to float32', () => {
  const target = new Float32Array(6)
  const write = createImagePreprocessor({ ...camera, normalisation: { mean: [0, 0, 0], std: [1, 1, 1] } })
  expect(write([image], target).ok).toBe(true)
  expect([...target]).toEqual([0, 102 / 255, 51 / 255, 153 / 255, 1, 204 / 255].map(Math.fround))
})

test('mean and std are applied per channel', () => {
  const target = new Float32Array(6)
  const write = createImagePreprocessor({ ...camera, normalisation: { mean: [0, 0.2, 1], std: [1, 0.5, 2] } })
  write([image], target)
  expect(target[2]).toBeCloseTo(0, 6)
  expect(target[3]).toBeCloseTo(0.8, 6)
  expect(target[4]).toBeCloseTo(0, 6)
  expect(target[5]).toBeCloseTo(-0.1, 6)
})
