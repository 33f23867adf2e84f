import type { Examination, Trial } from '@shared/domain/examination'
import type { PolicyInfo } from '@shared/domain/policy'
import type { RobotSnapshot } from '@shared/ipc/ports'
import type { BundleJob } from './bundleJob'
import { trialKey } from './trials'

/** What decides whether an examined bundle may replace the policy in use. */
export interface UseSituation {
  readonly examination: Examination
  readonly trial: Trial | null
  readonly info: PolicyInfo | null
  readonly robot: RobotSnapshot | null
  readonly job: BundleJob | null
}

/** Why the bundle can't be used now; null when it can. Main decides for itself all the same. */
export function whyNotUsable({ examination, trial, info, robot, job }: UseSituation): string | null {
  if (examination.undrivable !== null) return 'It can’t drive the arm that is here'
  if (trial === null) return 'No provider was accepted'
  if (!trial.outcome.ok) return 'This trial was refused: choose another one'
  if (isInUse(examination, trial, info)) return 'This is the policy in use'
  // A stop takes the policy off the run; so does its end.
  return whyBusy(job) ?? (robot?.engaged === true ? 'Stop or end the run first' : null)
}

const isInUse = ({ bundle }: Examination, trial: Trial, info: PolicyInfo | null): boolean =>
  info !== null && info.bundleHash === bundle.hash && trialKey(info) === trialKey(trial)

/** Why nothing else can be asked of bundles now; null when it can. */
export function whyBusy(job: BundleJob | null): string | null {
  switch (job?.kind) {
    case undefined:
      return null
    case 'examine':
      return 'A bundle is being examined: wait or cancel it'
    case 'compare':
      return 'Two bundles are being compared: wait or cancel it'
    case 'use':
      return 'The policy is being replaced: wait until it is there'
  }
}
