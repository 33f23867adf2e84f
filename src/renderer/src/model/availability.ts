import type { PredictionView, RefinementPhase } from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import type { MotionPhase } from '@shared/domain/robot'
import type { RobotSnapshot } from '@shared/ipc/ports'

/** Everything that decides which commands make sense now. */
export interface Situation {
  readonly robot: RobotSnapshot | null
  readonly refinement: RefinementPhase | null
  readonly prediction: PredictionView | null
  /** Iteration on show, 0 while there is none. */
  readonly shownK: number
  /** True while a finished prediction is shown instead of the live one. */
  readonly browsing: boolean
  readonly edited: boolean
  /** Iteration that commands continue from; null: the newest. */
  readonly continueFrom: number | null
  readonly policyFailed: boolean
}

export const COMMANDS = [
  'pause',
  'resume',
  'step',
  'back',
  'converge',
  'haltNow',
  'goBeyond',
  'reseed',
  'reject',
  'override',
  'browse',
  'start',
  'newScene',
  'home',
  'takeOver',
  'handBack',
  'endEpisode',
  'discard'
] as const
export type CommandName = (typeof COMMANDS)[number]

/** Why a command is not available, for its tooltip; null when it is. */
export type Availability = Readonly<Record<CommandName, string | null>>

const NO_POLICY = 'The policy is not connected'
const POLICY_FAILED = 'The policy could not be loaded: see Policy'
const STOPPED = 'The robot is stopped: reset the stop first'
const PAUSE_FIRST = 'Pause first'
const HELD = 'The robot holds: resume to observe again'
const EDITED = 'Commit or discard the edit first'
const MID_CHUNK = 'The robot is paused in the middle of a chunk: resume first'

/** Which commands make sense. The hosts decide for themselves all the same, and refuse with a reason. */
export function availability(situation: Situation): Availability {
  const { robot, refinement, prediction } = situation
  const motion = robot?.motion.kind ?? null
  const running = robot?.run.phase.kind === 'running'
  /** After a stop the run waits for a person before the policy is asked again. */
  const disengaged = running && robot?.engaged === false
  const paused = refinement?.kind === 'paused'
  // A hold empties the policy: there is no prediction left to reject or step, only Resume leads on.
  const held = refinement?.kind === 'held' || motion === 'held'
  const resumable = paused || motion === 'paused' || motion === 'held' || disengaged

  const needsRobot = robot === null ? 'The robot is not connected' : motion === 'stopped' ? STOPPED : null
  const unready = robot?.unready ?? null
  const needsReady = needsRobot ?? unready
  const noPolicy = situation.policyFailed ? POLICY_FAILED : NO_POLICY
  // Whatever leaves this iteration would drop the edit, or execute the chunk without it.
  const needsNoEdit = situation.edited ? EDITED : null
  const needsPolicy = needsRobot ?? (refinement === null ? noPolicy : null)
  const needsLive = needsPolicy ?? (situation.browsing ? 'Go back to live first' : held ? HELD : null)
  const needsPrediction = needsLive ?? (prediction === null ? 'No prediction yet' : null)
  const needsOpen = needsPrediction ?? (refinement === null ? noPolicy : whyClosed(refinement))
  const needsPaused = needsPrediction ?? (paused ? null : PAUSE_FIRST)
  const needsFreeRobot = needsPrediction ?? (motion === 'paused' && robot?.queue ? MID_CHUNK : null)
  // With the robot already: rejecting what is left of it is the robot's to do.
  const needsChunk = hasQueue(robot) ? needsRobot : needsOpen
  const needsRunning = needsRobot ?? (running ? null : 'No episode is running')
  const busy = running || robot?.engaged === true
  const endFirst = resumable ? 'Resume or end the episode first' : 'End or discard the running episode first'
  const needsIdle = needsRobot ?? (busy ? endFirst : motion === null ? null : whyNotHolding(motion))
  const haltAt = situation.continueFrom ?? prediction?.k ?? 0
  const decoded = prediction?.iterations.some(({ k, chunk }) => k === haltAt && chunk !== null) === true

  return {
    pause: needsRobot ?? (paused && motion === 'paused' ? 'Paused already' : null),
    resume: needsRobot ?? needsNoEdit ?? (resumable ? (running ? unready : null) : 'Nothing is paused'),
    step: needsPaused ?? needsNoEdit,
    back: needsNoEdit ?? (situation.shownK > 1 ? null : 'There is no earlier iteration'),
    converge:
      needsPaused ??
      needsNoEdit ??
      (prediction?.converged ? 'The rule has fired: resume to accept, or go beyond' : null),
    haltNow: needsFreeRobot ?? needsOpen ?? needsNoEdit ?? (decoded ? null : 'No chunk is decoded yet'),
    goBeyond:
      needsPaused ??
      needsNoEdit ??
      (prediction?.converged === null ? 'No rule has fired yet: step instead' : null),
    reseed: needsOpen ?? needsNoEdit,
    reject: needsChunk ?? needsNoEdit,
    override: needsFreeRobot ?? needsPaused ?? (situation.edited ? null : 'Edit the chunk first'),
    browse: needsNoEdit,
    start: needsIdle ?? unready ?? (robot?.policyConnected === true ? null : noPolicy),
    newScene: needsIdle,
    home:
      needsReady ??
      needsNoEdit ??
      (robot?.engaged === true && motion !== 'paused' && motion !== 'held'
        ? 'Pause or end the episode first'
        : null),
    takeOver: needsReady ?? (motion === 'teleop' ? 'A person drives the arm already' : null),
    handBack: needsRobot ?? (motion === 'teleop' ? null : 'Nobody has taken over'),
    endEpisode: needsRunning,
    discard: needsRunning
  }
}

/** The robot is in the middle of a chunk, moving or paused. */
export const hasQueue = (robot: RobotSnapshot | null): boolean =>
  robot !== null &&
  robot.queue !== null &&
  (robot.motion.kind === 'executing' || robot.motion.kind === 'paused')

export const sameAvailability = (a: Availability, b: Availability): boolean =>
  COMMANDS.every((name) => a[name] === b[name])

/** The one command to offer first: what people most likely came for. Null while nothing is under way. */
export function mainCommand(
  { robot, refinement, edited }: Situation,
  available: Availability
): 'pause' | 'resume' | 'override' | null {
  if (edited) return 'override'
  if (available.resume === null) return 'resume'
  const motion = robot?.motion.kind
  const moves = motion === 'executing' || motion === 'homing' || motion === 'lowering'
  const thinks = refinement?.kind === 'refining' || refinement?.kind === 'encoding'
  return available.pause === null && (moves || thinks || robot?.engaged === true) ? 'pause' : null
}

/** Why there are no iterations to work on; null where there are. */
function whyClosed({ kind }: RefinementPhase): string | null {
  switch (kind) {
    case 'refining':
    case 'paused':
      return null
    case 'idle':
      return 'No prediction is running'
    case 'observing':
      return 'The policy waits for an observation'
    case 'encoding':
      return 'The observation is being encoded'
    case 'decided':
      return 'This prediction is decided already'
    case 'held':
      return HELD
    default:
      return assertNever(kind)
  }
}

/** What to do before a robot in this phase can begin something new. */
function whyNotHolding(kind: MotionPhase['kind']): string | null {
  switch (kind) {
    case 'holding':
      return null
    case 'stopped':
      return STOPPED
    case 'paused':
      return 'The robot is paused: resume first'
    case 'held':
      return 'The robot holds: resume first'
    case 'homing':
      return 'The arm is going home: wait until it is there'
    case 'lowering':
      return 'The arm is being lowered: wait until it is there'
    case 'executing':
      return 'The arm is moving: wait until it is done'
    case 'teleop':
      return 'A person drives the arm: hand back first'
    default:
      return assertNever(kind)
  }
}
