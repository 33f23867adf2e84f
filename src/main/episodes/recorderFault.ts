import type { Fault } from '@shared/domain/fault'

/** What recording, library, export and import tell people: the robot goes on, but something was not done. */
export const recorderFault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'recorder',
  code,
  message,
  tip
})
