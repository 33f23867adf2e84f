import type { PolicyToRecorder } from '@shared/ipc/recording'
import { timestampOf } from '../episodes/messages'
import { entry, type Entry } from './entry'
import { operatorEntry } from './robotEntries'

type Said<T extends PolicyToRecorder['type']> = Extract<PolicyToRecorder, { type: T }>

/** What the policy host says, as it is recorded. */
export function policyEntries(said: PolicyToRecorder): Entry[] {
  switch (said.type) {
    case 'observation':
      return [observationEntry(said)]
    case 'iteration':
      return [iterationEntry(said)]
    case 'prediction':
      return [predictionEntry(said)]
    case 'rejected':
      return [operatorEntry('rejected', 'prediction', String(said.prediction), said.nanos)]
    case 'heard':
      return [operatorEntry('command', said.command.type, said.command, said.nanos)]
    case 'refused':
      return [operatorEntry('refused', said.command, said.reason, said.nanos)]
    case 'settings':
      return [operatorEntry('settings', 'rules', JSON.stringify(said.settings), said.nanos)]
    case 'info':
      return []
  }
}

function observationEntry({ observation, prediction, tokenIds }: Said<'observation'>): Entry {
  const { capturedNanos, images } = observation
  return entry(
    '/policy/observation',
    capturedNanos,
    (clock) => ({
      timestamp: timestampOf(clock.toWall(capturedNanos)),
      epoch: observation.epoch,
      prediction,
      images: images.map(({ name, width, height, rgb, capturedNanos: captured }) => ({
        camera: name,
        width,
        height,
        rgb,
        captured: timestampOf(clock.toWall(captured))
      })),
      proprioception: observation.proprioception,
      commandedMetres: [...observation.commandedMetres],
      instruction: observation.instruction,
      tokenIds
    }),
    images.reduce((sum, { rgb }) => sum + rgb.byteLength, 0)
  )
}

function iterationEntry(said: Said<'iteration'>): Entry {
  const { iteration, observationNanos } = said
  const { completedNanos, chunk } = iteration
  return entry('/policy/iteration', completedNanos, (clock) => ({
    timestamp: timestampOf(clock.toWall(completedNanos)),
    prediction: said.prediction,
    k: iteration.k,
    reseeds: said.reseeds,
    seed: said.seed,
    ...iteration.signals,
    chunk: chunk ? [...chunk] : [],
    stepMs: iteration.stepMs,
    codaMs: iteration.codaMs,
    completedAfterNanos: Math.round(completedNanos - observationNanos),
    latent: said.latent ?? new Uint8Array()
  }))
}

function predictionEntry({ record, nanos, latent, bundleHash }: Said<'prediction'>): Entry {
  const { stages } = record
  return entry('/policy/prediction', nanos, (clock) => ({
    timestamp: timestampOf(clock.toWall(nanos)),
    index: record.index,
    epoch: record.epoch,
    seed: record.seed,
    reseeds: record.reseeds,
    observed: timestampOf(clock.toWall(record.observationNanos)),
    startMetres: [...record.startMetres],
    stoppingRule: JSON.stringify(record.rule),
    horizonRule: JSON.stringify(record.horizonRule),
    stopReason: record.stopReason,
    converged: record.converged,
    iterations: record.k,
    horizon: record.horizon,
    human: record.human,
    chunk: [...record.chunk],
    stages: {
      observeMs: stages.observe,
      encodeMs: stages.encode,
      preludeMs: stages.prelude,
      stepMs: stages.step,
      codaMs: stages.coda
    },
    provider: record.provider,
    bundleHash,
    latent,
    warmStart: record.warmStart,
    disagreement: record.disagreement,
    contrast: record.contrast,
    guard: record.guard ? JSON.stringify(record.guard) : '',
    breakpointHits: record.breakpointHits.length > 0 ? JSON.stringify(record.breakpointHits) : ''
  }))
}
