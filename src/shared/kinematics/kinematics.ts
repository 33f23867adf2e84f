import type { Result } from '../domain/result'
import type { Mat3 } from './rotation'
import type { Vec3 } from './verticalTool'

/** The tool in the arm's world frame: metres, and a rotation whose third column is where the gripper points. */
export interface ToolFrame {
  readonly position: Vec3
  readonly rotation: Mat3
}

/**
 * What the tool's orientation should do beside reaching the position, which always comes first: an arm that
 * cannot do both gets as close as its other joints allow.
 */
export type OrientationGoal =
  | { readonly kind: 'free' }
  /** As in the present posture. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'rotation'; readonly rotation: Mat3 }
  /** Of the direction in which the gripper points above the horizontal; −π/2 is straight down. */
  | { readonly kind: 'pitch'; readonly pitchRad: number }

export interface ToolTarget {
  readonly position: Vec3
  /** `free` by default. */
  readonly orientation?: OrientationGoal
}

export type KinematicsError =
  | { readonly code: 'nonFiniteTarget'; readonly message: string }
  /** The vertical-tool arm's answers, see there. */
  | { readonly code: 'targetTooFar' | 'targetTooClose'; readonly message: string }
  /** The nearest that was found is this far away. */
  | { readonly code: 'unreachable'; readonly message: string; readonly remainingMetres: number }
  /** As `unreachable`, and this joint would have to go on beyond its limit. */
  | {
      readonly code: 'jointLimit'
      readonly message: string
      readonly joint: string
      readonly remainingMetres: number
    }

/**
 * Kinematics of any arm, by its geometry. Positions are those of the whole spec, in its order; entries of joints
 * outside the chain (the gripper) are ignored going forward and left as they are going back.
 */
export interface Kinematics {
  /** Throws RangeError when `position` is too short. */
  forward(position: readonly number[]): ToolFrame
  /** Origins of the links and then the tool, metres. */
  links(position: readonly number[]): readonly Vec3[]
  /** A posture near `present` that reaches the target. */
  inverse(target: ToolTarget, present: readonly number[]): Result<readonly number[], KinematicsError>
}
