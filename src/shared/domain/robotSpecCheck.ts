import { motorModel } from './motorModels'
import type { RobotJoint, RobotSpec } from './robot'

/** What a schema can't say about a robot spec: numbers and names that contradict each other. */

export interface SpecProblem {
  readonly code:
    | 'minNotBelowMax'
    | 'outsideLimits'
    | 'jumpBelowTick'
    | 'fasterThanMotor'
    | 'gripperNotRatio'
    | 'severalGrippers'
    | 'duplicateName'
    | 'duplicateMotorId'
    | 'unknownMotorModel'
    | 'motorOfAnotherBus'
    | 'noCommandedMotor'
    | 'unknownMotor'
    | 'missingBus'
    | 'missingBaudRate'
    | 'missingThresholds'
    | 'unknownJoint'
    | 'jointNotInChain'
    | 'axisNotUnit'
    | 'armsNeedPrefixes'
  /** Inside the file: `joints[2].max`. */
  readonly path: string
  /** What is wrong and what would be right. */
  readonly message: string
}

type Report = (code: SpecProblem['code'], path: string, message: string) => void

const AXIS_TOLERANCE = 1e-6

/** Names that occur a second time, with the index of that. */
const repeated = (names: readonly string[]): (readonly [string, number])[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [[name, index] as const] : []))

/** Everything that is wrong, in the order of the file; empty for a sound spec. */
export function specProblems(spec: RobotSpec): readonly SpecProblem[] {
  const problems: SpecProblem[] = []
  const report: Report = (code, path, message) => problems.push({ code, path, message })
  checkArms(spec, report)
  checkWorkspace(spec, report)
  spec.joints.forEach((joint, index) => checkJoint(spec, joint, `joints[${index}]`, report))
  checkNames(spec, report)
  checkMotors(spec, report)
  checkGeometry(spec, report)
  checkThresholds(spec, report)
  return problems
}

function checkArms({ arms, driver, baudRate }: RobotSpec, report: Report): void {
  arms.forEach(({ prefix, bus }, index) => {
    if (arms.length > 1 && prefix === '') {
      report(
        'armsNeedPrefixes',
        `arms[${index}].prefix`,
        'several arms need a prefix each, such as left and right'
      )
    }
    if (driver !== 'sim' && bus === null) {
      report('missingBus', `arms[${index}].bus`, `driver ${driver} needs the name of a bus`)
    }
  })
  for (const [prefix, index] of repeated(arms.map((arm) => arm.prefix))) {
    if (prefix !== '')
      report('duplicateName', `arms[${index}].prefix`, `another arm is called ${prefix} already`)
  }
  // Every arm has the same motors, so two on one bus share every id.
  for (const [bus, index] of repeated(arms.map((arm, at) => arm.bus ?? `none ${at}`))) {
    report('duplicateMotorId', `arms[${index}].bus`, `motors of two arms would share ids on bus ${bus}`)
  }
  if (driver !== 'sim' && baudRate === null) {
    report('missingBaudRate', 'baudRate', `driver ${driver} needs a baud rate, usually 1000000`)
  }
}

function checkWorkspace({ workspace }: RobotSpec, report: Report): void {
  workspace.min.forEach((min, axis) => {
    const max = workspace.max[axis] as number
    if (!(min < max))
      report('minNotBelowMax', `workspace.min[${axis}]`, `${min} is not below the maximum ${max}`)
  })
}

function checkJoint(spec: RobotSpec, joint: RobotJoint, path: string, report: Report): void {
  const { min, max, maxVelocityPerSec, maxJump, motors } = joint
  if (!(min < max)) report('minNotBelowMax', `${path}.min`, `${min} is not below the maximum ${max}`)
  for (const field of ['home', 'rest', 'centre'] as const) {
    const value = joint[field]
    if (value < min || value > max) {
      report('outsideLimits', `${path}.${field}`, `${value} is not within the limits ${min} … ${max}`)
    }
  }
  const perTick = maxVelocityPerSec / spec.loopRateHz
  if (maxJump < perTick) {
    report(
      'jumpBelowTick',
      `${path}.maxJump`,
      `${maxJump} is less than one tick at full speed (${perTick.toPrecision(3)}): every fast command would be rejected`
    )
  }
  if (joint.kind === 'gripper' && (min !== 0 || max !== 1)) {
    report('gripperNotRatio', `${path}.min`, 'a gripper goes from 0 (closed) to 1 (open)')
  }
  const slowest = Math.min(...motors.map(({ noLoadRadPerSec }) => noLoadRadPerSec))
  const range = joint.gripperRange
  const radPerUnit = joint.kind === 'gripper' ? (range ? Math.abs(range.openRad - range.closedRad) : 0) : 1
  if (maxVelocityPerSec * radPerUnit > slowest) {
    report(
      'fasterThanMotor',
      `${path}.maxVelocityPerSec`,
      `its motor turns no faster than ${slowest} rad/s without load`
    )
  }
}

function checkNames({ joints }: RobotSpec, report: Report): void {
  for (const [name, index] of repeated(joints.map((joint) => joint.name))) {
    report('duplicateName', `joints[${index}].name`, `another joint is called ${name} already`)
  }
  const grippers = joints.flatMap(({ kind }, index) => (kind === 'gripper' ? [index] : []))
  for (const index of grippers.slice(1)) {
    report('severalGrippers', `joints[${index}].kind`, 'an arm has one gripper at most')
  }
}

function checkMotors({ joints, driver }: RobotSpec, report: Report): void {
  const all = joints.flatMap(({ motors }, joint) =>
    motors.map((motor, index) => ({ motor, path: `joints[${joint}].motors[${index}]` }))
  )
  for (const [name, index] of repeated(all.map(({ motor }) => motor.name))) {
    report('duplicateName', `${all[index]?.path}.name`, `another motor is called ${name} already`)
  }
  for (const [id, index] of repeated(all.map(({ motor }) => String(motor.id)))) {
    report('duplicateMotorId', `${all[index]?.path}.id`, `another motor on this bus has id ${id} already`)
  }
  for (const { motor, path } of all) {
    const model = motorModel(motor.model)
    if (!model)
      report('unknownMotorModel', `${path}.model`, `${motor.model} is no model that Depthdeck knows`)
    else if (model.driver !== driver) {
      report(
        'motorOfAnotherBus',
        `${path}.model`,
        `${motor.model} speaks ${model.driver}, the robot ${driver}`
      )
    }
  }
  joints.forEach(({ name, motors }, joint) => {
    const commanded = motors.filter(({ follows }) => follows === null).map((motor) => motor.name)
    if (commanded.length !== 1 && driver !== 'sim') {
      report(
        'noCommandedMotor',
        `joints[${joint}].motors`,
        `${name} needs exactly one motor that follows no other, it has ${commanded.length}`
      )
    }
    motors.forEach(({ follows }, index) => {
      if (follows === null || commanded.includes(follows)) return
      report(
        'unknownMotor',
        `joints[${joint}].motors[${index}].follows`,
        `${follows} is no motor of ${name} that could be followed`
      )
    })
  })
}

function checkGeometry({ joints, geometry }: RobotSpec, report: Report): void {
  const revolute = joints.filter(({ kind }) => kind === 'revolute').map(({ name }) => name)
  if (geometry.kind === 'verticalTool') {
    if (revolute.length !== 4)
      report('jointNotInChain', 'geometry.kind', 'a vertical-tool arm has 4 revolute joints')
    return
  }
  const used = geometry.links.map(({ joint }) => joint)
  geometry.links.forEach(({ joint, axis }, index) => {
    const path = `geometry.links[${index}]`
    if (!revolute.includes(joint)) {
      report(
        'unknownJoint',
        `${path}.joint`,
        `${joint} is no revolute joint; there are ${revolute.join(', ')}`
      )
    }
    if (Math.abs(Math.hypot(...axis) - 1) > AXIS_TOLERANCE) {
      report('axisNotUnit', `${path}.axis`, 'an axis is a vector of length 1, such as [0, 0, 1]')
    }
  })
  for (const [joint, index] of repeated(used)) {
    report('duplicateName', `geometry.links[${index}].joint`, `${joint} is in the chain already`)
  }
  joints.forEach(({ name, kind }, index) => {
    if (kind === 'gripper' || used.includes(name)) return
    report(
      'jointNotInChain',
      `joints[${index}].name`,
      `${name} is not in the kinematic chain (geometry.links)`
    )
  })
}

function checkThresholds({ joints, thresholds }: RobotSpec, report: Report): void {
  const models = new Set(joints.flatMap(({ motors }) => motors.map(({ model }) => model)))
  for (const model of models) {
    const limits = thresholds[model]
    const path = `thresholds.${model}`
    if (!limits) {
      report('missingThresholds', path, `motors of this model need temperature, supply and load thresholds`)
      continue
    }
    const { temperatureCelsius, supplyVolts, loadFraction } = limits
    for (const [name, { warn, hold }] of Object.entries({ temperatureCelsius, loadFraction })) {
      if (!(warn < hold))
        report('minNotBelowMax', `${path}.${name}.warn`, `${warn} is not below ${hold}, where it holds`)
    }
    if (!(supplyVolts.min < supplyVolts.max)) {
      report(
        'minNotBelowMax',
        `${path}.supplyVolts.min`,
        `${supplyVolts.min} is not below ${supplyVolts.max}`
      )
    }
  }
}
