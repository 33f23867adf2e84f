import { benchToArm, type BenchFrame } from '@shared/domain/benchFrame'
import { GRIPPER_RANGE_UNITS, HOME_POSITION, METRES_PER_UNIT, Z_HIGH } from '@shared/domain/benchWorld'
import type { RobotSpec, WorkspaceBox } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import type { Kinematics, OrientationGoal } from '@shared/kinematics/kinematics'

/**
 * Where the virtual bench lies under a real arm: in front of it, square to it, the operator facing the arm across it
 * as across the simulated one's. It lies where the arm, moving as it will move, reaches all of it.
 */

export interface PlacedBench {
  readonly frame: BenchFrame
  /** Joints with the tool at the bench's start position. */
  readonly home: readonly number[]
  /** What actions end at, in the arm's frame. */
  readonly box: WorkspaceBox
}

/** Distances tried from the arm's base to the bench's far edge, metres, and heights of the bench above the base. */
const FAR_EDGES = [0.42, 0.39, 0.36, 0.33, 0.46, 0.3]
const HEIGHTS = [0.03, 0, 0.06, 0.1]
/** How steeply the tool points down, rad: a wrist that is not at its limit has room for the corners. */
const PITCHES = [-1.2, -1, -1.5]
/** A joint further from the robot's own home than this, rad, has gone a way that no person would choose. */
const MAX_TURN = 2
/** The whole bench is walked in steps of this many metres. */
const STEP = 0.04

const MIN = GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT
const MAX = GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT
const TOP = Z_HIGH * METRES_PER_UNIT
const MIDDLE = METRES_PER_UNIT / 2
const START = [HOME_POSITION.x * METRES_PER_UNIT, HOME_POSITION.y * METRES_PER_UNIT, TOP] as const

const frameAt = (farEdge: number, height: number): BenchFrame => ({
  turn: [
    [0, -1, 0],
    [-1, 0, 0],
    [0, 0, 1]
  ],
  shift: [MIDDLE, farEdge, -height]
})

function boxOf(frame: BenchFrame): WorkspaceBox {
  const [a, b] = [benchToArm(frame, [MIN, MIN, 0]), benchToArm(frame, [MAX, MAX, TOP])]
  const pick = (choose: (...values: number[]) => number): [number, number, number] => [
    choose(a[0], b[0]),
    choose(a[1], b[1]),
    choose(a[2], b[2])
  ]
  return { min: pick(Math.min), max: pick(Math.max) }
}

const isWithin = (inner: WorkspaceBox, outer: WorkspaceBox): boolean =>
  inner.min.every((value, axis) => value >= (outer.min[axis] as number)) &&
  inner.max.every((value, axis) => value <= (outer.max[axis] as number))

const isWoundUp = (posture: readonly number[], seed: readonly number[]): boolean =>
  posture.some((value, joint) => Math.abs(value - (seed[joint] as number)) > MAX_TURN)

/** From the middle of each row to both of its ends, low and high, without turning the tool. */
function reachesAll(
  kinematics: Kinematics,
  frame: BenchFrame,
  home: readonly number[],
  orientation: OrientationGoal
): boolean {
  for (const z of [TOP, 0]) {
    for (let y = MIN; y <= MAX; y += STEP) {
      for (const side of [-1, 1]) {
        let posture = home
        for (let away = 0; away <= MIDDLE - MIN; away += STEP / 2) {
          const position = benchToArm(frame, [MIDDLE + side * away, y, z])
          const reached = kinematics.inverse({ position, orientation }, posture)
          if (!reached.ok) return false
          posture = reached.value
        }
      }
    }
  }
  return true
}

/** null where no place was found: the arm can be driven by hand then, but no policy has a bench under it. */
export function placeBench(spec: RobotSpec): PlacedBench | null {
  if (spec.geometry.kind !== 'serialChain') return null
  const kinematics = createKinematics(spec)
  const seed = spec.joints.map(({ home }) => home)
  for (const pitchRad of PITCHES) {
    const orientation = { kind: 'pitch', pitchRad } as const
    for (const height of HEIGHTS) {
      for (const farEdge of FAR_EDGES) {
        const frame = frameAt(farEdge, height)
        const box = boxOf(frame)
        if (!isWithin(box, spec.workspace)) continue
        const home = kinematics.inverse({ position: benchToArm(frame, START), orientation }, seed)
        if (!home.ok || isWoundUp(home.value, seed)) continue
        if (reachesAll(kinematics, frame, home.value, orientation)) return { frame, home: home.value, box }
      }
    }
  }
  return null
}
