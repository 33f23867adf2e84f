import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeMessage } from '../../../src/main/episodes/protobuf'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { rangesOf } from '../../../src/main/recorder/lerobot/episodeFrames'
import type { ExportOptions } from '../../../src/main/recorder/lerobot/exportEpisodes'
import { aggregate, statsOf } from '../../../src/main/recorder/lerobot/featureStats'
import { countFrames } from '../../../src/main/recorder/lerobot/verify'
import { checkDataset } from '../../support/datasetCheck'
import { copied, exportFixtures, FIRST, FIXTURES, framesOf, SECOND } from '../../support/exportFixtures'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-export-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const exported = (ids: readonly string[], options: Partial<ExportOptions> = {}) =>
  exportFixtures(join(folder, 'dataset'), ids, options)

describe('a new dataset', () => {
  test('is what the format says, row by row and picture by picture', async () => {
    const progress: (string | null)[] = []
    const result = await exported([SECOND, FIRST], { onProgress: (_, id) => progress.push(id) })
    expect(result).toMatchObject({ ok: true, value: { exported: 2, known: 0, refused: [] } })
    // Oldest first.
    expect(progress).toEqual([FIRST, SECOND, null])
    const facts = await checkDataset(join(folder, 'dataset'))
    expect(facts.episodes).toBe(2)
    expect(facts.videos).toEqual(['observation.images.top', 'observation.images.wrist'])
    expect(facts.frames).toBe(result.ok ? result.value.frames : 0)
    const frames = await framesOf(FIRST)
    expect(facts.rows[0]?.['observation.state']).toEqual(frames.rows[0]?.state.map(Math.fround))
    expect(facts.rows[5]?.action).toEqual(frames.rows[5]?.action.map(Math.fround))
    expect(facts.tasks[0]).toBe(frames.task)
    // The bench said that both succeeded: the reward comes with the last row.
    expect(facts.rows.filter((row) => row['next.success']).length).toBe(2)
    expect(facts.rows.filter((row) => row['next.reward'] === 1).length).toBe(2)
  })

  test('states and actions are those recorded at the picture’s instant', async () => {
    const frames = await framesOf(FIRST)
    const recording = await openRecording(join(FIXTURES, `${FIRST}.mcap`))
    if (!recording.ok) throw new Error(recording.error)
    const row = frames.rows[7]
    let newest: number[] = []
    for await (const { logTime, data } of recording.value.messages({ topics: ['/robot/state'] }))
      if (Number(logTime) / 1e9 <= (row?.wallSeconds ?? 0))
        newest = decodeMessage('foxglove.JointStates', data).joints.map(({ position }) => position ?? 0)
    await recording.value.close()
    expect(row?.state).toEqual(newest)
    expect(frames.framesPerSecond).toBe(10)
    expect(frames.cameras.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['top', 64, 64],
      ['wrist', 32, 32]
    ])
  })
})

describe('an existing dataset', () => {
  test('is added to; what is in it already is passed over, so that a cut-off export goes on', async () => {
    const cancel = new AbortController()
    const first = await exported([FIRST, SECOND], {
      videos: { ...copied(), signal: cancel.signal },
      onProgress: (_, id) => id === SECOND && cancel.abort()
    })
    expect(first).toMatchObject({ ok: true, value: { exported: 1, cancelled: true } })
    expect((await checkDataset(join(folder, 'dataset'))).episodes).toBe(1)
    const second = await exported([FIRST, SECOND])
    expect(second).toMatchObject({ ok: true, value: { exported: 1, known: 1, cancelled: false } })
    const facts = await checkDataset(join(folder, 'dataset'))
    expect(facts.episodes).toBe(2)
    expect(facts.tasks).toHaveLength(new Set(facts.tasks).size)
  })

  test('that was cut off in the middle of an episode is as it was before it, and takes it the next time', async () => {
    await exported([FIRST])
    const info = await readFile(join(folder, 'dataset/meta/info.json'))
    await exported([SECOND])
    // As if the process had died before its last step.
    await writeFile(join(folder, 'dataset/meta/info.json'), info)
    expect(await exported([SECOND])).toMatchObject({ ok: true, value: { exported: 1, known: 0 } })
    expect((await checkDataset(join(folder, 'dataset'))).episodes).toBe(2)
  })

  test.each([
    [
      'of another rate',
      (info: Record<string, unknown>) => ({ ...info, fps: 30 }),
      'the dataset has 30 frames per second, the episode 10'
    ],
    [
      'of another version',
      (info: Record<string, unknown>) => ({ ...info, codebase_version: 'v2.1' }),
      'the dataset is of version v2.1'
    ],
    [
      'of another robot',
      (info: Record<string, unknown>) => ({ ...info, features: {} }),
      "the dataset's feature action is another one"
    ]
  ])('%s is refused by name and left alone', async (_, change, reason) => {
    await exported([FIRST])
    const path = join(folder, 'dataset/meta/info.json')
    const changed = JSON.stringify(change(JSON.parse(await readFile(path, 'utf8'))))
    await writeFile(path, changed)
    const result = await exported([SECOND])
    expect(result.ok && result.value.refused[0]?.reason).toContain(reason)
    expect(await readFile(path, 'utf8')).toBe(changed)
  })

  test('that is no dataset at all is refused', async () => {
    await exported([FIRST])
    await writeFile(join(folder, 'dataset/meta/info.json'), '{"what": "else"}')
    expect(await exported([SECOND])).toMatchObject({
      ok: false,
      error: expect.stringContaining('not understood')
    })
  })
})

test('an episode that can’t be exported is named, and the others are', async () => {
  await copyFile(join(FIXTURES, `${FIRST}.mcap`), join(folder, `${FIRST}.mcap`))
  await writeFile(join(folder, `${SECOND}.mcap`), 'broken')
  const result = await exported([FIRST, SECOND], { pathOf: (id) => join(folder, `${id}.mcap`) })
  expect(result).toMatchObject({ ok: true, value: { exported: 1, refused: [{ id: SECOND }] } })
})

test('corrections alone: the rows in which a person drove, each stretch an episode', async () => {
  const frames = await framesOf(FIRST)
  expect(rangesOf(frames, 'corrections')).toEqual([])
  const driven = frames.rows.map((row, index) => ({ ...row, intervention: [3, 4, 5, 9].includes(index) }))
  expect(rangesOf({ ...frames, rows: driven }, 'corrections')).toEqual([
    { from: 3, to: 6 },
    { from: 9, to: 10 }
  ])
  expect(await exported([FIRST], { mode: 'corrections' })).toMatchObject({
    ok: true,
    value: { exported: 0, empty: 1 }
  })
})

test('a video that isn’t one is told', async () => {
  await writeFile(join(folder, 'x.mp4'), 'no video')
  expect(await countFrames(join(folder, 'x.mp4'), 10)).toMatchObject({ ok: false })
})

describe('statistics', () => {
  const rows = Array.from({ length: 101 }, (_, index) => [index, 0 - index])
  test('of rows, as NumPy’s', () => {
    const stats = statsOf(rows)
    expect(stats).toMatchObject({
      min: [0, -100],
      max: [100, 0],
      mean: [50, -50],
      count: [101],
      q01: [1, -99],
      q50: [50, -50]
    })
    expect(stats.std[0]).toBeCloseTo(29.1547594742265, 10)
  })
  test('together are those of all rows', () => {
    const [whole, parts] = [statsOf(rows), aggregate([statsOf(rows.slice(0, 30)), statsOf(rows.slice(30))])]
    for (const key of ['min', 'max', 'mean', 'std', 'count'] as const)
      parts[key].forEach((value, index) => expect(value).toBeCloseTo(whole[key][index] as number, 9))
  })
})
