import type { Page } from '@playwright/test'
import { expect, test } from './support/workstation'

/** The newest refinement snapshot: k, seed and the raw bits of every decoded chunk. */
function refinement(page: Page) {
  return page.evaluate(() => {
    const snapshots = window.__tap.policy.flatMap((m) => (m.type === 'snapshot' ? [m.snapshot] : []))
    const last = snapshots.at(-1)
    if (!last?.prediction) throw new Error('no prediction')
    const { prediction, phase } = last
    return {
      phase: phase.kind,
      k: prediction.k,
      index: prediction.index,
      seed: prediction.seed,
      converged: prediction.converged?.k ?? null,
      chunks: prediction.iterations.map(({ chunk }) =>
        chunk ? Array.from(new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length)) : null
      ),
      mse: prediction.iterations.map(({ signals }) => signals.actionMse)
    }
  })
}

const records = (page: Page) =>
  page.evaluate(() =>
    window.__tap.policy.flatMap((m) =>
      m.type === 'prediction'
        ? [{ ...m.record, chunk: Array.from(m.record.chunk), iterations: m.record.iterations.length }]
        : []
    )
  )

test('step adds exactly one iteration, and rewind then step reproduces it bit for bit', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press(']')
  await expect(phase).toHaveText(/paused at k = 2/)
  for (const k of [3, 4, 5]) {
    await workstation.button('Step').click()
    await expect(phase).toHaveText(new RegExp(`paused at k = ${k}`))
  }
  const first = await refinement(page)
  expect(first).toMatchObject({ k: 5, phase: 'paused' })
  expect(first.chunks).toHaveLength(5)

  // The cursor goes back to k = 3; stepping from there recomputes k = 4.
  await workstation.press('[')
  await workstation.press('[')
  await workstation.button('Step from 3').click()
  await expect(phase).toHaveText(/paused at k = 4/)
  const again = await refinement(page)
  expect(again.chunks).toEqual(first.chunks.slice(0, 4))
  expect(again.mse).toEqual(first.mse.slice(0, 4))
  await workstation.press('}')
  await expect(phase).toHaveText(/paused at k = 9/)
  expect((await refinement(page)).chunks[4]).toEqual(first.chunks[4])
  expect(await records(page)).toEqual([])
})

test('run to convergence pauses before execution; go beyond; resume executes', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(phase).toHaveText(/paused at k = \d+ \(converged\)/)
  const converged = await refinement(page)
  expect(converged.converged).toBe(converged.k)
  expect(await records(page)).toEqual([])
  await workstation.button('Go beyond').click()
  await expect(phase).toHaveText(new RegExp(`paused at k = ${converged.k + 1}`))
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
  const [record] = await records(page)
  expect(record).toMatchObject({ index: 0, k: converged.k + 1, human: false })
})

test('halt now executes the current chunk', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press(']')
  await expect(phase).toHaveText(/paused at k = 2/)
  await workstation.press('h')
  await expect(phase).toHaveText(/executing/)
  const [record] = await records(page)
  expect(record).toMatchObject({ index: 0, k: 2, stopReason: 'operator', iterations: 2 })
})

test('reseed starts again from another latent; the same seed gives the same curve', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  const seedField = page.getByRole('textbox', { name: 'Seed for reseeding' })
  const run = async (seed: string) => {
    await seedField.fill(seed)
    await seedField.press('Tab')
    await workstation.button('Reseed').click()
    await expect(phase).toHaveText(/paused at k = 0/)
    await workstation.button('+5').click()
    await expect(phase).toHaveText(/paused at k = 5/)
    return refinement(page)
  }
  const one = await run('123')
  const other = await run('456')
  const again = await run('123')
  expect(one.seed).toBe(123)
  expect(other.chunks).not.toEqual(one.chunks)
  expect(again.chunks).toEqual(one.chunks)
})

test('reject drops the prediction and observes again', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  const before = await refinement(page)
  await workstation.press('r')
  // Between the two there is none: wait for the next one's pause before asking which it is.
  await expect(page.getByText(`prediction ${before.index + 1} ·`)).toBeVisible()
  await expect(phase).toHaveText(/paused at k = [01]/)
  expect((await refinement(page)).index).toBe(before.index + 1)
  expect(await records(page)).toEqual([])
  expect(await page.evaluate(() => window.__tap.robot.some((m) => m.type === 'execution'))).toBe(false)
})

test('reject in the middle of a chunk drops the rest of it and holds; resume observes again', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.start()
  await expect(phase).toHaveText(/executing [2-6] of 8/)
  await workstation.press('Space')
  await expect(phase).toHaveText(/paused at action/)
  await workstation.press('r')
  await expect(phase).toHaveText(/held: Held by the operator/)
  const dropped = await page.evaluate(() =>
    window.__tap.robot.flatMap((m) => (m.type === 'execution' && m.execution.dropped ? [m.execution] : []))
  )
  expect(dropped).toHaveLength(1)
  expect(dropped[0]?.actionsExecuted).toBeLessThan(8)
  await workstation.press('Enter')
  await expect(phase).toHaveText(/executing/)
})

test('an edited chunk is executed as edited and tagged human', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  // By keyboard: the first action's x, a few steps up.
  const point = page.getByTestId('chunk').getByRole('slider').first()
  await point.focus()
  for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('group', { name: 'Override' })).toBeVisible()
  const edited = await refinement(page)
  await workstation.button('Commit edited chunk').click()
  await expect(phase).toHaveText(/executing/)
  const [record] = await records(page)
  expect(record).toMatchObject({ human: true, stopReason: 'override' })
  const lastBits = edited.chunks.at(-1) ?? []
  const last = Array.from(new Float32Array(new Uint32Array(lastBits).buffer))
  const changed = (record?.chunk ?? []).flatMap((value, index) => (value === last[index] ? [] : [index]))
  expect(changed).toEqual([0])
  await expect
    .poll(() =>
      page.evaluate(
        () => window.__tap.robot.flatMap((m) => (m.type === 'execution' ? [m.execution] : []))[0] ?? null
      )
    )
    .toMatchObject({ prediction: 0, actionsExecuted: 8, dropped: null })
})

test('a pending edit is dropped by no key: neither Enter nor H executes the chunk without it', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  const point = page.getByTestId('chunk').getByRole('slider').first()
  await point.focus()
  await page.keyboard.press('ArrowUp')
  const override = page.getByRole('group', { name: 'Override' })
  await expect(override).toContainText('1 value changed')
  await point.blur()
  for (const key of ['Enter', 'h', ']', 'c', 'r', 's', '[']) await workstation.press(key)
  await expect(page.getByText('Commit or discard the edit first').first()).toBeVisible()
  // Seven answers, one for each key.
  await expect(page.getByRole('log').getByText('had no effect')).toHaveCount(7)
  await expect(phase).toHaveText(/converged/)
  await expect(override).toContainText('1 value changed')
  expect(await records(page)).toEqual([])
  await workstation.press('o')
  await expect(phase).toHaveText(/executing/)
  expect((await records(page))[0]).toMatchObject({ human: true, stopReason: 'override' })
})

test('the cursor starts anew with the next prediction, and commands continue from its newest iteration', async ({
  workstation
}) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('}')
  await expect(phase).toHaveText(/paused at k = 6/)
  for (let press = 0; press < 4; press++) await workstation.press('[')
  await expect(page.getByText('Action chunk at k = 2')).toBeVisible()
  await workstation.press('r')
  await expect(phase).toHaveText(/paused at k = [01]$/)
  await workstation.press('}')
  await expect(phase).toHaveText(/paused at k = [56]/)
  await expect(page.getByText(/Action chunk at k = [56]/)).toBeVisible()
  await expect(workstation.button('Step')).toBeVisible()
})

test('the threshold dragged live changes the next stop', async ({ workstation }) => {
  const { page, phase } = workstation
  await workstation.startPausedAtFirst()
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  const strict = await refinement(page)
  expect(strict.k).toBeGreaterThan(2)

  const threshold = page.getByRole('slider', { name: /threshold/i })
  const box = await threshold.boundingBox()
  if (!box) throw new Error('no threshold handle')
  await page.mouse.move(box.x + box.width - 20, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 20, box.y - 260, { steps: 8 })
  await page.mouse.up()
  await expect.poll(async () => Number(await threshold.getAttribute('aria-valuenow'))).toBeGreaterThan(1e-3)
  // The same observation and seed again: the looser rule stops it earlier.
  await page.getByRole('textbox', { name: 'Seed for reseeding' }).fill(String(strict.seed))
  await page.getByRole('textbox', { name: 'Seed for reseeding' }).press('Tab')
  await workstation.button('Reseed').click()
  await expect(phase).toHaveText(/paused at k = 0/)
  await workstation.press('c')
  await expect(phase).toHaveText(/converged/)
  const loose = await refinement(page)
  expect(loose.k).toBeLessThan(strict.k)
  expect(loose.mse).toEqual(strict.mse.slice(0, loose.k))
})
