import type { Vec3 } from './verticalTool'

/** 3×3 rotations, row-major, in plain arrays: what forward and inverse kinematics need of them, and no more. */

/** Nine entries, row-major; columns are the rotated frame's axes. */
export type Mat3 = ArrayLike<number>

export const IDENTITY: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/** Entry of an array whose length the caller knows. */
export const at = (values: ArrayLike<number>, index: number): number => values[index] as number

/** Fixed-axis roll, pitch, yaw (rad) as in URDF: R = Rz(yaw) · Ry(pitch) · Rx(roll). */
export function rotationFromRpy([roll, pitch, yaw]: Vec3): number[] {
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)]
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)]
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)]
  return [
    cy * cp,
    cy * sp * sr - sy * cr,
    cy * sp * cr + sy * sr,
    sy * cp,
    sy * sp * sr + cy * cr,
    sy * sp * cr - cy * sr,
    -sp,
    cp * sr,
    cp * cr
  ]
}

/** Writes the rotation by `angle` (rad) around the unit vector `axis` into `out` (Rodrigues). */
export function writeAxisRotation(out: Float64Array, axis: Vec3, angle: number): void {
  const [x, y, z] = axis
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  const t = 1 - c
  out[0] = c + t * x * x
  out[1] = t * x * y - s * z
  out[2] = t * x * z + s * y
  out[3] = t * x * y + s * z
  out[4] = c + t * y * y
  out[5] = t * y * z - s * x
  out[6] = t * x * z - s * y
  out[7] = t * y * z + s * x
  out[8] = c + t * z * z
}

/** out = a · b; `out` must be neither. */
export function writeProduct(out: Float64Array, a: Mat3, b: Mat3): void {
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column++) {
      out[row + column] =
        at(a, row) * at(b, column) + at(a, row + 1) * at(b, column + 3) + at(a, row + 2) * at(b, column + 6)
    }
  }
}

/** Component `row` of m · (x, y, z). */
export const rotatedComponent = (m: Mat3, row: number, x: number, y: number, z: number): number =>
  at(m, 3 * row) * x + at(m, 3 * row + 1) * y + at(m, 3 * row + 2) * z

/**
 * Writes the rotation vector (rad, axis times angle in 0…π, in the outer frame) that turns `from` into `to`
 * into `out`; returns its length.
 */
export function writeRotationBetween(out: Float64Array, from: Mat3, to: Mat3): number {
  // Entries of to · fromᵀ.
  const entry = (row: number, column: number): number =>
    at(to, 3 * row) * at(from, 3 * column) +
    at(to, 3 * row + 1) * at(from, 3 * column + 1) +
    at(to, 3 * row + 2) * at(from, 3 * column + 2)
  const x = (entry(2, 1) - entry(1, 2)) / 2
  const y = (entry(0, 2) - entry(2, 0)) / 2
  const z = (entry(1, 0) - entry(0, 1)) / 2
  const diagonal = [entry(0, 0), entry(1, 1), entry(2, 2)]
  const sine = Math.hypot(x, y, z)
  const cosine = (at(diagonal, 0) + at(diagonal, 1) + at(diagonal, 2) - 1) / 2
  const angle = Math.atan2(sine, cosine)
  if (sine > 1e-9) {
    const scale = angle / sine
    out[0] = x * scale
    out[1] = y * scale
    out[2] = z * scale
    return angle
  }
  if (cosine > 0) {
    out.fill(0, 0, 3)
    return 0
  }
  // Half a turn: the axis is the column of R + 1 that is longest.
  const longest = diagonal.indexOf(Math.max(...diagonal))
  const column = [0, 1, 2].map((row) => entry(row, longest) + (row === longest ? 1 : 0))
  const length = Math.hypot(...column)
  for (let row = 0; row < 3; row++) out[row] = (at(column, row) / length) * Math.PI
  return Math.PI
}

/**
 * Solves the symmetric positive definite a · x = b in place of `x` (3 unknowns; `a` row-major), by Cholesky.
 * A positive diagonal shift keeps `a` definite; without one a singular matrix gives non-finite numbers.
 */
export function solveSymmetric3(a: Float64Array, b: Float64Array, x: Float64Array): void {
  const l00 = Math.sqrt(at(a, 0))
  const l10 = at(a, 3) / l00
  const l20 = at(a, 6) / l00
  const l11 = Math.sqrt(at(a, 4) - l10 * l10)
  const l21 = (at(a, 7) - l20 * l10) / l11
  const l22 = Math.sqrt(at(a, 8) - l20 * l20 - l21 * l21)
  const y0 = at(b, 0) / l00
  const y1 = (at(b, 1) - l10 * y0) / l11
  const y2 = (at(b, 2) - l20 * y0 - l21 * y1) / l22
  const x2 = y2 / l22
  const x1 = (y1 - l21 * x2) / l11
  x[0] = (y0 - l10 * x1 - l20 * x2) / l00
  x[1] = x1
  x[2] = x2
}
