import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MAX_ITERATIONS,
  type IterationRecord,
  type PredictionRecord,
  type RefinementCommand,
  type RefinementSettings
} from '@shared/domain/policy'
import { predictionOf } from '@shared/engine/snapshot'
import { count, k, perform, stopping, type Action } from './actions'
import { createFakeHost } from './fakeHost'

describe('the same seed, observation and rule', () => {
  /** What may be done without changing what is computed. */
  const harmless: fc.Arbitrary<Action> = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Action>({ do: 'compute' }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Action>({ do: 'pauseMotion' }, { do: 'resumeMotion' }, { do: 'wait' })
    },
    {
      weight: 5,
      arbitrary: fc
        .oneof(
          fc.constantFrom<RefinementCommand>({ type: 'pause' }, { type: 'runToConvergence' }),
          fc.record({ type: fc.constant('step' as const), count }),
          fc.record({ type: fc.constant('rewind' as const), k }),
          fc
            .constantFrom(0, 20, 200)
            .map((paceMs): RefinementCommand => ({ type: 'settings', settings: { paceMs } }))
        )
        .map((given): Action => ({ do: 'command', command: given }))
    }
  )
  const trace = (iterations: readonly IterationRecord[]) =>
    iterations.map((iteration) => ({
      k: iteration.k,
      signals: iteration.signals,
      chunk: iteration.chunk && [...iteration.chunk]
    }))
  const run = (rule: RefinementSettings['stopping'], sceneSeed: number): PredictionRecord | undefined => {
    const host = createFakeHost({ stopping: rule })
    host.begin({ sceneSeed })
    host.settle()
    return host.commits()[0]
  }

  test('give the same trace bit for bit, however it was paused, stepped, rewound and paced', () => {
    fc.assert(
      fc.property(
        stopping,
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.array(harmless, { maxLength: 40 }),
        (rule, sceneSeed, actions) => {
          const whole = trace(run({ kind: 'fixed', iterations: MAX_ITERATIONS }, sceneSeed)?.iterations ?? [])
          const undisturbed = run(rule, sceneSeed)
          expect(whole).toHaveLength(MAX_ITERATIONS)

          const host = createFakeHost({ stopping: rule })
          host.begin({ sceneSeed })
          for (const given of actions) {
            perform(host, given)
            const seen = predictionOf(host.state())?.iterations ?? []
            expect(trace(seen)).toEqual(whole.slice(0, seen.length))
          }
          host.resumeMotion()
          host.command({ type: 'resume' })
          host.settle()
          const [record] = host.commits()
          expect(record?.converged).toEqual(undisturbed?.converged)
          expect(trace(record?.iterations ?? [])).toEqual(whole.slice(0, record?.k))
          // People may have stepped past the iteration where the rule fired, and only they.
          expect(record?.k).toBeGreaterThanOrEqual(undisturbed?.k ?? Number.NaN)
          if (record?.stopReason !== 'operator') expect(record?.k).toBe(undisturbed?.k)
        }
      ),
      { numRuns: 200 }
    )
  })

  test('rewind(j) then step reproduces iteration j + 1, from any k', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_ITERATIONS }), fc.nat(), (last, pick) => {
        const host = createFakeHost({ stopping: { kind: 'fixed', iterations: MAX_ITERATIONS } })
        host.beginPausedAt(last)
        const original = trace(predictionOf(host.state())?.iterations ?? [])
        const j = pick % last
        host.command({ type: 'rewind', k: j })
        host.command({ type: 'step', count: 1 })
        host.settle()
        expect(trace(predictionOf(host.state())?.iterations ?? [])).toEqual(original.slice(0, j + 1))
      })
    )
  })
})
