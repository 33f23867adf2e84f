import {
  radiansToTicks,
  ratioToTicks,
  reversedByDriver,
  ticksToRadians,
  ticksToRatio,
  type MotorBus
} from '@shared/domain/calibratedUnits'
import type { Calibration } from '@shared/domain/calibration'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { MotorSpec, RobotJoint } from '@shared/domain/robot'
import { prefixed, type RobotArm } from '@shared/domain/robotSpecFile'
import type { JointMotor, ServoJoint } from '../drivers/servoGroup'

/**
 * The joints of one arm as its driver needs them: every motor's ticks in rad, or as a gripper's opening, by the arm's
 * calibration. Faults: `notCalibrated` with the motors that the calibration doesn't know; `noMotors` in the simulator.
 */
export function calibratedJoints(
  { instance, spec }: RobotArm,
  calibration: Calibration,
  /** Index of the arm's bus among the robot's. */
  bus: number
): Result<readonly ServoJoint[], Fault> {
  const fault = (code: string, message: string, tip: string): Fault => ({
    severity: 'high',
    source: 'robot',
    code,
    message: `${spec.title}: ${message}`,
    tip
  })
  if (spec.driver === 'sim') return err(fault('noMotors', 'it is simulated', 'Choose a robot with motors.'))
  const { driver } = spec
  const unknown = spec.joints
    .flatMap(({ motors }) => motors.map(({ name }) => name))
    .filter((name) => calibration[name] === undefined)
  if (unknown.length > 0)
    return err(fault('notCalibrated', `the calibration has no ${unknown.join(', ')}`, 'Calibrate this arm.'))

  const joints: ServoJoint[] = []
  for (const joint of spec.joints) {
    const motors = commandedFirst(joint.motors).map((motor) => ({
      name: prefixed(instance, motor.name),
      bus,
      id: motor.id,
      ...scaleOf(joint, motor, calibration, driver)
    }))
    const [first, ...others] = motors
    if (first === undefined)
      return err(fault('noMotors', `${joint.name} has no motor`, 'Correct the robot’s file.'))
    joints.push({ name: prefixed(instance, joint.name), motors: [first, ...others] })
  }
  return ok(joints)
}

const commandedFirst = (motors: readonly MotorSpec[]): readonly MotorSpec[] => [
  ...motors.filter(({ follows }) => follows === null),
  ...motors.filter(({ follows }) => follows !== null)
]

function scaleOf(
  { kind, centre }: RobotJoint,
  { name, reversed }: MotorSpec,
  calibration: Calibration,
  driver: MotorBus
): Pick<JointMotor, 'toTicks' | 'toValue'> {
  const range = calibration[name]
  if (range === undefined) throw new RangeError(`${name} is not calibrated`)
  if (kind === 'gripper') {
    const mirrored = reversedByDriver(driver, range)
    return {
      toTicks: (opening) => ratioToTicks(opening, range, mirrored),
      toValue: (ticks) => ticksToRatio(ticks, range, mirrored)
    }
  }
  // Dynamixel motors turn around themselves (Drive_Mode).
  const mirrored = driver === 'feetech' && reversed
  return {
    toTicks: (radians) => radiansToTicks(radians, range, centre, mirrored),
    toValue: (ticks) => ticksToRadians(ticks, range, centre, mirrored)
  }
}
