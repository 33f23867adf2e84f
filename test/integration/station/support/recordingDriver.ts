import type { Fault } from '@shared/domain/fault'
import { err } from '@shared/domain/result'
import type { RobotCommand, RobotDriver } from '../../../../src/main/drivers/driver'

/** A driver around another one that remembers what reached the arm, and fails on demand. */
export interface RecordingDriver extends RobotDriver {
  /** Every command that the arm took, oldest first. */
  readonly written: RobotCommand[]
  /** This many of the next calls fail, and nothing moves by them. */
  readonly failing: { reads: number; writes: number }
}

export const CABLE_FAULT: Fault = {
  severity: 'high',
  source: 'robot',
  code: 'bus',
  message: 'elbow did not answer',
  tip: 'Check the cable.'
}

export function createRecordingDriver(
  inner: RobotDriver,
  onWritten: (command: RobotCommand) => void = () => undefined
): RecordingDriver {
  const written: RobotCommand[] = []
  const failing = { reads: 0, writes: 0 }
  return {
    written,
    failing,
    connect: (nowNanos) => inner.connect(nowNanos),
    disconnect: () => inner.disconnect(),
    read(nowNanos) {
      if (failing.reads === 0) return inner.read(nowNanos)
      failing.reads -= 1
      return err(CABLE_FAULT)
    },
    write(command, nowNanos) {
      if (failing.writes > 0) {
        failing.writes -= 1
        return err(CABLE_FAULT)
      }
      const result = inner.write(command, nowNanos)
      if (result.ok) {
        written.push(command)
        onWritten(command)
      }
      return result
    }
  }
}
