import fc from 'fast-check'
import { assertNever } from '@shared/domain/result'
import type { EndEffectorAction } from '@shared/domain/robot'
import { uiToRobot, type UiToRobot } from '@shared/ipc/ports'
import { mayMove } from '@shared/safety/motion'
import { NANOS_PER_SECOND } from '@shared/units'
import { expect, test } from 'vitest'
import { action } from '../station/support/arbitraries'
import { trips } from '../../emulators/servo'
import { openVirtualWire, resolution, spec, type GoalFrame, type VirtualWire } from './virtualWire'

/** What people, policies, cables and motors do, in any order, and what may pass the wire meanwhile. */
type Happening =
  | { readonly do: 'ticks'; readonly count: number; readonly watched: boolean }
  | { readonly do: 'stall'; readonly milliseconds: number }
  | { readonly do: 'ui'; readonly message: UiToRobot }
  | { readonly do: 'commit'; readonly actions: readonly EndEffectorAction[]; readonly epochOffset: number }
  | { readonly do: 'torque'; readonly on: boolean }
  | { readonly do: 'dead' | 'revive' | 'clear'; readonly motor: number }
  | { readonly do: 'trip'; readonly motor: number; readonly cause: (typeof trips)[number] }
  | { readonly do: 'push'; readonly motor: number; readonly torque: number }
  | { readonly do: 'power'; readonly on: boolean }
  | { readonly do: 'line'; readonly silent: boolean }
  | {
      readonly do: 'faults'
      readonly corrupt: number
      readonly drop: number
      readonly split: number
      readonly delay: number
      readonly garbage: number
    }

const motor = fc.integer({ min: 1, max: 6 })
const rate = fc.double({ min: -1, max: 1, noNaN: true })
const drive = fc.oneof(
  fc.record({ kind: fc.constant('tool' as const), linear: fc.tuple(rate, rate, rate), gripper: rate }),
  fc.record({
    kind: fc.constant('joint' as const),
    joint: fc.constantFrom(...spec.joints.map(({ name }) => name)),
    rate
  })
)
const source = fc.constantFrom('keyboard' as const, 'gamepad' as const, 'jog' as const)
const request = { level: 'hard', seedBase: 1, continuous: true, episodes: null } as const
const ui: fc.Arbitrary<Happening> = fc
  .oneof(
    fc.constantFrom<UiToRobot>(
      { type: 'pause' },
      { type: 'resume' },
      { type: 'resume' },
      { type: 'hold' },
      { type: 'stop', reason: 'test' },
      { type: 'reset' },
      { type: 'home' },
      { type: 'handBack' },
      { type: 'start', request },
      { type: 'endEpisode', success: false }
    ),
    source.map((from): UiToRobot => ({ type: 'takeOver', source: from, mode: 'match' })),
    fc
      .tuple(source, drive)
      .map(([from, rates]): UiToRobot => ({ type: 'drive', source: from, rates, inputNanos: 0 }))
  )
  .map((message) => ({ do: 'ui', message }))
const share = fc.constantFrom(0, 0, 0.05, 0.3)
const ticks: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('ticks' as const),
  count: fc.integer({ min: 1, max: 25 }),
  watched: fc.constantFrom(true, true, true, true, false)
})
const trouble: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ do: fc.constantFrom('dead' as const, 'revive' as const, 'revive' as const), motor }),
  fc.record({ do: fc.constant('clear' as const), motor }),
  fc.record({ do: fc.constant('trip' as const), motor, cause: fc.constantFrom(...trips) }),
  fc.record({ do: fc.constant('push' as const), motor, torque: fc.constantFrom(0, 0, -0.6, 0.6, 1) }),
  fc.record({ do: fc.constant('power' as const), on: fc.constantFrom(true, true, false) }),
  fc.record({ do: fc.constant('line' as const), silent: fc.constantFrom(true, false, false) }),
  fc.record({ do: fc.constant('stall' as const), milliseconds: fc.constantFrom(30, 90, 700) }),
  fc.record({
    do: fc.constant('faults' as const),
    corrupt: share,
    drop: share,
    split: share,
    delay: share,
    garbage: share
  })
)
const commit: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('commit' as const),
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  epochOffset: fc.constantFrom(0, 0, 0, 0, -1, 1)
})
const torque: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('torque' as const),
  on: fc.constantFrom(true, true, true, false)
})
/** What a person does to get an arm moving again: chance alone leaves it held. */
const repair: readonly Happening[] = [
  { do: 'faults', corrupt: 0, drop: 0, split: 0, delay: 0, garbage: 0 },
  { do: 'line', silent: false },
  { do: 'power', on: true },
  ...[1, 2, 3, 4, 5, 6].flatMap((each): Happening[] => [
    { do: 'revive', motor: each },
    { do: 'push', motor: each, torque: 0 },
    { do: 'clear', motor: each }
  ]),
  { do: 'ui', message: { type: 'reset' } },
  { do: 'ticks', count: 60, watched: true },
  { do: 'torque', on: true },
  { do: 'ui', message: { type: 'resume' } },
  { do: 'ui', message: { type: 'home' } },
  { do: 'ticks', count: 25, watched: true }
]
const burst: fc.Arbitrary<readonly Happening[]> = fc.oneof(
  { weight: 5, arbitrary: ticks.map((one) => [one]) },
  { weight: 6, arbitrary: ui.map((one) => [one]) },
  { weight: 3, arbitrary: commit.map((one) => [one]) },
  { weight: 3, arbitrary: trouble.map((one) => [one]) },
  { weight: 1, arbitrary: torque.map((one) => [one]) },
  { weight: 1, arbitrary: fc.constant(repair) },
  {
    weight: 2,
    arbitrary: ticks.map((some): Happening[] => [
      { do: 'ui', message: { type: 'stop', reason: 'test' } },
      { ...some, count: 25, watched: true } as Happening,
      some
    ])
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(source, drive, ticks)
      .map(([from, rates, some]): Happening[] => [
        { do: 'ui', message: { type: 'takeOver', source: from, mode: 'match' } },
        { do: 'ui', message: { type: 'drive', source: from, rates, inputNanos: 0 } },
        some
      ])
  }
)

const TICK = NANOS_PER_SECOND / spec.loopRateHz
/** Rounding to ticks on both sides of a difference. */
const slack = (joint: number): number => 1.5 * (resolution[joint] as number)
const near = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, joint) => Math.abs(value - (b[joint] as number)) <= slack(joint))
/** An arm that is taken where it is, is taken where it was last read. */
const LAST_READ = 5 * TICK

const seen = { frames: 0, moving: 0, afterStop: 0, teleop: 0 }

async function play(happenings: readonly Happening[], seed: number): Promise<void> {
  const wire = openVirtualWire(seed)
  const { arm, station } = wire
  await wire.connect()
  let commits = 0
  /** Where the arm was last sent when it was stopped; null while it isn't. */
  let stopped: { readonly from: number; readonly at: readonly number[] | null } | null = null
  let judged = 0

  async function happen(event: Happening): Promise<void> {
    switch (event.do) {
      case 'ticks':
        return wire.tick(event.count, event.watched)
      case 'stall':
        return wire.stall(event.milliseconds)
      case 'ui':
        return wire.ui(uiToRobot.parse(event.message))
      case 'torque':
        // As the robot host does: see `moving` of the station's slot.
        if (mayMove(station.motion()) || station.motion().phase.kind === 'teleop') return
        await (event.on ? wire.torqueOn() : wire.torqueOff())
        return
      case 'dead':
      case 'revive':
        return arm.bus.servo(event.motor).setDead(event.do === 'dead')
      case 'clear':
        if (arm.bus.servo(event.motor).listens) {
          const { bus } = arm
          bus.receive(Uint8Array.of(0xff, 0xff, event.motor, 2, 8, ~(event.motor + 10) & 0xff), wire.now())
        }
        return wire.stall(900)
      case 'trip':
        return arm.bus.servo(event.motor).trip(event.cause)
      case 'push':
        return arm.bus.servo(event.motor).motor.push(event.torque)
      case 'power':
        return arm.bus.setPower(event.on, wire.now())
      case 'line':
        return wire.setSilent(event.silent)
      case 'faults': {
        const { do: _, ...plan } = event
        return arm.bus.setFaults(plan)
      }
      case 'commit':
        return wire.policy({
          type: 'commit',
          chunk: {
            epoch: Math.max(0, station.motion().epoch + event.epochOffset),
            episode: station.run().episode,
            prediction: commits++,
            observationNanos: wire.now(),
            committedNanos: wire.now(),
            actions: [...event.actions],
            horizon: event.actions.length,
            human: false
          }
        })
      default:
        assertNever(event)
    }
  }

  wire.policy({ type: 'ready', controlRateHz: 10 })
  for (const event of happenings) {
    const last = wire.commands.at(-1)?.position ?? null
    await happen(event)
    const isStopped = station.motion().phase.kind === 'stopped'
    if (isStopped && stopped === null) stopped = { from: wire.now(), at: last }
    if (!isStopped) stopped = null
    for (; judged < wire.frames.length; judged++) judge(wire, judged, stopped)
    if (station.motion().phase.kind === 'teleop') seen.teleop += 1
  }
}

function judge(
  wire: VirtualWire,
  index: number,
  stopped: { readonly from: number; readonly at: readonly number[] | null } | null
): void {
  const frame = wire.frames[index] as GoalFrame
  const before = wire.frames[index - 1] ?? null
  if (frame.isTorqueOn) return
  seen.frames += 1
  const because = wire.commands.findLast(
    ({ nanos, position }) => nanos <= frame.nanos && near(position, frame.position)
  )
  if (!because) expect.fail(`nobody asked for the goals ${frame.position.join(' ')}`)
  const age = frame.nanos - because.nanos
  if (age > TICK + 1) expect.fail(`goals went out ${age / 1e6} ms after they were asked for`)
  const reading = wire.readings.findLast(
    ({ nanos, position }) => nanos <= frame.nanos && near(position, frame.position)
  )
  const isWhereItIs = reading !== undefined && frame.nanos - reading.nanos <= LAST_READ
  spec.joints.forEach((joint, at) => {
    const value = frame.position[at] as number
    const free = slack(at)
    const actual = frame.actual[at] as number
    const last = before ? (before.position[at] as number) : actual
    if (last !== value) seen.moving += 1
    const low = Math.min(joint.min, last) - free
    const high = Math.max(joint.max, last) + free
    if (!isWhereItIs && !(value >= low && value <= high))
      expect.fail(`${joint.name} was sent to ${value}, outside its limits`)
    const ticks = Math.max(1, (frame.nanos - (before?.nanos ?? 0)) / TICK + 1)
    const allowed = (joint.maxVelocityPerSec / spec.loopRateHz) * ticks + 2 * free
    if (!isWhereItIs && Math.abs(value - last) > allowed)
      expect.fail(`${joint.name} was sent from ${last} to ${value} in ${ticks} ticks, being at ${actual}`)
  })
  if (stopped === null || frame.nanos <= stopped.from) return
  seen.afterStop += 1
  if (
    stopped.at &&
    !near(frame.position, stopped.at) &&
    !isWhereItIs &&
    before &&
    !near(frame.position, before.position)
  )
    expect.fail(`the arm was sent elsewhere after a stop: ${frame.position.join(' ')}`)
}

test('no command outside limits, none too fast, none after a stop and none stale reaches the wire, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(burst, { minLength: 5, maxLength: 25 }).map((bursts) => bursts.flat()),
      fc.nat(1000),
      (happenings, seed) => play([...repair, ...happenings], seed)
    ),
    { numRuns: 60 }
  )
  expect(seen.frames).toBeGreaterThan(1000)
  expect(seen.moving).toBeGreaterThan(1000)
  expect(seen.afterStop).toBeGreaterThan(100)
  expect(seen.teleop).toBeGreaterThan(20)
}, 120_000)

test('a command that grew old behind silent motors while the process stood still is not sent', async () => {
  const wire = openVirtualWire(1)
  await wire.connect()
  await wire.tick(5)
  expect(await wire.torqueOn()).toBe(true)
  wire.ui({ type: 'takeOver', source: 'keyboard', mode: 'match' })
  const rates = { kind: 'joint', joint: 'shoulder_pan', rate: 1 } as const
  for (let tick = 0; tick < 10; tick++) {
    wire.ui({ type: 'drive', source: 'keyboard', rates, inputNanos: 0 })
    await wire.tick(1)
  }
  for (const id of [1, 2, 3, 4, 5, 6]) wire.arm.bus.servo(id).setDead(true)
  const before = wire.frames.length
  // The first one's reading is still waited for when the second one's command comes.
  for (let tick = 0; tick < 2; tick++) {
    wire.ui({ type: 'drive', source: 'keyboard', rates, inputNanos: 0 })
    await wire.tick(1)
  }
  const last = wire.commands.at(-1)
  await wire.stall(2000)
  const late = wire.frames.slice(before).filter(({ nanos }) => nanos - (last?.nanos ?? 0) > TICK)
  expect(last && wire.now() - last.nanos).toBeGreaterThan(TICK)
  expect(late).toEqual([])
})

test.each([1, -1])('stopped while a person drives, not one goal more goes out (%i)', async (rate) => {
  const wire = openVirtualWire(1)
  await wire.connect()
  await wire.tick(5)
  expect(await wire.torqueOn()).toBe(true)
  wire.ui({ type: 'takeOver', source: 'keyboard', mode: 'match' })
  const rates = { kind: 'joint', joint: 'shoulder_pan', rate } as const
  for (let tick = 0; tick < 30; tick++) {
    wire.ui({ type: 'drive', source: 'keyboard', rates, inputNanos: 0 })
    await wire.tick(1)
  }
  const [before, last] = wire.frames.slice(-2)
  expect(last?.position[0]).not.toBe(before?.position[0])
  const count = wire.frames.length
  wire.ui({ type: 'stop', reason: 'test' })
  await wire.tick(20)
  const after = wire.frames.slice(count)
  expect(after.length).toBeGreaterThan(10)
  for (const { position } of after) expect(position).toEqual(last?.position)
})
