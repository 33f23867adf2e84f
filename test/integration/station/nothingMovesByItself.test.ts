import { describe, expect, test } from 'vitest'
import type { UiToRobot } from '@shared/ipc/ports'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { createStationBench, type StationBench } from './support/stationBench'

/** Ways in which an arm that waits for a person could have moved without one. */

const STOP: UiToRobot = { type: 'stop', reason: 'Esc' }

function midAction(): StationBench {
  const bench = createStationBench({ betweenEpisodesMs: 0 })
  bench.start({ continuous: true, episodes: null })
  bench.tickIntoAction(2, 2)
  return bench
}

describe('ending an episode while the arm waits for a person', () => {
  test.each<[string, readonly UiToRobot[]]>([
    ['paused', [{ type: 'pause' }]],
    ['held', [{ type: 'hold' }]],
    ['stopped and reset', [STOP, { type: 'reset' }]]
  ])('%s: the next one waits for Start', (_, commands) => {
    const bench = midAction()
    for (const command of commands) bench.ui(command)
    bench.ui({ type: 'endEpisode', success: false })
    const frozen = bench.joints()
    bench.tick(200)
    expect(bench.joints()).toEqual(frozen)
    expect(bench.station.run()).toMatchObject({ phase: { kind: 'ended' }, episode: 0 })
  })

  test('while it executes, a continuous run goes on', () => {
    const bench = midAction()
    bench.ui({ type: 'endEpisode', success: true })
    bench.tick(5)
    expect(bench.station.run()).toMatchObject({ phase: { kind: 'running' }, episode: 1 })
  })

  test('unless it was told to let this episode be the last', () => {
    const bench = midAction()
    bench.ui({ type: 'continuous', on: false })
    bench.tickUntil(() => bench.outcomes.length === 1)
    bench.tick(100)
    expect(bench.station.run()).toMatchObject({ phase: { kind: 'ended' }, episode: 0, finished: 1 })
  })
})

test('a station that replaces a dead one starts stopped', () => {
  const bench = createStationBench({ startStopped: { code: 'restarted', message: 'restarted' } })
  bench.start()
  bench.tick(50)
  expect(bench.station.motion().phase).toMatchObject({ kind: 'stopped', cause: { code: 'restarted' } })
  bench.ui({ type: 'reset' })
  bench.start()
  bench.tickUntil(() => bench.outcomes.length === 1)
  expect(bench.outcomes).toMatchObject([{ success: true }])
})

test('a running episode that waits after a stop is not thrown away by a new scene', () => {
  const bench = midAction()
  bench.ui(STOP)
  bench.ui({ type: 'reset' })
  const { sceneSeed } = bench.station.run()
  bench.ui({ type: 'newScene', request: { level: 'easy', seedBase: 999, continuous: false, episodes: null } })
  expect(bench.station.run()).toMatchObject({ sceneSeed, phase: { kind: 'running' } })
  expect(bench.refusals().at(-1)).toContain('end or discard it first')
})

test('a policy that comes back while the robot is paused is engaged by resume', () => {
  const bench = midAction()
  bench.losePolicy()
  bench.ui({ type: 'resume' })
  bench.ui({ type: 'pause' })
  bench.returnPolicy()
  bench.ui({ type: 'resume' })
  bench.tickUntil(() => bench.outcomes.length === 1)
  expect(bench.outcomes).toMatchObject([{ success: true }])
})

test('an arm found far from where it held is not driven back', () => {
  const bench = midAction()
  bench.ui({ type: 'pause' })
  bench.tick(5)
  const pushed = bench.joints().map((value, index) => (index === 0 ? value + 0.5 : value))
  bench.sim.write({ position: pushed, settles: false }, bench.now())
  bench.tick(1)
  expect(bench.joints()).toEqual(pushed)
  expect(bench.station.motion().phase).toMatchObject({ kind: 'held', cause: { code: 'moved' } })
  bench.tick(50)
  expect(bench.joints()).toEqual(pushed)
  expect(trayArm.joints[0]?.maxJump).toBeLessThan(0.5)
})
