import { z } from 'zod'

/**
 * How the bench lies in an arm's frame: bench = turn · arm + shift. The simulated arm's frame is the bench's own;
 * under a real arm the bench is virtual, and lies where the arm reaches all of it.
 */
const row = z.tuple([z.number(), z.number(), z.number()])
export const benchFrame = z.object({
  /** Rows of an orthogonal matrix (the bench's axes are left-handed, so it may mirror). */
  turn: z.tuple([row, row, row]),
  /** Metres. */
  shift: row
})
export type BenchFrame = z.infer<typeof benchFrame>

type Vec3 = readonly [number, number, number]

export const SAME_FRAME: BenchFrame = {
  turn: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  shift: [0, 0, 0]
}

/** A position in the arm's frame, as the bench has it. */
export function armToBench({ turn, shift }: BenchFrame, [x, y, z]: Vec3): [number, number, number] {
  const along = (axis: 0 | 1 | 2): number => {
    const [a, b, c] = turn[axis]
    return a * x + b * y + c * z + shift[axis]
  }
  return [along(0), along(1), along(2)]
}

/** A direction or a way on the bench, in the arm's frame. */
export function benchWayToArm({ turn }: BenchFrame, [x, y, z]: Vec3): [number, number, number] {
  const along = (axis: 0 | 1 | 2): number => turn[0][axis] * x + turn[1][axis] * y + turn[2][axis] * z
  return [along(0), along(1), along(2)]
}

/** A position on the bench, in the arm's frame. */
export function benchToArm(frame: BenchFrame, [x, y, z]: Vec3): [number, number, number] {
  const [a, b, c] = frame.shift
  return benchWayToArm(frame, [x - a, y - b, z - c])
}
