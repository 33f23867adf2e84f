import { expect, test } from 'vitest'
import { openPolicy } from '../../../src/main/policy/openPolicy'
import { DEMO_FOLDER } from './demoBundle'
import { faultOf, valueOf } from './policyHarness'

test('opens a folder on the default provider', async () => {
  const policy = valueOf(await openPolicy({ bundlePath: DEMO_FOLDER, providers: [] }))
  expect(policy.info.provider).toBe('cpu')
  await policy.dispose()
})

test('a misspelt provider is named, with those that exist', async () => {
  const fault = faultOf(await openPolicy({ bundlePath: DEMO_FOLDER, providers: ['cpu', 'gpu'] }))
  expect(fault.message).toBe(
    'There is no execution provider "gpu"; known: tensorrt, cuda, dml, coreml, webgpu, cpu'
  )
})
