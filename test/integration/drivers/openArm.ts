import { NANOS_PER_MILLI } from '@shared/units'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Calibration } from '@shared/domain/calibration'
import type { Fault } from '@shared/domain/fault'
import type { Result } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import { armsOf, parseRobotSpec } from '@shared/domain/robotSpecFile'
import { calibratedJoints } from '../../../src/main/robot/calibratedJoints'
import { createServoArm, type ServoArm } from '../../../src/main/drivers/servoArm'
import { createServoBus, type ServoBus } from '../../../src/main/drivers/servoBus'
import { SERVO_FAMILIES } from '../../../src/main/drivers/servoFamily'
import { openSerial } from '../../../src/main/transports/serial'
import type { ByteTransport } from '../../../src/main/transports/transport'
import type { OpenArm } from '../../emulators/arms'

/** An emulated arm as the app has it: our driver, our bus and the real serialport over its pty. */
export interface DrivenArm {
  readonly driver: ServoArm
  readonly buses: readonly ServoBus[]
  close(): Promise<void>
}

export const realNanos = (): number => Number(process.hrtime.bigint())

const ROBOTS = resolve(import.meta.dirname, '../../../resources/robots')

export function valueOf<T>(result: Result<T, Fault>): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

export const builtInRobot = (name: string): RobotSpec =>
  valueOf(parseRobotSpec(readFileSync(resolve(ROBOTS, `${name}.json`), 'utf8'), name))

async function openBus({ arm, pty }: OpenArm): Promise<{ bus: ServoBus; transport: ByteTransport }> {
  let bus: ServoBus | null = null
  const transport = valueOf(
    await openSerial(
      { path: pty.path, baud: arm.baud },
      { onBytes: (bytes) => bus?.receive(bytes), onLost: (message) => bus?.lost(message) }
    )
  )
  bus = createServoBus({
    protocol: SERVO_FAMILIES[arm.protocol].protocol,
    transport,
    baud: arm.baud,
    nowNanos: realNanos,
    later(millis, callback) {
      const timer = setTimeout(callback, millis)
      return () => clearTimeout(timer)
    },
    // A busy machine's scheduler is no silent motor.
    patienceMillis: 60
  })
  return { bus, transport }
}

/** The robot of that name on these arms, the first on its first bus. */
export async function driveArms(
  robot: string,
  opened: readonly OpenArm[],
  calibration: Calibration
): Promise<DrivenArm> {
  const spec = builtInRobot(robot)
  const lines = await Promise.all(opened.map(openBus))
  const driver = createServoArm({
    title: spec.title,
    buses: opened.map(({ arm }, index) => {
      const line = lines[index]
      if (line === undefined) throw new Error('no line')
      return { bus: line.bus, family: SERVO_FAMILIES[arm.protocol], title: arm.name }
    }),
    joints: armsOf(spec).flatMap((arm, index) => valueOf(calibratedJoints(arm, calibration, index))),
    loopRateHz: spec.loopRateHz,
    nowNanos: realNanos
  })
  return {
    driver,
    buses: lines.map(({ bus }) => bus),
    async close() {
      await driver.disconnect()
      for (const { transport } of lines) await transport.close()
    }
  }
}

/** Plays the loop, a tick every few milliseconds, until something is so. */
export async function tickUntil(tick: (nowNanos: number) => void, done: () => boolean): Promise<void> {
  const giveUp = realNanos() + 20_000 * NANOS_PER_MILLI
  while (!done()) {
    if (realNanos() > giveUp) throw new Error('It did not come to be so')
    tick(realNanos())
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Where the arm is. A reading may be late on a busy machine: then the next one counts. */
export async function positionOf({ driver }: DrivenArm): Promise<readonly number[]> {
  let position: readonly number[] | null = null
  await tickUntil(
    (now) => {
      const state = driver.read(now)
      if (state.ok) position = state.value.position
    },
    () => position !== null
  )
  return position ?? []
}
