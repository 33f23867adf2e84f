import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { repairRecording } from '../../../src/main/recorder/repair'
import { parseMcap, type ParsedMessage } from '../../support/mcapParser'
import { sampleRecording, SAMPLE_START } from '../../support/sampleRecording'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-mcap-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const keyOf = ({ topic, sequence, logTime, data }: ParsedMessage): string =>
  `${topic} ${sequence} ${logTime} ${data.toString('base64')}`

async function kept(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'episode.mcap')
  await writeFile(path, bytes)
  return path
}

describe('a finished recording', () => {
  test('passes a reader written from the specification', async () => {
    const parsed = parseMcap(await sampleRecording(95))
    expect(parsed.messages).toHaveLength(95 + 32)
    expect([...parsed.schemas.values()].map(({ name }) => name)).toEqual([
      'foxglove.JointStates',
      'foxglove.CompressedVideo'
    ])
    expect([...parsed.channels.values()].every(({ messageEncoding }) => messageEncoding === 'protobuf')).toBe(
      true
    )
  })

  test('gives messages of chosen topics and times, in order of time', async () => {
    const opened = await openRecording(await kept(await sampleRecording(95)))
    if (!opened.ok) throw new Error(opened.error)
    const times: number[] = []
    const query = {
      topics: ['/robot/state', '/camera/top'],
      from: SAMPLE_START + 200_000_000n,
      to: SAMPLE_START + 300_000_000n
    }
    for await (const message of opened.value.messages(query))
      times.push(Number(message.logTime - SAMPLE_START) / 1e7)
    expect(times).toEqual([20, 21, 21, 22, 23, 24, 24, 25, 26, 27, 27, 28, 29, 30, 30])
    expect(opened.value.count('/robot/state')).toBe(95)
    expect(opened.value.metadata.get('depthdeck.episode')?.get('json')).toBe('{"what":"a sample"}')
    await opened.value.close()
  })

  test('needs no repair', async () => {
    const path = await kept(await sampleRecording(40))
    const before = await readFile(path)
    expect(await repairRecording(path)).toEqual({ ok: true, value: { kind: 'sound', messages: 54 } })
    expect((await readFile(path)).equals(before)).toBe(true)
  })
})

describe('a recording that just ends', () => {
  test('is finished where it is, with everything that was flushed', async () => {
    const path = await kept(await sampleRecording(95, false))
    const repaired = await repairRecording(path)
    expect(repaired).toEqual({ ok: true, value: { kind: 'finished', messages: 127, salvaged: 0 } })
    const parsed = parseMcap(await readFile(path))
    expect(parsed.messages.map(keyOf)).toEqual(parseMcap(await sampleRecording(95)).messages.map(keyOf))
  })

  test('cut anywhere: what is left is what was written, or it is refused by name', async () => {
    const whole = await sampleRecording(60)
    const written = parseMcap(whole).messages.map(keyOf)
    let best = 0
    for (let cut = 0; cut < whole.length; cut += 137) {
      const path = await kept(whole.subarray(0, cut))
      const repaired = await repairRecording(path)
      if (!repaired.ok) {
        expect(repaired.error).toMatch(/does not begin|ends before it says/)
        continue
      }
      expect(repaired.value.kind).toBe('finished')
      const found = parseMcap(await readFile(path)).messages.map(keyOf)
      const unknown = found.filter((key) => !written.includes(key))
      expect(unknown, `cut at ${cut}`).toEqual([])
      expect(found.length, `cut at ${cut}`).toBeGreaterThanOrEqual(best)
      best = found.length
    }
    expect(best).toBe(written.length)
  })

  test('a torn chunk of video gives its complete frames', async () => {
    const whole = await sampleRecording(9, false)
    const path = await kept(whole.subarray(0, whole.length - 900))
    const repaired = await repairRecording(path)
    expect(repaired).toMatchObject({ ok: true, value: { kind: 'finished' } })
    const frames = parseMcap(await readFile(path)).messages.filter(({ topic }) => topic === '/camera/top')
    expect(frames.length).toBeGreaterThan(0)
    expect(frames.length).toBeLessThan(3)
  })
})

describe('a recording with a flipped bit', () => {
  test('gives only rows that were written, or is refused by name; the file as it was is kept', async () => {
    const whole = await sampleRecording(60)
    const written = new Set(parseMcap(whole).messages.map(keyOf))
    const head = whole.indexOf(Buffer.from('/camera/top')) + 200
    const outcomes = { sound: 0, finished: 0, rewritten: 0, refused: 0 }
    for (let at = 3; at < whole.length; at += 211) {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at)
      const path = await kept(bytes)
      const repaired = await repairRecording(path)
      if (!repaired.ok) {
        outcomes.refused += 1
        expect(repaired.error.length).toBeGreaterThan(10)
        continue
      }
      outcomes[repaired.value.kind] += 1
      if (repaired.value.kind === 'rewritten') {
        expect((await readFile(repaired.value.original)).equals(bytes)).toBe(true)
        expect(repaired.value.damages.length).toBeGreaterThan(0)
      }
      const parsed = parseMcap(await readFile(path))
      expect(
        parsed.messages.map(keyOf).filter((key) => !written.has(key)),
        `flipped at ${at}`
      ).toEqual([])
      // One flip costs one chunk at most; before the first chunk, what a whole topic means.
      if (at < head) continue
      expect(parsed.messages.length, `flipped at ${at}`).toBeGreaterThanOrEqual(written.size - 10)
    }
    expect(outcomes.sound).toBe(0)
    expect(outcomes.rewritten).toBeGreaterThan(20)
  })

  test('is not read silently: the reader names the chunk', async () => {
    const whole = await sampleRecording(60)
    const bytes = Buffer.from(whole)
    const at = 6000
    bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at)
    const opened = await openRecording(await kept(bytes))
    if (!opened.ok) throw new Error(opened.error)
    await expect(async () => {
      for await (const message of opened.value.messages({ topics: opened.value.topics })) void message
    }).rejects.toThrow(/chunk at byte \d+ is damaged/)
    await opened.value.close()
  })
})

test('a file that is something else is refused by name and left alone', async () => {
  const path = await kept(Buffer.from('not a recording at all, but long enough to be one'))
  expect(await repairRecording(path)).toEqual({ ok: false, error: 'it does not begin as an MCAP file does' })
  expect((await readFile(path)).toString()).toMatch(/^not a recording/)
})
