import { GUARD_OFF } from '@shared/domain/guard'
import { createHash } from 'node:crypto'
import type { HorizonRule, RefinementSettings, Signals } from '@shared/domain/policy'
import type { EpisodeOutcome } from '@shared/domain/run'
import { timestampOf } from '../../episodes/messages'
import { entry, type Entry } from '../entry'
import { importedInfo, writeImported, type ImportJob } from './importJob'
import { ruleOf, scoreOf, type StepLogEpisode, type StepLogRow } from './stepLog'

/** The same log gives the same suffix, however often it is imported. */
export const suffixOf = (fileName: string, { taskId, episodeId }: StepLogEpisode): string =>
  createHash('sha256').update(`${fileName} ${taskId} ${episodeId}`).digest('hex').slice(0, 12)

const HORIZON: HorizonRule = { kind: 'linearDecay' }
/** Where a log says nothing of how long a prediction took. */
const UNKNOWN_LATENCY_MS = 100

/** Writes an episode of a step log: predictions with the signals that the log has, and nothing else. */
export function importStepLogEpisode(
  episode: StepLogEpisode,
  id: string,
  fileName: string,
  job: ImportJob
): Promise<void> {
  const from = `${fileName}, task ${episode.taskId}, episode ${episode.episodeId}`
  const imported = { from, instruction: episode.taskName, dataset: null }
  const info = importedInfo(id, job.wallNanos(), job.appVersion, imported)
  const end = { outcome: outcomeOf(episode), reason: 'imported from a step log', discarded: false }
  return writeImported({ ...info, settings: settingsOf(episode) }, end, job, async (file) => {
    let nanos = 0
    for (const row of episode.rows) {
      const latencyNanos = (row.latency_ms ?? UNKNOWN_LATENCY_MS) * 1e6
      for (const each of rowEntries(row, nanos, latencyNanos)) file.add(each)
      nanos += latencyNanos
    }
    await file.settled()
  })
}

const outcomeOf = ({ success }: StepLogEpisode): EpisodeOutcome | null =>
  success === null
    ? null
    : { success, reason: success ? 'success' : 'failure', message: 'Of the whole episode', judge: 'log' }

function settingsOf({ rows: [first] }: StepLogEpisode): RefinementSettings | null {
  const stopping = first ? ruleOf(first) : null
  return (
    stopping && {
      stopping,
      horizon: HORIZON,
      maxIterations: 32,
      paceMs: 0,
      pauseAt: 'never',
      warmStart: false,
      decodeBelow: null,
      guard: GUARD_OFF,
      breakpoints: []
    }
  )
}

const NO_SIGNALS: Signals = {
  actionMse: null,
  kl: null,
  actionL2: null,
  cosine: null,
  latentDelta: null,
  latentL2: null,
  latentCosine: null,
  latentAcceleration: null
}

/** Iterations are laid out evenly over the prediction's latency: the log has no finer times. */
function rowEntries(row: StepLogRow, fromNanos: number, latencyNanos: number): Entry[] {
  const { K_t: k, prediction_step: prediction } = row
  const score = scoreOf(row)
  const iterations = Array.from({ length: k }, (_, index) => {
    const nanos = fromNanos + ((index + 1) * latencyNanos) / k
    const value = index === 0 ? null : (row.conv_score_list?.[index - 1] ?? null)
    const signals: Signals = {
      ...NO_SIGNALS,
      ...(score && { [score]: value }),
      // With the default σ_a the two are the same number.
      ...(score === 'actionMse' && { kl: value }),
      actionL2: index === 0 ? null : (row.action_delta_list?.[index - 1] ?? null)
    }
    return entry('/policy/iteration', nanos, (clock) => ({
      timestamp: timestampOf(clock.toWall(nanos)),
      prediction,
      k: index + 1,
      reseeds: 0,
      seed: 0,
      ...signals,
      chunk: [],
      stepMs: 0,
      codaMs: 0,
      completedAfterNanos: Math.round(nanos - fromNanos),
      latent: new Uint8Array()
    }))
  })
  const decidedNanos = fromNanos + latencyNanos
  const rule = ruleOf(row)
  return [
    ...iterations,
    entry('/policy/prediction', decidedNanos, (clock) => ({
      timestamp: timestampOf(clock.toWall(decidedNanos)),
      index: prediction,
      epoch: 0,
      seed: 0,
      reseeds: 0,
      observed: timestampOf(clock.toWall(fromNanos)),
      startMetres: [],
      stoppingRule: rule ? JSON.stringify(rule) : '',
      horizonRule: JSON.stringify(HORIZON),
      stopReason: 'rule',
      converged: null,
      iterations: k,
      horizon: 0,
      human: false,
      chunk: [],
      stages: { observeMs: 0, encodeMs: 0, preludeMs: 0, stepMs: row.latency_ms ?? 0, codaMs: 0 },
      provider: '',
      bundleHash: '',
      latent: new Uint8Array(),
      warmStart: null,
      disagreement: null,
      contrast: null,
      guard: '',
      breakpointHits: ''
    }))
  ]
}
