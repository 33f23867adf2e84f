import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import type { RobotState } from '@shared/domain/robot'

/** One tick's command to an arm, already gated. */
export interface RobotCommand {
  /** Joint targets in the spec's order: rad, or ratio for a gripper. */
  readonly position: readonly number[]
  /**
   * True on the last tick of an action, or when a queue was dropped and the arm came to rest: the bench
   * advances its physics then. Drivers of real arms ignore it.
   */
  readonly settles: boolean
}

/**
 * An arm behind its bus or simulator. Calls never overlap: one loop owns a driver. `nowNanos` is the host's
 * monotonic clock. Commands are never queued: a write that cannot be sent now fails.
 */
export interface RobotDriver {
  /** Only opens and reads: torque and targets stay as they are. Connecting twice is harmless. */
  connect(nowNanos: number): Promise<Result<void, Fault>>
  /** Present joint positions and velocities. Fails while not connected. */
  read(nowNanos: number): Result<RobotState, Fault>
  /** Sends targets. Fails while not connected and for a command of the wrong shape; nothing moves then. */
  write(command: RobotCommand, nowNanos: number): Result<void, Fault>
  /** Releases the device; later calls fail until connected again. */
  disconnect(): Promise<void>
}
