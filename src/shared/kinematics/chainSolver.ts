import { err, ok, type Result } from '../domain/result'
import { createChainStep } from './chainStep'
import type { Kinematics, KinematicsError, OrientationGoal, ToolTarget } from './kinematics'
import { createOrientationError, type FixedGoal } from './orientationGoal'
import { at } from './rotation'
import type { SerialChain } from './serialChain'
import type { Vec3 } from './verticalTool'

/**
 * Inverse kinematics of a serial chain by damped least squares (Levenberg–Marquardt: Nakamura and Hanafusa
 * 1986, Wampler 1986) from the present posture: joints at their limits are locked while the target would push
 * them further, and the tool's orientation is pursued in the null space of its position (Siciliano and Slotine
 * 1991). Deterministic, at most `MAX_STEPS` evaluations of the chain; no restarts, so that an answer is on the
 * branch the arm is on.
 */

/** Where a joint of the chain is in the spec, and how far it turns (rad). */
export interface ChainJoint {
  readonly name: string
  readonly index: number
  readonly min: number
  readonly max: number
}

const MAX_STEPS = 120
/** Far below what any servo resolves. */
const REACHED_METRES = 1e-8
/** Of damping, m²/rad²: links are tenths of a metre long. */
const DAMPING = { first: 1e-6, least: 1e-12, most: 10 }
/** Orientation is pursued until a step gains less than this, rad. */
const LEAST_TURN_RAD = 1e-7

const centimetres = (metres: number): string => `${(metres * 100).toFixed(metres < 0.01 ? 2 : 1)} cm`

export function createChainSolver(chain: SerialChain, joints: readonly ChainJoint[]): Kinematics {
  const count = chain.jointCount
  const present = new Float64Array(count)
  const posture = new Float64Array(count)
  const tried = new Float64Array(count)
  const best = new Float64Array(count)
  const kept = new Float64Array(9)
  const orientation = createOrientationError(chain)
  const step = createChainStep(chain, joints)

  function load(into: Float64Array, position: readonly number[]): void {
    joints.forEach(({ index, name }, joint) => {
      const value = position[index]
      if (value === undefined) throw new RangeError(`A posture of ${position.length} joints lacks ${name}`)
      into[joint] = value
    })
  }

  /** Updates the chain; returns how far its tool is from the target, metres. */
  function distanceAt(values: Float64Array, [x, y, z]: Vec3): number {
    chain.update(values)
    return Math.hypot(x - at(chain.position, 0), y - at(chain.position, 1), z - at(chain.position, 2))
  }

  function fixedGoal(goal: OrientationGoal | undefined): FixedGoal | null {
    if (!goal || goal.kind === 'free') return null
    if (goal.kind !== 'keep') return goal
    chain.update(present)
    kept.set(chain.rotation)
    return { kind: 'rotation', rotation: kept }
  }

  /** Moves `posture` towards the target; returns how far its tool is from it in the end, metres. */
  function approach(target: Vec3, goal: FixedGoal | null, steps: number): { distance: number; left: number } {
    let damping = DAMPING.first
    let gain = 1
    let distance = distanceAt(posture, target)
    let left = steps
    while (distance > REACHED_METRES && left > 0 && damping < DAMPING.most) {
      left -= 1
      chain.update(posture)
      if (goal) orientation.measure(goal)
      step.write(tried, posture, target, damping, goal ? orientation : null, gain)
      const reached = distanceAt(tried, target)
      if (reached < distance) {
        posture.set(tried)
        distance = reached
        damping = Math.max(DAMPING.least, damping * 0.1)
        gain = 1
        continue
      }
      // Turning the tool may have cost what the step gained: try it without before shortening it.
      if (goal && gain > 0) gain = 0
      else damping *= 10
    }
    return { distance, left }
  }

  /** Turns the tool with what freedom its position leaves, as long as that helps. */
  function turn(target: Vec3, goal: FixedGoal, steps: number): void {
    best.set(posture)
    chain.update(best)
    let missing = orientation.measure(goal)
    let gain = 1
    for (let left = steps; left > 0 && missing > LEAST_TURN_RAD && gain > 0.05; left--) {
      chain.update(best)
      orientation.measure(goal)
      step.write(posture, best, target, DAMPING.least, orientation, gain)
      const settled = approach(target, null, left - 1)
      left = settled.left
      chain.update(posture)
      const now = orientation.measure(goal)
      // Written so that a number that is none fails.
      if (settled.distance <= REACHED_METRES && now <= missing - LEAST_TURN_RAD) {
        best.set(posture)
        missing = now
      } else gain *= 0.5
    }
    posture.set(best)
  }

  function failure(target: Vec3, remainingMetres: number): KinematicsError {
    const far = Math.hypot(...chain.root.map((value, axis) => at(target, axis) - value)) > chain.reachMetres
    const pushed = far ? null : step.pushedJoint()
    if (pushed === null) {
      return {
        code: 'unreachable',
        message: `The arm cannot reach the target; from here it comes within ${centimetres(remainingMetres)}`,
        remainingMetres
      }
    }
    const joint = (joints[pushed] as ChainJoint).name
    return {
      code: 'jointLimit',
      message: `${joint} is at its limit ${centimetres(remainingMetres)} before the target`,
      joint,
      remainingMetres
    }
  }

  function inverse(target: ToolTarget, from: readonly number[]): Result<readonly number[], KinematicsError> {
    load(present, from)
    if (!target.position.every(Number.isFinite) || !present.every(Number.isFinite) || !isFinite(target)) {
      return err({
        code: 'nonFiniteTarget',
        message: `The target ${target.position.join(', ')} from joints ${present.join(', ')} is not a position`
      })
    }
    joints.forEach(({ min, max }, joint) => {
      posture[joint] = Math.min(max, Math.max(min, at(present, joint)))
    })
    const goal = fixedGoal(target.orientation)
    const { distance, left } = approach(target.position, goal, MAX_STEPS)
    if (distance > REACHED_METRES) return err(failure(target.position, distance))
    if (goal) turn(target.position, goal, left)
    const result = [...from]
    joints.forEach(({ index }, joint) => {
      result[index] = at(posture, joint)
    })
    return ok(result)
  }

  return {
    inverse,
    forward(position) {
      load(present, position)
      chain.update(present)
      const [x, y, z] = chain.position
      return { position: [x ?? 0, y ?? 0, z ?? 0], rotation: Array.from(chain.rotation) }
    },
    links(position) {
      load(present, position)
      chain.update(present)
      return [
        ...Array.from({ length: count }, (_, link) => point(chain.origins, link)),
        point(chain.position, 0)
      ]
    }
  }
}

const point = (values: Float64Array, index: number): Vec3 => [
  at(values, 3 * index),
  at(values, 3 * index + 1),
  at(values, 3 * index + 2)
]

function isFinite({ orientation }: ToolTarget): boolean {
  if (orientation?.kind === 'pitch') return Number.isFinite(orientation.pitchRad)
  return orientation?.kind !== 'rotation' || Array.from(orientation.rotation).every(Number.isFinite)
}
