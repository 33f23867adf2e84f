import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Calibration } from '@shared/domain/calibration'
import type { ArmInstance, LerobotFolders } from '@shared/domain/robot'
import {
  calibrationId,
  calibrationIds,
  calibrationRoot,
  findCalibration,
  writeCalibration
} from '../../../src/main/robot/calibrationFiles'
import { tempFolder } from './tempFolder'

const fixtures = join(import.meta.dirname, '../../fixtures/robot')
const lerobot: LerobotFolders = { group: 'robots', folders: ['so_follower', 'so101_follower'] }

async function place(id = 'blue'): Promise<{ root: string; lerobot: LerobotFolders; id: string }> {
  return { root: await tempFolder(), lerobot, id }
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

const fixture = (): Promise<string> => readFile(join(fixtures, 'so101_follower.json'), 'utf8')

async function found(where: Awaited<ReturnType<typeof place>>) {
  const result = await findCalibration(where)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

describe('where LeRobot keeps its calibrations', () => {
  test.each([
    [{}, '/home/ada/.cache/huggingface/lerobot/calibration'],
    [{ XDG_CACHE_HOME: '/cache' }, '/cache/huggingface/lerobot/calibration'],
    [{ HF_HOME: '~/hf' }, '/home/ada/hf/lerobot/calibration'],
    [{ HF_HOME: '/hf', HF_LEROBOT_HOME: '/lerobot' }, '/lerobot/calibration'],
    [{ HF_LEROBOT_HOME: '/lerobot', HF_LEROBOT_CALIBRATION: '~/arms' }, '/home/ada/arms'],
    [{ HF_LEROBOT_CALIBRATION: '' }, '/home/ada/.cache/huggingface/lerobot/calibration']
  ])('%j', (environment, root) => {
    expect(calibrationRoot(environment, '/home/ada')).toBe(root)
  })

  test('each arm of a pair has its own file', () => {
    const mount: ArmInstance['mount'] = { xyz: [0, 0, 0], rpy: [0, 0, 0] }
    expect(calibrationId('aloha', { prefix: 'left', bus: 'left', mount })).toBe('aloha_left')
    expect(calibrationId('blue', { prefix: '', bus: 'arm', mount })).toBe('blue')
  })
})

describe('finding', () => {
  test('nothing is no fault', async () => {
    expect(await found(await place())).toBeNull()
  })

  test('an older place is found', async () => {
    const where = await place()
    const file = join(where.root, 'robots/so101_follower/blue.json')
    await put(file, await fixture())
    expect(await found(where)).toMatchObject({ file, alsoAt: [], calibration: { gripper: { id: 6 } } })
  })

  test('the newest place wins, and the other one is mentioned', async () => {
    const where = await place()
    const [newer, older] = lerobot.folders.map((folder) => join(where.root, 'robots', folder, 'blue.json'))
    await put(older as string, '{ broken')
    await put(newer as string, await fixture())
    expect(await found(where)).toMatchObject({ file: newer, alsoAt: [older] })
  })

  test('a broken file is named with motor and field', async () => {
    const where = await place()
    const file = join(where.root, 'robots/so_follower/blue.json')
    await put(
      file,
      JSON.stringify({ wrist_roll: { id: 5, drive_mode: 0, homing_offset: 'x', range_min: 0, range_max: 1 } })
    )
    const result = await findCalibration(where)
    if (result.ok) throw new Error('expected a fault')
    expect(result.error.message).toContain(file)
    expect(result.error.message).toContain('wrist_roll.homing_offset')
  })

  test('one that cannot be read is a fault', async () => {
    const where = await place()
    await mkdir(join(where.root, 'robots/so_follower/blue.json'), { recursive: true })
    expect(await findCalibration(where)).toMatchObject({
      ok: false,
      error: { code: 'calibrationUnreadable' }
    })
  })

  test.each(['', '.', '..', '../../etc/passwd', 'a/b', 'a\\b'])('id %j is refused', async (id) => {
    const where = await place(id)
    expect(await findCalibration(where)).toMatchObject({ ok: false, error: { code: 'calibrationId' } })
    expect(await writeCalibration(where, {})).toMatchObject({ ok: false, error: { code: 'calibrationId' } })
  })

  test('ids of all places are listed once', async () => {
    const { root } = await place()
    await put(join(root, 'robots/so_follower/blue.json'), '{}')
    await put(join(root, 'robots/so101_follower/blue.json'), '{}')
    await put(join(root, 'robots/so101_follower/amber.json'), '{}')
    await put(join(root, 'robots/so_follower/.half.json'), '{}')
    expect(await calibrationIds({ root, lerobot })).toEqual(['amber', 'blue'])
    expect(await calibrationIds({ root: join(root, 'nowhere'), lerobot })).toEqual([])
  })
})

describe('writing', () => {
  test('goes to the newest place, byte for byte as LeRobot writes it', async () => {
    const where = await place()
    const text = await fixture()
    const file = join(where.root, 'robots/so_follower/blue.json')
    expect(await writeCalibration(where, JSON.parse(text) as Calibration)).toEqual({ ok: true, value: file })
    expect(await readFile(file, 'utf8')).toBe(text)
    expect(await readdir(dirname(file))).toEqual(['blue.json'])
  })

  test('goes over the file that is there, wherever that is', async () => {
    const where = await place()
    const file = join(where.root, 'robots/so101_follower/blue.json')
    await put(file, await fixture())
    const before = await found(where)
    const changed = {
      ...before?.calibration,
      gripper: { ...before?.calibration['gripper'], range_max: 3000 }
    }
    expect(await writeCalibration(where, changed as Calibration)).toEqual({ ok: true, value: file })
    expect((await found(where))?.calibration['gripper']?.range_max).toBe(3000)
    expect(Object.keys((await found(where))?.calibration ?? {})).toEqual(
      Object.keys(before?.calibration ?? {})
    )
  })

  test('that fails leaves the old file and nothing else', async () => {
    const where = await place()
    const file = join(where.root, 'robots/so_follower/blue.json')
    // A folder in the file's place can't be renamed over.
    await mkdir(join(file, 'inside'), { recursive: true })
    const result = await writeCalibration(where, JSON.parse(await fixture()) as Calibration)
    expect(result).toMatchObject({ ok: false, error: { code: 'calibrationUnwritable' } })
    expect(await readdir(dirname(file))).toEqual(['blue.json'])
  })
})
