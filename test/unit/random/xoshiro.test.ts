import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom, deriveSeed } from '@shared/random/xoshiro'

/** xoshiro128** 1.1 written again from the paper with BigInt arithmetic, as an independent check. */
function referenceStream(state: [number, number, number, number], count: number): number[] {
  const mask = 0xffff_ffffn
  let [s0, s1, s2, s3] = state.map(BigInt) as [bigint, bigint, bigint, bigint]
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask
  return Array.from({ length: count }, () => {
    const result = (rotate((s1 * 5n) & mask, 7n) * 9n) & mask
    const t = (s1 << 9n) & mask
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = rotate(s3, 11n)
    return Number(result)
  })
}

function splitmixWords(seed: number): [number, number, number, number] {
  const mask = 0xffff_ffffn
  let counter = BigInt(seed)
  const next = (): number => {
    counter = (counter + 0x9e37_79b9n) & mask
    let z = counter
    z = ((z ^ (z >> 16n)) * 0x21f0_aaadn) & mask
    z = ((z ^ (z >> 15n)) * 0x735a_2d97n) & mask
    return Number((z ^ (z >> 15n)) & mask)
  }
  return [next(), next(), next(), next()]
}

const seed = fc.integer({ min: 0, max: 0xffff_ffff })

describe('createRandom', () => {
  test('equals the published algorithm for any seed', () => {
    fc.assert(
      fc.property(seed, (value) => {
        const random = createRandom(value)
        const stream = Array.from({ length: 20 }, () => random.uint32())
        expect(stream).toEqual(referenceStream(splitmixWords(value), 20))
      })
    )
  })

  test('integers stay in range and are near uniform', () => {
    const random = createRandom(7)
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 60_000; i++) {
      const value = random.integer(6)
      counts[value] = (counts[value] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  test('permutations are permutations', () => {
    fc.assert(
      fc.property(seed, fc.nat(40), (value, length) => {
        const order = createRandom(value).permutation(length)
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, index) => index))
      })
    )
  })

  test.each([0, -1, 1.5, 2 ** 33])('integer(%d) is a bug and throws', (max) => {
    expect(() => createRandom(1).integer(max)).toThrow(RangeError)
  })
})

test('derived seeds differ between neighbours and repeat exactly', () => {
  const seeds = new Set<number>()
  for (let parent = 0; parent < 100; parent++) {
    for (let index = 0; index < 100; index++) seeds.add(deriveSeed(parent, index))
  }
  expect(seeds.size).toBeGreaterThan(9_990)
  expect(deriveSeed(5, 3)).toBe(deriveSeed(5, 3))
})
