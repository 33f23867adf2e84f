import type { MotionCause, WorkspaceBox } from '@shared/domain/robot'
import type { CommittedChunk, Execution } from '@shared/ipc/ports'
import type { MotionQueue } from '@shared/safety/motion'
import { millisToNanos, NANOS_PER_SECOND, nanosToMillis } from '@shared/units'
import type { ArmMotion, TickOutcome } from './armMotion'

/** Moves the arm through one committed chunk and keeps the account of it. */
export interface ChunkExecution {
  /** Why the chunk may not be executed although its epoch is right; null when it may. */
  objection(chunk: CommittedChunk, nowNanos: number): MotionCause | null
  /** The queue that a chunk committed now would be. */
  queueFor(chunk: CommittedChunk, controlRateHz: number, nowNanos: number): MotionQueue
  /** The queue was accepted: its account begins. */
  begin(nowNanos: number): void
  advance(queue: MotionQueue, controlRateHz: number, nowNanos: number): TickOutcome
  /** What became of the queue that was begun. */
  account(queue: MotionQueue, actionsExecuted: number, dropped: string | null, nowNanos: number): Execution
}

/** The account of a chunk that never became the queue. */
export const notExecuted = ({ episode, prediction, human }: MotionQueue, dropped: string): Execution => ({
  episode,
  prediction,
  human,
  actionsExecuted: 0,
  queueMs: 0,
  executeMs: 0,
  clampedTicks: 0,
  dropped
})

/** Beyond the time its actions take, a chunk may be late by this much before it is stale. */
const CHUNK_SLACK_NANOS = millisToNanos(500)
/** A plan made from an older observation is not executed; people may well think for minutes. */
const MAX_OBSERVATION_AGE_NANOS = 600 * NANOS_PER_SECOND

/** `box`: what the policy's actions end at, in the arm's frame. */
export function createChunkExecution(arm: ArmMotion, loopRateHz: number, box: WorkspaceBox): ChunkExecution {
  let committedNanos = 0
  let firstMotionNanos: number | null = null
  let clampedTicks = 0

  const ticksPerAction = (controlRateHz: number): number =>
    Math.max(1, Math.round(loopRateHz / controlRateHz))

  return {
    objection(chunk, nowNanos) {
      if (!arm.isAdopted()) {
        return { code: 'unread', message: 'The arm has not answered since the scene was laid out' }
      }
      if (nowNanos - chunk.observationNanos > MAX_OBSERVATION_AGE_NANOS) {
        return { code: 'staleObservation', message: 'The plan rests on an observation that is too old' }
      }
      if (arm.hasMovedFromSent()) {
        return { code: 'moved', message: 'The arm moved since the plan was made' }
      }
      return null
    },

    queueFor(chunk, controlRateHz, nowNanos) {
      const horizon = Math.min(chunk.horizon, chunk.actions.length)
      const ticks = arm.ticksOf(chunk.actions.slice(0, horizon), ticksPerAction(controlRateHz), box)
      return {
        episode: chunk.episode,
        prediction: chunk.prediction,
        actions: chunk.actions,
        horizon,
        action: 0,
        human: chunk.human,
        // From the commit, not from its arrival: a host that stalled finds what waited for it stale.
        expiresNanos:
          Math.min(chunk.committedNanos, nowNanos) +
          (ticks / loopRateHz) * NANOS_PER_SECOND +
          CHUNK_SLACK_NANOS
      }
    },

    begin(nowNanos) {
      committedNanos = nowNanos
      firstMotionNanos = null
      clampedTicks = 0
    },

    advance(queue, controlRateHz, nowNanos) {
      if (!arm.isMidAction()) {
        const action = queue.actions[queue.action]
        if (!action) return { kind: 'done' }
        firstMotionNanos ??= nowNanos
        arm.beginAction(action, ticksPerAction(controlRateHz), box)
      }
      const outcome = arm.advance(queue.expiresNanos, nowNanos)
      if (arm.verdict().kind === 'clamp') clampedTicks += 1
      return outcome
    },

    account: (queue, actionsExecuted, dropped, nowNanos) => ({
      episode: queue.episode,
      prediction: queue.prediction,
      human: queue.human,
      actionsExecuted,
      queueMs: firstMotionNanos === null ? 0 : nanosToMillis(firstMotionNanos - committedNanos),
      executeMs: firstMotionNanos === null ? 0 : nanosToMillis(nowNanos - firstMotionNanos),
      clampedTicks,
      dropped
    })
  }
}
