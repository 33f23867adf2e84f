import { createRandom } from './xoshiro'

/**
 * The initial latent S_0 ~ TruncNormal(0, σ, ±3σ), by inverse CDF: one uniform number of the recorded seed's
 * stream gives one value, so a seed in a record means the same S_0 everywhere.
 */

/** Φ(−3), the mass cut off on each side. */
const TAIL_MASS = 1.3498980316300945e-3
const KEPT_MASS = 1 - 2 * TAIL_MASS

/** Numerator and denominator of a rational function, highest power first. */
interface Rational {
  readonly numerator: readonly number[]
  readonly denominator: readonly number[]
}

const CENTRE: Rational = {
  numerator: [
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608
  ],
  denominator: [
    5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1
  ]
}

const TAIL: Rational = {
  numerator: [
    7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734
  ],
  denominator: [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
    6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1
  ]
}

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)

const evaluate = ({ numerator, denominator }: Rational, x: number): number =>
  horner(numerator, x) / horner(denominator, x)

/** Beyond this distance of p from ½ the tail approximation takes over. */
const CENTRE_HALF_WIDTH = 0.425
/** Smallest p (and 1 − p) of the tail branch: r = √(−ln p) ≤ 5. */
const SMALLEST_PROBABILITY = Math.exp(-25)

/**
 * Quantile of the standard normal distribution, to about 1 part in 10^16, for e^−25 ≤ p ≤ 1 − e^−25 (the far
 * tail's third branch is left out: S_0 stays within ±3σ). RangeError outside.
 * Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
 * 37 (1988) 477–484, routine PPND16.
 */
export function normalQuantile(probability: number): number {
  const fromHalf = probability - 0.5
  const tail = fromHalf <= 0 ? probability : 1 - probability
  if (!(tail >= SMALLEST_PROBABILITY)) {
    throw new RangeError(`normalQuantile: probability ${probability} is outside e^-25…1-e^-25`)
  }
  if (Math.abs(fromHalf) <= CENTRE_HALF_WIDTH) {
    return fromHalf * evaluate(CENTRE, CENTRE_HALF_WIDTH ** 2 - fromHalf * fromHalf)
  }
  return Math.sign(fromHalf) * evaluate(TAIL, Math.sqrt(-Math.log(tail)) - 1.6)
}

/**
 * Fills `target` with independent draws of N(0, sigma²) truncated to ±3·sigma (sigma is γ·σ_init of the
 * bundle). Same seed and length → same bits; a shorter target gets a prefix of the longer one's values.
 */
export function fillTruncatedNormal(target: Float32Array, seed: number, sigma: number): void {
  if (!(sigma >= 0) || !Number.isFinite(sigma)) {
    throw new RangeError(`fillTruncatedNormal: sigma must be finite and not negative, got ${sigma}`)
  }
  const random = createRandom(seed)
  for (let i = 0; i < target.length; i++) {
    target[i] = sigma * normalQuantile(TAIL_MASS + random.openFloat() * KEPT_MASS)
  }
}
