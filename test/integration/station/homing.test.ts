import { describe, expect, test } from 'vitest'
import type { UiToRobot } from '@shared/ipc/ports'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { createStationBench, type StationBench } from './support/stationBench'

const HOME = trayArm.joints.map(({ home }) => home)

/** Low over the tray, in the middle of a move across. */
function midAction(): StationBench {
  const bench = createStationBench()
  bench.start()
  bench.tickIntoAction(2, 2)
  return bench
}

const heights = (bench: StationBench, from: number): number[] =>
  bench
    .snapshots()
    .slice(from)
    .map(({ endEffectorMetres }) => endEffectorMetres[2])

function expectAtHome(bench: StationBench): void {
  bench.joints().forEach((position, joint) => expect(position).toBeCloseTo(HOME[joint] ?? NaN, 9))
}

describe.each<[string, UiToRobot]>([
  ['paused', { type: 'pause' }],
  ['held', { type: 'hold' }]
])('from %s', (_, command) => {
  test('the arm goes home, then waits for the operator, and the episode goes on', () => {
    const bench = midAction()
    bench.ui(command)
    bench.tick(2)
    bench.ui({ type: 'home' })
    expect(bench.phase()).toBe('homing')
    bench.tickUntil(() => bench.phase() === 'held')
    expect(bench.station.motion().phase).toMatchObject({ cause: { code: 'homed' } })
    expectAtHome(bench)
    expect(bench.executions()).toMatchObject([{ prediction: 0, actionsExecuted: 2 }])

    bench.ui({ type: 'resume' })
    bench.tickUntil(() => bench.executions().length === 2)
    expect(bench.executions()[1]).toMatchObject({ prediction: 1, actionsExecuted: 8, dropped: null })
  })

  test('it starts from where the arm is: straight up first, unhurried, never clamped', () => {
    const bench = midAction()
    bench.ui(command)
    bench.tick(2)
    const from = bench.snapshots().length
    const [x, y] = bench.snapshots().at(-1)?.endEffectorMetres ?? []
    bench.ui({ type: 'home' })
    bench.tickUntil(() => bench.phase() === 'held')
    const path = bench.snapshots().slice(from)
    const up = path.slice(0, 3)
    for (const { endEffectorMetres } of up) {
      expect(endEffectorMetres[0]).toBeCloseTo(x ?? NaN, 9)
      expect(endEffectorMetres[1]).toBeCloseTo(y ?? NaN, 9)
    }
    expect(new Set(path.map(({ verdict }) => verdict.kind))).toEqual(new Set(['pass']))
    const climbs = heights(bench, from)
    climbs
      .slice(1)
      .forEach((height, tick) => expect(height).toBeGreaterThanOrEqual((climbs[tick] ?? NaN) - 1e-9))
  })
})

test('is refused while the policy drives the arm', () => {
  const bench = midAction()
  bench.ui({ type: 'home' })
  expect(bench.phase()).toBe('executing')
  expect(bench.refusals()).toEqual(['home: The policy drives the arm: pause it or end the episode first'])
  bench.tickUntil(() => bench.phase() === 'holding')
  bench.ui({ type: 'home' })
  expect(bench.phase()).toBe('holding')
  expect(bench.refusals()).toHaveLength(2)
})

test('without a run the arm is holding at home afterwards', () => {
  const bench = midAction()
  bench.ui({ type: 'endEpisode', success: false })
  bench.ui({ type: 'home' })
  bench.tickUntil(() => bench.phase() === 'holding')
  expectAtHome(bench)
})

test.each<[UiToRobot, string]>([
  [{ type: 'pause' }, 'held'],
  [{ type: 'hold' }, 'held'],
  [{ type: 'stop', reason: 'Esc' }, 'stopped']
])('%o interrupts it where the arm is', (command, phase) => {
  const bench = midAction()
  bench.ui({ type: 'hold' })
  bench.ui({ type: 'home' })
  bench.tick(10)
  const frozen = bench.joints()
  bench.ui(command)
  bench.tick(20)
  expect(bench.phase()).toBe(phase)
  expect(bench.joints()).toEqual(frozen)
})

test('what the gripper holds goes home with it', () => {
  const bench = createStationBench({ level: 'easy' })
  bench.start()
  bench.tickUntil(() => bench.sim.bench.view().heldBlock !== null && bench.sim.bench.view().slid === null)
  bench.ui({ type: 'pause' })
  bench.ui({ type: 'home' })
  bench.tickUntil(() => bench.phase() === 'held')
  const { heldBlock, gripper } = bench.sim.bench.view()
  expect(heldBlock).not.toBeNull()
  expect(gripper.closed).toBe(true)
  expect(bench.outcomes).toEqual([])
})

test('an episode that the way home decides ends, with the bench as its judge', () => {
  const bench = createStationBench({ level: 'easy' })
  bench.start()
  // In its slot still: straight up jams it.
  bench.tickUntil(() => bench.sim.bench.view().heldBlock !== null)
  bench.ui({ type: 'pause' })
  bench.ui({ type: 'home' })
  bench.tickUntil(() => bench.outcomes.length === 1)
  expect(bench.outcomes).toMatchObject([{ success: false, reason: 'jam', judge: 'bench' }])
  expect(bench.station.run().phase.kind).toBe('ended')
  // The arm goes on home all the same.
  expect(bench.phase()).toBe('homing')
  bench.tickUntil(() => bench.phase() === 'holding')
})

test('asking twice does not begin anew', () => {
  const bench = midAction()
  bench.ui({ type: 'hold' })
  bench.ui({ type: 'home' })
  bench.tick(10)
  const { epoch } = bench.station.motion()
  bench.ui({ type: 'home' })
  expect(bench.station.motion().epoch).toBe(epoch)
  bench.tickUntil(() => bench.phase() === 'held')
  expectAtHome(bench)
})
