import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillTruncatedNormal, normalQuantile } from '@shared/random/truncatedNormal'

const draw = (length: number, seed: number, sigma: number): Float32Array => {
  const values = new Float32Array(length)
  fillTruncatedNormal(values, seed, sigma)
  return values
}

/** Φ by the Taylor series Σ x^(2n+1)/(1·3·…·(2n+1)) times the density: independent of the code under test. */
function normalCdf(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (x * x) / (2 * n + 1)
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}

describe('normalQuantile', () => {
  // Values of another implementation (CPython's statistics.NormalDist().inv_cdf).
  test.each([
    [0.5, 0],
    [0.075, -1.4395314709384563],
    [0.0749, -1.4402382675279632],
    [0.975, 1.9599639845400536],
    [0.9986501019683699, 2.999999999999997],
    [1e-6, -4.753424308822899]
  ])('of %d is %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 12)
  })

  test('inverts the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 9)
      })
    )
  })

  test.each([0, 1, -0.1, 1.1, 1e-12, Number.NaN])('refuses %d', (probability) => {
    expect(() => normalQuantile(probability)).toThrow(RangeError)
  })
})

describe('fillTruncatedNormal', () => {
  // Computed once by an independent implementation (Python: xoshiro128** and NormalDist().inv_cdf).
  test('gives the same first values for ever: records name only the seed', () => {
    expect([...draw(4, 0, 1)]).toEqual([
      -0.20963549613952637, -2.2638297080993652, 0.21937526762485504, 1.253756046295166
    ])
    expect([...draw(4, 0xffff_ffff, 0.632)]).toEqual([
      1.0672023296356201, -0.11901085823774338, -0.3894115686416626, 0.1034788265824318
    ])
  })

  test('depends on the seed alone; a shorter target is a prefix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 1, max: 64 }),
        (seed, length) => {
          expect(draw(length, seed, 0.6)).toEqual(draw(64, seed, 0.6).slice(0, length))
        }
      )
    )
  })

  test('neighbouring seeds share nothing', () => {
    const seen = new Set<number>()
    for (let seed = 0; seed < 100; seed++) for (const value of draw(16, seed, 1)) seen.add(value)
    expect(seen.size).toBe(1600)
  })

  test('stays within ±3σ for any seed and sigma', () => {
    const sigmas = fc.float({ min: Math.fround(1e-3), max: 100, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), sigmas, (seed, sigma) => {
        const bound = Math.fround(3 * sigma)
        for (const value of draw(256, seed, sigma)) expect(Math.abs(value)).toBeLessThanOrEqual(bound)
      })
    )
  })

  test('has the moments and the distribution of the truncated normal', () => {
    const n = 200_000
    const sigma = 0.632
    const sorted = draw(n, 2602, sigma)
      .map((value) => value / sigma)
      .sort()
    const mean = sorted.reduce((sum, value) => sum + value, 0) / n
    const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n
    // Var = 1 − 2·3·φ(3)/(Φ(3) − Φ(−3)) = 0.97333…; an untruncated normal's 1 is 8 standard errors away.
    const kept = 2 * normalCdf(3) - 1
    const density = Math.exp(-4.5) / Math.sqrt(2 * Math.PI)
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(variance - (1 - (6 * density) / kept))).toBeLessThan(4 * Math.sqrt(2 / n))
    // Kolmogorov–Smirnov: 1.63/√n is the 1 % point; the seed is fixed, so this can't flicker.
    let distance = 0
    for (const [i, value] of sorted.entries()) {
      const expected = (normalCdf(value) - normalCdf(-3)) / kept
      distance = Math.max(distance, Math.abs((i + 1) / n - expected), Math.abs(i / n - expected))
    }
    expect(distance).toBeLessThan(1.63 / Math.sqrt(n))
    expect(sorted[0]).toBeLessThan(-2.9)
    expect(sorted[n - 1]).toBeGreaterThan(2.9)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses sigma %d', (sigma) => {
    expect(() => draw(1, 0, sigma)).toThrow(RangeError)
  })

  test('sigma 0 gives zeros', () => {
    expect([...draw(3, 1, 0)].every((value) => value === 0)).toBe(true)
  })
})
