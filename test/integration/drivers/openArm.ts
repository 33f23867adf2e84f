import { NANOS_PER_MILLI } from '@shared/units'
import { createServoArm, type JointMotor, type ServoArm } from '../../../src/main/drivers/servoArm'
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

const TICKS_PER_RADIAN = 4096 / (2 * Math.PI)

/** Uncalibrated: 0 rad is the middle of the motor's turn. */
const motorOf = (id: number, name: string): JointMotor => ({
  name,
  bus: 0,
  id,
  toTicks: (value) => 2048 + value * TICKS_PER_RADIAN,
  toValue: (ticks) => (ticks - 2048) / TICKS_PER_RADIAN
})

export async function driveArm(
  { arm, pty }: OpenArm,
  family: ServoFamilyName,
  loopRateHz = 50
): Promise<DrivenArm> {
  let bus: ServoBus | null = null
  const opened = await openSerial(
    { path: pty.path, baud: arm.baud },
    { onBytes: (bytes) => bus?.receive(bytes), onLost: (message) => bus?.lost(message) }
  )
  if (!opened.ok) throw new Error(opened.error.message)
  const created = createServoBus({
    protocol: SERVO_FAMILIES[family].protocol,
    transport: opened.value,
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
    title: arm.name,
    buses: [{ bus: created, family: SERVO_FAMILIES[family], title: 'arm' }],
    joints: arm.motors.map(({ id, name }) => ({ name, motors: [motorOf(id, name)] })),
    loopRateHz,
    nowNanos: realNanos
  })
  return {
    driver,
    bus: created,
    async close() {
      await driver.disconnect()
      await opened.value.close()
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
