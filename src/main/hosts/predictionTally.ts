import type { PredictionRecord } from '@shared/domain/policy'
import type { PolicyReport } from '@shared/ipc/hosts'

/** Running figures over all decided predictions; memory grows only by the short trace, which is bounded. */
export interface PredictionTally {
  add(record: PredictionRecord): void
  figures(): Pick<PolicyReport, 'predictions' | 'meanK' | 'stageMs' | 'trace'>
}

const MAX_TRACE = 20_000

export function createPredictionTally(): PredictionTally {
  let predictions = 0
  let iterations = 0
  const totalsMs = { encode: 0, prelude: 0, step: 0, coda: 0 }
  const trace: PolicyReport['trace'] = []
  const mean = (total: number, count: number): number | null =>
    count === 0 ? null : Math.round((total / count) * 1e4) / 1e4

  return {
    add(record) {
      predictions += 1
      iterations += record.k
      totalsMs.encode += record.stages.encode
      totalsMs.prelude += record.stages.prelude
      totalsMs.step += record.stages.step
      totalsMs.coda += record.stages.coda
      if (trace.length < MAX_TRACE) trace.push([record.episode, record.index, record.seed, record.k])
    },
    figures: () => ({
      predictions,
      meanK: mean(iterations, predictions),
      stageMs: {
        encode: mean(totalsMs.encode, predictions),
        prelude: mean(totalsMs.prelude, predictions),
        step: mean(totalsMs.step, iterations),
        coda: mean(totalsMs.coda, iterations)
      },
      trace
    })
  }
}
