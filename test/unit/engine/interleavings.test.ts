import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MAX_ITERATIONS,
  predictionRecord,
  type PredictionRecord,
  type RefinementCommand,
  type RefinementPhase
} from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import { phaseOf, predictionOf, toSnapshot } from '@shared/engine/snapshot'
import type { EngineState } from '@shared/engine/state'
import { refinementSnapshot } from '@shared/ipc/ports'
import { action, perform, settings } from './actions'
import { chunkAfter, conditioningOf, createFakeHost, type Watch } from './fakeHost'

/** Any order of commands, computations and robot messages (properties at the end of the refinement notes). */

const LEGAL: Record<RefinementPhase['kind'], readonly RefinementPhase['kind'][]> = {
  idle: ['observing'],
  observing: ['encoding', 'idle'],
  encoding: ['refining', 'paused', 'held', 'observing', 'idle'],
  refining: ['paused', 'decided', 'held', 'observing', 'idle'],
  paused: ['refining', 'decided', 'observing', 'idle'],
  // A committed chunk that the robot drops counts as done, in the same breath.
  decided: ['observing', 'idle'],
  held: ['observing', 'idle']
}

/**
 * Watches every transition of a host from outside. `mayRunOn` is what the operator last said, kept apart from
 * the engine's own state: false from a pause, step, convergence run, "go beyond", rewind or "pause at
 * prediction" until resume, halt or override.
 */
function createWitness(): { watch: Watch; commits: () => number } {
  let mayRunOn = true
  let engagement = 0
  let override: Float32Array | null = null
  /** Predictions during which the operator changed a rule. */
  const ruled = new Set<number>()
  const committed = new Set<string>()

  function obeyed(given: RefinementCommand, before: RefinementPhase, index: number | undefined): void {
    switch (given.type) {
      case 'pause':
      case 'step':
      case 'runToConvergence':
      case 'goBeyond':
      case 'rewind':
        mayRunOn = false
        return
      case 'resume':
      case 'haltNow':
        mayRunOn = true
        return
      case 'override':
        mayRunOn = true
        override = Float32Array.from(given.chunk)
        return
      case 'reject':
        if (before.kind === 'held') mayRunOn = true
        return
      case 'settings': {
        const { stopping, horizon, maxIterations } = given.settings
        const open = before.kind === 'encoding' || before.kind === 'refining' || before.kind === 'paused'
        if (index !== undefined && open && (stopping ?? horizon ?? maxIterations) !== undefined)
          ruled.add(index)
        return
      }
      case 'reseed':
        return
      default:
        assertNever(given)
    }
  }

  function checkCommit(record: PredictionRecord, state: EngineState): void {
    expect(state.motionPaused, 'committed while motion was paused').toBe(false)
    expect(record.epoch, 'committed under an old epoch').toBe(state.epoch)
    expect(mayRunOn, 'committed although the operator had paused').toBe(true)
    const name = `${engagement}/${record.episode}/${record.index}`
    expect(committed.has(name), `${name} was committed twice`).toBe(false)
    committed.add(name)
    expect(predictionRecord.safeParse(record).success).toBe(true)
    expect(record.human).toBe(record.stopReason === 'override' || ruled.has(record.index))
    expect(record.chunk).toEqual(
      record.stopReason === 'override'
        ? override
        : chunkAfter(record.seed, conditioningOf(record.index), record.k)
    )
  }

  const watch: Watch = (before, event, { state, effects }) => {
    const [from, to] = [phaseOf(before), phaseOf(state)]
    if (event.type === 'engage') {
      engagement += 1
      ruled.clear()
    }
    if (event.type === 'engage' || event.type === 'disengage') mayRunOn = true
    if (event.type === 'command') {
      if (effects.some((effect) => effect.type === 'refused')) {
        expect(state).toBe(before)
        expect(effects).toHaveLength(1)
      } else obeyed(event.command, from, predictionOf(before)?.index)
    }
    for (const effect of effects) if (effect.type === 'commit') checkCommit(effect.record, state)
    if (to.kind === 'paused' && to.reason === 'pauseAt') mayRunOn = false

    if (from.kind !== to.kind) expect(LEGAL[from.kind], `${from.kind} → ${to.kind}`).toContain(to.kind)
    expect(refinementSnapshot.safeParse(toSnapshot(state, event.nowNanos)).success).toBe(true)
    const prediction = predictionOf(state)
    expect(prediction?.k ?? 0).toBeLessThanOrEqual(MAX_ITERATIONS)
    expect(prediction?.iterations.map((iteration) => iteration.k) ?? []).toEqual(upTo(prediction?.k ?? 0))
  }
  return { watch, commits: () => committed.size }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)

describe('any interleaving', () => {
  test('commits only what was decided, once, and never while the operator or the robot paused', () => {
    let commits = 0
    fc.assert(
      fc.property(settings, fc.array(action, { minLength: 10, maxLength: 60 }), (initial, actions) => {
        const witness = createWitness()
        const host = createFakeHost(initial, witness.watch)
        host.begin()
        for (const given of actions) perform(host, given)
        commits += witness.commits()
        for (const { index, epoch } of host.accepted) {
          expect(host.commits()).toContainEqual(expect.objectContaining({ index, epoch }))
        }
      }),
      { numRuns: 200 }
    )
    // The property would hold for an engine that never decides.
    expect(commits).toBeGreaterThan(60)
  })

  test('never gets stuck: resumed on both sides, every prediction ends in a commit', () => {
    fc.assert(
      fc.property(settings, fc.array(action, { maxLength: 40 }), (initial, actions) => {
        const host = createFakeHost(initial)
        host.begin()
        for (const given of actions) perform(host, given)
        if (host.robot.motion === 'held') host.disengage()
        if (!host.robot.engaged) host.engage()
        const before = host.accepted.length
        host.finishChunk()
        host.resumeMotion()
        host.finishChunk()
        // "Pause at prediction" may take one, and a breakpoint, which pauses the robot as well.
        for (let i = 0; i < 4; i++) {
          host.resumeMotion()
          host.command({ type: 'resume' })
          host.observe()
          host.settle()
        }
        const queued = host.accepted.length > before
        expect(queued, phaseOf(host.state()).kind).toBe(true)
      }),
      { numRuns: 200 }
    )
  })
})
