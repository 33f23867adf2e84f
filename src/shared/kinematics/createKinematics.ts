import { assertNever, err, ok } from '../domain/result'
import type { ArmGeometry, JointSpec, RobotGeometry } from '../domain/robot'
import { createChainSolver } from './chainSolver'
import type { Kinematics } from './kinematics'
import { createSerialChain } from './serialChain'
import { forwardKinematics, inverseKinematics } from './verticalTool'

export interface KinematicsSpec {
  readonly geometry: RobotGeometry
  readonly joints: readonly JointSpec[]
}

/** Throws RangeError when the geometry doesn't fit the joints; `specProblems` finds that in files beforehand. */
export function createKinematics({ geometry, joints }: KinematicsSpec): Kinematics {
  switch (geometry.kind) {
    case 'verticalTool':
      return verticalToolKinematics(geometry, joints)
    case 'serialChain': {
      const chain = createSerialChain(geometry)
      return createChainSolver(
        chain,
        geometry.links.map((link) => {
          const index = joints.findIndex(({ name, kind }) => name === link.joint && kind === 'revolute')
          const joint = joints[index]
          if (!joint)
            throw new RangeError(`The kinematic chain uses ${link.joint}, which is no revolute joint`)
          return { name: joint.name, index, min: joint.min, max: joint.max }
        })
      )
    }
    default:
      return assertNever(geometry)
  }
}

/** Orientation goals and the present posture don't matter: the tool is vertical and the elbow up. */
function verticalToolKinematics(geometry: ArmGeometry, joints: readonly JointSpec[]): Kinematics {
  const gripper = joints.findIndex(({ kind }) => kind === 'gripper')
  const count = gripper < 0 ? joints.length : gripper
  const pose = (position: readonly number[]) => forwardKinematics(geometry, position.slice(0, count))
  return {
    forward(position) {
      const { tool } = pose(position)
      const yaw = position[0] ?? 0
      const pitch = (position[1] ?? 0) + (position[2] ?? 0) + (position[3] ?? 0)
      const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)]
      const [sin, cos] = [Math.sin(pitch), Math.cos(pitch)]
      // Columns: over the tool, to its left, and where it points.
      return {
        position: tool,
        rotation: [sin * sinYaw, cosYaw, -cos * sinYaw, sin * cosYaw, -sinYaw, -cos * cosYaw, cos, 0, sin]
      }
    },
    links(position) {
      const { shoulder, elbow, wrist, tool } = pose(position)
      return [shoulder, elbow, wrist, tool]
    },
    inverse(target, present) {
      const solved = inverseKinematics(geometry, target.position)
      return solved.ok ? ok([...solved.value, ...present.slice(count)]) : err(solved.error)
    }
  }
}
