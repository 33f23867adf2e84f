import type { BenchFrame } from '@shared/domain/benchFrame'
import { GRIPPER_RANGE_UNITS, METRES_PER_UNIT, Z_HIGH } from '@shared/domain/benchWorld'
import type { WorkspaceBox } from '@shared/domain/robot'

const MIN = GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT
const MAX = GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT
const BENCH_BOX: WorkspaceBox = { min: [MIN, MIN, 0], max: [MAX, MAX, Z_HIGH * METRES_PER_UNIT] }

const isUnturned = ({ turn, shift }: BenchFrame): boolean =>
  turn.every((row, axis) => row.every((value, column) => value === (axis === column ? 1 : 0))) &&
  shift.every((value) => value === 0)

/**
 * What a policy's actions end at, metres, in the bench's frame: the arm's workspace where the two share a frame. Under a
 * real arm the bench was laid where the arm reaches all of it (robot/placeBench.ts), and actions end at its own range.
 */
export const benchBox = (workspace: WorkspaceBox, frame: BenchFrame): WorkspaceBox =>
  isUnturned(frame) ? workspace : BENCH_BOX
