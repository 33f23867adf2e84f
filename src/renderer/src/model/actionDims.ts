import type { PolicyInfo } from '@shared/domain/policy'

/** How one action dimension is drawn: SI range of the normalised interval [−1, 1] and its unit. */
export interface ActionAxis {
  readonly name: string
  /** As people read it: Δx for a move along x, since an action is a difference. */
  readonly label: string
  readonly unit: string
  readonly scale: number
  readonly offset: number
  /** Axis ends in display units, ordered. */
  readonly min: number
  readonly max: number
  readonly gripper: boolean
}

const isGripper = (name: string): boolean => /grip/i.test(name)

/**
 * Metres are shown as millimetres: a delta of one action is a few centimetres at most. Grippers are shown in per
 * cent of their opening, as the arm's joints are.
 */
function display(name: string, unit: string): { unit: string; factor: number } {
  if (isGripper(name)) return { unit: '%', factor: 100 }
  return unit === 'm' || unit === 'metres' ? { unit: 'mm', factor: 1000 } : { unit, factor: 1 }
}
const label = (name: string): string => (/^[xyz]$/.test(name) ? `Δ${name}` : name)

/** One axis per action dimension of the bundle; dimensions without statistics are shown normalised. */
export function actionAxes(
  info: Pick<PolicyInfo, 'actionDims' | 'actionScale' | 'actionOffset'>
): ActionAxis[] {
  return info.actionDims.map((dim, index) => {
    const rawScale = info.actionScale[index]
    const shown = display(dim.name, dim.unit)
    const scale = rawScale === undefined ? 1 : rawScale * shown.factor
    const offset = rawScale === undefined ? 0 : (info.actionOffset[index] ?? 0) * shown.factor
    const ends = [offset - scale, offset + scale]
    return {
      name: dim.name,
      label: label(dim.name),
      unit: rawScale === undefined ? 'normalised' : shown.unit,
      scale,
      offset,
      min: Math.min(...ends),
      max: Math.max(...ends),
      gripper: isGripper(dim.name)
    }
  })
}

export const toDisplay = (axis: ActionAxis, normalised: number): number =>
  axis.offset + axis.scale * normalised

/** Inverse of `toDisplay`, clamped to the normalised interval. */
export const toNormalised = (axis: ActionAxis, shown: number): number =>
  Math.min(1, Math.max(-1, (shown - axis.offset) / axis.scale))

/** Text of one value with its unit. */
export function actionValueText(axis: ActionAxis, normalised: number): string {
  const value = toDisplay(axis, normalised)
  if (axis.unit === '%') return `${value.toFixed(0)} %`
  const digits = Math.abs(axis.max - axis.min) >= 20 ? 1 : 2
  return `${value.toFixed(digits)} ${axis.unit}`
}
