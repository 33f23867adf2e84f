import { assertNever } from '@shared/domain/result'
import type { MotionPhase } from '@shared/domain/robot'
import type { EpisodeOutcome, RunRequest, RunView } from '@shared/domain/run'
import type { MotionEvent, MotionState } from '@shared/safety/motion'
import { millisToNanos } from '@shared/units'
import {
  countAction,
  endEpisode,
  goesOn,
  newRun,
  nextEpisode,
  sameRequest,
  startEpisode,
  type EpisodeFacts
} from './runLifecycle'
import type { RunWorld } from './runWorld'

/** Runs and episodes around the motion machine: scenes, start, outcome, the next episode. */
export interface RunControl {
  run(): RunView
  start(request: RunRequest): void
  newScene(request: RunRequest): void
  setContinuous(on: boolean): void
  endByOperator(success: boolean): void
  discard(): void
  /** Resume where a running episode was left behind by a stop; false when there is none. */
  reengage(): boolean
  /** Counts one executed action and asks the world for its verdict. */
  actionDone(): void
  tick(nowNanos: number): void
  /** No next episode starts by itself. */
  cancelNext(): void
  /** One will. */
  nextIsDue(): boolean
}

export interface RunControlOptions {
  readonly world: RunWorld
  readonly initialRequest: RunRequest
  readonly betweenEpisodesMs: number
  readonly nowNanos: () => number
  readonly motion: () => MotionState
  readonly apply: (event: MotionEvent) => void
  /** The scene was laid out anew: the arm is where the world put it. */
  readonly onScene: () => void
  readonly policyReady: () => boolean
  /** Sets out for home, where every episode begins, unless the arm is there; or says why it can't. */
  readonly goHome: () => 'there' | 'under way' | { readonly refusal: string }
  readonly refuse: (command: string, reason: string) => void
  readonly onEpisodeEnd: (run: RunView, outcome: EpisodeOutcome) => void
}

export function createRunControl(options: RunControlOptions): RunControl {
  const { world, motion, apply, refuse, nowNanos } = options
  const facts = (): EpisodeFacts => ({ instruction: world.instruction(), actionBudget: world.actionBudget() })
  let nextEpisodeNanos: number | null = null
  /** An episode begins as soon as the arm, on its way now, is at home. */
  let beginsAtHome = false
  let run: RunView = layOut(newRun(options.initialRequest, { instruction: '', actionBudget: 1 }))

  function layOut(next: RunView): RunView {
    world.newScene(next.sceneSeed, next.chainDepth)
    options.onScene()
    cancelNext()
    return { ...next, ...facts() }
  }

  function cancelNext(): void {
    nextEpisodeNanos = null
    beginsAtHome = false
  }

  /** From home: an arm that was driven elsewhere goes there first. */
  function begin(): void {
    const home = options.goHome()
    beginsAtHome = home === 'under way'
    if (home === 'under way') return
    if (home !== 'there') return refuse('start', home.refusal)
    run = startEpisode(run)
    apply({ type: 'engage' })
  }

  function finish(outcome: EpisodeOutcome): void {
    if (run.phase.kind !== 'running') return
    const { phase, engaged } = motion()
    // An episode ended while the arm waits for a person is no leave to move on.
    const drives = engaged && (phase.kind === 'executing' || phase.kind === 'holding')
    run = endEpisode(run, outcome)
    const reason = `episode ended: ${outcome.reason}`
    apply({ type: 'disengage', reason, unanswered: outcome.judge === 'bench' })
    if (drives && goesOn(run)) nextEpisodeNanos = nowNanos() + millisToNanos(options.betweenEpisodesMs)
    options.onEpisodeEnd(run, outcome)
  }

  /** Ends the episode when the world has decided it. */
  function judge(): boolean {
    if (run.phase.kind !== 'running') return false
    const outcome = world.outcome()
    if (outcome) finish({ ...outcome, judge: 'bench' })
    return outcome !== null
  }

  return {
    run: () => run,

    start(request) {
      if (!options.policyReady())
        return refuse('start', 'The policy is not ready: wait until it is loaded, or see Messages')
      const { phase, engaged } = motion()
      if (phase.kind !== 'holding') return refuse('start', waitsFor(phase.kind))
      if (engaged) return refuse('start', 'An episode is running: end or discard it first')
      if (run.phase.kind === 'running') return apply({ type: 'engage' })
      if (!sameRequest(run.request, request)) run = layOut(newRun(request, facts()))
      else if (run.phase.kind === 'ended') run = layOut(nextEpisode({ ...run, request }, facts()))
      else run = { ...run, request }
      begin()
    },

    newScene(request) {
      const { phase, engaged } = motion()
      if (engaged || run.phase.kind === 'running') {
        return refuse('newScene', 'An episode is running: end or discard it first')
      }
      if (phase.kind !== 'holding' && phase.kind !== 'held') {
        return refuse('newScene', waitsFor(phase.kind))
      }
      run = layOut(newRun(request, facts()))
    },

    setContinuous(on) {
      run = { ...run, request: { ...run.request, continuous: on } }
      if (!on) cancelNext()
    },

    endByOperator(success) {
      if (run.phase.kind !== 'running') return refuse('endEpisode', 'No episode is running')
      const reason = success ? 'success' : 'failure'
      finish({ success, reason, message: `Ended by the operator as a ${reason}`, judge: 'operator' })
    },

    discard() {
      if (run.phase.kind !== 'running') return refuse('discardEpisode', 'No episode is running')
      if (motion().phase.kind === 'stopped') return refuse('discardEpisode', 'Reset the stop first')
      apply({ type: 'disengage', reason: 'episode discarded', unanswered: false })
      run = layOut({ ...run, phase: { kind: 'ready' }, actionsExecuted: 0 })
    },

    reengage() {
      const { phase, engaged } = motion()
      if (phase.kind !== 'holding' || engaged || run.phase.kind !== 'running') return false
      apply({ type: 'engage' })
      return true
    },

    actionDone() {
      run = countAction(run)
      if (judge()) return
      if (run.actionsExecuted >= run.actionBudget) {
        const message = `Undecided after ${run.actionsExecuted} actions`
        finish({ success: false, reason: 'timeout', message, judge: 'bench' })
      }
    },

    tick(nowNanos) {
      // A stop in the middle of an action, or the way home, may decide an episode too.
      judge()
      if (beginsAtHome && motion().phase.kind === 'holding' && options.policyReady()) return begin()
      if (nextEpisodeNanos === null || nowNanos < nextEpisodeNanos) return
      if (motion().phase.kind !== 'holding' || !options.policyReady()) return
      run = layOut(nextEpisode(run, facts()))
      begin()
    },

    cancelNext,
    nextIsDue: () => nextEpisodeNanos !== null || beginsAtHome
  }
}

/** Why something that needs a holding robot is refused, and the way there. */
function waitsFor(kind: MotionPhase['kind']): string {
  switch (kind) {
    case 'stopped':
      return 'The robot is stopped: reset it first'
    case 'paused':
    case 'held':
      return `The robot is ${kind}: resume first`
    case 'executing':
    case 'homing':
    case 'lowering':
      return `The robot is ${kind}: wait until it is done, or pause it`
    case 'teleop':
      return 'A person drives the arm: hand back first'
    case 'holding':
      return 'The robot is holding'
    default:
      return assertNever(kind)
  }
}
