import { ON_BENCH } from './onBench'
import type { MotionPhase } from '@shared/domain/robot'
import type { Execution } from '@shared/ipc/ports'
import { millisToNanos, NANOS_PER_SECOND } from '@shared/units'
import { createSimDriver } from '../../../../src/main/drivers/sim/simDriver'
import { benchWorld } from '../../../../src/main/hosts/benchStation'
import { trayArm } from '../../../../src/main/robot/specs/trayArm'
import { createStation, type Station } from '../../../../src/main/robot/station'
import { createRecordingDriver, type RecordingDriver } from './recordingDriver'
import { TICK_NANOS } from './stationBench'

/** One command that reached the arm, with what it is to be judged by. */
export interface GuardedWrite {
  readonly position: readonly number[]
  /** Where the arm was, also when the scene was laid out since the last command. */
  readonly previous: readonly number[]
  readonly phase: MotionPhase['kind']
}

export interface GuardedStation {
  readonly station: Station
  readonly driver: RecordingDriver
  readonly writes: GuardedWrite[]
  readonly executions: Execution[]
  now(): number
  elapse(milliseconds: number): void
  tick(count: number): void
}

/** A station on the bench that nobody speaks to but the test, with every command judged as it was given. */
export function createGuardedStation({ supervised }: { readonly supervised: boolean }): GuardedStation {
  let nanos = NANOS_PER_SECOND
  const writes: GuardedWrite[] = []
  const executions: Execution[] = []
  const sim = createSimDriver({ spec: trayArm })

  const joints = (): readonly number[] => {
    const state = sim.read(nanos)
    if (!state.ok) throw new Error(state.error.message)
    return state.value.position
  }
  const driver = createRecordingDriver({
    ...sim,
    write(command, nowNanos) {
      const previous = joints()
      const result = sim.write(command, nowNanos)
      const phase = station.motion().phase.kind
      if (result.ok) writes.push({ position: command.position, previous, phase })
      return result
    }
  })
  void sim.connect(nanos)
  const station = createStation({
    ...ON_BENCH,
    spec: trayArm,
    driver,
    world: benchWorld(sim),
    initialRequest: { level: 'hard', seedBase: 1, continuous: false, episodes: null },
    supervised,
    startStopped: null,
    betweenEpisodesMs: 100,
    nowNanos: () => nanos,
    loopStats: () => ({ rateHz: trayArm.loopRateHz, periodErrorP50Ms: 0, periodErrorP99Ms: 0, ticks: 0 }),
    sendUi: (message) => {
      if (message.type === 'execution') executions.push(message.execution)
    },
    sendPolicy: () => undefined,
    onEpisodeEnd: () => undefined
  })
  return {
    station,
    driver,
    writes,
    executions,
    now: () => nanos,
    elapse(milliseconds) {
      nanos += millisToNanos(milliseconds)
    },
    tick(count) {
      for (let done = 0; done < count; done++) {
        nanos += TICK_NANOS
        station.tick(nanos)
      }
    }
  }
}
