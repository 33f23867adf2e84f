import { assertNever } from '../domain/result'
import type { EndEffectorAction, MotionCause, MotionPhase } from '../domain/robot'

/**
 * The motion state machine of the robot host: who may move the arm now, and which chunk it is moving
 * through. Pure; orthogonal to refinement. `epoch` rises with every pause, hold, takeover, stop and hand
 * back, and a chunk of an older epoch is never accepted.
 */

/** A chunk on its way through the arm. */
export interface MotionQueue {
  readonly episode: number
  readonly prediction: number
  readonly actions: readonly EndEffectorAction[]
  /** A person changed the chunk, or a rule it was decided by. */
  readonly human: boolean
  /** Actions of the chunk that will be executed. */
  readonly horizon: number
  /** The action being executed, 0…horizon − 1. */
  readonly action: number
  /** Not executed by then → hold. */
  readonly expiresNanos: number
}

export interface MotionState {
  readonly phase: MotionPhase
  readonly epoch: number
  readonly queue: MotionQueue | null
  /** A run is on and its policy may be asked for chunks. */
  readonly engaged: boolean
  readonly pausedAtNanos: number
}

export type MotionEvent =
  | { readonly type: 'stop'; readonly cause: MotionCause }
  | { readonly type: 'reset' }
  | { readonly type: 'pause'; readonly nowNanos: number }
  | { readonly type: 'resume'; readonly nowNanos: number; readonly armMoved: boolean }
  | {
      readonly type: 'hold'
      readonly cause: MotionCause
      /** The arm or the window fails whoever drives, and the operator asked for it: a person's hand outranks all else. */
      readonly endsDriving?: true
    }
  | { readonly type: 'home' }
  /** To where the arm may lose its torque. */
  | { readonly type: 'lower' }
  /** Arrived, at home or lowered. */
  | { readonly type: 'homed' }
  | { readonly type: 'engage' }
  | {
      readonly type: 'disengage'
      readonly reason: string
      /** The world ended the episode, nobody answered: an arm that waits for a person goes on waiting, or going home. */
      readonly unanswered: boolean
    }
  | { readonly type: 'takeOver'; readonly source: string }
  | { readonly type: 'handBack' }
  | { readonly type: 'commit'; readonly epoch: number; readonly queue: MotionQueue }
  | { readonly type: 'actionDone' }

export type MotionEffect =
  /** Ask the policy for predictions under the new epoch. */
  | { readonly type: 'engagePolicy' }
  /** The policy's current prediction is void. */
  | { readonly type: 'disengagePolicy'; readonly reason: string }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  /** The queue ended: `reason` null when its whole horizon was executed. */
  | {
      readonly type: 'queueEnded'
      readonly queue: MotionQueue
      readonly actionsExecuted: number
      readonly reason: string | null
    }
  /** The commit was not accepted and nothing of it will move. */
  | { readonly type: 'commitDropped'; readonly queue: MotionQueue; readonly reason: string }
  | { readonly type: 'refused'; readonly reason: string }

export interface MotionTransition {
  readonly state: MotionState
  readonly effects: readonly MotionEffect[]
}

export const initialMotion: MotionState = {
  phase: { kind: 'holding' },
  epoch: 0,
  queue: null,
  engaged: false,
  pausedAtNanos: 0
}

const unchanged = (state: MotionState): MotionTransition => ({ state, effects: [] })
const refuse = (state: MotionState, reason: string): MotionTransition => ({
  state,
  effects: [{ type: 'refused', reason }]
})

/** Leaves whatever was going on: new epoch, no queue. */
function interrupt(
  state: MotionState,
  phase: MotionPhase,
  engaged: boolean,
  reason: string
): MotionTransition {
  const effects: MotionEffect[] = []
  if (state.queue) {
    effects.push({ type: 'queueEnded', queue: state.queue, actionsExecuted: state.queue.action, reason })
  }
  if (state.engaged) effects.push({ type: 'disengagePolicy', reason })
  return { state: { ...state, phase, engaged, epoch: state.epoch + 1, queue: null }, effects }
}

function resume(state: MotionState, nowNanos: number, armMoved: boolean): MotionTransition {
  switch (state.phase.kind) {
    case 'paused': {
      if (armMoved) {
        const ended = interrupt(state, { kind: 'holding' }, state.engaged, 'the arm moved while paused')
        return state.engaged ? { ...ended, effects: [...ended.effects, { type: 'engagePolicy' }] } : ended
      }
      const pausedNanos = nowNanos - state.pausedAtNanos
      const queue = state.queue && { ...state.queue, expiresNanos: state.queue.expiresNanos + pausedNanos }
      return {
        state: { ...state, queue, phase: { kind: queue ? 'executing' : 'holding' } },
        effects: [{ type: 'resumed' }]
      }
    }
    case 'held':
      return {
        state: { ...state, phase: { kind: 'holding' } },
        effects: state.engaged ? [{ type: 'engagePolicy' }] : []
      }
    case 'stopped':
      return refuse(state, 'The robot is stopped: reset it first')
    case 'teleop':
      return refuse(state, 'A person drives the arm: hand back first')
    case 'holding':
    case 'executing':
    case 'homing':
    case 'lowering':
      return unchanged(state)
    default:
      return assertNever(state.phase)
  }
}

function commit(state: MotionState, epoch: number, queue: MotionQueue): MotionTransition {
  const drop = (reason: string): MotionTransition => ({
    state,
    effects: [{ type: 'commitDropped', queue, reason }]
  })
  if (epoch !== state.epoch) return drop(`chunk of epoch ${epoch}, now ${state.epoch}`)
  if (!state.engaged) return drop('no run is on')
  if (state.phase.kind !== 'holding') return drop(`the robot is ${state.phase.kind}`)
  if (state.queue) return drop('another chunk is queued')
  return { state: { ...state, queue, phase: { kind: 'executing' } }, effects: [] }
}

const INTERRUPTED = {
  homing: { code: 'homingPaused', message: 'Going home was interrupted; resume or go home again' },
  lowering: { code: 'loweringPaused', message: 'Lowering was interrupted; resume or lower it again' },
  teleop: { code: 'drivingPaused', message: 'Paused while a person drove; take over again, or resume' }
} as const satisfies Partial<Record<MotionPhase['kind'], MotionCause>>

const ARRIVED = {
  homing: { code: 'homed', message: 'The arm is home; resume to go on' },
  lowering: { code: 'lowered', message: 'The arm is lowered; home it, then resume' }
} as const satisfies Partial<Record<MotionPhase['kind'], MotionCause>>

export function transitionMotion(state: MotionState, event: MotionEvent): MotionTransition {
  const { kind } = state.phase
  switch (event.type) {
    case 'stop':
      // First-out: a later stop doesn't hide why the robot stopped.
      if (kind === 'stopped') return unchanged(state)
      return interrupt(
        state,
        { kind: 'stopped', cause: event.cause },
        false,
        `stopped: ${event.cause.message}`
      )
    case 'reset':
      if (kind !== 'stopped') return refuse(state, 'The robot is not stopped')
      return interrupt(state, { kind: 'holding' }, false, 'reset')
    case 'pause':
      if (kind === 'paused') return unchanged(state)
      if (kind === 'homing' || kind === 'lowering' || kind === 'teleop') {
        const cause = INTERRUPTED[kind]
        return interrupt(state, { kind: 'held', cause }, state.engaged, cause.message)
      }
      if (kind !== 'holding' && kind !== 'executing') return unchanged(state)
      return {
        state: {
          ...state,
          phase: { kind: 'paused' },
          epoch: state.epoch + 1,
          pausedAtNanos: event.nowNanos
        },
        effects: [{ type: 'paused' }]
      }
    case 'resume':
      return resume(state, event.nowNanos, event.armMoved)
    case 'hold': {
      // A latched stop, a person's hand and an earlier, unanswered cause all outrank a new one.
      if (kind === 'stopped' || kind === 'held') return unchanged(state)
      if (kind === 'teleop' && event.endsDriving !== true) return unchanged(state)
      return interrupt(state, { kind: 'held', cause: event.cause }, state.engaged, event.cause.message)
    }
    case 'home':
    case 'lower': {
      const to = event.type === 'home' ? 'homing' : 'lowering'
      if (kind === 'stopped') return refuse(state, 'The robot is stopped: reset it first')
      if (kind === 'teleop') return refuse(state, 'A person drives the arm: hand back first')
      if (kind === to) return unchanged(state)
      if (state.engaged && kind !== 'paused' && kind !== 'held') {
        return refuse(state, 'The policy drives the arm: pause it or end the episode first')
      }
      return interrupt(state, { kind: to }, state.engaged, to === 'homing' ? 'going home' : 'lowering')
    }
    case 'homed':
      if (kind !== 'homing' && kind !== 'lowering') return unchanged(state)
      return {
        state: {
          ...state,
          phase: state.engaged ? { kind: 'held', cause: ARRIVED[kind] } : { kind: 'holding' }
        },
        effects: []
      }
    case 'engage':
      if (kind !== 'holding') return refuse(state, `The robot is ${kind}`)
      return {
        state: { ...state, engaged: true, epoch: state.epoch + 1, queue: null },
        effects: [{ type: 'engagePolicy' }]
      }
    case 'disengage': {
      const stays =
        kind === 'stopped' ||
        kind === 'teleop' ||
        (event.unanswered && (kind === 'held' || kind === 'homing' || kind === 'lowering'))
      return interrupt(state, stays ? state.phase : { kind: 'holding' }, false, event.reason)
    }
    case 'takeOver':
      if (kind === 'stopped') return refuse(state, 'The robot is stopped: reset it first')
      if (kind === 'teleop') return refuse(state, 'A person drives the arm already')
      return interrupt(state, { kind: 'teleop', source: event.source }, state.engaged, 'taken over')
    case 'handBack': {
      if (kind !== 'teleop') return refuse(state, 'Nobody has taken over')
      const back = interrupt({ ...state, engaged: false }, { kind: 'holding' }, state.engaged, 'handed back')
      return state.engaged ? { ...back, effects: [...back.effects, { type: 'engagePolicy' }] } : back
    }
    case 'commit':
      return commit(state, event.epoch, event.queue)
    case 'actionDone': {
      if (kind !== 'executing' || !state.queue) return unchanged(state)
      const action = state.queue.action + 1
      if (action < state.queue.horizon) return unchanged({ ...state, queue: { ...state.queue, action } })
      return {
        state: { ...state, queue: null, phase: { kind: 'holding' } },
        effects: [{ type: 'queueEnded', queue: state.queue, actionsExecuted: action, reason: null }]
      }
    }
    default:
      return assertNever(event)
  }
}

/** True while the machine lets the arm be commanded to move. */
export function mayMove(state: MotionState): boolean {
  const { kind } = state.phase
  return kind === 'executing' || kind === 'homing' || kind === 'lowering'
}
