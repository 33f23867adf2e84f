import type { OrientationError } from './orientationGoal'
import { at, solveSymmetric3 } from './rotation'
import type { SerialChain } from './serialChain'
import type { Vec3 } from './verticalTool'

/** One damped least squares step of a chain, within its joints' limits. */
export interface ChainStep {
  /**
   * Writes into `out` the posture one step from `posture` (rad) towards `target` (metres). The chain, and
   * `orientation` if there is one, must have been updated for `posture`. `damping` is in m²/rad²; `gain` (0…1)
   * is how much of what is left to turn to turn.
   */
  write(
    out: Float64Array,
    posture: Float64Array,
    target: Vec3,
    damping: number,
    orientation: OrientationError | null,
    gain: number
  ): void
  /** The joint that the last step would have turned furthest beyond its limit, if there was one. */
  pushedJoint(): number | null
}

/** Further away, the tool moves towards the target this much at a time: the Jacobian only holds nearby. */
const MOST_METRES = 0.2
const MOST_TURN_RAD = 0.35
/** Damping of the turn, dimensionless: directions in which little can be turned are left alone. */
const TURN_DAMPING = 2.5e-3

export function createChainStep(
  chain: SerialChain,
  limits: readonly { readonly min: number; readonly max: number }[]
): ChainStep {
  const count = chain.jointCount
  const linear = new Float64Array(3 * count)
  const angular = new Float64Array(3 * count)
  const change = new Float64Array(count)
  const locked = new Uint8Array(count)
  const square = new Float64Array(9)
  const wanted = new Float64Array(3)
  const solved = new Float64Array(3)
  const projected = new Float64Array(3)
  let pushed: number | null = null
  let pushedBy = 0

  /** square = rows · rowsᵀ + damping. */
  function writeSquare(rows: Float64Array, damping: number): void {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = row === column ? damping : 0
        for (let joint = 0; joint < count; joint++) {
          sum += at(rows, row * count + joint) * at(rows, column * count + joint)
        }
        square[3 * row + column] = sum
        square[3 * column + row] = sum
      }
    }
  }

  const columnTimes = (rows: Float64Array, joint: number, vector: Float64Array): number =>
    at(rows, joint) * at(vector, 0) +
    at(rows, count + joint) * at(vector, 1) +
    at(rows, 2 * count + joint) * at(vector, 2)

  function writeFreeJacobian(): void {
    chain.writeLinearJacobian(linear)
    for (let joint = 0; joint < count; joint++) {
      if (at(locked, joint) === 0) continue
      for (let row = 0; row < 3; row++) linear[row * count + joint] = 0
    }
  }

  /** change = least squares towards the target. */
  function moveTool(target: Vec3, damping: number): void {
    for (let row = 0; row < 3; row++) wanted[row] = at(target, row) - at(chain.position, row)
    const distance = Math.hypot(at(wanted, 0), at(wanted, 1), at(wanted, 2))
    if (distance > MOST_METRES) {
      for (let row = 0; row < 3; row++) wanted[row] = (at(wanted, row) * MOST_METRES) / distance
    }
    writeSquare(linear, damping)
    solveSymmetric3(square, wanted, solved)
    for (let joint = 0; joint < count; joint++) change[joint] = columnTimes(linear, joint, solved)
  }

  /** Adds to `change` the turn that leaves the tool's position alone. */
  function turnTool(orientation: OrientationError, damping: number, gain: number): void {
    for (let row = 0; row < 3; row++) {
      let done = 0
      for (let joint = 0; joint < count; joint++) {
        const entry = at(locked, joint) === 0 ? at(orientation.jacobian, row * count + joint) : 0
        angular[row * count + joint] = entry
        done += entry * at(change, joint)
      }
      wanted[row] = gain * at(orientation.vector, row) - done
    }
    writeSquare(linear, damping)
    for (let row = 0; row < 3; row++) {
      for (let axis = 0; axis < 3; axis++) {
        let sum = 0
        for (let joint = 0; joint < count; joint++) {
          sum += at(linear, axis * count + joint) * at(angular, row * count + joint)
        }
        projected[axis] = sum
      }
      solveSymmetric3(square, projected, solved)
      for (let joint = 0; joint < count; joint++) {
        const index = row * count + joint
        angular[index] = at(angular, index) - columnTimes(linear, joint, solved)
      }
    }
    writeSquare(angular, TURN_DAMPING)
    solveSymmetric3(square, wanted, solved)
    for (let joint = 0; joint < count; joint++) {
      change[joint] = at(change, joint) + columnTimes(angular, joint, solved)
    }
  }

  /** Locks joints that stand at a limit and would go beyond it; true if there were any. */
  function lockPushed(posture: Float64Array): boolean {
    let any = false
    limits.forEach(({ min, max }, joint) => {
      const by = at(change, joint)
      const outward =
        (by > 0 && at(posture, joint) >= max) || (by < 0 && at(posture, joint) <= min) ? Math.abs(by) : 0
      if (outward === 0 || at(locked, joint) !== 0) return
      locked[joint] = 1
      any = true
      if (outward <= pushedBy) return
      pushed = joint
      pushedBy = outward
    })
    return any
  }

  return {
    write(out, posture, target, damping, orientation, gain) {
      locked.fill(0)
      pushed = null
      pushedBy = 0
      // Every round locks a joint more, so it ends.
      do {
        writeFreeJacobian()
        moveTool(target, damping)
        if (orientation && gain > 0) turnTool(orientation, damping, gain)
      } while (lockPushed(posture))
      let largest = 0
      for (let joint = 0; joint < count; joint++) largest = Math.max(largest, Math.abs(at(change, joint)))
      const scale = largest > MOST_TURN_RAD ? MOST_TURN_RAD / largest : 1
      limits.forEach(({ min, max }, joint) => {
        out[joint] = Math.min(max, Math.max(min, at(posture, joint) + scale * at(change, joint)))
      })
    },
    pushedJoint: () => pushed
  }
}
