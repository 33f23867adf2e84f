import { BENCH_ARM } from '../../../src/main/hosts/benchObservations'
import { expect, test } from 'vitest'
import { openPolicy } from '../../../src/main/policy/openPolicy'
import { DEMO_FOLDER } from '../../support/bundleFiles'
import { faultOf, valueOf } from './policyHarness'

test('opens a folder on the default provider', async () => {
  const policy = valueOf(await openPolicy({ bundlePath: DEMO_FOLDER, ...BENCH_ARM, providers: [] }))
  expect(policy.info.provider).toBe('cpu')
  await policy.dispose()
})

test('a policy made for another arm is refused, with both names', async () => {
  const fault = faultOf(
    await openPolicy({ bundlePath: DEMO_FOLDER, ...BENCH_ARM, robot: 'aloha', providers: [] })
  )
  expect(fault).toMatchObject({
    code: 'policy-robot',
    message: 'The policy traypick-demo drives tray-arm; the arm here is aloha'
  })
})

test('a provider that hung before is passed over and said to be', async () => {
  const tried: string[] = []
  const asked = { bundlePath: DEMO_FOLDER, ...BENCH_ARM, providers: ['webgpu', 'cpu'] }
  const policy = valueOf(
    await openPolicy({ ...asked, hungProviders: ['webgpu'], onTrying: (name) => tried.push(name) })
  )
  expect(policy.info).toMatchObject({
    provider: 'cpu',
    refusedProviders: [{ provider: 'webgpu', reason: 'it did not answer when it was tried' }]
  })
  expect(tried).toEqual(['cpu'])
  await policy.dispose()
})

test('with nothing left to try, the reasons are told', async () => {
  const fault = faultOf(
    await openPolicy({
      bundlePath: DEMO_FOLDER,
      ...BENCH_ARM,
      providers: ['webgpu'],
      hungProviders: ['webgpu']
    })
  )
  expect(fault.message).toContain('webgpu: it did not answer')
})

test('a misspelt provider is named, with those that exist', async () => {
  const fault = faultOf(
    await openPolicy({ bundlePath: DEMO_FOLDER, ...BENCH_ARM, providers: ['cpu', 'gpu'] })
  )
  expect(fault.message).toBe(
    'There is no execution provider "gpu"; known: tensorrt, cuda, dml, coreml, webgpu, cpu'
  )
})
