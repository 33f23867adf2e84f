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
const FAR_EDGES = [0.42, 0.4, 0.38, 0.44, 0.36, 0.34, 0.32, 0.3]
const HEIGHTS = [0.03, 0.06, 0, 0.09, 0.12]
/** How steeply the tool points down, rad: a wrist that is not at its limit has room for the corners. */
const PITCHES = [-1.2, -1, -1.4, -0.8]
/** A joint further from the robot's own home than this, rad, has gone a way that no person would choose. */
const MAX_TURN = 2
/** The whole bench is walked in steps of this many metres. */
const STEP = 0.03
/** Kept free at both ends of every joint while looking for a place, rad: ways differ, and so do arms. */
const MARGINS = [0.1, 0.05, 0.02]

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

type Point = readonly [number, number, number]

const STRETCHES = Math.ceil((MAX - MIN) / STEP)
/** Along one side of the bench, both ends included. */
const stations = Array.from({ length: STRETCHES + 1 }, (_, index) => MIN + ((MAX - MIN) * index) / STRETCHES)

/** High and low, across and along: every crossing is reached by two ways, as a run would reach it by many. */
function reachesAll(
  kinematics: Kinematics,
  frame: BenchFrame,
  home: readonly number[],
  orientation: OrientationGoal
): boolean {
  /** The postures of a line along the bench; null when a point of it can't be reached. */
  function walk(line: readonly Point[], from: readonly number[]): (readonly number[])[] | null {
    const postures: (readonly number[])[] = []
    for (const point of line) {
      const position = benchToArm(frame, point)
      const reached = kinematics.inverse({ position, orientation }, postures.at(-1) ?? from)
      if (!reached.ok) return null
      postures.push(reached.value)
    }
    return postures
  }
  const halves = [stations.filter((x) => x <= MIDDLE).reverse(), stations.filter((x) => x > MIDDLE)]

  return [TOP, TOP / 2, 0].every((z) => {
    const across = (xs: readonly number[], y: number): Point[] => xs.map((x) => [x, y, z])
    const along = (x: number): Point[] => stations.map((y) => [x, y, z])
    const spine = walk(along(MIDDLE), home)
    const edge = spine && walk(across(stations, MIN), home)
    return (
      edge !== null &&
      spine?.every((posture, row) =>
        halves.every((half) => walk(across(half, stations[row] as number), posture) !== null)
      ) === true &&
      edge.every((posture, column) => walk(along(stations[column] as number), posture) !== null)
    )
  })
}

const narrowed = (spec: RobotSpec, marginRad: number): RobotSpec => ({
  ...spec,
  joints: spec.joints.map((joint) =>
    joint.kind === 'gripper' ? joint : { ...joint, min: joint.min + marginRad, max: joint.max - marginRad }
  )
})

/** null where no place was found: the arm can be driven by hand then, but no policy has a bench under it. */
export function placeBench(spec: RobotSpec): PlacedBench | null {
  if (spec.geometry.kind !== 'serialChain') return null
  for (const margin of MARGINS) {
    const placed = placeWithin(narrowed(spec, margin))
    if (placed) return placed
  }
  return null
}

function placeWithin(spec: RobotSpec): PlacedBench | null {
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
