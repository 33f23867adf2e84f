import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertNever } from '@shared/domain/result'
import type { EndEffectorAction, MotionPhase } from '@shared/domain/robot'
import type { RunRequest } from '@shared/domain/run'
import type { DriveRates } from '@shared/domain/teleop'
import { policyToRobot, uiToRobot, type UiToRobot } from '@shared/ipc/ports'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { action } from './support/arbitraries'
import { createGuardedStation } from './support/guardedStation'

/** Whatever people, policies, cables and clocks do to the station, in any order. */
type Happening =
  | { readonly do: 'ticks'; readonly count: number }
  | { readonly do: 'elapse'; readonly milliseconds: number }
  | { readonly do: 'ui'; readonly message: UiToRobot }
  | {
      readonly do: 'commit'
      /** Against the robot's own. */
      readonly epochOffset: number
      readonly actions: readonly EndEffectorAction[]
      readonly horizon: number
      readonly observedMsAgo: number
    }
  | { readonly do: 'observe'; readonly epochOffset: number }
  | { readonly do: 'policyHold' }
  | { readonly do: 'policyReady'; readonly controlRateHz: number }
  | { readonly do: 'policyLost' }
  | { readonly do: 'fail'; readonly calls: 'reads' | 'writes'; readonly count: number }

const request: fc.Arbitrary<RunRequest> = fc.record({
  level: fc.constantFrom('easy', 'hard'),
  seedBase: fc.nat(3),
  continuous: fc.boolean(),
  episodes: fc.constantFrom(null, 2)
})

const source = fc.constantFrom('keyboard', 'gamepad')
const takeOver: fc.Arbitrary<UiToRobot> = source.map((value) => ({
  type: 'takeOver',
  source: value,
  mode: 'match'
}))
const rate = fc.double({ min: -1, max: 1, noNaN: true })
const rates: fc.Arbitrary<DriveRates> = fc.oneof(
  fc.record({ kind: fc.constant('tool'), linear: fc.tuple(rate, rate, rate), gripper: rate }),
  fc.record({
    kind: fc.constant('joint'),
    joint: fc.constantFrom(...trayArm.joints.map(({ name }) => name), 'tail'),
    rate
  })
)
const drive: fc.Arbitrary<UiToRobot> = fc.record({
  type: fc.constant('drive'),
  source: fc.constantFrom('keyboard', 'gamepad', 'jog'),
  inputNanos: fc.constant(null),
  rates
})

const uiMessage: fc.Arbitrary<UiToRobot> = fc.oneof(
  fc.constantFrom<UiToRobot>(
    { type: 'pause' },
    { type: 'pause' },
    { type: 'resume' },
    { type: 'resume' },
    { type: 'hold' },
    { type: 'stop', reason: 'test' },
    { type: 'reset' },
    { type: 'home' },
    { type: 'heartbeat' },
    { type: 'endEpisode', success: true },
    { type: 'discardEpisode' },
    { type: 'handBack' }
  ),
  takeOver,
  drive,
  request.map((value): UiToRobot => ({ type: 'start', request: value })),
  request.map((value): UiToRobot => ({ type: 'newScene', request: value }))
)

type Do<T extends Happening['do']> = fc.Arbitrary<Extract<Happening, { do: T }>>

const ticks: Do<'ticks'> = fc.record({ do: fc.constant('ticks'), count: fc.integer({ min: 1, max: 15 }) })
const elapse: Do<'elapse'> = fc.record({
  do: fc.constant('elapse'),
  milliseconds: fc.constantFrom(100, 700, 1500, 60_000)
})
const ui: Do<'ui'> = fc.record({ do: fc.constant('ui'), message: uiMessage })
const commit: Do<'commit'> = fc.record({
  do: fc.constant('commit'),
  epochOffset: fc.constantFrom(0, 0, 0, 0, -1, -2, 1),
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  horizon: fc.constantFrom(1, 2, 4, 8, 1_000_000),
  observedMsAgo: fc.constantFrom(20, 20, 20, 700_000)
})
const observe: Do<'observe'> = fc.record({
  do: fc.constant('observe'),
  epochOffset: fc.constantFrom(-1, 0, 1)
})
const policyReady: Do<'policyReady'> = fc.record({
  do: fc.constant('policyReady'),
  controlRateHz: fc.constantFrom(3, 10, 50, 500)
})
const fail: Do<'fail'> = fc.record({
  do: fc.constant('fail'),
  calls: fc.constantFrom('reads', 'writes'),
  count: fc.integer({ min: 1, max: 7 })
})

const happening = fc.oneof<fc.MaybeWeightedArbitrary<Happening>[]>(
  { weight: 6, arbitrary: ticks },
  { weight: 6, arbitrary: ui },
  { weight: 6, arbitrary: commit },
  { weight: 2, arbitrary: fail },
  { weight: 1, arbitrary: elapse },
  { weight: 1, arbitrary: observe },
  { weight: 1, arbitrary: policyReady },
  { weight: 1, arbitrary: fc.constant<Happening>({ do: 'policyHold' }) },
  { weight: 1, arbitrary: fc.constant<Happening>({ do: 'policyLost' }) }
)

/**
 * Mostly one thing after another; sometimes what an operator does to get the arm moving at all, because chance
 * alone leaves it held most of the time.
 */
const said = (...types: ('reset' | 'resume' | 'pause' | 'home')[]): Happening[] =>
  types.map((type) => ({ do: 'ui', message: { type } }))
const begin = request.map((value): Happening => ({ do: 'ui', message: { type: 'start', request: value } }))
const ready = policyReady.map((value): Happening => ({ ...value, controlRateHz: 10 }))
const burst: fc.Arbitrary<Happening[]> = fc.oneof(
  { weight: 12, arbitrary: happening.map((one) => [one]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(ready, begin, commit, ticks)
      .map(([policy, start, chunk, some]) => [...said('reset', 'resume'), policy, start, chunk, some])
  },
  { weight: 1, arbitrary: ticks.map((some) => [...said('pause', 'home'), some]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(takeOver, fc.array(fc.tuple(drive, ticks), { minLength: 1, maxLength: 4 }))
      .map(([take, driven]) => [
        ...said('reset'),
        { do: 'ui', message: take } as const,
        ...driven.flatMap(([message, some]) => [{ do: 'ui', message } as const, some])
      ])
  },
  { weight: 1, arbitrary: ticks.map((some) => [...said('resume', 'pause'), some]) }
)

const moves = (phase: MotionPhase['kind']): boolean =>
  phase === 'executing' || phase === 'homing' || phase === 'teleop'

/** Coverage of the property below: a run that never moves would prove nothing. */
const seen = new Map<string, number>()

function play(happenings: readonly Happening[], supervised: boolean): void {
  const guarded = createGuardedStation({ supervised })
  const { station, driver } = guarded
  let commits = 0

  function happen(event: Happening): void {
    switch (event.do) {
      case 'ticks':
        return guarded.tick(event.count)
      case 'elapse':
        return guarded.elapse(event.milliseconds)
      case 'ui':
        return station.fromUi(uiToRobot.parse(event.message))
      case 'commit': {
        const chunk = {
          epoch: Math.max(0, station.motion().epoch + event.epochOffset),
          episode: station.run().episode,
          prediction: commits++,
          observationNanos: guarded.now() - event.observedMsAgo * 1e6,
          committedNanos: guarded.now(),
          actions: event.actions,
          horizon: event.horizon,
          human: false
        }
        return station.fromPolicy(policyToRobot.parse({ type: 'commit', chunk }))
      }
      case 'observe':
        return station.fromPolicy({
          type: 'observe',
          epoch: Math.max(0, station.motion().epoch + event.epochOffset)
        })
      case 'policyHold':
        return station.fromPolicy({ type: 'hold', code: 'nonFinite', message: 'test' })
      case 'policyReady':
        return station.fromPolicy({ type: 'ready', controlRateHz: event.controlRateHz })
      case 'policyLost':
        return station.policyLost()
      case 'fail':
        driver.failing[event.calls] = event.count
        return
      default:
        assertNever(event)
    }
  }

  station.fromPolicy({ type: 'ready', controlRateHz: 10 })
  for (const event of happenings) {
    const before = station.motion()
    happen(event)
    const after = station.motion()
    expect(after.epoch).toBeGreaterThanOrEqual(before.epoch)
    if (before.phase.kind === 'stopped' && after.phase.kind !== 'stopped') {
      expect(event).toEqual({ do: 'ui', message: { type: 'reset' } })
      expect(after).toMatchObject({ phase: { kind: 'holding' }, engaged: false, queue: null })
    }
  }
  station.fromUi({ type: 'stop', reason: 'the end' })

  const { executions, writes } = guarded
  const reported = executions.map(({ prediction }) => prediction).sort((a, b) => a - b)
  expect(reported).toEqual(Array.from({ length: commits }, (_, index) => index))

  for (const { position, previous, phase } of writes) {
    seen.set(phase, (seen.get(phase) ?? 0) + 1)
    trayArm.joints.forEach((joint, index) => {
      const value = position[index] ?? NaN
      expect(value).toBeGreaterThanOrEqual(joint.min)
      expect(value).toBeLessThanOrEqual(joint.max)
      const change = Math.abs(value - (previous[index] ?? NaN))
      const allowed = moves(phase) ? (joint.maxVelocityPerSec / trayArm.loopRateHz) * (1 + 1e-9) : 0
      if (!(change <= allowed)) expect.fail(`${joint.name} moved by ${change} while ${phase}`)
    })
  }
}

test('any interleaving keeps the arm within its limits, still unless it may move, and every chunk accounted for', () => {
  fc.assert(
    fc.property(
      fc.array(burst, { minLength: 5, maxLength: 60 }).map((bursts) => bursts.flat()),
      fc.boolean(),
      (happenings, supervised) => {
        // Half of the interleavings begin in the middle of a run.
        const run = { level: 'hard', seedBase: 1, continuous: true, episodes: null } as const
        play([{ do: 'ui', message: { type: 'start', request: run } }, ...happenings], supervised)
        play(happenings, supervised)
      }
    ),
    { numRuns: 300 }
  )
  for (const phase of ['executing', 'homing', 'teleop', 'paused', 'held', 'stopped', 'holding']) {
    expect(seen.get(phase) ?? 0).toBeGreaterThan(50)
  }
})
