import type { Fault } from '@shared/domain/fault'
import type { PredictionRecord, RefinementPhase, RefinementSettings } from '@shared/domain/policy'
import type { PolicyToRobot, PolicyToUi, RobotToPolicy } from '@shared/ipc/ports'
import { millisToNanos } from '@shared/units'
import { createPolicyRunner, type PolicyRunner } from '../../../src/main/policy/runner'
import { createFakeBackend, FAKE_INFO, type FakeBackend } from './fakeBackend'

/** The runner with a cheap backend, a clock that the test turns, and a robot that only listens. */
export interface RunnerBench {
  readonly runner: PolicyRunner
  readonly backend: FakeBackend
  readonly toRobot: PolicyToRobot[]
  readonly toUi: PolicyToUi[]
  readonly records: PredictionRecord[]
  readonly faults: Fault[]
  /** Everything that left the runner or reached the backend, in one order. */
  readonly order: string[]
  engage(options?: Partial<Extract<RobotToPolicy, { type: 'engage' }>>): void
  observe(options?: { readonly epoch?: number; readonly capturedNanos?: number }): void
  execute(prediction: number): void
  /** Turns the clock and ends the waits that are over. */
  elapse(milliseconds: number): Promise<void>
  phase(): RefinementPhase
  k(): number
  settled(): Promise<void>
}

export function createRunnerBench(settings: Partial<RefinementSettings> = {}): RunnerBench {
  let nanos = 0
  let epoch = 0
  let episode = 0
  const waits: { readonly nanos: number; readonly resolve: () => void }[] = []
  const toRobot: PolicyToRobot[] = []
  const toUi: PolicyToUi[] = []
  const records: PredictionRecord[] = []
  const faults: Fault[] = []
  const order: string[] = []
  const backend = createFakeBackend((call) => order.push(call))

  const runner = createPolicyRunner({
    backend,
    settings: { ...FAKE_INFO.defaults, ...settings },
    nowNanos: () => nanos,
    waitUntil: (until) => new Promise((resolve) => waits.push({ nanos: until, resolve })),
    sendRobot: (message) => {
      toRobot.push(message)
      order.push(`→ ${message.type}`)
    },
    sendUi: (message) => toUi.push(message),
    onChange: () => undefined,
    onPrediction: (record) => records.push(record),
    onFault: (fault) => faults.push(fault)
  })

  function snapshot() {
    const message = runner.snapshot()
    if (message.type !== 'snapshot') throw new Error(`The runner gave ${message.type} for a snapshot`)
    return message.snapshot
  }

  /** Continuations of waits run before the runner's queue is looked at. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await Promise.resolve()
      await runner.idle()
    }
  }

  return {
    runner,
    backend,
    toRobot,
    toUi,
    records,
    faults,
    order,
    engage(options = {}) {
      epoch = options.epoch ?? epoch + 1
      episode = options.episode ?? episode
      const { sceneSeed = 42, scene = 1, firstPrediction = 0 } = options
      runner.fromRobot({ type: 'engage', epoch, episode, sceneSeed, scene, firstPrediction })
    },
    observe(options = {}) {
      runner.fromRobot({
        type: 'observation',
        observation: {
          epoch: options.epoch ?? epoch,
          episode,
          capturedNanos: options.capturedNanos ?? nanos,
          images: [],
          proprioception: [],
          commandedMetres: [0, 0, 0],
          instruction: 'tidy up'
        }
      })
    },
    execute(prediction) {
      const timing = { queueMs: 0, executeMs: 0, clampedTicks: 0 }
      const execution = { human: false, actionsExecuted: 2, ...timing, dropped: null }
      runner.fromRobot({ type: 'execution', execution: { episode, prediction, ...execution } })
    },
    async elapse(milliseconds) {
      nanos += millisToNanos(milliseconds)
      const over = waits.filter((wait) => wait.nanos <= nanos)
      waits.splice(0, waits.length, ...waits.filter((wait) => wait.nanos > nanos))
      for (const { resolve } of over) resolve()
      await settled()
    },
    phase: () => snapshot().phase,
    k: () => snapshot().prediction?.k ?? NaN,
    settled
  }
}
