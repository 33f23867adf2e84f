import type { RobotSpec } from '../domain/robot'
import type { DriveRates } from '../domain/teleop'
import type { DrivenPose, TeleopStep } from './teleopStep'
export interface RateDrive {
  input(rates: DriveRates, inputNanos: number | null, nowNanos: number): string | null
  next(pose: DrivenPose, nowNanos: number): TeleopStep | null
  blocked(): string | null
  active(nowNanos: number): boolean
}
export const createRateDrive = (_: { spec: RobotSpec; toArm: (way: readonly [number, number, number]) => [number, number, number] }): RateDrive => ({
  input: () => null, next: () => null, blocked: () => null, active: () => false
})
