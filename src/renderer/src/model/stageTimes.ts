import type { PredictionRecord } from '@shared/domain/policy'
import type { Execution } from '@shared/ipc/ports'

export const STAGES = ['encode', 'prelude', 'step', 'coda', 'queue', 'execute'] as const
export type StageName = (typeof STAGES)[number]

export interface StageTime {
  readonly stage: StageName
  readonly milliseconds: number
}

/** Stage times of a prediction in the order they happen; queue and execute once they are known. */
export function stageTimes(stages: PredictionRecord['stages'], execution: Execution | null): StageTime[] {
  const milliseconds: Record<StageName, number> = {
    encode: stages.encode,
    prelude: stages.prelude,
    step: stages.step,
    coda: stages.coda,
    queue: execution?.queueMs ?? 0,
    execute: execution?.executeMs ?? 0
  }
  return STAGES.map((stage) => ({ stage, milliseconds: milliseconds[stage] })).filter(
    (time) => time.milliseconds > 0
  )
}

/** Time a person waits for a plan: observation to decided chunk, milliseconds, without pauses. */
export const predictionMs = (stages: PredictionRecord['stages']): number =>
  stages.observe + stages.encode + stages.prelude + stages.step + stages.coda
