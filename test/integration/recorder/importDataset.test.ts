import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_NOTES } from '@shared/domain/episode'
import { readEnd, readInfo } from '../../../src/main/episodes/episodeMetadata'
import { pictureOf } from '../../../src/main/episodes/pictures'
import { decodeMessage } from '../../../src/main/episodes/protobuf'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { createReplayDesk } from '../../../src/main/episodes/replayDesk'
import { summariseEpisode } from '../../../src/main/episodes/summarise'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { episodeFrames } from '../../../src/main/recorder/lerobot/episodeFrames'
import { writeMp4 } from '../../../src/main/recorder/lerobot/mp4'
import { createImporter } from '../../support/importer'
import { writeDataset } from '../../support/datasetWriter'
import { exportFixtures, videosAs } from '../../support/exportFixtures'

const EPISODES = resolve(import.meta.dirname, '../../fixtures/episodes')
const [ONE, SEVERAL] = ['20261127-065827-e1a827', '20261127-065832-bfc911'] as const
/** One grey pixel. */
const PNG =
  '89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63680000008200812bd2cf1e0000000049454e44ae426082'

let folder: string
beforeEach(async () => {
  await zstdReady()
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-dataset-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const pathOf = (id: string): string => join(folder, `${id}.mcap`)

async function read(id: string) {
  const opened = await openRecording(pathOf(id))
  if (!opened.ok) throw new Error(opened.error)
  const recording = opened.value
  const info = readInfo(recording.metadata)
  if (!info.ok) throw new Error(info.error)
  const frames: { frame: number; features: { name: string; values: number[] }[] }[] = []
  const pictures: { nanos: number; isKey: boolean; format: string; data: Uint8Array }[] = []
  const start = BigInt(info.value.startWallNanos)
  for await (const { topic, schema, logTime, data } of recording.messages({ topics: recording.topics })) {
    if (schema === 'depthdeck.DatasetFrame') frames.push(decodeMessage(schema, data))
    if (schema !== 'foxglove.CompressedVideo' && schema !== 'foxglove.CompressedImage') continue
    const picture = pictureOf(schema, data)
    if (picture && topic === '/camera/top') pictures.push({ nanos: Number(logTime - start), ...picture })
    else if (picture && topic === '/camera/image')
      pictures.push({ nanos: Number(logTime - start), ...picture })
  }
  const { topics } = recording
  const end = readEnd(recording.metadata)
  await recording.close()
  return { info: info.value, end, topics, frames, pictures }
}

/** The top camera of a recorded episode. */
async function recordedTop(id: string) {
  const recording = await openRecording(join(EPISODES, `${id}.mcap`))
  if (!recording.ok) throw new Error(recording.error)
  const frames = await episodeFrames(recording.value, false)
  await recording.value.close()
  const top = frames.ok ? frames.value.cameras.find(({ name }) => name === 'top') : undefined
  if (!top) throw new Error('no camera')
  return top
}

describe.each(['v2.1', 'v3.0'] as const)('a dataset of version %s', (version) => {
  test('becomes recordings: every number, and every picture byte for byte where it belongs', async () => {
    const top = await recordedTop(SEVERAL)
    const dataset = join(folder, 'pick')
    const lengths =
      version === 'v2.1' ? [top.pictures.length, top.pictures.length] : [20, top.pictures.length - 20]
    await writeDataset({
      folder: dataset,
      version,
      fps: 10,
      lengths,
      video: (file) => writeMp4(file, top, 10)
    })
    const { bring, saved } = createImporter(folder)
    expect(await bring(dataset)).toEqual({ imported: 2, known: 0, refused: [], cancelled: false })

    const second = await read(saved[1] ?? '')
    expect(second.info.imported).toMatchObject({
      from: 'pick, episode 1',
      instruction: 'Put it into bin 1',
      dataset: {
        robotType: 'so100',
        framesPerSecond: 10,
        units: 'unknown',
        features: { 'observation.state': ['pan', 'lift'], action: ['action[0]', 'action[1]'] }
      }
    })
    expect(second.frames).toHaveLength(lengths[1] ?? 0)
    expect(second.frames[7]).toMatchObject({
      frame: 7,
      features: [
        { name: 'observation.state', values: [Math.fround(1.07), -7] },
        { name: 'action', values: [7, 1] }
      ]
    })
    const inside = second.pictures.filter(({ nanos }) => nanos >= 0)
    expect(inside.map(({ nanos }) => nanos)).toEqual(inside.map((_, index) => index * 1e8))
    expect(inside).toHaveLength(lengths[1] ?? 0)
    // What a decoder needs comes before.
    expect(second.pictures[0]?.isKey).toBe(true)
    const firstPicture = version === 'v2.1' ? 0 : 20
    expect(inside.map(({ data }) => Buffer.from(data).toString('hex'))).toEqual(
      top.pictures
        .slice(firstPicture, firstPicture + inside.length)
        .map(({ data }) => Buffer.from(fourByteStarts(data)).toString('hex'))
    )
    expect(await bring(dataset)).toMatchObject({ imported: 0, known: 2 })
  })

  test('with pictures in its table is replayed picture by picture', async () => {
    const dataset = join(folder, 'stills')
    await writeDataset({ folder: dataset, version, fps: 5, lengths: [6], still: PNG })
    const { bring, saved } = createImporter(folder)
    expect(await bring(dataset)).toMatchObject({ imported: 1, refused: [] })
    const [id = ''] = saved
    const replays = createReplayDesk({ pathOf })
    const opened = await replays.answer({ type: 'openReplay', id })
    if (!opened.ok || opened.value.type !== 'openReplay') throw new Error('not opened')
    expect(opened.value).toMatchObject({ cameras: ['image'], fromNanos: 0, toNanos: 1e9 })
    const video = await replays.answer({
      type: 'readVideo',
      replay: opened.value.replay,
      from: 4.5e8,
      to: 7e8
    })
    await replays.end()
    if (!video.ok || video.value.type !== 'readVideo') throw new Error('not read')
    const [part] = video.value.parts
    expect(part).toMatchObject({ camera: 'image', format: 'png' })
    expect(part?.frames.map(({ nanos }) => nanos)).toEqual([4e8, 6e8])
    expect(Buffer.from(part?.frames[0]?.data ?? []).toString('hex')).toBe(PNG)
    const summary = await summariseEpisode(pathOf(id), { bytes: 1, notes: NO_NOTES, repaired: null })
    expect(summary).toMatchObject({
      ok: true,
      value: { row: { seconds: 1, instruction: 'Put it into bin 0' } }
    })
  })
})

/** As an MP4 file keeps pictures: it knows no three-byte start codes. */
function fourByteStarts(data: Uint8Array): Uint8Array {
  const out: number[] = []
  for (let at = 0; at < data.length; at++) {
    const isStart = data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1
    if (isStart && data[at - 1] !== 0) out.push(0)
    out.push(data[at] as number)
  }
  return Uint8Array.from(out)
}

test.each(['h264', 'av1'] as const)('what this app has exported comes back whole: %s', async (codec) => {
  const dataset = join(folder, 'own')
  await exportFixtures(dataset, [ONE], { videos: await videosAs(codec) })
  const { bring, saved } = createImporter(folder)
  expect(await bring(dataset)).toMatchObject({ imported: 1, refused: [] })
  const { info, end, topics, frames, pictures } = await read(saved[0] ?? '')
  expect(info.imported?.dataset?.units).toBe('rad')
  expect(info.imported?.dataset?.features['action']?.[0]).toMatch(/\.pos$/)
  expect(new Date(Number(BigInt(info.startWallNanos) / 1_000_000n)).toISOString()).toMatch(
    /^2026-11-27T06:58:2/
  )
  expect(end?.outcome).toMatchObject({ success: true, judge: 'log' })
  expect(pictures.map(({ format }) => format)).toEqual(frames.map(() => codec))
  expect(topics).toEqual(expect.arrayContaining(['/camera/top', '/camera/wrist', '/dataset/frame']))
})

describe('what can’t be imported is named and leaves nothing behind', () => {
  test.each([
    [
      'no dataset',
      async (dataset: string) => rm(join(dataset, 'meta/info.json')),
      /info\.json can't be read, so this is no LeRobot dataset/
    ],
    [
      'another version',
      async (dataset: string) => edit(dataset, (info) => ({ ...info, codebase_version: 'v2.0' })),
      /version v2\.0; v2\.1 and v3\.0/
    ],
    [
      'files outside of the folder',
      async (dataset: string) => edit(dataset, (info) => ({ ...info, data_path: '../secret.parquet' })),
      /names a file outside of the dataset/
    ],
    [
      'a table that is missing',
      async (dataset: string) => rm(join(dataset, 'data'), { recursive: true }),
      /No files found/
    ],
    [
      'a damaged video',
      async (dataset: string) =>
        writeFile(join(dataset, 'videos/observation.images.top/chunk-000/file-000.mp4'), 'no video'),
      /^the video of observation\.images\.top: /
    ],
    [
      'a video that is too short',
      async (dataset: string) => {
        const top = await recordedTop(ONE)
        const file = join(dataset, 'videos/observation.images.top/chunk-000/file-000.mp4')
        await writeMp4(file, { ...top, pictures: top.pictures.slice(0, 5) }, 10)
      },
      /it ends at frame 5 of 12/
    ]
  ])('%s', async (_, spoil, reason) => {
    const dataset = join(folder, 'bad')
    const top = await recordedTop(ONE)
    await writeDataset({
      folder: dataset,
      version: 'v3.0',
      fps: 10,
      lengths: [12],
      video: (file) => writeMp4(file, top, 10)
    })
    await spoil(dataset)
    const { bring, saved } = createImporter(folder)
    const result = await bring(dataset)
    expect(result.imported).toBe(0)
    expect(result.refused).toHaveLength(1)
    expect(result.refused[0]?.reason).toMatch(reason)
    expect(saved).toEqual([])
    expect((await readdir(folder)).filter((file) => file.endsWith('.mcap'))).toEqual([])
  })
})

async function edit(dataset: string, change: (info: Record<string, unknown>) => unknown): Promise<void> {
  const file = join(dataset, 'meta/info.json')
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))))
}

test('cancelled: what was imported until then stays', async () => {
  const dataset = join(folder, 'many')
  await writeDataset({ folder: dataset, version: 'v2.1', fps: 5, lengths: [3, 3, 3] })
  const { bring, saved } = createImporter(folder, (desk) => desk.cancel())
  expect(await bring(dataset)).toMatchObject({ imported: 1, cancelled: true })
  expect(saved).toHaveLength(1)
})
