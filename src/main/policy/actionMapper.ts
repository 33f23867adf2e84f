import type { EndEffectorAction } from '@shared/domain/robot'
import { clamp } from '@shared/units'
import type { Manifest } from './manifest'
import { affineScale } from './statistics'

const GRIPPER_CLOSED = 0
const GRIPPER_OPEN = 1

/**
 * Maps a normalised chunk (T×A, row-major) to end-effector deltas in metres and gripper openings. Values are
 * clamped to [−1, 1] first, as they were in training.
 *
 * Throws where the bundle has no gripper (`drivingProblem` refuses those before), and on a chunk of another size or with a non-finite value: both were checked before a chunk gets here, and
 * nothing of the kind may ever reach the robot.
 */
export function createActionMapper({
  dims,
  robot
}: Pick<Manifest, 'dims' | 'robot'>): (chunk: Float32Array) => EndEffectorAction[] {
  const { chunkLength, actionDim } = dims
  const { gripper, statistics } = robot.action
  if (gripper === undefined) throw new RangeError('createActionMapper: the bundle describes no gripper')
  const { scale, offset } = affineScale(statistics)

  return (chunk) => {
    if (chunk.length !== chunkLength * actionDim) {
      throw new RangeError(`toActions: expected ${chunkLength}×${actionDim} values, got ${chunk.length}`)
    }
    if (!chunk.every(Number.isFinite)) throw new RangeError('toActions: the chunk has a non-finite value')
    return Array.from({ length: chunkLength }, (_, step) => {
      const normalised = (dimension: number): number =>
        clamp(chunk[step * actionDim + dimension] ?? NaN, -1, 1)
      const metres = (dimension: number): number =>
        (offset[dimension] ?? NaN) + (scale[dimension] ?? NaN) * normalised(dimension)
      const grip = normalised(gripper.dimension)
      return {
        deltaMetres: [metres(0), metres(1), metres(2)],
        gripperOpening:
          grip > gripper.closesAbove ? GRIPPER_CLOSED : grip < gripper.opensBelow ? GRIPPER_OPEN : null
      }
    })
  }
}
