import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { armsOf, jointNamesOf, parseRobotSpec, prefixed } from '@shared/domain/robotSpecFile'
import type { RobotSpec } from '@shared/domain/robot'

const builtIn = (name: string): string =>
  readFileSync(new URL(`../../../resources/robots/${name}.json`, import.meta.url), 'utf8')

function spec(name: string): RobotSpec {
  const result = parseRobotSpec(builtIn(name), `${name}.json`)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** The message about so101-follower.json with the value at `path` replaced (undefined: left out). */
function complaint(path: readonly (string | number)[], value: unknown, name = 'so101-follower'): string {
  const json = JSON.parse(builtIn(name)) as unknown
  let holder = json as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  holder[path[path.length - 1] as string | number] = value
  const result = parseRobotSpec(JSON.stringify(json), 'mine.json')
  if (result.ok) throw new Error('expected a fault')
  expect(result.error).toMatchObject({ severity: 'high', source: 'robot' })
  expect(result.error.message.startsWith('Robot file mine.json: ')).toBe(true)
  expect(result.error.tip).toContain('mine.json')
  return `${result.error.code} ${result.error.message}`
}

describe('a robot file that is wrong', () => {
  test('says the line where it is no JSON', () => {
    const result = parseRobotSpec('{\n  "name": "x",\n  "title" "y"\n}', 'mine.json')
    if (result.ok) throw new Error('expected a fault')
    expect(result.error.code).toBe('specNotJson')
    expect(result.error.message).toContain('mine.json is not JSON (line 3)')
    expect(result.error.tip).toContain('line 3')
  })

  test.each([
    [['joints', 2, 'max'], 'far', 'joints[2].max: Invalid input: expected number, received string'],
    [['joints', 2, 'max'], undefined, 'joints[2].max: is missing, expected number'],
    [['joints', 0, 'maxx'], 1, 'joints[0]: Unrecognized key: "maxx"'],
    [['driver'], 'can', 'driver: '],
    [['torque', 'onExit'], 'drop', 'torque.onExit: '],
    [['geometry', 'sources'], [], 'geometry.sources: '],
    [['units', 'angle'], 'deg', 'units.angle: '],
    [['geometry', 'links', 1, 'xyz'], [0, 1], 'geometry.links[1].xyz: ']
  ])('%j = %j is named by its place', (path, value, words) => {
    expect(complaint(path, value)).toContain('specShape')
    expect(complaint(path, value)).toContain(words)
  })

  test.each([
    ['minNotBelowMax', ['joints', 2, 'min'], 3, 'joints[2].min'],
    ['minNotBelowMax', ['workspace', 'min'], [0, 0, 9], 'workspace.min[2]'],
    [
      'minNotBelowMax',
      ['thresholds', 'sts3215', 'temperatureCelsius', 'warn'],
      90,
      'temperatureCelsius.warn'
    ],
    ['outsideLimits', ['joints', 1, 'home'], -3, 'joints[1].home'],
    ['outsideLimits', ['joints', 1, 'rest'], 3, 'joints[1].rest'],
    ['jumpBelowTick', ['joints', 0, 'maxJump'], 0.01, 'joints[0].maxJump'],
    ['fasterThanMotor', ['joints', 0, 'maxVelocityPerSec'], 5, 'joints[0].maxVelocityPerSec'],
    ['fasterThanMotor', ['joints', 5, 'maxVelocityPerSec'], 3, 'joints[5].maxVelocityPerSec'],
    ['gripperNotRatio', ['joints', 5, 'max'], 100, 'joints[5].min'],
    ['severalGrippers', ['joints', 4, 'kind'], 'gripper', 'joints[5].kind'],
    ['duplicateName', ['joints', 4, 'name'], 'wrist_flex', 'joints[4].name'],
    ['duplicateName', ['joints', 4, 'motors', 0, 'name'], 'gripper', 'joints[5].motors[0].name'],
    ['duplicateMotorId', ['joints', 4, 'motors', 0, 'id'], 4, 'joints[4].motors[0].id'],
    ['unknownMotorModel', ['joints', 0, 'motors', 0, 'model'], 'mg996r', 'joints[0].motors[0].model'],
    ['motorOfAnotherBus', ['joints', 0, 'motors', 0, 'model'], 'xl330-m288', 'joints[0].motors[0].model'],
    ['noCommandedMotor', ['joints', 3, 'motors'], [], 'joints[3].motors'],
    ['missingBus', ['arms', 0, 'bus'], null, 'arms[0].bus'],
    ['missingBaudRate', ['baudRate'], null, 'baudRate'],
    ['missingThresholds', ['thresholds'], {}, 'thresholds.sts3215'],
    ['unknownJoint', ['geometry', 'links', 1, 'joint'], 'knee', 'geometry.links[1].joint'],
    ['jointNotInChain', ['geometry', 'links', 1, 'joint'], 'elbow_flex', 'joints[1].name'],
    ['axisNotUnit', ['geometry', 'links', 0, 'axis'], [0, 0, 2], 'geometry.links[0].axis']
  ])('%s: %j = %j', (code, path, value, place) => {
    const message = complaint(path, value)
    expect(message).toContain('specContradiction')
    expect(message).toContain(`(${code})`)
    expect(message).toContain(`${place}: `)
  })

  test.each([
    ['unknownMotor', ['joints', 1, 'motors', 1, 'follows'], 'waist', 'joints[1].motors[1].follows'],
    ['noCommandedMotor', ['joints', 1, 'motors', 1, 'follows'], null, 'joints[1].motors'],
    ['duplicateMotorId', ['arms', 1, 'bus'], 'left', 'arms[1].bus'],
    ['duplicateName', ['arms', 1, 'prefix'], 'left', 'arms[1].prefix'],
    ['armsNeedPrefixes', ['arms', 1, 'prefix'], '', 'arms[1].prefix']
  ])('of two arms with shadow motors, %s: %j = %j', (code, path, value, place) => {
    const message = complaint(path, value, 'viperx-300-pair')
    expect(message).toContain(`(${code})`)
    expect(message).toContain(`${place}: `)
  })

  test('lists all that is wrong at once', () => {
    const json = JSON.parse(builtIn('so101-follower')) as RobotSpec
    const broken = {
      ...json,
      baudRate: null,
      joints: json.joints.map((joint) => ({ ...joint, home: 99 }))
    }
    const result = parseRobotSpec(JSON.stringify(broken), 'mine.json')
    if (result.ok) throw new Error('expected a fault')
    expect(result.error.message.match(/outsideLimits/g)).toHaveLength(6)
    expect(result.error.message).toContain('missingBaudRate')
    expect(result.error.tip).toContain('these 7 places')
  })
})

describe('arms of a robot', () => {
  test('a robot of one arm is its own arm', () => {
    const so101 = spec('so101-follower')
    expect(armsOf(so101).map((arm) => arm.spec)).toEqual([so101])
    expect(jointNamesOf(so101)).toEqual(so101.joints.map(({ name }) => name))
  })

  test('a pair is two arms with prefixed names, each on its bus', () => {
    const pair = spec('viperx-300-pair')
    const arms = armsOf(pair)
    expect(arms.map(({ instance }) => instance.bus)).toEqual(['left', 'right'])
    expect(arms.map((arm) => arm.spec.title)).toEqual([
      'ViperX 300 S pair (ALOHA), left',
      'ViperX 300 S pair (ALOHA), right'
    ])
    const names = jointNamesOf(pair)
    expect(names).toHaveLength(14)
    expect(new Set(names).size).toBe(14)
    expect(names[0]).toBe('left_waist')
    expect(names[13]).toBe('right_gripper')
    expect(arms.map(({ instance }) => prefixed(instance, 'elbow_shadow'))).toEqual([
      'left_elbow_shadow',
      'right_elbow_shadow'
    ])
  })
})
