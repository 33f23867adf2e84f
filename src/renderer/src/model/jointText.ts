import type { GateVerdict, JointSpec } from '@shared/domain/robot'
import { assertNever } from '@shared/domain/result'
import { radiansToDegrees } from '@shared/units'

const withoutMinusZero = (text: string): string => (Number(text) === 0 ? text.replace('-', '') : text)

/** Joint value for people: degrees with one decimal, grippers in per cent. */
export const jointText = (joint: JointSpec, value: number): string =>
  joint.kind === 'gripper'
    ? `${(value * 100).toFixed(0)} %`
    : `${withoutMinusZero(radiansToDegrees(value).toFixed(1))}°`

/** Position between a joint's limits, 0…1, clamped. */
export function jointFraction(joint: JointSpec, value: number): number {
  return Math.min(1, Math.max(0, (value - joint.min) / (joint.max - joint.min)))
}

/** What the gate made of the last command, as one phrase. */
export function verdictText(verdict: GateVerdict): string {
  switch (verdict.kind) {
    case 'pass':
      return 'as asked'
    case 'clamp':
      return `clamped: ${verdict.joints.map(({ joint, limit }) => `${joint} (${limit})`).join(', ')}`
    case 'reject':
      return `rejected: ${verdict.cause.message}`
    default:
      return assertNever(verdict)
  }
}
