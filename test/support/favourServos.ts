import { setPriority } from 'node:os'

/**
 * Real servos have processors of their own. Emulated ones live in the process of their test, beside everything else that
 * fills every core: held up for a tenth of a second they would all be dead to the robot, rightly. Whatever was started
 * before inherits nothing.
 */
export function favourServos(on: boolean): void {
  try {
    setPriority(on ? -10 : 0)
  } catch {
    // Only root may; others test on a quieter machine.
  }
}
