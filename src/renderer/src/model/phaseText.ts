import { assertNever } from '@shared/domain/result'
import type { RefinementPhase } from '@shared/domain/policy'
import type { EpisodeOutcome } from '@shared/domain/run'
import type { RobotSnapshot } from '@shared/ipc/ports'

/** How much a phase asks of the operator; drawn with a mark as well as a colour. */
export type PhaseTone = 'calm' | 'active' | 'waiting' | 'attention' | 'stopped' | 'good'

export interface PhaseSummary {
  readonly text: string
  readonly tone: PhaseTone
}

const calm = (text: string): PhaseSummary => ({ text, tone: 'calm' })

const PAUSE_REASONS = {
  operator: '',
  pauseAt: ' (before this prediction)',
  stepped: ' (stepped)',
  converged: ' (converged)',
  rewound: ' (rewound)',
  breakpoint: '',
  guard: ''
} as const

const DRIVEN_BY: Readonly<Record<string, string>> = {
  leader: 'driven by the leader arm',
  gamepad: 'driven by gamepad',
  keyboard: 'driven by keyboard',
  jog: 'jogging'
}

/** What the snapshots themselves cannot tell. */
export interface PhaseTrouble {
  /** Snapshots have stopped coming: the last one is no longer the truth. */
  readonly silent: boolean
  /** Why the policy could not be loaded. */
  readonly policyFailure: string | null
}

/** The phase as one phrase: motion first where it stops or holds, then what refinement does. */
export function phaseSummary(
  robot: RobotSnapshot | null,
  refinement: RefinementPhase | null,
  { silent, policyFailure }: PhaseTrouble
): PhaseSummary {
  if (silent) return { text: 'no word from the robot process', tone: 'attention' }
  if (robot === null) return { text: 'connecting to the robot', tone: 'waiting' }
  const { motion, run } = robot
  if (motion.kind === 'stopped') return { text: `stopped: ${motion.cause.message}`, tone: 'stopped' }
  if (motion.kind === 'held') return { text: `held: ${motion.cause.message}`, tone: 'attention' }
  if (refinement?.kind === 'held') return { text: `held: ${refinement.cause}`, tone: 'attention' }
  if (motion.kind === 'teleop')
    return { text: DRIVEN_BY[motion.source] ?? `driven by ${motion.source}`, tone: 'waiting' }
  if (motion.kind === 'homing' || motion.kind === 'lowering') return { text: motion.kind, tone: 'active' }
  if (refinement?.kind === 'paused') {
    if (refinement.question !== undefined) return { text: `held: ${refinement.question}`, tone: 'attention' }
    if (refinement.breakpoint !== undefined)
      return { text: `held at k = ${refinement.k} by a breakpoint`, tone: 'waiting' }
    return { text: `paused at k = ${refinement.k}${PAUSE_REASONS[refinement.reason]}`, tone: 'waiting' }
  }
  if (motion.kind === 'paused') return { text: pausedText(robot), tone: 'waiting' }
  if (run.phase.kind === 'ended') {
    return endedText(run.phase.outcome)
  }
  if (run.phase.kind === 'running' && !robot.engaged)
    return { text: 'waiting: resume to go on', tone: 'waiting' }
  if (motion.kind === 'executing') return { text: executingText(robot), tone: 'active' }
  if (!robot.policyConnected && policyFailure !== null) {
    return { text: `policy could not be loaded: ${policyFailure}`, tone: 'attention' }
  }
  if (run.phase.kind === 'ready') return calm(robot.policyConnected ? 'ready' : 'waiting for the policy')
  if (refinement === null || !robot.policyConnected)
    return { text: 'waiting for the policy', tone: 'waiting' }
  return refiningText(refinement)
}

/** What a person judged is no news to that person, and nothing abnormal. */
function endedText({ success, judge, message }: EpisodeOutcome): PhaseSummary {
  if (judge === 'operator')
    return { text: `episode ended: ${success ? 'success' : 'failure'}`, tone: success ? 'good' : 'calm' }
  return { text: `episode ended: ${message}`, tone: success ? 'good' : 'attention' }
}

/** The phase for those who listen: what kind it is, without the counters that change ten times a second. */
export function announcement({ text, tone }: PhaseSummary): string {
  if (tone === 'active') return text === 'homing' || text === 'lowering' ? text : 'running'
  return text.replace(/ at (k = \d+|action \d+ of \d+)/, '')
}

function executingText({ queue }: RobotSnapshot): string {
  return queue === null
    ? 'executing'
    : `executing ${Math.min(queue.action + 1, queue.horizon)} of ${queue.horizon}`
}

function pausedText({ queue }: RobotSnapshot): string {
  return queue === null
    ? 'paused'
    : `paused at action ${Math.min(queue.action + 1, queue.horizon)} of ${queue.horizon}`
}

function refiningText(phase: Exclude<RefinementPhase, { kind: 'paused' | 'held' }>): PhaseSummary {
  switch (phase.kind) {
    case 'idle':
      return calm('idle')
    case 'observing':
      return { text: 'observing', tone: 'active' }
    case 'encoding':
      return { text: 'encoding', tone: 'active' }
    case 'refining':
      return { text: `refining k = ${phase.k}`, tone: 'active' }
    case 'decided':
      return { text: `decided at k = ${phase.k}`, tone: 'active' }
    default:
      return assertNever(phase)
  }
}
