import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRobotSpecs } from '../../../src/main/robot/specFiles'
import { tempFolder } from './tempFolder'

const builtIn = join(import.meta.dirname, '../../../resources/robots')
const so101 = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(builtIn, 'so101-follower.json'), 'utf8')) as Record<string, unknown>

test('built-in robots come without a fault, also before the operator has a folder', async () => {
  const missing = join(await tempFolder(), 'robots')
  const { specs, faults } = await readRobotSpecs({ builtIn, user: missing, taken: ['tray-arm'] })
  expect(faults).toEqual([])
  expect(specs.map(({ spec, origin }) => [spec.name, origin])).toEqual([
    ['koch-v1.1-follower', 'builtIn'],
    ['koch-v1.1-leader', 'builtIn'],
    ['so100-follower', 'builtIn'],
    ['so100-leader', 'builtIn'],
    ['so101-follower', 'builtIn'],
    ['so101-leader', 'builtIn'],
    ['viperx-300-pair', 'builtIn']
  ])
})

test('a broken file hides no other, and every one that is left out is named', async () => {
  const user = await tempFolder()
  const spec = await so101()
  const write = (name: string, value: unknown) =>
    writeFile(join(user, name), typeof value === 'string' ? value : JSON.stringify(value))
  await write('a-broken.json', '{')
  await write('b-shape.json', { ...spec, name: 'b', loopRateHz: 'fast' })
  await write('c-good.json', { ...spec, name: 'my-arm' })
  await write('d-same.json', { ...spec, name: 'my-arm' })
  await write('e-built-in.json', spec)
  await write('f-bench.json', { ...spec, name: 'tray-arm' })
  await write('g-outside.json', { ...spec, name: 'g', workspace: { min: [0, 0, 0.3], max: [0.4, 0.4, 0.4] } })
  await write('h-huge.json', ' '.repeat(1_000_001))
  await mkdir(join(user, 'i-folder.json'))
  await write('.hidden.json', '{')
  await write('notes.txt', 'no robot')

  const { specs, faults } = await readRobotSpecs({ builtIn, user, taken: ['tray-arm'] })
  expect(
    specs.filter(({ origin }) => origin === 'user').map(({ spec: { name }, file }) => [name, file])
  ).toEqual([['my-arm', join(user, 'c-good.json')]])
  expect(specs).toHaveLength(8)
  expect(faults.map(({ code }) => code)).toEqual([
    'specNotJson',
    'specShape',
    'duplicateRobot',
    'duplicateRobot',
    'duplicateRobot',
    'specOutsideWorkspace',
    'specTooBig',
    'specUnreadable'
  ])
  for (const { message, tip } of faults) {
    expect(message).toContain(user)
    expect(tip).not.toBe('')
  }
  expect(faults[2]?.message).toContain('my-arm belongs to')
  expect(faults[2]?.message).toContain('c-good.json')
  expect(faults[4]?.message).toContain('Depthdeck itself')
  expect(faults[5]?.message).toContain('at home')
})

test('a folder that cannot be listed is a fault, not a crash', async () => {
  const { specs, faults } = await readRobotSpecs({ builtIn: join(builtIn, 'nowhere'), user: null, taken: [] })
  expect(specs).toEqual([])
  expect(faults.map(({ code }) => code)).toEqual(['specFolderUnreadable'])
})
