import type { PredictionRecord } from '@shared/domain/policy'
import type { Execution } from '@shared/ipc/ports'

export const STAGES = ['encode', 'prelude', 'step', 'coda', 'queue', 'execute'] as const
export type StageName = (typeof STAGES)[number]

export interface StageSegment {
  readonly stage: StageName
  readonly milliseconds: number
  /** Start and end in the stack, 0…1 of its total. */
  readonly from: number
  readonly to: number
}

export interface StageStack {
  readonly segments: readonly StageSegment[]
  readonly totalMs: number
}

/** Stage times of a prediction stacked in the order they happen; queue and execute once they are known. */
export function stageStack(stages: PredictionRecord['stages'], execution: Execution | null): StageStack {
  const milliseconds: Record<StageName, number> = {
    encode: stages.encode,
    prelude: stages.prelude,
    step: stages.step,
    coda: stages.coda,
    queue: execution?.queueMs ?? 0,
    execute: execution?.executeMs ?? 0
  }
  return stack(STAGES, milliseconds)
}

function stack(order: readonly StageName[], milliseconds: Record<StageName, number>): StageStack {
  const totalMs = order.reduce((sum, stage) => sum + Math.max(0, milliseconds[stage]), 0)
  const segments: StageSegment[] = []
  let before = 0
  for (const stage of order) {
    const duration = Math.max(0, milliseconds[stage])
    if (duration === 0) continue
    segments.push({
      stage,
      milliseconds: duration,
      from: before / totalMs,
      to: (before + duration) / totalMs
    })
    before += duration
  }
  return { segments, totalMs }
}

/** Time a person waits for a plan: observation to decided chunk, milliseconds, without pauses. */
export const predictionMs = (stages: PredictionRecord['stages']): number =>
  stages.observe + stages.encode + stages.prelude + stages.step + stages.coda
