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
import { SERVO_FAMILIES, type ServoFamilyName } from '../../../src/main/drivers/servoFamily'
import { openSerial } from '../../../src/main/transports/serial'
import type { OpenArm } from '../../emulators/arms'

/** An emulated arm as the app has it: our driver, our bus and the real serialport over its pty. */
export interface DrivenArm {
  readonly driver: ServoArm
  readonly bus: ServoBus
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

export async function driveArm(
  { arm, pty }: OpenArm,
  family: ServoFamilyName,
  calibration: Calibration
): Promise<DrivenArm> {
  const spec = builtInRobot(arm.name)
  const joints = armsOf(spec).flatMap((each, index) => valueOf(calibratedJoints(each, calibration, index)))
  let bus: ServoBus | null = null
  const opened = await openSerial(
    { path: pty.path, baud: arm.baud },
    { onBytes: (bytes) => bus?.receive(bytes), onLost: (message) => bus?.lost(message) }
  )
  const transport = valueOf(opened)
  const created = createServoBus({
    protocol: SERVO_FAMILIES[family].protocol,
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
  bus = created
  const driver = createServoArm({
    title: spec.title,
    buses: [{ bus: created, family: SERVO_FAMILIES[family], title: 'arm' }],
    joints,
    loopRateHz: spec.loopRateHz,
    nowNanos: realNanos
  })
  return {
    driver,
    bus: created,
    async close() {
      await driver.disconnect()
      await transport.close()
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
