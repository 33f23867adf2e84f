/** What a source of teleoperation sees of the driven arm, and what it wants of it: one of each per control tick. */

/** The driven arm as last commanded, in its own frame. */
export interface DrivenPose {
  /** Joint targets last sent, in the spec's order: rad, or ratio for a gripper. */
  readonly sent: readonly number[]
  /** Where they put the tool, metres. */
  readonly tool: readonly [number, number, number]
  /** Seconds between two ticks. */
  readonly tickSec: number
}

/** Where the arm shall be at the end of this tick; the gate decides how much of it may be. */
export type TeleopTarget =
  | { readonly kind: 'joints'; readonly position: readonly number[] }
  /** Metres in the arm's frame; gripper opening 0…1. */
  | { readonly kind: 'tool'; readonly xyz: readonly [number, number, number]; readonly gripper: number }

export interface TeleopStep {
  readonly target: TeleopTarget
  /** When the person did what this step answers, host clock; null: nobody knows, or it was counted before. */
  readonly inputNanos: number | null
}
