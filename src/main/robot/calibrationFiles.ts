import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseCalibration, serializeCalibration, type Calibration } from '@shared/domain/calibration'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ArmInstance, LerobotFolders } from '@shared/domain/robot'

/** LeRobot's calibration files, found where LeRobot puts them and written back as it writes them. */

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The folder of all calibrations, as LeRobot chooses it (src/lerobot/utils/constants.py; HF_HOME as in
 * huggingface_hub): HF_LEROBOT_CALIBRATION, or below HF_LEROBOT_HOME, HF_HOME, the cache folder.
 */
export function calibrationRoot(environment: Environment, home: string): string {
  const named = (name: string): string | null => {
    const value = environment[name]
    return value ? value.replace(/^~(?=$|\/)/, home) : null
  }
  const cache = named('XDG_CACHE_HOME') ?? join(home, '.cache')
  const lerobot = named('HF_LEROBOT_HOME') ?? join(named('HF_HOME') ?? join(cache, 'huggingface'), 'lerobot')
  return named('HF_LEROBOT_CALIBRATION') ?? join(lerobot, 'calibration')
}

/** Which file: where LeRobot keeps this kind of arm, and the id that the operator gave this one. */
export interface CalibrationPlace {
  readonly root: string
  readonly lerobot: LerobotFolders
  readonly id: string
}

export interface FoundCalibration {
  readonly calibration: Calibration
  readonly file: string
  /** Older places that have a file of this id too; it is not used. */
  readonly alsoAt: readonly string[]
}

/** An arm's own id: of a robot of several arms each has a file, as LeRobot's bimanual robots do. */
export const calibrationId = (robotId: string, { prefix }: ArmInstance): string =>
  prefix === '' ? robotId : `${robotId}_${prefix}`

const fault = (code: string, message: string, tip: string): Fault => ({
  severity: 'high',
  source: 'robot',
  code,
  message,
  tip
})

const errorCode = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** Newest place first. */
function places({ root, lerobot, id }: CalibrationPlace): Result<readonly string[], Fault> {
  // An id is a file name: it must not lead out of its folder.
  if (!/^[^/\\\0]+$/.test(id) || id === '.' || id === '..') {
    return err(
      fault('calibrationId', `"${id}" cannot name a calibration file`, 'Give the arm an id without slashes.')
    )
  }
  return ok(lerobot.folders.map((folder) => join(root, lerobot.group, folder, `${id}.json`)))
}

/** null where there is no file; codes `calibrationId`, `calibrationUnreadable` and those of `parseCalibration`. */
export async function findCalibration(
  place: CalibrationPlace
): Promise<Result<FoundCalibration | null, Fault>> {
  const files = places(place)
  if (!files.ok) return files
  const texts: { readonly file: string; readonly text: string }[] = []
  for (const file of files.value) {
    try {
      texts.push({ file, text: await readFile(file, 'utf8') })
    } catch (error) {
      if (errorCode(error) === 'ENOENT') continue
      return err(
        fault(
          'calibrationUnreadable',
          `Calibration ${file} cannot be read: ${errorText(error)}`,
          'Check that the file and its folders are yours to read.'
        )
      )
    }
  }
  const [first, ...others] = texts
  if (!first) return ok(null)
  const parsed = parseCalibration(first.text, first.file)
  if (!parsed.ok) return parsed
  return ok({ calibration: parsed.value, file: first.file, alsoAt: others.map(({ file }) => file) })
}

/** Ids that have a calibration in any of the places, sorted. */
export async function calibrationIds({
  root,
  lerobot
}: Omit<CalibrationPlace, 'id'>): Promise<readonly string[]> {
  const names = await Promise.all(
    lerobot.folders.map((folder) => readdir(join(root, lerobot.group, folder)).catch(() => []))
  )
  const ids = names.flat().flatMap((name) => (/^[^.].*\.json$/.test(name) ? [name.slice(0, -5)] : []))
  return [...new Set(ids)].sort()
}

/**
 * Writes over the file that is there, else into the newest place; the file is whole at every moment. Returns its
 * path; codes `calibrationId`, `calibrationUnwritable`.
 */
export async function writeCalibration(
  place: CalibrationPlace,
  calibration: Calibration
): Promise<Result<string, Fault>> {
  const files = places(place)
  if (!files.ok) return files
  const existing = await firstExisting(files.value)
  const file = existing ?? (files.value[0] as string)
  const temporary = join(dirname(file), `.${randomUUID()}.tmp`)
  try {
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(serializeCalibration(calibration))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    return ok(file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    return err(
      fault(
        'calibrationUnwritable',
        `Calibration ${file} cannot be written: ${errorText(error)}`,
        'Check that there is room on the disk and that the folder is yours to write. The old file is unchanged.'
      )
    )
  }
}

async function firstExisting(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    try {
      await (await open(file, 'r')).close()
      return file
    } catch (error) {
      // One that is there but can't be read is still the one to write; the rename tells if it can't be.
      if (errorCode(error) !== 'ENOENT') return file
    }
  }
  return null
}
