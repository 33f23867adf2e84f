import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { demoFiles, editManifest, rehash, type BundleFiles } from '../../support/bundleFiles'
import { useTempFolder } from './tempFolder'
import { faultOf, startPolicy } from './policyHarness'

const temp = useTempFolder()
const FIXTURE = resolve(import.meta.dirname, '../../fixtures/policy/externalWeights.onnx')

/** The demo bundle with a step graph whose weights lie in "package.json". */
const withExternalWeights = (): BundleFiles =>
  demoFiles().set('step.onnx', new Uint8Array(readFileSync(FIXTURE)))

test('a graph that reaches for a file outside the bundle is refused, though the file exists', async () => {
  const fault = faultOf(await startPolicy(temp.writeFolder(rehash(withExternalWeights()))))
  expect(fault.code).toBe('bundle-graph')
  expect(fault.message).toContain("step.onnx can't be loaded on cpu")
  expect(fault.message).toContain('package.json not found from the table')
})

test('a graph whose weight file the bundle lists is loaded with it', async () => {
  const files = withExternalWeights().set('package.json', new Uint8Array(16))
  const paths = [...files.keys()].filter((path) => path !== 'manifest.json')
  editManifest(files, {
    files: paths.map((path) => ({ path, bytes: 0, sha256: '' })),
    'variants.0.graphs.step.externalData': ['package.json']
  })
  // It is no step graph: what is refused now are its tensors, after its weights were found.
  const fault = faultOf(await startPolicy(temp.writeFolder(rehash(files))))
  expect(fault.message).toBe('step.onnx: input state: expected float32[1,8,96], found none (the graph has x)')
})
