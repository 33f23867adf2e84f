import type { Calibration } from '@shared/domain/calibration'
import { findPort, type ConnectRequest, type MotorReading, type PortInfo } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import { armsOf, prefixed, type RobotArm } from '@shared/domain/robotSpecFile'
import { openBusLine, type BusLine, type BusLineOptions } from '../drivers/busLine'
import { createServoArm, type ServoArm } from '../drivers/servoArm'
import type { ServoJoint } from '../drivers/servoGroup'
import { calibratedJoints } from './calibratedJoints'
import { calibrationId, findCalibration } from './calibrationFiles'

/** Opens the lines of a robot and only reads: who is there, and where everything is. */

export interface OpenRobotOptions extends Pick<BusLineOptions, 'nowNanos' | 'later' | 'patienceMillis'> {
  readonly spec: RobotSpec
  readonly request: ConnectRequest
  readonly ports: readonly PortInfo[]
  /** LeRobot's folder of calibrations. */
  readonly calibrationRoot: string
}

/** One arm of an open robot, on its line. */
export interface OpenArm {
  readonly arm: RobotArm
  /** Index of its line. */
  readonly line: number
  /** null: it was never calibrated; its positions mean nothing then. */
  readonly calibration: { readonly file: string; readonly motors: Calibration } | null
  readonly joints: readonly ServoJoint[]
}

export interface OpenRobot {
  readonly driver: ServoArm
  readonly lines: readonly BusLine[]
  readonly arms: readonly OpenArm[]
  close(): Promise<void>
}

/**
 * Faults: `unknownBus` where the request lacks a port, `portAway` when the adapter isn't plugged in, those of
 * `openSerial`, `findCalibration` and of the driver's first reading. Nothing stays open after a fault.
 */
export async function openRobot(options: OpenRobotOptions): Promise<Result<OpenRobot, Fault>> {
  const { spec } = options
  const arms = armsOf(spec)
  const buses = [...new Set(arms.map(({ instance }) => instance.bus ?? ''))]
  const lines: BusLine[] = []
  const close = async (): Promise<void> => {
    for (const line of lines) await line.close()
  }
  const closing = async (fault: Fault): Promise<Result<never, Fault>> => {
    await close()
    return err(fault)
  }

  for (const bus of buses) {
    const opened = await openLine(options, bus)
    if (!opened.ok) return closing(opened.error)
    lines.push(opened.value)
  }
  const open: OpenArm[] = []
  for (const arm of arms) {
    const line = buses.indexOf(arm.instance.bus ?? '')
    const found = await calibrationOf(options, arm)
    if (!found.ok) return closing(found.error)
    const own = calibratedJoints(arm, found.value?.motors ?? nominalCalibration(spec), line)
    if (!own.ok) return closing(own.error)
    open.push({ arm, line, calibration: found.value, joints: own.value })
  }
  const driver = createServoArm({
    title: spec.title,
    buses: lines.map(({ bus, family }, index) => ({ bus, family, title: lineTitle(spec, buses[index]) })),
    joints: open.flatMap((arm) => arm.joints),
    loopRateHz: spec.loopRateHz,
    nowNanos: options.nowNanos
  })
  const connected = await driver.connect(options.nowNanos())
  if (!connected.ok) return closing(connected.error)
  return ok({
    driver,
    lines,
    arms: open,
    async close() {
      await driver.disconnect()
      await close()
    }
  })
}

async function openLine(
  { spec, request, ports, nowNanos, later, patienceMillis }: OpenRobotOptions,
  bus: string
): Promise<Result<BusLine, Fault>> {
  const wanted = request.ports[bus]
  if (!wanted)
    return err(fault('unknownBus', `${spec.title}: no port was chosen for its bus ${bus}`, 'Choose one.'))
  const port = findPort(ports, wanted)
  if (!port) {
    const name = wanted.serialNumber === null ? wanted.path : `with the serial number ${wanted.serialNumber}`
    return err(
      fault(
        'portAway',
        `${spec.title}: the adapter ${name} is not plugged in`,
        'Plug it in, into whichever socket, then reconnect.'
      )
    )
  }
  if (spec.driver === 'sim' || spec.baudRate === null)
    return err(fault('noMotors', `${spec.title}: it is simulated`, 'Choose a robot with motors.'))
  return openBusLine({
    path: port.path,
    baud: spec.baudRate,
    family: spec.driver,
    nowNanos,
    later,
    ...(patienceMillis !== undefined && { patienceMillis })
  })
}

async function calibrationOf(
  { spec, request, calibrationRoot }: OpenRobotOptions,
  { instance }: RobotArm
): Promise<Result<OpenArm['calibration'], Fault>> {
  if (spec.lerobot === null) return ok(null)
  const id = calibrationId(request.id, instance)
  const found = await findCalibration({ root: calibrationRoot, lerobot: spec.lerobot, id })
  if (!found.ok) return found
  return ok(found.value && { file: found.value.file, motors: found.value.calibration })
}

/** Enough to read an arm that was never calibrated: the middle of every motor's turn is the middle of its range. */
export const nominalCalibration = (spec: Pick<RobotSpec, 'joints'>): Calibration =>
  Object.fromEntries(
    spec.joints.flatMap(({ motors }) =>
      motors.map(({ name, id }) => [
        name,
        { id, drive_mode: 0, homing_offset: 0, range_min: 0, range_max: 4095 }
      ])
    )
  )

const lineTitle = (spec: RobotSpec, bus: string | undefined): string =>
  spec.arms.length === 1 ? spec.title : `${bus ?? ''} arm`

/** Every motor as last read; positions only where they mean something. */
export function readingsOf({ driver, arms }: Pick<OpenRobot, 'driver' | 'arms'>): readonly MotorReading[] {
  const motors = new Map(
    arms.flatMap(({ arm, joints, calibration }) => {
      const models = new Map(
        arm.spec.joints.flatMap((joint) =>
          joint.motors.map(({ name, model }) => [prefixed(arm.instance, name), model] as const)
        )
      )
      return joints.flatMap(({ motors }) =>
        motors.map(
          (motor) =>
            [
              motor.name,
              { model: models.get(motor.name) ?? null, toValue: calibration && motor.toValue }
            ] as const
        )
      )
    })
  )
  return driver.telemetry().map(({ bus: _, alarms, ...report }) => ({
    ...report,
    alarms: [...alarms],
    model: motors.get(report.motor)?.model ?? null,
    position: motors.get(report.motor)?.toValue?.(report.ticks) ?? null
  }))
}

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'high',
  source: 'robot',
  code,
  message,
  tip
})
