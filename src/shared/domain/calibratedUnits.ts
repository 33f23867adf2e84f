import { clamp } from '../units'
import type { MotorCalibration } from './calibration'

/**
 * Between a motor's ticks and what the rest of Depthdeck speaks, by a calibration: as LeRobot normalises
 * (MotorsBus._normalize), except that ticks are rounded, not cut off. Feetech motors that turn the other way are
 * reversed here (LeRobot: apply_drive_mode); Dynamixel motors do that themselves. LeRobot's degrees know no
 * reversal: for joint angles `reversed` is the robot spec's word on the motor, not the file's drive_mode.
 */

export type CalibratedRange = Pick<MotorCalibration, 'range_min' | 'range_max'>

export type MotorBus = 'feetech' | 'dynamixel'

/** LeRobot divides a turn by the largest tick, not by the number of ticks. */
const RADIANS_PER_TICK = (2 * Math.PI) / 4095
/** Half a turn, where homing puts the present posture. */
const HALF_TURN_TICKS = 2047

/** Whether a driver must mirror ratios and ±100 of this motor. */
export const reversedByDriver = (
  bus: MotorBus,
  { drive_mode }: Pick<MotorCalibration, 'drive_mode'>
): boolean => bus === 'feetech' && (drive_mode & 1) === 1

const middle = ({ range_min, range_max }: CalibratedRange): number => (range_min + range_max) / 2
const clampTicks = (ticks: number, { range_min, range_max }: CalibratedRange): number =>
  clamp(Math.round(ticks), range_min, range_max)

/**
 * rad; `centreRad` is the joint's position in the middle of its range (LeRobot's 0°). Not clamped: an arm may be
 * pushed past its calibrated range and should be seen there.
 */
export const ticksToRadians = (
  ticks: number,
  range: CalibratedRange,
  centreRad = 0,
  reversed = false
): number => centreRad + (reversed ? -1 : 1) * (ticks - middle(range)) * RADIANS_PER_TICK

/** Whole ticks within the calibrated range. */
export const radiansToTicks = (
  radians: number,
  range: CalibratedRange,
  centreRad = 0,
  reversed = false
): number =>
  clampTicks(middle(range) + ((reversed ? -1 : 1) * (radians - centreRad)) / RADIANS_PER_TICK, range)

/** 0…1, clamped; a gripper's opening. LeRobot's 0–100 is a hundred times it. */
export function ticksToRatio(ticks: number, range: CalibratedRange, reversed = false): number {
  const ratio = clamp((ticks - range.range_min) / (range.range_max - range.range_min), 0, 1)
  return reversed ? 1 - ratio : ratio
}

export function ratioToTicks(ratio: number, range: CalibratedRange, reversed = false): number {
  const along = clamp(reversed ? 1 - ratio : ratio, 0, 1)
  return clampTicks(range.range_min + along * (range.range_max - range.range_min), range)
}

/** LeRobot's −100…100 over the calibrated range, clamped. */
export const ticksToSignedPercent = (ticks: number, range: CalibratedRange, reversed = false): number =>
  ticksToRatio(ticks, range, reversed) * 200 - 100

export const signedPercentToTicks = (percent: number, range: CalibratedRange, reversed = false): number =>
  ratioToTicks((percent + 100) / 200, range, reversed)

/** What a motor reports for its encoder's own count: the two makers offset in opposite directions. */
export const presentTicks = (actualTicks: number, homingOffset: number, bus: MotorBus): number =>
  bus === 'feetech' ? actualTicks - homingOffset : actualTicks + homingOffset

/** The homing offset with which a motor at `actualTicks` reports half a turn. */
export const halfTurnHoming = (actualTicks: number, bus: MotorBus): number =>
  bus === 'feetech' ? actualTicks - HALF_TURN_TICKS : HALF_TURN_TICKS - actualTicks
