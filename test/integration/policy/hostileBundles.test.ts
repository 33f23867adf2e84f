import { symlinkSync, writeFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundleLimits } from '../../../src/main/policy/bundleSource'
import { loadBundle } from '../../../src/main/policy/loadBundle'
import {
  contentOf,
  demoFiles,
  editManifest,
  fixtureOffset,
  rehash,
  type BundleFiles
} from '../../support/bundleFiles'
import { useTempFolder } from './tempFolder'
import { faultOf, LIMITS, startPolicy, valueOf } from './policyHarness'
import { buildZip, type ZipEntry } from '../../support/zipWriter'

const temp = useTempFolder()

/** Overwrites 8 bytes amid a graph's weights: whatever their alignment, one float32 becomes NaN. */
function poisonWeights(files: BundleFiles, graph: string): BundleFiles {
  const content = contentOf(files, graph)
  content.fill(0xff, content.length >> 1, (content.length >> 1) + 8)
  return rehash(files)
}

function addToFixture(files: BundleFiles, tensor: string, amount: number): BundleFiles {
  const content = contentOf(files, 'fixture.bin')
  const view = new DataView(content.buffer, content.byteOffset)
  const offset = fixtureOffset(files, tensor)
  view.setFloat32(offset, view.getFloat32(offset, true) + amount, true)
  return rehash(files)
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('a folder is refused, naming the cause', () => {
  const cases: [string, (files: BundleFiles) => void, string, string][] = [
    ['no manifest', (files) => files.delete('manifest.json'), 'bundle-files', 'No manifest.json'],
    [
      'malformed JSON',
      (files) => files.set('manifest.json', text('{"formatVersion": ')),
      'bundle-manifest',
      'manifest.json is not valid JSON'
    ],
    [
      'broken UTF-8',
      (files) => files.set('manifest.json', new Uint8Array([0x22, 0xff, 0x22])),
      'bundle-manifest',
      'manifest.json is not valid JSON'
    ],
    [
      'unknown major version',
      (files) => editManifest(files, { formatVersion: '2.0' }),
      'bundle-version',
      'format version 2.0; this app reads 1.x'
    ],
    [
      'no version',
      (files) => editManifest(files, { formatVersion: 1 }),
      'bundle-manifest',
      'formatVersion must be a string'
    ],
    [
      'a field of the wrong type',
      (files) => editManifest(files, { 'dims.heads': 'four' }),
      'bundle-manifest',
      'dims.heads'
    ],
    ['a missing file', (files) => files.delete('step.onnx'), 'bundle-files', '"step.onnx" is missing'],
    [
      'an unlisted file',
      (files) => files.set('extra/notes.txt', text('hi')),
      'bundle-files',
      '"extra/notes.txt", which the manifest doesn\'t list'
    ],
    [
      'a changed file',
      (files) => contentOf(files, 'coda.onnx').fill(1, 5000, 5001),
      'bundle-hash',
      '"coda.onnx" has SHA-256'
    ],
    [
      'a truncated file',
      (files) => files.set('coda.onnx', contentOf(files, 'coda.onnx').slice(0, 1000)),
      'bundle-files',
      '"coda.onnx" has 1000 bytes, the manifest says'
    ],
    [
      'an absolute path',
      (files) => editManifest(files, { 'variants.0.graphs.step.file': '/etc/passwd' }),
      'bundle-path',
      'variants.float32.step: the path "/etc/passwd" is absolute'
    ],
    [
      'a path that leaves the bundle',
      (files) => editManifest(files, { 'files.0.path': '../../etc/passwd' }),
      'bundle-path',
      'files: the path "../../etc/passwd" leaves the bundle'
    ],
    [
      'a path that leaves it by a detour',
      (files) => editManifest(files, { 'instruction.tokenizer': 'a/../../x' }),
      'bundle-path',
      'instruction.tokenizer: the path "a/../../x" leaves the bundle'
    ],
    [
      'a Windows path',
      (files) => editManifest(files, { 'fixture.file': '..\\fixture.bin' }),
      'bundle-path',
      'contains a backslash'
    ],
    [
      'a drive',
      (files) => editManifest(files, { 'fixture.file': 'C:fixture.bin' }),
      'bundle-path',
      'is absolute'
    ],
    [
      'a NUL in a path',
      (files) => editManifest(files, { 'fixture.file': 'fixture.bin\0.txt' }),
      'bundle-path',
      'NUL'
    ],
    [
      'a graph that is not listed',
      (files) => editManifest(files, { 'variants.0.graphs.step.file': 'other.onnx' }),
      'bundle-manifest',
      'variants.float32.step is "other.onnx", which files doesn\'t list'
    ],
    [
      'a truncated graph that hashes well',
      (files) => rehash(files.set('step.onnx', contentOf(files, 'step.onnx').slice(0, 200_000))),
      'bundle-graph',
      "step.onnx can't be loaded on cpu"
    ],
    [
      'a graph in place of another',
      (files) => rehash(files.set('step.onnx', contentOf(files, 'coda.onnx'))),
      'bundle-graph',
      'step.onnx: input s_pre: expected float32[1,8,96], found none'
    ],
    [
      'wrong sizes',
      (files) => editManifest(files, { 'dims.visionTokens': 70 }),
      'bundle-graph',
      'backbone.onnx: output h_t: expected float32[1,1,70,96], found float32[1,1,68,96]'
    ],
    [
      'a fixture of other sizes',
      (files) => editManifest(files, { 'fixture.tensors.3.shape': [1, 8, 95] }),
      'bundle-self-test',
      'state_0: expected float32[1,8,96], found float32[1,8,95]'
    ],
    [
      'a fixture that ends early',
      (files) => editManifest(files, { 'fixture.tensors.3.byteOffset': 10_000_000 }),
      'bundle-self-test',
      'state_0 ends at byte 10003072, beyond the file'
    ],
    [
      'absurd sizes',
      (files) =>
        editManifest(files, {
          'dims.visionTokens': 16_384,
          'dims.latentDim': 16_384,
          'dims.chunkLength': 256
        }),
      'bundle-limit',
      'bytes of tensors'
    ],
    [
      'an impossible tolerance',
      (files) => editManifest(files, { 'selfTest.tolerance': 1000 }),
      'bundle-manifest',
      'selfTest.tolerance'
    ],
    [
      'another tokenizer',
      (files) => rehash(files.set('tokenizer.json', text('{"model": {"type": "Fancy"}}'))),
      'bundle-tokenizer',
      'tokenizer.json: not a tokenizer'
    ],
    [
      'tasks beyond the vocabulary',
      (files) => editManifest(files, { 'instruction.values.blockColour.0': 'mauve' }),
      'bundle-tokenizer',
      'every word of the task "put the mauve block in the red bin"'
    ],
    [
      'a fixture without a state',
      (files) => editManifest(files, { 'fixture.iterations': 4 }),
      'bundle-self-test',
      'the fixture lacks state_4 (float32[1,8,96])'
    ],
    [
      "NaN in the core's weights",
      (files) => poisonWeights(files, 'step.onnx'),
      'bundle-self-test',
      'step gave NaN in state_next'
    ],
    [
      "NaN in the prelude's weights",
      (files) => poisonWeights(files, 'prelude.onnx'),
      'bundle-self-test',
      'prelude gave NaN in'
    ],
    [
      "NaN in the coda's weights",
      (files) => poisonWeights(files, 'coda.onnx'),
      'bundle-self-test',
      'coda gave NaN in action'
    ],
    [
      'a state that differs',
      (files) => addToFixture(files, 'state_2', 0.01),
      'bundle-self-test',
      'state_2[0] is'
    ],
    [
      'an action that differs',
      (files) => addToFixture(files, 'action_3', -0.002),
      'bundle-self-test',
      'action_3[0] is'
    ],
    [
      'conditioning that differs',
      (files) => addToFixture(files, 'v_core_0', 0.5),
      'bundle-self-test',
      'v_core_0[0] is'
    ],
    [
      'a NaN expectation',
      (files) => addToFixture(files, 'action_1', NaN),
      'bundle-self-test',
      'the fixture says NaN'
    ]
  ]
  test.each(cases)('%s', async (_, tamper, code, message) => {
    const files = demoFiles()
    tamper(files)
    const fault = faultOf(await startPolicy(temp.writeFolder(files)))
    expect(fault.message).toContain(message)
    expect(fault).toMatchObject({ code, severity: 'high', source: 'policy' })
  })

  test('a symbolic link, wherever it points', async () => {
    for (const target of ['/etc/passwd', 'step.onnx.real']) {
      const folder = temp.writeFolder(demoFiles())
      writeFileSync(join(folder, '..', 'outside'), 'secret')
      unlinkSync(join(folder, 'step.onnx'))
      symlinkSync(target, join(folder, 'step.onnx'))
      const fault = faultOf(await loadBundle(folder, LIMITS))
      expect(fault).toMatchObject({
        code: 'bundle-path',
        message: '"step.onnx" is a symbolic link; a bundle may not contain links'
      })
    }
  })

  test('a path that does not exist, and a file that is no zip', async () => {
    expect(faultOf(await loadBundle('/nonexistent/bundle', LIMITS)).code).toBe('bundle-unreadable')
    expect(faultOf(await loadBundle(temp.writeFile(text('no zip at all')), LIMITS)).message).toContain(
      'Not a readable .zip'
    )
  })

  test('a bundle may take a quarter of the memory at most, and 8 GiB', () => {
    const gib = 1024 ** 3
    expect([4, 16, 512].map((size) => bundleLimits(size * gib).maxTotalBytes / gib)).toEqual([1, 4, 8])
  })

  test.each([
    ['maxFiles', 3, 'more than 3 files'],
    ['maxFileBytes', 1000, 'more than the 1000 allowed'],
    ['maxTotalBytes', 1_000_000, 'add up to more than 1000000 bytes'],
    ['maxManifestBytes', 100, 'manifest.json has']
  ] as const)('beyond the limit %s', async (limit, value, message) => {
    const folder = temp.writeFolder(demoFiles())
    const fault = faultOf(await loadBundle(folder, { ...LIMITS, [limit]: value }))
    expect(fault.code).toBe('bundle-limit')
    expect(fault.message).toContain(message)
  })
})

describe('a zip', () => {
  const entriesOf = (files: BundleFiles): ZipEntry[] =>
    [...files].map(([name, content]) => ({ name, content }))
  const replace = (name: string, change: Partial<ZipEntry>): ZipEntry[] =>
    entriesOf(demoFiles()).map((entry) => (entry.name === name ? { ...entry, ...change } : entry))

  test.each([
    ['deflated', entriesOf(demoFiles())],
    ['stored', entriesOf(demoFiles()).map((entry) => ({ ...entry, store: true }))],
    [
      'in one top folder, with its entry',
      [
        { name: 'traypick-demo/', content: new Uint8Array(0), store: true },
        ...entriesOf(demoFiles()).map((entry) => ({ ...entry, name: `traypick-demo/${entry.name}` }))
      ]
    ]
  ] as [string, ZipEntry[]][])('of the good bundle, %s, runs', async (_, entries) => {
    const policy = valueOf(await startPolicy(temp.writeFile(buildZip(entries))))
    expect(policy.info.name).toBe('traypick-demo')
    await policy.dispose()
  })

  const zeros = new Uint8Array(8 * 1024 * 1024)
  const cases: [string, () => ZipEntry[], string, string][] = [
    [
      'traversal',
      () => [...entriesOf(demoFiles()), { name: '../evil.sh', content: text('x') }],
      'bundle-path',
      '../evil.sh'
    ],
    [
      'an absolute path',
      () => [...entriesOf(demoFiles()), { name: '/etc/cron.d/evil', content: text('x') }],
      'bundle-path',
      '/etc/cron.d/evil'
    ],
    [
      'a backslash',
      () => [...entriesOf(demoFiles()), { name: '..\\evil', content: text('x') }],
      'bundle-path',
      'evil'
    ],
    ['a NUL', () => [...entriesOf(demoFiles()), { name: 'a\0b', content: text('x') }], 'bundle-path', 'NUL'],
    [
      'a duplicate',
      () => [...entriesOf(demoFiles()), { name: 'Step.onnx', content: text('x') }],
      'bundle-path',
      '"Step.onnx" twice'
    ],
    [
      'a symbolic link',
      () => replace('step.onnx', { content: text('/etc/passwd'), unixMode: 0o120777 }),
      'bundle-path',
      '"step.onnx" is a symbolic link'
    ],
    [
      'encryption',
      () => replace('step.onnx', { encrypted: true }),
      'bundle-path',
      '"step.onnx" is encrypted'
    ],
    ['a bomb that says so', () => replace('step.onnx', { content: zeros }), 'bundle-limit', 'zip bomb'],
    [
      'a bomb that lies',
      () =>
        replace('step.onnx', { content: zeros, declaredBytes: contentOf(demoFiles(), 'step.onnx').length }),
      'bundle-limit',
      'zip bomb'
    ],
    [
      'an unlisted file',
      () => [...entriesOf(demoFiles()), { name: 'run.sh', content: text('x') }],
      'bundle-files',
      '"run.sh", which the manifest doesn\'t list'
    ],
    [
      'a changed file',
      () =>
        replace('tokenizer.json', {
          content: contentOf(demoFiles(), 'tokenizer.json').map((byte, index) => (index === 20 ? 32 : byte))
        }),
      'bundle-hash',
      '"tokenizer.json" has SHA-256'
    ]
  ]
  test.each(cases)('with %s is refused', async (_, entries, code, message) => {
    const fault = faultOf(await loadBundle(temp.writeFile(buildZip(entries())), LIMITS))
    expect(fault.message).toContain(message)
    expect(fault.code).toBe(code)
  })

  test('whose bomb stays under the ratio still can not inflate past its declared size', async () => {
    const declaredBytes = contentOf(demoFiles(), 'step.onnx').length
    const path = temp.writeFile(buildZip(replace('step.onnx', { content: zeros, declaredBytes })))
    const fault = faultOf(await loadBundle(path, { ...LIMITS, maxCompressionRatio: 1e6 }))
    expect(fault.message).toContain(`inflates to more than its declared ${declaredBytes} bytes (zip bomb)`)
  })

  test('cut off in the middle is refused', async () => {
    const whole = buildZip(entriesOf(demoFiles()))
    const fault = faultOf(await loadBundle(temp.writeFile(whole.subarray(0, whole.length >> 1)), LIMITS))
    expect(fault.message).toContain('Not a readable .zip')
  })
})
