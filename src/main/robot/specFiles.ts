import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { RobotSpec } from '@shared/domain/robot'
import { parseRobotSpec } from '@shared/domain/robotSpecFile'
import { createKinematics } from '@shared/kinematics/createKinematics'

/** Robot specs from files: those that come with Depthdeck, and the operator's own. */

export interface SpecFolders {
  readonly builtIn: string
  /** May not exist yet; null for none. */
  readonly user: string | null
  /** Names taken by specs that are no files. */
  readonly taken: readonly string[]
}

export interface FoundSpec {
  readonly spec: RobotSpec
  readonly file: string
  readonly origin: 'builtIn' | 'user'
}

export interface SpecListing {
  /** Built-in ones first, each by file name. */
  readonly specs: readonly FoundSpec[]
  /** One for every file that is left out, and for a folder that can't be read. */
  readonly faults: readonly Fault[]
}

/** Far above any spec: a file this big is something else. */
const MOST_BYTES = 1_000_000

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'robot',
  code,
  message,
  tip
})

/**
 * Reads every `.json` of both folders; a broken file hides no other. Codes: those of `parseRobotSpec`, and
 * `specFolderUnreadable`, `specUnreadable`, `specTooBig`, `specOutsideWorkspace`, `duplicateRobot`.
 */
export async function readRobotSpecs({ builtIn, user, taken }: SpecFolders): Promise<SpecListing> {
  const specs: FoundSpec[] = []
  const faults: Fault[] = []
  const owners = new Map(taken.map((name) => [name, 'Depthdeck itself']))
  for (const { folder, origin } of [
    { folder: builtIn, origin: 'builtIn' as const },
    { folder: user, origin: 'user' as const }
  ]) {
    if (folder === null) continue
    const names = await specNames(folder, origin === 'user')
    if (!names.ok) faults.push(names.error)
    for (const name of names.ok ? names.value : []) {
      const file = join(folder, name)
      const read = await readSpec(file)
      if (!read.ok) {
        faults.push(read.error)
        continue
      }
      const spec = read.value
      const owner = owners.get(spec.name)
      if (owner !== undefined) {
        faults.push(
          fault(
            'duplicateRobot',
            `Robot file ${file}: the name ${spec.name} belongs to ${owner} already`,
            `Give the robot in ${file} another name.`
          )
        )
        continue
      }
      owners.set(spec.name, file)
      specs.push({ spec, file, origin })
    }
  }
  return { specs, faults }
}

async function specNames(folder: string, mayBeMissing: boolean): Promise<Result<readonly string[], Fault>> {
  try {
    return ok(
      (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
    )
  } catch (error) {
    if (mayBeMissing && (error as { code?: unknown } | null)?.code === 'ENOENT') return ok([])
    return err(
      fault(
        'specFolderUnreadable',
        `Robots in ${folder} cannot be listed: ${errorText(error)}`,
        'Check that the folder is there and yours to read.'
      )
    )
  }
}

async function readSpec(file: string): Promise<Result<RobotSpec, Fault>> {
  let text: string
  try {
    const { size } = await stat(file)
    if (size > MOST_BYTES) {
      return err(
        fault(
          'specTooBig',
          `Robot file ${file} has ${size} bytes`,
          'Move what is no robot spec out of the folder.'
        )
      )
    }
    text = await readFile(file, 'utf8')
  } catch (error) {
    return err(
      fault(
        'specUnreadable',
        `Robot file ${file} cannot be read: ${errorText(error)}`,
        'Check its permissions.'
      )
    )
  }
  const parsed = parseRobotSpec(text, file)
  if (!parsed.ok) return parsed
  const outside = posturesOutside(parsed.value)
  if (outside.length === 0) return parsed
  return err(
    fault(
      'specOutsideWorkspace',
      `Robot file ${file}: ${outside.join('; ')}`,
      `Widen the workspace in ${file}, or change the posture: the arm could never go there.`
    )
  )
}

/** Postures whose tool the gate would keep the arm from. */
function posturesOutside(spec: RobotSpec): readonly string[] {
  const kinematics = createKinematics(spec)
  return (['home', 'rest'] as const).flatMap((posture) => {
    const { position } = kinematics.forward(spec.joints.map((joint) => joint[posture]))
    const within = position.every(
      (value, axis) =>
        value >= (spec.workspace.min[axis] as number) && value <= (spec.workspace.max[axis] as number)
    )
    const where = position.map((value) => value.toFixed(3)).join(', ')
    return within ? [] : [`with all joints at ${posture} the tool is at ${where} m, outside the workspace`]
  })
}
