import type { RobotSpec } from '../domain/robot'
import type { LeaderMode } from '../domain/teleop'
import type { DrivenPose, TeleopStep } from './teleopStep'
export interface LeaderMap {
  readonly space: 'joints' | 'tool'
  gaps(leader: readonly number[], sent: readonly number[]): { joint: string; gap: number; tolerance: number }[]
  isMatched(leader: readonly number[], sent: readonly number[]): boolean
  engage(leader: readonly number[], pose: DrivenPose): void
  next(leader: readonly number[], capturedNanos: number, pose: DrivenPose): TeleopStep
  alignmentTarget(sent: readonly number[]): readonly number[]
}
export const createLeaderMap = (_: { leader: RobotSpec; follower: RobotSpec; mode: LeaderMode }): LeaderMap => ({
  space: 'joints', gaps: () => [], isMatched: () => true, engage: () => undefined,
  next: (leader, inputNanos) => ({ target: { kind: 'joints', position: leader }, inputNanos }),
  alignmentTarget: (sent) => sent
})
