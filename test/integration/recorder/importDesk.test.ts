import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_NOTES } from '@shared/domain/episode'
import { createReplayDesk } from '../../../src/main/episodes/replayDesk'
import { summariseEpisode } from '../../../src/main/episodes/summarise'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { createImporter } from '../../support/importer'
import { parseMcap } from '../../support/mcapParser'

const SAMPLE = resolve(import.meta.dirname, '../../fixtures/stepLog/rdvla_step_log_sample.jsonl')

let folder: string
beforeEach(async () => {
  await zstdReady()
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-import-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a real log becomes an episode that is listed, replayed and read by others; twice is once', async () => {
  const { desk, saved, pathOf } = createImporter(folder)
  desk.from([SAMPLE])
  expect(await desk.run()).toMatchObject({
    ok: true,
    value: { result: { imported: 1, known: 0, refused: [] } }
  })
  const [id = ''] = saved
  expect(parseMcap(await readFile(pathOf(id))).messages.length).toBeGreaterThan(40)

  const summary = await summariseEpisode(pathOf(id), { bytes: 1, notes: NO_NOTES, repaired: null })
  if (!summary.ok) throw new Error(summary.error)
  const rows = (await readFile(SAMPLE, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(summary.value.row.ks).toEqual(rows.map(({ K_t: k }) => k))
  expect(summary.value.row).toMatchObject({
    instruction: rows[0].task_name,
    success: true,
    trigger: 'import',
    judge: 'log'
  })
  const ofFirst = summary.value.iterations.filter(({ prediction }) => prediction === 0)
  expect(ofFirst.map(({ actionMse }) => actionMse)).toEqual([null, ...rows[0].conv_score_list])

  const replays = createReplayDesk({ pathOf })
  const opened = await replays.answer({ type: 'openReplay', id })
  if (!opened.ok || opened.value.type !== 'openReplay') throw new Error('not opened')
  const read = await replays.answer({ type: 'readReplay', replay: opened.value.replay })
  const told = read.ok && read.value.type === 'readReplay' ? read.value.entries : []
  expect(told.filter(({ policy }) => policy?.type === 'prediction')).toHaveLength(rows.length)
  await replays.end()

  expect(await desk.run()).toMatchObject({ ok: true, value: { result: { imported: 0, known: 1 } } })
})

test('what can’t be read is named, and the rest is imported', async () => {
  const { desk, saved } = createImporter(folder)
  const broken = join(folder, 'broken.jsonl')
  await copyFile(SAMPLE, broken)
  await writeFile(broken, `${await readFile(broken, 'utf8')}\n{"task_id": 4`)
  desk.from([join(folder, 'missing.jsonl'), broken])
  const result = await desk.run()
  expect(result).toMatchObject({
    ok: true,
    value: {
      result: {
        imported: 1,
        refused: [
          { what: 'missing.jsonl', reason: expect.stringContaining('ENOENT') },
          { what: expect.stringMatching(/^broken\.jsonl, line \d+$/), reason: 'it is no complete JSON' }
        ]
      }
    }
  })
  expect(saved).toHaveLength(1)
})

test('nothing chosen is said', async () => {
  expect(await createImporter(folder).desk.run()).toMatchObject({ ok: false, error: { code: 'noFiles' } })
})
