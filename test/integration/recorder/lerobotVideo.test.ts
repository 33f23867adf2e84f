import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDataset } from '../../../src/main/recorder/lerobot/dataset'
import { writeVideo } from '../../../src/main/recorder/lerobot/episodeVideo'
import { createExportDesk } from '../../../src/main/recorder/lerobot/exportDesk'
import { findVideoTools } from '../../../src/main/recorder/lerobot/ffmpeg'
import { checkDataset, type VideoFile } from '../../support/datasetCheck'
import {
  copied,
  exportFixtures,
  FIRST,
  FIXTURES,
  framesOf,
  SECOND,
  videosAs
} from '../../support/exportFixtures'
import { decodedLuma, decodedTimes } from '../../support/systemFfmpeg'

const PATH = process.env.PATH ?? ''

let folder: string
let dataset: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-video-'))
  dataset = join(folder, 'dataset')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program of that name, found first. */
async function standIn(name: string, script: string): Promise<string> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return `${folder}${delimiter}${PATH}`
}
/** Of the standing-in ffmpeg: it lists encoders as a real one does. */
const LISTS = 'case "$*" in *-encoders*) echo " V....D libsvtav1  AV1"; exit 0;; esac'

const filesIn = async (place: string): Promise<string[]> =>
  (await readdir(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name))
    .sort()

/** Every picture at i / 10 s. */
const grid = (count: number): number[] => Array.from({ length: count }, (_, index) => index / 10)

/** Mean absolute difference. */
const difference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] as number)), 0) / a.length

describe.each(['h264', 'av1'] as const)('a dataset with %s video', (codec) => {
  test('is what the format says, and every picture is counted by another reader', async () => {
    const result = await exportFixtures(dataset, [FIRST, SECOND], { videos: await videosAs(codec) })
    expect(result).toMatchObject({
      ok: true,
      value: { exported: 2, refused: [], repeated: 0, videoReader: 'ffprobe' }
    })
    const facts = await checkDataset(dataset)
    expect(facts.codec).toBe(codec)
    expect(facts.files).toHaveLength(4)
    for (const { path, first, length } of facts.files) {
      // Encoded anew, a file begins with the episode's first row.
      if (codec === 'av1') expect(first).toBe(0)
      expect(decodedTimes(path)).toEqual({ codec, times: grid(first + length) })
    }
    expect((await filesIn(dataset)).filter((path) => /\.(part|source)$/.test(path))).toEqual([])
  })

  test('takes no episodes with the other codec, by name', async () => {
    await exportFixtures(dataset, [FIRST], { videos: await videosAs(codec) })
    const before = await filesIn(dataset)
    const other = codec === 'av1' ? 'h264' : 'av1'
    const result = await exportFixtures(dataset, [SECOND], { videos: await videosAs(other) })
    const reason = `the dataset's videos are ${codec}, this export's ${other}`
    expect(result).toMatchObject({ ok: true, value: { exported: 0, refused: [{ id: SECOND, reason }] } })
    expect(await filesIn(dataset)).toEqual(before)
  })
})

test('the pictures of some rows are the same whether copied with a lead-in or encoded without', async () => {
  const frames = await framesOf(SECOND)
  const range = { from: 7, to: 31 }
  const videos: VideoFile[] = []
  for (const codec of ['h264', 'av1'] as const) {
    const opened = await openDataset(join(folder, codec), await videosAs(codec))
    expect(opened.ok && (await opened.value.append(frames, range))).toEqual({
      ok: true,
      value: { frames: 24, repeated: 0 }
    })
    videos.push(...(await checkDataset(join(folder, codec))).files.slice(0, 1))
  }
  const [h264, av1] = videos as [VideoFile, VideoFile]
  expect([h264.first, av1.first]).toEqual([7, 0])
  const copies = decodedLuma(h264.path, 64 * 64).slice(h264.first)
  const encoded = decodedLuma(av1.path, 64 * 64)
  expect([copies.length, encoded.length]).toEqual([24, 24])
  const apart = encoded.map((picture, index) => difference(picture, copies[index] as Uint8Array))
  expect(Math.max(...apart)).toBeLessThan(3)
  // The arm moves: a neighbour is further away.
  const shifted = encoded.slice(1).map((picture, index) => difference(picture, copies[index] as Uint8Array))
  expect(Math.max(...shifted)).toBeGreaterThan(2 * Math.max(...apart))
})

test.each(['h264', 'av1'] as const)('a single row is a video too: %s', async (codec) => {
  const [camera] = (await framesOf(SECOND)).cameras
  if (!camera) throw new Error('the fixture has no camera')
  const target = join(folder, 'video.mp4')
  const range = { first: 15, count: 1 }
  expect((await writeVideo(target, camera, range, 10, await videosAs(codec))).ok).toBe(true)
  expect(decodedTimes(target)).toEqual({ codec, times: [0] })
})

test('a hole shows the picture before it', async () => {
  const [camera] = (await framesOf(SECOND)).cameras
  if (!camera) throw new Error('the fixture has no camera')
  // Key frames come every 15 pictures: what is left can be decoded.
  const pictures = camera.pictures.filter(({ place }) => place < 12 || place >= 15)
  const target = join(folder, 'video.mp4')
  const range = { first: 2, count: 12 }
  expect(await writeVideo(target, { ...camera, pictures }, range, 10, await videosAs('av1'))).toEqual({
    ok: true,
    value: { leadIn: 0, repeated: 2 }
  })
  expect(decodedTimes(target)).toEqual({ codec: 'av1', times: grid(12) })
  const [before, ...repeated] = decodedLuma(target, camera.width * camera.height).slice(-3)
  for (const picture of repeated) expect(difference(picture, before as Uint8Array)).toBeLessThan(1)
})

describe('what fails leaves the dataset as it was', () => {
  test.each([
    [
      'an ffmpeg that fails',
      'ffmpeg',
      `${LISTS}\necho first >&2; echo 'Out of luck' >&2; exit 1`,
      'Out of luck'
    ],
    [
      'a video that was cut off',
      'ffmpeg',
      `${LISTS}\n/usr/bin/env PATH="${PATH}" ffmpeg "$@" && for target; do :; done\ntruncate -s 900 "$target"`,
      'the video of camera top reads back differently'
    ],
    [
      'an ffprobe that counts otherwise',
      'ffprobe',
      `/usr/bin/env PATH="${PATH}" ffprobe "$@" | sed 's/"nb_read_frames": "[0-9]*"/"nb_read_frames": "3"/'`,
      'its count of decoded pictures is 3, not'
    ]
  ])('%s', async (_, name, script, reason) => {
    await exportFixtures(dataset, [FIRST], { videos: await videosAs('av1') })
    const before = await filesIn(dataset)
    const info = await readFile(join(dataset, 'meta/info.json'), 'utf8')
    const videos = await videosAs('av1', await standIn(name, script))
    const result = await exportFixtures(dataset, [SECOND], { videos })
    expect(result).toMatchObject({ ok: true, value: { exported: 0, refused: [{ id: SECOND }] } })
    expect(result.ok && result.value.refused[0]?.reason).toContain(reason)
    expect(await filesIn(dataset)).toEqual(before)
    expect(await readFile(join(dataset, 'meta/info.json'), 'utf8')).toBe(info)
  })

  test('a cancelled export, whose ffmpeg is ended at once', async () => {
    const pidFile = join(folder, 'pid')
    const cancel = new AbortController()
    const path = await standIn(
      'ffmpeg',
      `${LISTS}\necho $$ > ${pidFile}.new\nmv ${pidFile}.new ${pidFile}\nexec sleep 600`
    )
    const running = exportFixtures(dataset, [FIRST, SECOND], {
      videos: await videosAs('av1', path, cancel.signal)
    })
    await expect.poll(() => existsSync(pidFile)).toBe(true)
    const pid = Number(await readFile(pidFile, 'utf8'))
    cancel.abort()
    expect(await running).toMatchObject({ ok: true, value: { exported: 0, refused: [], cancelled: true } })
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(await filesIn(dataset)).toEqual([])
  })
})

test('without ffmpeg there is no AV1, and why; copied video is read by the app alone', async () => {
  const desk = createExportDesk({
    pathOf: (id) => join(FIXTURES, `${id}.mcap`),
    onProgress: () => undefined,
    tables: () => Promise.resolve([]),
    findVideoTools: () => findVideoTools(folder)
  })
  const why = 'no ffmpeg is installed: none of the folders in PATH has it'
  expect(await desk.videoSupport()).toEqual({
    type: 'videoSupport',
    support: { av1Missing: why, reader: 'built-in' }
  })
  desk.into(dataset)
  expect(await desk.run({ ids: [FIRST], mode: 'whole', video: 'av1' })).toMatchObject({
    ok: false,
    error: { code: 'noAv1', message: expect.stringContaining(why) }
  })
  expect(await desk.run({ ids: [FIRST], mode: 'whole', video: 'h264' })).toMatchObject({
    ok: true,
    value: { result: { exported: 1, videoReader: 'built-in' } }
  })
})

test('a damaged recording is refused, though its packets are all there', async () => {
  const videos = await videosAs('h264')
  const [camera] = (await framesOf(FIRST)).cameras
  if (!camera) throw new Error('the fixture has no camera')
  const pictures = camera.pictures.map((picture, index) =>
    index === 5 ? { ...picture, data: picture.data.map((byte, at) => (at < 5 ? byte : 0xff)) } : picture
  )
  const target = join(folder, 'video.mp4')
  const range = { first: 0, count: pictures.length }
  expect((await writeVideo(target, { ...camera, pictures }, range, 10, copied())).ok).toBe(true)
  const result = await writeVideo(target, { ...camera, pictures }, range, 10, videos)
  expect(result).toEqual({
    ok: false,
    error: expect.stringContaining('reads back differently: ffprobe says')
  })
})
