import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseManifest, type Manifest } from '../../../src/main/policy/manifest'
import { checkManifest } from '../../../src/main/policy/manifestCheck'

const DEMO = resolve(import.meta.dirname, '../../../resources/policies/traypick-demo/manifest.json')

function demoManifest(): Manifest {
  const parsed = parseManifest(readFileSync(DEMO))
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

test('the demo manifest fits together', () => expect(checkManifest(demoManifest()).ok).toBe(true))

const edits: [string, (manifest: Manifest) => unknown, string][] = [
  [
    'a file listed twice',
    (m) => m.files.push({ ...m.files[0], path: 'Step.ONNX', bytes: 1, sha256: '' }),
    'files lists "Step.ONNX" twice'
  ],
  [
    'manifest.json in its own list',
    (m) => m.files.push({ path: 'manifest.json', bytes: 1, sha256: '' }),
    'must not list manifest.json'
  ],
  [
    'an unlisted fixture',
    (m) => (m.fixture.file = 'other.bin'),
    'fixture.file is "other.bin", which files doesn\'t list'
  ],
  [
    'unlisted weights',
    (m) => m.variants[0]?.graphs.backbone.externalData.push('w.bin'),
    'variants.float32.backbone.externalData is "w.bin"'
  ],
  [
    'weights outside the bundle',
    (m) => m.variants[0]?.graphs.backbone.externalData.push('../w.bin'),
    '"../w.bin" leaves the bundle'
  ],
  [
    'a gripper beyond the actions',
    (m) => (m.robot.action.gripper = { dimension: 4, kind: 'binary', closesAbove: 0, opensBelow: 0 }),
    'robot.action.gripper.dimension is 4 of 4'
  ],
  [
    'a mask of another length',
    (m) => (m.robot.action.statistics.mask = [true]),
    'robot.action.statistics.mask needs 4 values'
  ],
  [
    'a listed file that nothing uses',
    (m) => m.files.push({ path: 'extra.bin', bytes: 1, sha256: '0'.repeat(64) }),
    'files lists "extra.bin", which nothing refers to'
  ],
  [
    'layers that are not as many as the blocks',
    (m) => (m.layers = { prelude: [0], core: [0, 0], coda: [0] }),
    'layers.core has 2 entries, dims.coreLayers says 1'
  ],
  [
    'a missing name',
    (m) => m.robot.proprioception.dimensions.pop(),
    'robot.proprioception.dimensions has 3 entries, dims says 4'
  ],
  [
    'short statistics',
    (m) => (m.robot.action.statistics = { kind: 'bounds', low: [0], high: [1, 1, 1, 1] }),
    'robot.action.statistics needs 4 values'
  ],
  [
    'a flat range',
    (m) => (m.robot.action.statistics = { kind: 'bounds', low: [0, 1, 0, 0], high: [1, 1, 1, 1] }),
    'low equals high in dimension 1'
  ],
  [
    'short mean and std',
    (m) => (m.robot.action.statistics = { kind: 'meanStd', mean: [0, 0, 0, 0], std: [1] }),
    'robot.action.statistics needs 4 values'
  ],
  ['heads that do not divide', (m) => (m.dims.heads = 5), 'not divisible by 5 heads'],
  ['a camera twice', (m) => m.cameras.push(...m.cameras), 'two cameras have the same name'],
  [
    'a camera named tokens',
    (m) => m.cameras.forEach((camera, index) => (camera.name = index === 0 ? 'tokens' : 'b')),
    'must not be named "tokens"'
  ],
  [
    'a horizon beyond the chunk',
    (m) => (m.defaults.horizon = { kind: 'fixed', actions: 9 }),
    'executes 9 actions of a chunk of 8'
  ],
  [
    'an unknown placeholder',
    (m) => (m.instruction.template = 'pick {what}'),
    'uses {what}, which has no values'
  ],
  [
    'an unused value',
    (m) => (m.instruction.template = 'pick {blockColour}'),
    '"binColour", which the template doesn\'t use'
  ]
]

test.each(edits)('%s is refused', (_, edit, message) => {
  const manifest = demoManifest()
  edit(manifest)
  const checked = checkManifest(manifest)
  expect(checked.ok ? 'accepted' : checked.error.message).toContain(message)
})
