import type { JointLimits } from '@shared/domain/devices'
import { radiansToDegrees } from '@shared/units'

/** The operator's own limits as they are edited: degrees and per cent, within the robot file's. */

export const LIMIT_FIELDS = ['min', 'max', 'maxVelocityPerSec', 'maxAccelerationPerSec2'] as const
export type LimitField = (typeof LIMIT_FIELDS)[number]

export const LIMIT_TITLES: Readonly<Record<LimitField, string>> = {
  min: 'least',
  max: 'greatest',
  maxVelocityPerSec: 'speed',
  maxAccelerationPerSec2: 'acceleration'
}

/** People's units per unit inside: degrees per radian, or per cent per ratio for a gripper. */
export const limitScale = (isGripper: boolean): number => (isGripper ? 100 : radiansToDegrees(1))

/** What a field may be, inside units: the file's limits, and the least position below the greatest. */
export function limitBounds(
  field: LimitField,
  file: JointLimits,
  draft: JointLimits
): { readonly min: number; readonly max: number } {
  switch (field) {
    case 'min':
      return { min: file.min, max: draft.max }
    case 'max':
      return { min: draft.min, max: file.max }
    case 'maxVelocityPerSec':
    case 'maxAccelerationPerSec2':
      // A joint that may hardly move at all is a joint that can't be driven.
      return { min: file[field] / 100, max: file[field] }
  }
}

export const withLimit = (
  limits: readonly JointLimits[],
  joint: string,
  field: LimitField,
  value: number
): readonly JointLimits[] => limits.map((each) => (each.name === joint ? { ...each, [field]: value } : each))

/** Why they can't be kept; null when they can. */
export function limitsReason(
  draft: readonly JointLimits[],
  inForce: readonly JointLimits[],
  busy: string | null
): string | null {
  const narrow = draft.find(({ min, max }) => min >= max)
  if (narrow) return `${narrow.name.replaceAll('_', ' ')}: the least position is not below the greatest`
  if (JSON.stringify(draft) === JSON.stringify(inForce)) return 'These limits are in force'
  return busy
}
