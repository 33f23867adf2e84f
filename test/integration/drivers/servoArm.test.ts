import { afterEach, describe, expect, test } from 'vitest'
import { parseCalibration } from '@shared/domain/calibration'
import { openSerial } from '../../../src/main/transports/serial'
import { openArm, type OpenArm } from '../../emulators/arms'
import { so101Calibration } from '../../emulators/arms/so101'
import { builtInRobot, driveArms, positionOf, realNanos, valueOf, tickUntil, type DrivenArm } from './openArm'

/** An SO-101 on the wire: the emulator behind a pty, the real serialport, our codec, bus and driver. */

/** As its file says it. */
const calibration = valueOf(parseCalibration(JSON.stringify(so101Calibration('follower')), 'follower.json'))

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

async function follower(options: Parameters<typeof openArm>[1] = {}): Promise<OpenArm & DrivenArm> {
  const opened = openArm('so101-follower', options)
  toClose.push(() => opened.pty.close())
  const driven = await driveArms('so101-follower', [opened], calibration)
  toClose.push(() => driven.close())
  return { ...opened, ...driven }
}

const connected = async (options?: Parameters<typeof openArm>[1]): Promise<OpenArm & DrivenArm> => {
  const arm = await follower(options)
  expect(await arm.driver.connect(realNanos())).toEqual({ ok: true, value: undefined })
  return arm
}

/** Instruction bytes that the driver has sent. */
const instructions = ({ pty }: OpenArm): number[] =>
  pty.log.entries.filter(({ from }) => from === 'host').map(({ bytes }) => bytes[4] ?? 0)

const WRITES = [0x03, 0x04, 0x05, 0x83]
const requests = ({ buses }: DrivenArm): number => buses[0]?.counters().requests ?? 0

test('connecting only reads, and tells where the arm is', async () => {
  const arm = await connected()
  expect(instructions(arm).filter((instruction) => WRITES.includes(instruction))).toEqual([])
  expect(arm.driver.torque()).toBe('off')
  const [pan, lift] = await positionOf(arm)
  // The folded arm: shoulder lift rests at the lower end of its calibrated range.
  const [panJoint, liftJoint] = builtInRobot('so101-follower').joints
  expect(pan).toBeCloseTo((panJoint?.centre ?? NaN) + ((2047 - 2082.5) / 4095) * 2 * Math.PI, 2)
  expect(Math.abs((lift ?? NaN) - (liftJoint?.centre ?? NaN))).toBeCloseTo((1195 / 4095) * 2 * Math.PI, 1)
  const telemetry = arm.driver.telemetry()
  expect(telemetry.map(({ joint }) => joint)).toEqual(arm.arm.motors.map(({ name }) => name))
  expect(telemetry[0]).toMatchObject({ alarms: [], volts: expect.any(Number) })
  expect(telemetry[0]?.volts).toBeGreaterThan(4)
  expect(telemetry[0]?.celsius).toBeGreaterThan(10)
})

test('without torque no goal goes out, and the loop is told', async () => {
  const arm = await connected()
  const present = await positionOf(arm)
  const written = arm.driver.write(
    { position: present.map((value) => value + 0.1), settles: false },
    realNanos()
  )
  expect(written).toMatchObject({ ok: false, error: { code: 'torqueOff' } })
  const before = requests(arm)
  await tickUntil(
    (now) => arm.driver.read(now),
    () => requests(arm) > before + 2
  )
  expect(instructions(arm).filter((instruction) => WRITES.includes(instruction))).toEqual([])
})

test('torque comes without a jerk, then the arm follows', async () => {
  const arm = await connected()
  const before = await positionOf(arm)
  expect(await arm.driver.torqueOn()).toEqual({ ok: true, value: undefined })
  const after = await positionOf(arm)
  expect(after).toEqual(before.map((value) => expect.closeTo(value, 1)))

  const target = before.map((value, joint) => (joint === 0 ? value + 0.3 : value))
  let pan = Number.NaN
  await tickUntil(
    (now) => {
      const read = arm.driver.read(now)
      if (read.ok) pan = read.value.position[0] ?? Number.NaN
      arm.driver.write({ position: target, settles: false }, now)
    },
    () => Math.abs(pan - (target[0] ?? NaN)) < 0.03
  )
  expect(await arm.driver.torqueOff()).toEqual({ ok: true, value: undefined })
  expect(arm.driver.torque()).toBe('off')
})

describe('what goes wrong', () => {
  test('a motor that is silent from the beginning is named, and nothing is connected', async () => {
    const arm = await follower()
    arm.pty.use((bus) => bus.servo(3).setDead(true))
    const result = await arm.driver.connect(realNanos())
    expect(result).toMatchObject({ ok: false, error: { code: 'motorSilent' } })
    expect(result.ok ? '' : result.error.message).toContain('elbow_flex (3)')
    expect(arm.driver.read(realNanos())).toMatchObject({ error: { code: 'notConnected' } })
  })

  test('a motor that dies is named; it is back when it answers again', async () => {
    const arm = await connected()
    const failure = () => {
      const state = arm.driver.read(realNanos())
      return state.ok ? null : state.error.message
    }
    arm.pty.use((bus) => bus.servo(5).setDead(true))
    await tickUntil(failure, () => failure()?.includes('wrist_roll (5) does not answer') === true)
    arm.pty.use((bus) => bus.servo(5).setDead(false))
    await tickUntil(failure, () => failure() === null)
  })

  test('a pulled cable ends the connection by name; it is found again under its new number', async () => {
    const arm = await connected()
    const failure = () => {
      const state = arm.driver.read(realNanos())
      return state.ok ? null : state.error.code
    }
    const old = arm.pty.devicePath
    arm.pty.unplug()
    await tickUntil(failure, () => failure() === 'cableLost')
    expect(arm.pty.replug()).not.toBe(old)
    const again = await driveArms('so101-follower', [arm], calibration)
    toClose.push(() => again.close())
    expect(await again.driver.connect(realNanos())).toMatchObject({ ok: true })
  })

  test('corrupted, split and dropped packets cost retries, not positions', async () => {
    const arm = await connected()
    const truth = await positionOf(arm)
    arm.pty.use((bus) => bus.setFaults({ corrupt: 0.05, split: 0.05, drop: 0.02, garbage: 0.05 }))
    const before = requests(arm)
    await tickUntil(
      (now) => {
        const state = arm.driver.read(now)
        if (!state.ok) return
        state.value.position.forEach((value, joint) => expect(value).toBeCloseTo(truth[joint] ?? NaN, 1))
      },
      () => requests(arm) > before + 150
    )
    expect(arm.buses[0]?.counters().retries).toBeGreaterThan(0)
  })

  test('an overloaded motor says so', async () => {
    const arm = await connected()
    arm.pty.use((bus) => bus.servo(4).trip('overload'))
    const alarms = () => arm.driver.telemetry().filter((motor) => motor.alarms.length > 0)
    await tickUntil(
      (now) => arm.driver.read(now),
      () => alarms().length > 0
    )
    expect(alarms()).toMatchObject([{ joint: 'wrist_flex', alarms: ['overload'] }])
  })

  test('ports that are not there or are taken say what to do', async () => {
    const events = { onBytes: () => undefined, onLost: () => undefined }
    expect(await openSerial({ path: '/dev/depthdeck-none', baud: 1_000_000 }, events)).toMatchObject({
      error: { code: 'portMissing' }
    })
    const arm = await follower()
    const path = arm.pty.devicePath ?? ''
    expect(await openSerial({ path, baud: 1_000_000 }, events)).toMatchObject({ error: { code: 'portBusy' } })
  })
})
