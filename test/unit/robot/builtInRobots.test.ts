import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RobotSpec } from '@shared/domain/robot'
import { parseRobotSpec } from '@shared/domain/robotSpecFile'
import { createKinematics } from '@shared/kinematics/createKinematics'

const FOLDER = join(import.meta.dirname, '../../../resources/robots')

function read(name: string): RobotSpec {
  const result = parseRobotSpec(readFileSync(join(FOLDER, name), 'utf8'), name)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const files = readdirSync(FOLDER)
const toolAt = (spec: RobotSpec, position: readonly number[]) => createKinematics(spec).forward(position)
const chainOf = ({ geometry }: RobotSpec) => {
  if (geometry.kind !== 'serialChain') throw new Error('expected a chain')
  return geometry
}
const approach = ({ rotation }: { rotation: ArrayLike<number> }) => [rotation[2], rotation[5], rotation[8]]
const near = (values: readonly number[], digits = 6) => values.map((value) => expect.closeTo(value, digits))

test('all seven are there', () => {
  expect(files.sort()).toEqual([
    'koch-v1.1-follower.json',
    'koch-v1.1-leader.json',
    'so100-follower.json',
    'so100-leader.json',
    'so101-follower.json',
    'so101-leader.json',
    'viperx-300-pair.json'
  ])
})

describe.each(files)('%s', (file) => {
  const spec = read(file)

  test('is named after its file, and says where its numbers are from', () => {
    expect(`${spec.name}.json`).toBe(file)
    const sources = chainOf(spec).sources.join(' ')
    expect(sources).toMatch(/https:\/\/github\.com\/\S+ \S+\.(urdf|xacro), commit [0-9a-f]{40}/)
    expect(spec.notes.some((note) => note.includes('Not verified on hardware'))).toBe(true)
  })

  test('asks of no motor more than part of what it can do without load', () => {
    for (const joint of spec.joints) {
      const range = joint.gripperRange
      const radPerUnit = range ? Math.abs(range.openRad - range.closedRad) : 1
      const share = joint.kind === 'gripper' ? 0.6 : 0.45
      for (const { noLoadRadPerSec } of joint.motors) {
        expect(joint.maxVelocityPerSec * radPerUnit, joint.name).toBeLessThanOrEqual(share * noLoadRadPerSec)
      }
      // Full speed takes two ticks at least.
      const perTick = joint.maxAccelerationPerSec2 / spec.loopRateHz
      expect(2 * perTick, joint.name).toBeLessThanOrEqual(joint.maxVelocityPerSec)
    }
  })

  test('is at home and at rest inside its workspace, above the table', () => {
    for (const posture of ['home', 'rest'] as const) {
      const { position } = toolAt(
        spec,
        spec.joints.map((joint) => joint[posture])
      )
      position.forEach((value, axis) => {
        expect(value, posture).toBeGreaterThan(spec.workspace.min[axis] ?? NaN)
        expect(value, posture).toBeLessThan(spec.workspace.max[axis] ?? NaN)
      })
    }
  })

  test('moves its tool in small steps from home, every way it can', () => {
    const kinematics = createKinematics(spec)
    const home = spec.joints.map((joint) => joint.home)
    const { position } = kinematics.forward(home)
    // A quarter of a metre per second, tick by tick.
    const step = fc.double({ min: -0.005, max: 0.005, noNaN: true })
    fc.assert(
      fc.property(step, step, step, (x, y, z) => {
        const target = [position[0] + x, position[1] + y, position[2] + z] as const
        const solved = kinematics.inverse({ position: target, orientation: { kind: 'keep' } }, home)
        if (!solved.ok) throw new Error(solved.error.message)
        expect([...kinematics.forward(solved.value).position]).toEqual(near(target))
        solved.value.forEach((value, index) => {
          const { min, max, maxJump } = spec.joints[index] as (typeof spec.joints)[number]
          expect(value).toBeGreaterThanOrEqual(min)
          expect(value).toBeLessThanOrEqual(max)
          expect(Math.abs(value - (home[index] ?? NaN))).toBeLessThan(maxJump)
        })
      })
    )
  })
})

describe('zero postures', () => {
  const zeros = (spec: RobotSpec): number[] => spec.joints.map(() => 0)

  test('SO-101: upper arm up, forearm and tool level and forward; sums of the URDF by hand', () => {
    const spec = read('so101-follower.json')
    const tool = toolAt(spec, zeros(spec))
    expect([...tool.position]).toEqual(
      near([
        0.0388353 + 0.0303992 + 0.028 + 0.1349 + 0.0611 + 0.0981274,
        -0.0182778 + 0.0181 - 0.000218121,
        0.0624 + 0.0542 + 0.11257 + 0.0052 - 0.0079
      ])
    )
    expect(approach(tool)).toEqual(near([1, 0, 0]))
  })

  test('SO-100: the same posture with its own lengths', () => {
    const spec = read('so100-follower.json')
    const tool = toolAt(spec, zeros(spec))
    expect([...tool.position]).toEqual(
      near([
        0.0452 + 0.0306 + 0.028 + 0.1349 + 0.0601 + 0.0981274,
        0,
        0.0165 + 0.1025 + 0.11257 + 0.0052 - 0.0079
      ])
    )
    expect(approach(tool)).toEqual(near([1, 0, 0]))
  })

  test('SO-100 and SO-101 turn the same way, joint by joint', () => {
    const [a, b] = [read('so100-follower.json'), read('so101-follower.json')]
    for (let joint = 0; joint < 5; joint++) {
      const turned = zeros(a).map((_, index) => (index === joint ? 0.4 : 0.1))
      const [first, second] = [toolAt(a, turned), toolAt(b, turned)]
      expect(Array.from(first.rotation)).toEqual(near(Array.from(second.rotation)))
    }
  })

  test('Koch: level and forward, and where it points when the wrist is bent', () => {
    const spec = read('koch-v1.1-follower.json')
    const tool = toolAt(spec, zeros(spec))
    expect([...tool.position]).toEqual(
      near([
        0.040523 + 0.014951 + 0.100502 + 0.044779 + 0.065,
        0.005766 + 0.020713 - 0.038026 - 0.000251 + 0.019234,
        0.038579 + 0.015368 + 0.108424 + 0.002641 - 0.00037 - 0.008
      ])
    )
    expect(approach(tool)).toEqual(near([1, 0, 0]))
    expect(approach(toolAt(spec, [0, 0, 0, Math.PI / 2, 0, 0]))).toEqual(near([0, 0, -1]))
  })

  test('ViperX: Interbotix gives 0.536 m forward and 0.427 m up', () => {
    const spec = read('viperx-300-pair.json')
    const tool = toolAt(spec, zeros(spec))
    expect([...tool.position]).toEqual(
      near([0.05955 + 0.2 + 0.1 + 0.069744 + 0.042825 + 0.025875 + 0.0385, 0, 0.079 + 0.04805 + 0.3])
    )
  })

  test('ViperX: the middle of each EEPROM range is its centre', () => {
    // Min_Position_Limit and Max_Position_Limit of interbotix_xsarm_control/config/aloha_vx300s.yaml.
    const limits = { shoulder: [841, 2867], elbow: [898, 3094], wrist_angle: [830, 3504] } as const
    const spec = read('viperx-300-pair.json')
    for (const [name, [min, max]] of Object.entries(limits)) {
      const centre = (((min + max) / 2 - 2048) * 2 * Math.PI) / 4096
      expect(spec.joints.find((joint) => joint.name === name)?.centre).toBeCloseTo(centre, 2)
    }
  })
})

test('leaders and followers of a kind agree in joints and motor ids', () => {
  for (const kind of ['so100', 'so101', 'koch-v1.1']) {
    const ids = (role: string) =>
      read(`${kind}-${role}.json`).joints.map(({ name, motors }) => [name, ...motors.map(({ id }) => id)])
    expect(ids('leader')).toEqual(ids('follower'))
  }
})
