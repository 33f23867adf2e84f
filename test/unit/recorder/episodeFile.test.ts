import { beforeAll, expect, test } from 'vitest'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { timestampOf } from '../../../src/main/episodes/messages'
import { entry, videoEntry } from '../../../src/main/recorder/entry'
import { createEpisodeFile } from '../../../src/main/recorder/episodeFile'
import type { SinkHandle } from '../../../src/main/recorder/fileSink'
import { wallClock } from '../../../src/main/recorder/wallClock'
import { parseMcap } from '../../support/mcapParser'

beforeAll(zstdReady)

const clock = wallClock(1_800_000_000_000_000_000n, 0)
const info = {
  id: '20270115-080000-0001',
  trigger: 'run',
  startWallNanos: '1800000000000000000',
  startNanos: 0,
  appVersion: 'test',
  robot: null,
  bench: null,
  calibrationHash: null,
  run: null,
  policy: null,
  settings: null,
  fullLatents: false,
  observations: true,
  imported: null
} as const
const END = { outcome: null, reason: 'the test is over', discarded: false }

function memoryFile() {
  const pieces: Uint8Array[] = []
  let release: () => void = () => undefined
  let gate: Promise<void> = Promise.resolve()
  const handle: SinkHandle = {
    async write(buffer, offset, length) {
      await gate
      pieces.push(buffer.slice(offset, offset + length))
      return { bytesWritten: length }
    },
    datasync: () => Promise.resolve(),
    close: () => Promise.resolve()
  }
  const file = createEpisodeFile({
    info,
    clock,
    library: 'test',
    open: () => Promise.resolve(handle),
    onFailure: (error) => {
      throw error
    }
  })
  return {
    file,
    bytes: () => Buffer.concat(pieces),
    stall() {
      gate = new Promise((resolve) => (release = resolve))
    },
    go: () => release()
  }
}

const mark = (nanos: number) =>
  entry('/operator', nanos, () => ({
    timestamp: timestampOf(clock.toWall(nanos)),
    kind: 'mark',
    name: '',
    detail: ''
  }))
const frame = (nanos: number, isKey: boolean, size: number) =>
  videoEntry('top', nanos, { isKey, data: new Uint8Array(size) }, nanos)

test('what was added is on its way to the disk a fifth of a second later', async () => {
  const { file, bytes } = memoryFile()
  file.add(mark(1))
  file.tick(100e6)
  await new Promise((done) => setImmediate(done))
  const before = bytes().length
  file.tick(200e6)
  await new Promise((done) => setImmediate(done))
  expect(bytes().length).toBeGreaterThan(before)
  expect(await file.finish(END)).toBe(true)
  expect(parseMcap(bytes()).messages.map(({ topic }) => topic)).toEqual(['/operator'])
})

test('a disk that is far behind gets no more video until a key frame after it has caught up, and every mark', async () => {
  const { file, bytes, stall, go } = memoryFile()
  const MIB = 1024 * 1024
  stall()
  for (let index = 0; index < 80; index++) file.add(frame(index * 1e6, index % 15 === 0, MIB))
  expect(file.stats().drops['/camera/top']).toBeGreaterThan(10)
  file.add(mark(80e6))
  go()
  file.tick(300e6)
  // The last write of a stalled disk resolves some turns later.
  for (let turn = 0; turn < 200; turn++) await new Promise((done) => setImmediate(done))
  expect(file.stats().backlogBytes).toBe(0)
  const dropped = file.stats().drops['/camera/top'] ?? 0
  file.add(frame(400e6, false, 10))
  expect(file.stats().drops['/camera/top']).toBe(dropped + 1)
  file.add(frame(500e6, true, 10))
  file.add(frame(600e6, false, 10))
  expect(file.stats().drops['/camera/top']).toBe(dropped + 1)
  await file.finish(END)
  const parsed = parseMcap(bytes())
  expect(parsed.messages.filter(({ topic }) => topic === '/operator')).toHaveLength(1)
  expect(parsed.messages.filter(({ topic }) => topic === '/camera/top')).toHaveLength(80 - dropped + 2)
  expect(parsed.metadata.at(-1)?.entries.get('json')).toContain(`"/camera/top":${dropped + 1}`)
})
