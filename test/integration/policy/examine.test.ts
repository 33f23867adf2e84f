import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { BENCH_ARM, benchObservations } from '../../../src/main/hosts/benchObservations'
import { compareBundles } from '../../../src/main/policy/compare'
import { examineBundle } from '../../../src/main/policy/examine'
import { loadBundle, type Bundle } from '../../../src/main/policy/loadBundle'
import { openPolicy } from '../../../src/main/policy/openPolicy'
import { bundleLimits } from '../../../src/main/policy/bundleSource'
import { demoFiles, DEMO_FOLDER, editManifest, rehash, withUsableInt8 } from '../../support/bundleFiles'
import { useTempFolder } from './tempFolder'
import { faultOf, valueOf } from './policyHarness'

const temp = useTempFolder()
const load = async (path: string): Promise<Bundle> => valueOf(await loadBundle(path, bundleLimits(2 ** 34)))

const LIBERO = resolve(import.meta.dirname, '../../fixtures/policy/libero-tiny')

/** Four named numbers that this arm does not understand: millimetres. */
const inMillimetres = {
  'robot.action.dimensions': ['x', 'y', 'z', 'gripper'].map((name) => ({ name, unit: 'mm' }))
}

let demo: Bundle
let withInt8: Bundle
let int8Folder: string
beforeAll(async () => {
  demo = await load(DEMO_FOLDER)
  int8Folder = temp.writeFolder(withUsableInt8(demoFiles()))
  withInt8 = await load(int8Folder)
})

describe('examining', () => {
  const options = {
    providers: ['cpu'] as const,
    lost: [],
    ...BENCH_ARM,
    nowMs: () => performance.now(),
    onTrying: () => undefined,
    onProgress: () => undefined
  }

  test('says what a bundle is, and measures every precision it has', async () => {
    const progress: string[] = []
    const examined = valueOf(
      await examineBundle(withInt8, { ...options, onProgress: (what) => progress.push(what) })
    )
    expect(examined.undrivable).toBeNull()
    expect(examined.bundle).toMatchObject({ name: 'traypick-demo', robot: 'tray-arm', hash: withInt8.hash })
    expect(examined.bundle.provenance.length).toBeGreaterThan(2)
    expect(examined.bundle.bytes).toBeGreaterThan(1_000_000)
    expect(examined.trials.map(({ provider, precision }) => `${provider} ${precision}`)).toEqual(
      progress.map((text) => text.replace(',', ''))
    )
    for (const { precision, outcome } of examined.trials) {
      if (!outcome.ok) throw new Error(outcome.reason)
      expect(Math.min(...Object.values(outcome.stages))).toBeGreaterThan(0)
      expect(outcome.selfTest.judgesStates).toBe(precision === 'float32')
      expect(outcome.selfTest.maxActionError).toBeLessThanOrEqual(outcome.selfTest.tolerance)
    }
  })

  test('a precision that its own manifest rules out is refused, and the other one measured', async () => {
    const { trials } = valueOf(await examineBundle(demo, options))
    expect(trials.map(({ precision, outcome }) => [precision, outcome.ok])).toEqual([
      ['float32', true],
      ['int8', false]
    ])
    const [, int8] = trials
    expect(int8?.outcome).toMatchObject({ reason: expect.stringContaining('off in a normalised action') })
  })

  test('a trial that was lost is named, and the provider’s other precision is tried', async () => {
    const lost = [{ provider: 'cpu', precision: 'int8', reason: 'its process ended (crashed)' }] as const
    const { trials } = valueOf(await examineBundle(demo, { ...options, lost }))
    expect(trials.map(({ precision, outcome }) => [precision, outcome.ok])).toEqual([
      ['float32', true],
      ['int8', false]
    ])
  })

  test('a provider that was lost is named with its reason, and the next is tried', async () => {
    const examined = valueOf(
      await examineBundle(withInt8, {
        ...options,
        providers: ['webgpu', 'cpu'],
        lost: [{ provider: 'webgpu', precision: null, reason: 'it did not answer for 60 s' }]
      })
    )
    expect(examined.trials.filter(({ outcome }) => !outcome.ok).map(({ provider }) => provider)).toEqual(
      withInt8.manifest.variants.map(() => 'webgpu')
    )
    expect(examined.trials.some(({ provider, outcome }) => provider === 'cpu' && outcome.ok)).toBe(true)
  })

  test('what can’t drive this arm is described all the same', async () => {
    const bundle = await load(temp.writeFolder(editManifest(demoFiles(), inMillimetres)))
    const examined = valueOf(await examineBundle(bundle, options))
    expect(examined.undrivable).toBe('robot.action.dimensions.0 is x in mm; this app executes x in m')
    expect(examined.trials[0]?.outcome.ok).toBe(true)
  })

  test('a released layout, with seven actions and no gripper rule, is described and measured', async () => {
    const libero = await load(LIBERO)
    const examined = valueOf(await examineBundle(libero, options))
    expect(examined.undrivable).toBe('The policy libero-tiny drives libero-panda; the arm here is tray-arm')
    expect(examined.bundle.actionDims.map(({ name }) => name).at(-1)).toBe('gripper')
    expect(examined.bundle.proprioDims).toHaveLength(8)
    expect(examined.trials.map(({ outcome }) => outcome.ok)).toEqual([true])
    const compared = valueOf(
      await compareBundles(libero, libero, {
        nowMs: options.nowMs,
        onProgress: () => undefined,
        onCall: () => undefined,
        observations: []
      })
    )
    expect(compared.decided).toHaveLength(7)
    expect(faultOf(await openPolicy({ bundlePath: LIBERO, ...BENCH_ARM, providers: [] })).code).toBe(
      'policy-robot'
    )
  })

  test('graphs that compute something else are refused by tensor, not hidden', async () => {
    const files = withUsableInt8(demoFiles())
    const fixture = files.get('fixture.bin')
    if (!fixture) throw new Error('no fixture')
    new DataView(fixture.buffer, fixture.byteOffset).setFloat32(fixture.length - 4, 5, true)
    const examined = valueOf(await examineBundle(await load(temp.writeFolder(rehash(files))), options))
    for (const { outcome } of examined.trials) {
      expect(outcome.ok ? 'accepted' : outcome.reason).toContain('The self-test failed')
    }
  })
})

describe('a precision', () => {
  const asked = { bundlePath: DEMO_FOLDER, ...BENCH_ARM, providers: ['cpu'] }

  test('int8 runs, and is held to the exporter’s own error of actions', async () => {
    const policy = valueOf(await openPolicy({ ...asked, bundlePath: int8Folder, precision: 'int8' }))
    const { selfTest, precision } = policy.info
    expect(precision).toBe('int8')
    expect(selfTest.maxActionError).toBeGreaterThan(1e-5)
    await policy.dispose()
  })

  test('that is too far off by its own manifest is refused, and float32 runs on', async () => {
    const folder = temp.writeFolder(editManifest(demoFiles(), { 'variants.1.maxActionError': 0.478 }))
    expect(faultOf(await openPolicy({ ...asked, bundlePath: folder, precision: 'int8' }))).toMatchObject({
      code: 'policy-precision',
      message: expect.stringContaining('up to 0.48 off in a normalised action')
    })
    const policy = valueOf(await openPolicy({ ...asked, bundlePath: folder }))
    await policy.dispose()
  })

  test('that a bundle does not have is refused with those it has', async () => {
    const files = demoFiles()
    const float32 = demo.manifest.variants.filter(({ precision }) => precision === 'float32')
    const used = new Set(float32.flatMap(({ graphs }) => Object.values(graphs).map(({ file }) => file)))
    const unused = demo.manifest.files.filter(({ path }) => path.endsWith('.onnx') && !used.has(path))
    for (const { path } of unused) files.delete(path)
    const listed = demo.manifest.files.filter((file) => !unused.includes(file))
    const folder = temp.writeFolder(editManifest(files, { variants: float32, files: listed }))
    expect(faultOf(await openPolicy({ ...asked, bundlePath: folder, precision: 'int8' }))).toMatchObject({
      code: 'policy-precision',
      message: 'The bundle has no int8 graphs; it has float32'
    })
  })
})

describe('comparing', () => {
  const options = { nowMs: () => performance.now(), onProgress: () => undefined, onCall: () => undefined }

  test('a bundle with itself differs by nothing, and both are measured against the expert', async () => {
    const compared = valueOf(
      await compareBundles(demo, demo, { ...options, observations: benchObservations(24) })
    )
    expect(compared.observations).toEqual({ source: 'bench', count: 24 })
    expect(Math.max(...compared.difference)).toBe(0)
    expect(compared.decided).toEqual(compared.actionDims.map(() => ({ mean: 0, largest: 0 })))
    const [error] = compared.bundles.map(({ expertError }) => expertError)
    expect(error).toHaveLength(compared.difference.length)
    expect(Math.min(...(error ?? []))).toBeGreaterThan(0)
    expect(compared.bundles[1].expertError).toEqual(error)
    expect(compared.bundles[0].decidedK).toHaveLength(24)
  })

  test('each stops by its own rule', async () => {
    const stopping = { kind: 'fixed', iterations: 20 }
    const other = await load(temp.writeFolder(editManifest(demoFiles(), { 'defaults.stopping': stopping })))
    const { bundles, difference, decided } = valueOf(
      await compareBundles(demo, other, { ...options, observations: benchObservations(6) })
    )
    expect(new Set(bundles[1].decidedK)).toEqual(new Set([20]))
    expect(Math.max(...bundles[0].decidedK)).toBeLessThan(20)
    expect(Math.max(...difference)).toBe(0)
    expect(Math.max(...decided.map(({ largest }) => largest))).toBeGreaterThan(0)
  })

  test('without the bench, the bundles’ own examples are used, and no expert is made up', async () => {
    const compared = valueOf(await compareBundles(demo, demo, { ...options, observations: [] }))
    expect(compared.observations).toEqual({ source: 'fixtures', count: 2 })
    expect(compared.bundles[0].expertError).toBeNull()
  })

  test.each([
    ['another camera', { 'cameras.0.name': 'side' }, 'side 64×64'],
    ['another robot', { 'robot.name': 'aloha' }, 'drives aloha'],
    [
      'another task',
      {
        'instruction.values.blockColour': ['purple'],
        'fixture.instruction': 'put the purple block in the red bin'
      },
      'know different tasks'
    ],
    [
      'another version of itself with longer chunks',
      { version: '9', 'dims.chunkLength': 16 },
      'traypick-demo 9 has 16'
    ],
    ['other units', inMillimetres, 'normalise their actions in different ways']
  ])('%s is refused', async (_, edits, message) => {
    const other: Bundle = { ...demo, manifest: (await parsed(edits)).manifest }
    const fault = faultOf(await compareBundles(demo, other, { ...options, observations: [] }))
    expect(fault.code).toBe('policy-compare')
    expect(fault.message).toContain(message)
  })

  const parsed = (edits: Readonly<Record<string, unknown>>): Promise<Bundle> =>
    load(temp.writeFolder(editManifest(demoFiles(), edits)))
})
