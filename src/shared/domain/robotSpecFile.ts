import type { Fault } from './fault'
import { issueText, jsonFault, parseJson } from './jsonFile'
import { err, ok, type Result } from './result'
import { robotSpec, type ArmInstance, type RobotSpec } from './robot'
import { specProblems } from './robotSpecCheck'

/**
 * A robot spec from the text of a file. One fault names the file and everything that is wrong in it, each with
 * its path and in words; its code is `specNotJson`, `specShape` or `specContradiction`.
 */
export function parseRobotSpec(text: string, fileName: string): Result<RobotSpec, Fault> {
  const json = parseJson(text)
  if (!json.ok) return err(jsonFault('specNotJson', 'robot', fileName, json.error))
  const parsed = robotSpec.safeParse(json.value)
  if (!parsed.success) {
    return err(fault('specShape', fileName, parsed.error.issues.map(issueText)))
  }
  const problems = specProblems(parsed.data)
  if (problems.length === 0) return ok(parsed.data)
  return err(
    fault(
      'specContradiction',
      fileName,
      problems.map(({ code, path, message }) => `${path}: ${message} (${code})`)
    )
  )
}

const fault = (code: string, fileName: string, issues: readonly string[]): Fault => ({
  severity: 'high',
  source: 'robot',
  code,
  message: `Robot file ${fileName}: ${issues.join('; ')}`,
  tip: `Correct ${issues.length === 1 ? 'this' : `these ${issues.length} places`} in ${fileName} and reload. The files that come with Depthdeck show every field.`
})

/** An arm of a robot as a robot of its own, joints and motors still without prefix. */
export interface RobotArm {
  readonly instance: ArmInstance
  readonly spec: RobotSpec
}

/** The arms of a robot, in order; a robot of one arm is its own. */
export function armsOf(spec: RobotSpec): readonly RobotArm[] {
  return spec.arms.map((instance) => ({
    instance,
    spec: {
      ...spec,
      arms: [instance],
      title: instance.prefix === '' ? spec.title : `${spec.title}, ${instance.prefix}`
    }
  }))
}

/** `left_waist`; just `waist` for a robot of one arm. */
export const prefixed = ({ prefix }: ArmInstance, name: string): string =>
  prefix === '' ? name : `${prefix}_${name}`

/** Names of all joints of all arms: the order of a robot's proprioception and actions. */
export const jointNamesOf = (spec: RobotSpec): readonly string[] =>
  spec.arms.flatMap((arm) => spec.joints.map(({ name }) => prefixed(arm, name)))
