import { describe, expect, test } from 'vitest'
import type { DriveRates } from '@shared/domain/teleop'
import type { UiToRobot } from '@shared/ipc/ports'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { createStationBench, TICK_NANOS, type StationBench } from './support/stationBench'

/** A person takes the simulated arm over, drives it, and hands it back. */

const TAKE_OVER: UiToRobot = { type: 'takeOver', source: 'keyboard', mode: 'match' }
const HAND_BACK: UiToRobot = { type: 'handBack' }
const key = (rates: DriveRates, source: 'keyboard' | 'jog' = 'keyboard'): UiToRobot => ({
  type: 'drive',
  source,
  rates,
  inputNanos: null
})
const LEFT: DriveRates = { kind: 'tool', linear: [-1, 0, 0], gripper: 0 }
const REST: DriveRates = { kind: 'tool', linear: [0, 0, 0], gripper: 0 }

/** Held for so many ticks, told again as a window does. */
function holdKey(bench: StationBench, rates: DriveRates, ticks: number, source?: 'jog'): void {
  for (let done = 0; done < ticks; done++) {
    bench.ui(key(rates, source))
    bench.tick()
  }
}
const toolX = (bench: StationBench): number => bench.snapshots().at(-1)?.endEffectorMetres[0] ?? NaN

type Phase = 'holding' | 'executing' | 'paused' | 'held' | 'homing'
/** The robot in that phase, a run on unless it holds. */
function inPhase(phase: Phase): StationBench {
  const bench = createStationBench()
  if (phase === 'holding') return bench
  bench.start()
  bench.tickIntoAction(2, 2)
  if (phase === 'paused') bench.ui({ type: 'pause' })
  if (phase === 'held' || phase === 'homing') bench.ui({ type: 'hold' })
  if (phase === 'homing') bench.ui({ type: 'home' })
  expect(bench.phase()).toBe(phase)
  return bench
}

describe.each<Phase>(['holding', 'executing', 'paused', 'held', 'homing'])('from %s', (phase) => {
  test('taking over moves nothing, and the hand leads from where the arm was last sent', () => {
    const bench = inPhase(phase)
    bench.ui(TAKE_OVER)
    expect(bench.station.motion()).toMatchObject({
      phase: { kind: 'teleop', source: 'keyboard' },
      queue: null
    })
    bench.tick(2)
    const where = bench.joints()
    bench.tick(20)
    expect(bench.joints()).toEqual(where)
    const before = toolX(bench)
    holdKey(bench, LEFT, 20)
    expect(toolX(bench)).toBeLessThan(before - 0.03)
  })

  test('no step is longer than a joint may make, from the takeover to the hand-back and beyond', () => {
    const bench = inPhase(phase)
    let last = bench.joints()
    const watch = (ticks: number, each: () => void): void => {
      for (let tick = 0; tick < ticks; tick++) {
        each()
        bench.tick()
        const now = bench.joints()
        trayArm.joints.forEach(({ maxVelocityPerSec }, index) => {
          const step = Math.abs((now[index] ?? NaN) - (last[index] ?? NaN))
          expect(step).toBeLessThanOrEqual((maxVelocityPerSec * TICK_NANOS) / 1e9 + 1e-9)
        })
        last = now
      }
    }
    bench.ui(TAKE_OVER)
    watch(15, () => bench.ui(key(LEFT)))
    bench.ui(HAND_BACK)
    watch(60, () => undefined)
  })
})

test('handing back lets the policy go on from where the arm is, with a fresh observation', () => {
  const bench = inPhase('executing')
  const { epoch } = bench.station.motion()
  bench.ui(TAKE_OVER)
  expect(bench.executions().at(-1)?.dropped).not.toBeNull()
  holdKey(bench, LEFT, 10)
  bench.ui(HAND_BACK)
  bench.tickUntil(() => bench.phase() === 'executing')
  expect(bench.station.motion().epoch).toBeGreaterThan(epoch)
  bench.tickUntil(() => bench.outcomes.length === 1)
  expect(bench.outcomes[0]?.success).toBe(true)
})

test('a key that is let go, or not told again, moves nothing more', () => {
  const bench = inPhase('holding')
  bench.ui(TAKE_OVER)
  holdKey(bench, LEFT, 10)
  bench.ui(key(REST))
  bench.tick(5)
  const released = bench.joints()
  bench.tick(30)
  expect(bench.joints()).toEqual(released)

  holdKey(bench, LEFT, 10)
  // The window is silent: 250 ms are the dead man's, and the arm brakes.
  bench.tick(20)
  const silent = bench.joints()
  bench.tick(30)
  expect(bench.joints()).toEqual(silent)
})

test('stop ends driving at once, and keys lift it no more than anything else', () => {
  const bench = inPhase('executing')
  bench.ui(TAKE_OVER)
  holdKey(bench, LEFT, 10)
  bench.ui({ type: 'stop', reason: 'Esc' })
  const frozen = bench.joints()
  holdKey(bench, LEFT, 10)
  bench.ui(TAKE_OVER)
  bench.ui(HAND_BACK)
  holdKey(bench, LEFT, 10)
  expect(bench.phase()).toBe('stopped')
  expect(bench.joints()).toEqual(frozen)
})

test('a policy’s chunk that arrives while a person drives is dropped and accounted for', () => {
  const bench = createStationBench()
  bench.delayCommits = true
  bench.start()
  bench.tickUntil(() => bench.underway.length === 1)
  bench.ui(TAKE_OVER)
  bench.tick()
  const before = bench.joints()
  bench.land()
  bench.tick(20)
  expect(bench.phase()).toBe('teleop')
  expect(bench.joints()).toEqual(before)
  expect(bench.executions()).toMatchObject([{ actionsExecuted: 0, dropped: expect.any(String) }])
})

test('a window that closes while a person drives leaves the arm held', () => {
  const bench = createStationBench({ supervised: true })
  bench.ui(TAKE_OVER)
  holdKey(bench, LEFT, 10)
  bench.station.uiLost()
  expect(bench.phase()).toBe('held')
  const held = bench.joints()
  bench.tick(30)
  expect(bench.joints()).toEqual(held)
})

describe('jog', () => {
  test('takes over while it is pressed and hands back when it is let go', () => {
    const bench = inPhase('holding')
    holdKey(bench, { kind: 'joint', joint: 'base', rate: 0.5 }, 10, 'jog')
    expect(bench.phase()).toBe('teleop')
    bench.ui(key(REST, 'jog'))
    bench.tick(2)
    expect(bench.phase()).toBe('holding')
  })

  test('is refused while a run is on', () => {
    const bench = inPhase('executing')
    bench.ui(key(LEFT, 'jog'))
    expect(bench.phase()).toBe('executing')
    expect(bench.refusals()).toEqual(['jog: A run is on: end the episode, or take over'])
  })
})

test('without a leader there is nothing to take over by it', () => {
  const bench = inPhase('executing')
  bench.ui({ type: 'takeOver', source: 'leader', mode: 'match' })
  expect(bench.phase()).toBe('executing')
  expect(bench.refusals()).toEqual([expect.stringMatching(/^takeOver: No leader arm is connected/)])
})

test('a source that does not drive is not obeyed', () => {
  const bench = inPhase('holding')
  bench.ui({ type: 'takeOver', source: 'gamepad', mode: 'match' })
  bench.tick(2)
  const where = bench.joints()
  holdKey(bench, LEFT, 10)
  expect(bench.joints()).toEqual(where)
})
