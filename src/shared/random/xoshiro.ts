/**
 * xoshiro128** 1.1 seeded by splitmix32: the one random generator of Depthdeck, so that a seed written
 * in a record means the same numbers everywhere.
 * Sources: Blackman & Vigna, "Scrambled linear pseudorandom number generators" (xoshiro128**);
 * splitmix32 as the 32-bit finaliser of Steele et al., "Fast splittable pseudorandom number generators".
 */
export interface Random {
  /** Next 32 random bits as an unsigned integer. */
  uint32(): number
  /** Uniform in [0, 1) with 32 random bits. */
  float(): number
  /** Uniform in the open interval (0, 1): safe for inverse CDFs. */
  openFloat(): number
  /** Uniform integer in [0, exclusiveMax); unbiased (rejection). */
  integer(exclusiveMax: number): number
  /** Fisher–Yates permutation of 0…length−1. */
  permutation(length: number): number[]
}

const rotateLeft = (value: number, bits: number): number => ((value << bits) | (value >>> (32 - bits))) >>> 0

/** One splitmix32 output for a counter value (already advanced). */
function splitmix32(counter: number): number {
  let z = counter >>> 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}

const GOLDEN_GAMMA = 0x9e3779b9

/**
 * Derives an independent 32-bit seed from a parent seed and an index (episode from run, prediction from
 * episode), so that neighbouring seeds share no stream.
 */
export function deriveSeed(parentSeed: number, index: number): number {
  return splitmix32(
    (splitmix32((parentSeed + GOLDEN_GAMMA) >>> 0) + Math.imul(index + 1, GOLDEN_GAMMA)) >>> 0
  )
}

export function createRandom(seed: number): Random {
  let counter = seed >>> 0
  const nextSeedWord = (): number => splitmix32((counter = (counter + GOLDEN_GAMMA) >>> 0))
  let s0 = nextSeedWord()
  let s1 = nextSeedWord()
  let s2 = nextSeedWord()
  let s3 = nextSeedWord()
  if ((s0 | s1 | s2 | s3) === 0) s0 = 1

  const uint32 = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0
    const t = (s1 << 9) >>> 0
    s2 = (s2 ^ s0) >>> 0
    s3 = (s3 ^ s1) >>> 0
    s1 = (s1 ^ s2) >>> 0
    s0 = (s0 ^ s3) >>> 0
    s2 = (s2 ^ t) >>> 0
    s3 = rotateLeft(s3, 11)
    return result
  }

  const integer = (exclusiveMax: number): number => {
    if (!Number.isInteger(exclusiveMax) || exclusiveMax < 1 || exclusiveMax > 0x1_0000_0000) {
      throw new RangeError(`integer(exclusiveMax): expected 1…2^32, got ${exclusiveMax}`)
    }
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % exclusiveMax)
    let bits = uint32()
    while (bits >= limit) bits = uint32()
    return bits % exclusiveMax
  }

  return {
    uint32,
    float: () => uint32() / 0x1_0000_0000,
    openFloat: () => (uint32() + 0.5) / 0x1_0000_0000,
    integer,
    permutation(length) {
      const order = Array.from({ length }, (_, index) => index)
      for (let i = length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const swapped = order[i] as number
        order[i] = order[j] as number
        order[j] = swapped
      }
      return order
    }
  }
}
