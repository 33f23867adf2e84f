import type { MotionCause } from '../domain/robot'
import { nanosToMillis } from '../units'

/** What the robot host watches by itself, whatever the UI, the policy and the recorder do. */
export interface WatchdogInputs {
  /** Last sign of life from the operator's window; null: nobody has to watch (command-line runs). */
  readonly lastHeartbeatNanos: number | null
  readonly consecutiveDriverErrors: number
  readonly lastDriverError: string | null
}

export interface WatchdogLimits {
  readonly heartbeatTimeoutNanos: number
  /** Errors are retried tick by tick; this many in a row hold the arm. */
  readonly maxConsecutiveDriverErrors: number
}

/** So long may an arm not answer; a loop that asks more often is not satisfied sooner. */
const SILENT_SECONDS = 0.1

/** Errors in a row after which an arm that is asked at this rate counts as silent. */
export const errorsOfSilence = (loopRateHz: number): number =>
  Math.max(2, Math.ceil(SILENT_SECONDS * loopRateHz))

/** The first reason to hold the robot, or null when all is well. */
export function watchdogVerdict(
  inputs: WatchdogInputs,
  limits: WatchdogLimits,
  nowNanos: number
): MotionCause | null {
  if (inputs.consecutiveDriverErrors >= limits.maxConsecutiveDriverErrors) {
    return {
      code: 'driver',
      message: `The arm did not answer ${inputs.consecutiveDriverErrors} times in a row: ${inputs.lastDriverError ?? 'no detail'}`
    }
  }
  if (inputs.lastHeartbeatNanos !== null) {
    const ageNanos = nowNanos - inputs.lastHeartbeatNanos
    if (ageNanos > limits.heartbeatTimeoutNanos) {
      return {
        code: 'heartbeatLost',
        message: `The operator window has been silent for more than ${nanosToMillis(limits.heartbeatTimeoutNanos)} ms`
      }
    }
  }
  return null
}
