import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { BENCH_ARM } from '../../../src/main/hosts/benchObservations'
import { drivingProblem } from '../../../src/main/policy/drivability'
import { parseManifest, type Manifest } from '../../../src/main/policy/manifest'

const DEMO = resolve(import.meta.dirname, '../../../resources/policies/traypick-demo/manifest.json')

function demoManifest(): Manifest {
  const parsed = parseManifest(readFileSync(DEMO))
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

test('the demo policy drives the arm it was made for', () =>
  expect(drivingProblem(demoManifest(), BENCH_ARM)).toBeNull())

test('another arm is named, with the one that is here', () =>
  expect(drivingProblem(demoManifest(), { ...BENCH_ARM, robot: 'aloha' })).toBe(
    'The policy traypick-demo drives tray-arm; the arm here is aloha'
  ))

const edits: [string, (manifest: Manifest) => unknown, string][] = [
  ['seven action dimensions', (m) => (m.dims.actionDim = 7), 'end effectors of 4 (x, y, z, gripper)'],
  ['eight values of proprioception', (m) => (m.dims.proprioDim = 8), 'dims.proprioDim is 8'],
  [
    'millimetres',
    (m) => m.robot.action.dimensions.forEach((dimension) => (dimension.unit = 'mm')),
    'robot.action.dimensions.0 is x in mm; this app executes x in m'
  ],
  [
    'a proprioception it does not feel',
    (m) => m.robot.proprioception.dimensions.forEach((dimension) => (dimension.name = 'yaw')),
    'robot.proprioception.dimensions.0 is yaw in m'
  ],
  [
    'a camera of another size',
    (m) => m.cameras[0] && (m.cameras[0].width = 128),
    'looks through top 128×64; here are top 64×64 and wrist 32×32'
  ],
  ['joint positions', (m) => (m.robot.action.kind = 'jointPosition'), 'gives joint positions'],
  ['no gripper', (m) => delete m.robot.action.gripper, 'gripper.dimension is missing; this app executes 3'],
  [
    'a gripper elsewhere',
    (m) => (m.robot.action.gripper = { dimension: 0, kind: 'binary', closesAbove: 0, opensBelow: 0 }),
    'gripper.dimension is 0; this app executes 3'
  ]
]

test.each(edits)('%s: described, not driven', (_, edit, message) => {
  const manifest = demoManifest()
  edit(manifest)
  expect(drivingProblem(manifest, BENCH_ARM)).toContain(message)
})
