import type { Breakpoint } from '@shared/domain/breakpoint'
import fc from 'fast-check'
import type { RefinementCommand, RefinementSettings } from '@shared/domain/policy'
import { assertNever } from '@shared/domain/result'
import { CHUNK_SIZE, type FakeHost } from './fakeHost'

/** Everything that can happen to a host, to be put in any order. */

export const k = fc.integer({ min: 0, max: 8 })
export const count = fc.integer({ min: 1, max: 6 })
export const stopping: fc.Arbitrary<RefinementSettings['stopping']> = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), iterations: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    kind: fc.constantFrom('actionMse' as const, 'kl' as const, 'cosine' as const, 'latentDelta' as const),
    threshold: fc.constantFrom(1e-2, 1e-3, 1e-4, 1e-300),
    minIterations: fc.integer({ min: 2, max: 6 }),
    patience: fc.integer({ min: 1, max: 3 })
  })
)
const AT_THREE: Breakpoint = {
  id: '3',
  expression: 'k == 3',
  on: true,
  action: 'hold',
  once: false,
  every: 1
}
export const settings: fc.Arbitrary<Partial<RefinementSettings>> = fc.record(
  {
    stopping,
    maxIterations: fc.integer({ min: 1, max: 16 }),
    paceMs: fc.constantFrom(0, 0, 50),
    pauseAt: fc.constantFrom('never' as const, 'next' as const, 'every' as const),
    breakpoints: fc.constantFrom<Breakpoint[]>(
      [],
      [AT_THREE],
      [{ ...AT_THREE, action: 'log' }],
      [{ ...AT_THREE, once: true }]
    )
  },
  { requiredKeys: [] }
)
const command: fc.Arbitrary<RefinementCommand> = fc.oneof(
  fc.constantFrom<RefinementCommand>(
    { type: 'pause' },
    { type: 'resume' },
    { type: 'resume' },
    { type: 'runToConvergence' },
    { type: 'haltNow' },
    { type: 'reject' }
  ),
  fc.record({ type: fc.constant('step' as const), count }),
  fc.record({ type: fc.constant('goBeyond' as const), count }),
  fc.record({ type: fc.constant('rewind' as const), k }),
  fc.record({ type: fc.constant('reseed' as const), seed: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({
    type: fc.constant('override' as const),
    chunk: fc.constantFrom(CHUNK_SIZE, CHUNK_SIZE, 3).map((size) => new Array<number>(size).fill(0.125))
  }),
  fc.record({ type: fc.constant('settings' as const), settings })
)

export type Action =
  | { readonly do: 'command'; readonly command: RefinementCommand }
  | { readonly do: 'compute' | 'settle' | 'wait' | 'sabotage' | 'goOn' }
  | { readonly do: 'engage' | 'disengage' | 'pauseMotion' | 'resumeMotion' | 'observe' | 'finishChunk' }

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('command' as const), command }) },
  { weight: 6, arbitrary: fc.constant<Action>({ do: 'compute' }) },
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(
        'settle',
        'wait',
        'observe',
        'observe',
        'finishChunk',
        'pauseMotion',
        'resumeMotion',
        'resumeMotion'
      )
      .map((name): Action => ({ do: name }))
  },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'goOn' }) },
  { weight: 1, arbitrary: fc.constantFrom<Action>({ do: 'engage' }, { do: 'disengage' }, { do: 'sabotage' }) }
)

export function perform(host: FakeHost, given: Action): void {
  switch (given.do) {
    case 'command':
      host.command(given.command)
      return
    case 'compute':
      host.compute()
      return
    case 'settle':
      return host.settle()
    case 'wait':
      return host.advance(60)
    case 'sabotage':
      host.compute('chunk')
      return
    case 'observe':
      host.observe()
      return
    case 'finishChunk':
      host.finishChunk()
      return
    case 'goOn':
      host.resumeMotion()
      host.command({ type: 'resume' })
      host.finishChunk()
      host.observe()
      return host.settle()
    case 'engage':
      return host.engage()
    case 'disengage':
      return host.disengage()
    case 'pauseMotion':
      return host.pauseMotion()
    case 'resumeMotion':
      return host.resumeMotion()
    default:
      return assertNever(given)
  }
}
