import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { demoFiles, editManifest, withUsableInt8, writeBundle } from '../support/bundleFiles'
import { buildZip } from '../support/zipWriter'
import { answerDialog, expect, openFolder, rail, region, renamed, showPolicy, test } from './support/bundles'

/** Opening, examining, using and comparing bundles in the Policy view, as an engineer with a checkpoint does. */

const LIBERO = resolve(import.meta.dirname, '../fixtures/policy/libero-tiny')

test('a folder is opened, examined and used, in int8, and its episode runs', async ({
  workstation,
  folder
}) => {
  const { page } = workstation
  await showPolicy(workstation)
  await openFolder(workstation, writeBundle(join(folder, 'mine'), withUsableInt8(renamed('my-policy'))))
  const trials = region(workstation, 'Trials')
  await expect(region(workstation, 'Examined bundle')).toContainText('my-policy')
  await expect(region(workstation, 'Provenance')).toContainText('torch')
  await expect(trials.getByRole('radio')).toHaveCount(2)
  await trials.getByRole('radio', { name: 'CPU, int8' }).check()
  await trials.getByRole('button', { name: 'Use this policy' }).click()
  await expect(trials.getByRole('status')).toContainText('my-policy is in use now: CPU, int8')
  await page.getByRole('button', { name: /^In use:/ }).click()
  await expect(region(workstation, 'Bundle')).toContainText('my-policy')
  await expect(region(workstation, 'Execution provider')).toContainText('int8')

  await page.getByRole('button', { name: 'Live', exact: true }).click()
  await workstation.start()
  await expect
    .poll(() => page.evaluate(() => window.__tap.policy.filter((m) => m.type === 'prediction').length))
    .toBeGreaterThan(1)
  expect(workstation.errors).toEqual([])
})

test('a zip is opened as well; recent bundles stay for the next time and can be forgotten', async ({
  workstation,
  folder
}) => {
  await showPolicy(workstation)
  const zip = join(folder, 'zipped.zip')
  writeFileSync(zip, buildZip([...renamed('zipped-policy')].map(([name, content]) => ({ name, content }))))
  await answerDialog(workstation, zip)
  await rail(workstation).getByRole('button', { name: 'Open zip…' }).click()
  await expect(region(workstation, 'Examined bundle')).toContainText('zipped-policy')
  const again = rail(workstation).getByRole('button', { name: /^Examine zipped-policy/ })
  await expect(again).toBeVisible()

  await workstation.page.reload()
  await showPolicy(workstation)
  await again.click()
  await expect(region(workstation, 'Examined bundle')).toContainText('zipped-policy')
  await rail(workstation)
    .getByRole('button', { name: /^Forget zipped-policy/ })
    .click()
  await expect(again).toBeHidden()
})

test('a broken bundle is refused by file and cause, with a way out, and the policy in use stays', async ({
  workstation,
  folder
}) => {
  const { page } = workstation
  await showPolicy(workstation)
  const files = demoFiles()
  files.set('step.onnx', new Uint8Array(files.get('step.onnx') ?? []).fill(7, 1000, 1010))
  await openFolder(workstation, writeBundle(join(folder, 'broken'), files))
  const refusal = page.getByRole('alert', { name: 'Bundle refused' })
  await expect(refusal).toContainText('step.onnx')
  await expect(refusal).toContainText('SHA-256')
  await expect(refusal).toContainText('Copy or download the bundle again')
  await expect(refusal.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.getByRole('button', { name: /^In use: traypick-demo/ }).click()
  await expect(region(workstation, 'Bundle')).toContainText('traypick-demo')
})

test('a policy for another robot is described and measured, and can not be used here', async ({
  workstation
}) => {
  await showPolicy(workstation)
  await openFolder(workstation, LIBERO)
  await expect(region(workstation, 'Examined bundle')).toContainText(
    'drives libero-panda; the arm here is tray-arm'
  )
  await expect(region(workstation, 'What it is')).toContainText('yaw')
  const trials = region(workstation, 'Trials')
  await expect(trials.getByRole('button', { name: 'Use this policy' })).toBeDisabled()
  // What the window greys out, main refuses too.
  const answer = await workstation.page.evaluate(
    (path) => window.depthdeck.calls['bundle:use']({ path, provider: 'cpu', precision: 'float32' }),
    LIBERO
  )
  expect(answer).toMatchObject({ ok: false, error: { code: 'policy-robot' } })
})

test('while a run is under way the policy is not replaced, in the window and behind it', async ({
  workstation,
  folder
}) => {
  const { page } = workstation
  const path = writeBundle(join(folder, 'mine'), renamed('my-policy'))
  await workstation.startPausedAtFirst()
  await page.getByRole('button', { name: 'Policy', exact: true }).click()
  await openFolder(workstation, path)
  const trials = region(workstation, 'Trials')
  await expect(trials.getByRole('button', { name: 'Use this policy' })).toBeDisabled()
  await expect(trials.getByRole('status')).toContainText('Stop or end the run first')
  const use = (): Promise<unknown> =>
    page.evaluate(
      (chosen) =>
        window.depthdeck.calls['bundle:use']({ path: chosen, provider: 'cpu', precision: 'float32' }),
      path
    )
  expect(await use()).toMatchObject({ ok: false, error: { code: 'policyEngaged' } })
  // Examining has not disturbed what was paused.
  await expect(workstation.phase).toHaveText(/paused at k = 1/)
  await workstation.press('Escape')
  await expect(trials.getByRole('button', { name: 'Use this policy' })).toBeEnabled()
  expect(await use()).toMatchObject({ ok: true, value: { name: 'my-policy' } })
})

test('a held run keeps its policy too: it would go on with it', async ({ workstation, folder }) => {
  const { page } = workstation
  const path = writeBundle(join(folder, 'mine'), renamed('my-policy'))
  await workstation.startPausedAtFirst()
  const restarting = page.getByText(/policy (restarting|starting)/)
  process.kill(await workstation.hostPid('policy'), 'SIGKILL')
  await expect(restarting).toBeVisible()
  await expect(restarting).toBeHidden({ timeout: 15_000 })
  await expect(workstation.phase).toHaveText(/held: The policy process ended/)
  await page.getByRole('button', { name: 'Policy', exact: true }).click()
  await openFolder(workstation, path)
  await expect(region(workstation, 'Trials').getByRole('button', { name: 'Use this policy' })).toBeDisabled()
  const answer = await page.evaluate(
    (chosen) => window.depthdeck.calls['bundle:use']({ path: chosen, provider: 'cpu', precision: 'float32' }),
    path
  )
  expect(answer).toMatchObject({ ok: false, error: { code: 'policyEngaged' } })
})

test('every provider is tried, and each that does not run says why', async ({ workstation, folder }) => {
  await showPolicy(workstation)
  await openFolder(workstation, writeBundle(join(folder, 'mine'), renamed('my-policy')))
  const trials = region(workstation, 'Trials')
  await expect(trials.getByRole('radio')).toHaveCount(2)
  await workstation.page.getByRole('button', { name: 'Try every provider', exact: true }).first().click()
  await expect(trials.getByRole('row', { name: /cuda.*float32/i })).toContainText(
    /can't be loaded|not available/i,
    {
      timeout: 60_000
    }
  )
  await expect(trials.getByRole('radio', { name: 'CPU, float32' })).toBeEnabled()
})

test('two bundles are compared on the same observations', async ({ workstation, folder }) => {
  const { page } = workstation
  await showPolicy(workstation)
  const files = editManifest(renamed('deep-policy'), {
    'defaults.stopping': { kind: 'fixed', iterations: 20 }
  })
  await openFolder(workstation, writeBundle(join(folder, 'deep'), files))
  await expect(region(workstation, 'Trials')).toBeVisible()
  await page.getByRole('button', { name: /^Compare:/ }).click()
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const comparison = region(workstation, 'Comparison')
  await expect(comparison).toContainText('deep-policy', { timeout: 30_000 })
  await expect(page.getByRole('img', { name: /^Error to the expert by iteration/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Difference of the two by iteration/ })).toBeVisible()
  await expect(comparison).toContainText('20')
  await expect(comparison).toContainText(/not success/i)
})

test('nothing is opened that nobody chose', async ({ workstation }) => {
  await workstation.ready()
  const answers = await workstation.page.evaluate(async () => [
    await window.depthdeck.calls['bundle:examine']({ path: '/etc', providers: 'cpu' }),
    await window.depthdeck.calls['bundle:use']({ path: '/etc', provider: 'cpu', precision: 'float32' }),
    await window.depthdeck.calls['bundle:compare']({ first: '/etc', second: '/etc' })
  ])
  for (const answer of answers)
    expect(answer).toMatchObject({ ok: false, error: { code: 'bundleNotChosen' } })
})
