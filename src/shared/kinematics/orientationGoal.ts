import type { OrientationGoal } from './kinematics'
import { at, writeRotationBetween } from './rotation'
import type { SerialChain } from './serialChain'

/** A goal that doesn't depend on the present posture. */
export type FixedGoal = Extract<OrientationGoal, { kind: 'rotation' | 'pitch' }>

/** What is left to turn, as the solver wants it. */
export interface OrientationError {
  /** Rotation vector in the base frame that the tool is short of, rad: 3. */
  readonly vector: Float64Array
  /** Rows of the angular Jacobian that matter: 3 rows of one entry per joint. */
  readonly jacobian: Float64Array
  /** Fills both for the chain's posture; returns what is left, rad. */
  measure(goal: FixedGoal): number
}

/** Closer than this to the vertical, a direction has no heading. */
const VERTICAL = 1e-9

export function createOrientationError(chain: SerialChain): OrientationError {
  const { jointCount, axes, rotation } = chain
  const vector = new Float64Array(3)
  const jacobian = new Float64Array(3 * jointCount)

  function wholeRotation(): void {
    for (let joint = 0; joint < jointCount; joint++) {
      for (let row = 0; row < 3; row++) jacobian[row * jointCount + joint] = at(axes, 3 * joint + row)
    }
  }

  /** Only turning around the level axis across the tool's heading changes its pitch. */
  function pitchOnly(pitchRad: number): number {
    const [approachX, approachY, approachZ] = [at(rotation, 2), at(rotation, 5), at(rotation, 8)]
    const level = Math.hypot(approachX, approachY)
    // A vertical tool tips over towards its own x axis.
    const [x, y] = level > VERTICAL ? [approachX, approachY] : [at(rotation, 0), at(rotation, 3)]
    const length = Math.hypot(x, y)
    const [acrossX, acrossY] = length > VERTICAL ? [y / length, -x / length] : [1, 0]
    const short = pitchRad - Math.atan2(approachZ, level)
    vector[0] = acrossX * short
    vector[1] = acrossY * short
    vector[2] = 0
    for (let joint = 0; joint < jointCount; joint++) {
      const along = acrossX * at(axes, 3 * joint) + acrossY * at(axes, 3 * joint + 1)
      jacobian[joint] = acrossX * along
      jacobian[jointCount + joint] = acrossY * along
      jacobian[2 * jointCount + joint] = 0
    }
    return Math.abs(short)
  }

  return {
    vector,
    jacobian,
    measure(goal) {
      if (goal.kind === 'pitch') return pitchOnly(goal.pitchRad)
      wholeRotation()
      return writeRotationBetween(vector, rotation, goal.rotation)
    }
  }
}
