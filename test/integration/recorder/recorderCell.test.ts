import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Fault } from '@shared/domain/fault'
import type { RecorderToUi } from '@shared/ipc/recording'
import { openRecorderCell } from '../../../src/main/hosts/recorderCell'

const SAMPLE = resolve(import.meta.dirname, '../../fixtures/stepLog/rdvla_step_log_sample.jsonl')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-cell-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function bench() {
  const said: RecorderToUi[] = []
  const faults: Fault[] = []
  const cell = await openRecorderCell({
    config: {
      appVersion: 'test',
      folder: join(folder, 'episodes'),
      settingsFile: join(folder, 'recording.json'),
      mayRecord: true
    },
    nowNanos: () => 0,
    wallNanos: () => 1_800_000_000_000_000_000n,
    suffix: () => '0a0b0c',
    sendUi: (message) => said.push(message),
    sendPolicy: () => undefined,
    onFault: (fault) => faults.push(fault)
  })
  return { cell, said, faults }
}

test('cancelling an export leaves an import alone', async () => {
  const { cell, said, faults } = await bench()
  cell.importFrom([SAMPLE])
  cell.fromUi({ type: 'ask', request: 1, command: { type: 'import' } })
  cell.fromUi({ type: 'ask', request: 2, command: { type: 'cancelExport' } })
  await expect.poll(() => said.filter(({ type }) => type === 'answer')).toHaveLength(2)
  await cell.end()
  expect(said).toContainEqual(
    expect.objectContaining({
      request: 1,
      result: { ok: true, value: { type: 'import', result: expect.objectContaining({ imported: 1 }) } }
    })
  )
  expect(faults).toEqual([])
})

test('closing ends an import before its next episode', async () => {
  const { cell, said, faults } = await bench()
  cell.importFrom([SAMPLE])
  cell.fromUi({ type: 'ask', request: 1, command: { type: 'import' } })
  await cell.end()
  const ended = expect.objectContaining({ imported: 0, cancelled: true })
  await expect
    .poll(() => said)
    .toContainEqual(
      expect.objectContaining({ request: 1, result: { ok: true, value: { type: 'import', result: ended } } })
    )
  expect(faults).toEqual([])
})
