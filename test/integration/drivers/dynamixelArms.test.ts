import { afterEach, expect, test } from 'vitest'
import type { Calibration } from '@shared/domain/calibration'
import { openArm, type ArmName, type OpenArm } from '../../emulators/arms'
import { driveArms, positionOf, realNanos, tickUntil, type DrivenArm } from './openArm'

/** Koch and the ViperX pair on the wire: Protocol 2.0, two buses side by side, watchdogs in the motors. */

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** Ranges as the motors themselves have them. */
const calibrationOf = ({ arm, pty }: OpenArm): Calibration =>
  pty.use((bus) =>
    Object.fromEntries(
      arm.motors.map(({ id, name }) => [
        name,
        {
          id,
          drive_mode: 0,
          homing_offset: 0,
          range_min: bus.servo(id).peek('minPositionLimit'),
          range_max: bus.servo(id).peek('maxPositionLimit')
        }
      ])
    )
  )

async function connected(robot: string, names: readonly ArmName[]): Promise<DrivenArm & { arms: OpenArm[] }> {
  const arms = names.map((name) => openArm(name))
  toClose.push(() => arms.forEach(({ pty }) => pty.close()))
  const [first] = arms
  if (first === undefined) throw new Error('no arm')
  const driven = await driveArms(robot, arms, calibrationOf(first))
  toClose.push(() => driven.close())
  expect(await driven.driver.connect(realNanos())).toEqual({ ok: true, value: undefined })
  return { ...driven, arms }
}

/** Bytes after the header of every instruction packet. */
const instructions = ({ pty }: OpenArm): number[] =>
  pty.log.entries.filter(({ from }) => from === 'host').map(({ bytes }) => bytes[7] ?? 0)

const ticksOf = ({ pty }: OpenArm, id: number): number =>
  pty.use((bus) => bus.servo(id).peek('presentPosition'))

test('a Koch is read with one answer for all motors, and moves', async () => {
  const koch = await connected('koch-v1.1-follower', ['koch-follower'])
  const [arm] = koch.arms
  if (arm === undefined) throw new Error('no arm')
  expect(instructions(arm)).toContain(0x8a)
  expect(instructions(arm)).not.toContain(0x82)
  const before = await positionOf(koch)
  expect(await koch.driver.torqueOn()).toEqual({ ok: true, value: undefined })
  const startTicks = ticksOf(arm, 1)
  const target = before.map((value, joint) => (joint === 0 ? value + 0.2 : value))
  await tickUntil(
    (now) => {
      koch.driver.read(now)
      koch.driver.write({ position: target, settles: false }, now)
    },
    () => Math.abs(ticksOf(arm, 1) - startTicks) > 80
  )
  // XL430 motors tell their load, XL330 their current.
  const [pan, , elbow] = koch.driver.telemetry()
  expect([pan?.loadFraction === null, pan?.amperes === null]).toEqual([false, true])
  expect([elbow?.loadFraction === null, elbow?.amperes === null]).toEqual([true, false])
})

test('two ViperX arms are one robot of eighteen motors on two buses', async () => {
  const pair = await connected('viperx-300-pair', ['viperx-left', 'viperx-right'])
  expect(pair.driver.telemetry()).toHaveLength(18)
  expect(await positionOf(pair)).toHaveLength(14)
  expect(pair.driver.telemetry().map(({ motor }) => motor)).toContain('right_shoulder_shadow')
})

test('motors whose bus fell silent stop by themselves, and obey only after a deliberate new start', async () => {
  const koch = await connected('koch-v1.1-follower', ['koch-follower'])
  const [arm] = koch.arms
  if (arm === undefined) throw new Error('no arm')
  expect(await koch.driver.torqueOn()).toMatchObject({ ok: true })
  const struck = () => arm.pty.use((bus) => bus.servo(1).peek('busWatchdog')) === 0xff
  await tickUntil(() => undefined, struck)
  const position = koch.driver.telemetry().map(() => 0)
  const refused = koch.driver.write({ position: position.slice(0, 6), settles: false }, realNanos())
  expect(refused).toMatchObject({ ok: false, error: { code: 'watchdogStruck' } })
  expect(koch.driver.torque()).toBe('unknown')
  expect(await koch.driver.torqueOn()).toMatchObject({ ok: true })
  expect(struck()).toBe(false)
})
