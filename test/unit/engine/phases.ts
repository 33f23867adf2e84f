import type { IterationRecord, PredictionView, RefinementPhase } from '@shared/domain/policy'
import { phaseOf, predictionOf } from '@shared/engine/snapshot'
import { createFakeHost, type FakeHost } from './fakeHost'

/** Looking at a host. */
export const phase = (host: FakeHost): RefinementPhase => phaseOf(host.state())

export const prediction = (host: FakeHost): PredictionView => {
  const view = predictionOf(host.state())
  if (!view) throw new Error('no prediction')
  return view
}

export const withoutTime = (iterations: readonly IterationRecord[]) =>
  iterations.map(({ completedNanos: _, ...rest }) => rest)

/** A host in each phase: nothing under way has been computed yet. The rule fires at k = 3. */
export const AT = {
  idle: (): FakeHost => createFakeHost(),
  observing: (): FakeHost => {
    const host = createFakeHost()
    host.engage()
    return host
  },
  encoding: (): FakeHost => {
    const host = createFakeHost()
    host.begin()
    return host
  },
  'refining 0': (): FakeHost => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 } })
    host.begin()
    host.compute()
    return host
  },
  'refining 2': (): FakeHost => {
    const host = AT['refining 0']()
    for (let i = 0; i < 3; i++) host.compute()
    return host
  },
  'paused 0': (): FakeHost => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 } })
    host.beginPausedAt(0)
    return host
  },
  'paused 2': (): FakeHost => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 } })
    host.beginPausedAt(2)
    return host
  },
  converged: (): FakeHost => {
    const host = createFakeHost({ stopping: { kind: 'fixed', iterations: 3 } })
    host.begin()
    host.command({ type: 'runToConvergence' })
    host.settle()
    return host
  },
  decided: (): FakeHost => {
    const host = AT.converged()
    host.command({ type: 'resume' })
    return host
  },
  held: (): FakeHost => {
    const host = AT['refining 2']()
    host.compute('provider')
    return host
  }
} as const satisfies Record<string, () => FakeHost>
export type Where = keyof typeof AT
