import type { JointLimits } from '@shared/domain/devices'
import type { RobotSpec } from '@shared/domain/robot'

/** The operator's own limits of an arm: they narrow those of the robot's file, never widen them. */

/** A robot file's own. */
export const limitsOf = ({ joints }: Pick<RobotSpec, 'joints'>): readonly JointLimits[] =>
  joints.map(({ name, min, max, maxVelocityPerSec, maxAccelerationPerSec2 }) => ({
    name,
    min,
    max,
    maxVelocityPerSec,
    maxAccelerationPerSec2
  }))

/** The spec with them; a joint that they don't name keeps its own. Posture values move inside. */
export function withLimits(spec: RobotSpec, limits: readonly JointLimits[] | null): RobotSpec {
  if (limits === null) return spec
  return {
    ...spec,
    joints: spec.joints.map((joint) => {
      const own = limits.find(({ name }) => name === joint.name)
      if (!own) return joint
      const min = Math.max(joint.min, own.min)
      const max = Math.min(joint.max, own.max)
      const within = (value: number): number => Math.min(max, Math.max(min, value))
      return {
        ...joint,
        min,
        max,
        maxVelocityPerSec: Math.min(joint.maxVelocityPerSec, own.maxVelocityPerSec),
        maxAccelerationPerSec2: Math.min(joint.maxAccelerationPerSec2, own.maxAccelerationPerSec2),
        home: within(joint.home),
        rest: within(joint.rest)
      }
    })
  }
}

/** What is wrong with them, in words; null when they may be kept. */
export function limitsProblem(spec: RobotSpec, limits: readonly JointLimits[]): string | null {
  for (const own of limits) {
    const joint = spec.joints.find(({ name }) => name === own.name)
    if (!joint) return `${spec.title} has no joint ${own.name}`
    if (own.min >= own.max) return `${own.name}: its least position is not below its greatest`
    const wider = (['min', 'max', 'maxVelocityPerSec', 'maxAccelerationPerSec2'] as const).find((field) =>
      field === 'min' ? own.min < joint.min - SLACK : own[field] > joint[field] + SLACK
    )
    if (wider) return `${own.name}: ${WORDS[wider]} is wider than the robot’s file allows (${joint[wider]})`
  }
  return null
}

/** Degrees in the window round. */
const SLACK = 1e-6
const WORDS = {
  min: 'the least position',
  max: 'the greatest position',
  maxVelocityPerSec: 'the speed',
  maxAccelerationPerSec2: 'the acceleration'
} as const
