import type { JointSpec, SerialChainGeometry } from '@shared/domain/robot'
import { createKinematics } from '@shared/kinematics/createKinematics'
import type { Kinematics } from '@shared/kinematics/kinematics'

/** Chains to test with: small ones whose answers are worked out by hand, and arms as long as real ones. */

export const HALF = Math.PI / 2

export interface TestArm {
  readonly geometry: SerialChainGeometry
  /** The last one is a gripper. */
  readonly joints: readonly JointSpec[]
  readonly kinematics: Kinematics
}

type Vec = [number, number, number]

const gripper: JointSpec = {
  name: 'gripper',
  kind: 'gripper',
  min: 0,
  max: 1,
  maxVelocityPerSec: 1,
  maxAccelerationPerSec2: 1,
  maxJump: 1,
  home: 0
}

function arm(
  links: readonly (readonly [xyz: Vec, rpy: Vec, axis: Vec])[],
  tool: { xyz: Vec; rpy: Vec },
  limit: number | readonly number[]
): TestArm {
  const names = links.map((_, index) => `joint_${index}`)
  const joints = names.map((name, index): JointSpec => {
    const max = typeof limit === 'number' ? limit : (limit[index] as number)
    return { ...gripper, name, kind: 'revolute', min: -max, max }
  })
  const geometry: SerialChainGeometry = {
    kind: 'serialChain',
    links: links.map(([xyz, rpy, axis], index) => ({ joint: names[index] as string, xyz, rpy, axis })),
    tool,
    sources: ['worked out by hand']
  }
  const all = [...joints, gripper]
  return { geometry, joints: all, kinematics: createKinematics({ geometry, joints: all }) }
}

const ZERO: Vec = [0, 0, 0]
const UP: Vec = [0, 0, 1]
const LEVEL: Vec = [0, 1, 0]

/** In the xy plane from the origin, links of 0.3 m and 0.2 m, tool pointing along the second. */
export const planar = arm(
  [
    [ZERO, ZERO, UP],
    [[0.3, 0, 0], ZERO, UP]
  ],
  { xyz: [0.2, 0, 0], rpy: [0, HALF, 0] },
  3
)

/** Five joints as an SO-101 has them: pan, lift, elbow, wrist, roll; level and forward at 0. */
export const fiveJoints = arm(
  [
    [[0.04, 0, 0.06], ZERO, [0, 0, -1]],
    [[0.03, 0, 0.05], ZERO, LEVEL],
    [[0.03, 0, 0.11], ZERO, LEVEL],
    [[0.13, 0, 0.005], ZERO, LEVEL],
    [[0.06, 0, 0], ZERO, [-1, 0, 0]]
  ],
  { xyz: [0.1, 0, -0.01], rpy: [0, HALF, 0] },
  [1.9, 1.7, 1.7, 1.6, 2.8]
)

/** The same with oblique frames, so that no zero in a matrix hides a mistake. */
export const oblique = arm(
  [
    [[0.04, -0.01, 0.06], [0.3, -0.2, 0.5], UP],
    [
      [0.03, 0.02, 0.05],
      [-1.2, 0.4, 0.1],
      [0.6, 0.8, 0]
    ],
    [
      [0.1, 0.04, -0.05],
      [0.2, 0.9, -0.4],
      [0, 0, -1]
    ],
    [[0.12, -0.03, 0.02], [0.7, -0.3, 1.1], LEVEL],
    [
      [0.06, 0.01, 0.03],
      [-0.5, 0.2, 0.3],
      [1, 0, 0]
    ],
    [
      [0.05, 0.01, -0.02],
      [0.1, 0.1, 0.1],
      [0, 0.6, -0.8]
    ]
  ],
  { xyz: [0.08, -0.02, 0.03], rpy: [0.4, -0.6, 0.2] },
  2
)

/** Six joints as a ViperX has them, longer. */
export const sixJoints = arm(
  [
    [[0, 0, 0.08], ZERO, UP],
    [[0, 0, 0.05], ZERO, LEVEL],
    [[0.06, 0, 0.3], ZERO, LEVEL],
    [[0.2, 0, 0], ZERO, [1, 0, 0]],
    [[0.1, 0, 0], ZERO, LEVEL],
    [[0.07, 0, 0], ZERO, [1, 0, 0]]
  ],
  { xyz: [0.1, 0, 0], rpy: [0, HALF, 0] },
  [3.1, 1.2, 1.6, 3.1, 1.8, 3.1]
)
