import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findVideoTools, runTool } from '../../../src/main/recorder/lerobot/ffmpeg'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-tools-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const program = (name: string, script: string, mode = 0o755): Promise<void> =>
  writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode })

describe('what is there', () => {
  test('programs are taken from PATH’s absolute folders', async () => {
    await program('ffmpeg', "echo ' V....D libaom-av1  a'; echo ' V..... libsvtav1  b'")
    await program('ffprobe', 'exit 0')
    expect(await findVideoTools(['', '.', '/nowhere', folder].join(delimiter))).toEqual({
      av1: { ok: true, value: { ffmpeg: join(folder, 'ffmpeg'), encoders: ['libsvtav1', 'libaom-av1'] } },
      ffprobe: join(folder, 'ffprobe')
    })
  })

  test.each([
    ['no ffmpeg', async () => undefined, 'no ffmpeg is installed: none of the folders in PATH has it'],
    ['a folder of that name', () => mkdir(join(folder, 'ffmpeg')), 'no ffmpeg is installed'],
    ['one that may not be started', () => program('ffmpeg', 'exit 0', 0o644), 'no ffmpeg is installed'],
    ['one without AV1', () => program('ffmpeg', 'exit 0'), 'has no AV1 encoder (libsvtav1 or libaom-av1)'],
    ['a broken one', () => program('ffmpeg', 'echo no libx >&2; exit 127'), 'ffmpeg failed: no libx']
  ])('%s is said', async (_, make, reason) => {
    await make()
    await program('ffprobe', 'exit 1')
    expect(await findVideoTools(folder)).toEqual({
      av1: { ok: false, error: expect.stringContaining(reason) },
      ffprobe: null
    })
  })
})

describe('a run', () => {
  test('leaves the processor to the robot', async () => {
    await program('greedy', 'while [ "$(nice)" != 19 ]; do :; done; nice')
    expect(await runTool(join(folder, 'greedy'), [], { limitMs: 10_000 })).toEqual({
      ok: true,
      value: { stdout: '19\n', stderr: '' }
    })
  })

  test('that is not done in time is ended', async () => {
    await program('slow', 'exec sleep 600')
    expect(await runTool(join(folder, 'slow'), [], { limitMs: 20 })).toEqual({
      ok: false,
      error: 'slow was not done after 0 s'
    })
  })

  test('that is cancelled before it begins, or cannot begin, says so', async () => {
    const signal = AbortSignal.abort()
    expect(await runTool('/bin/true', [], { limitMs: 1000, signal })).toEqual({
      ok: false,
      error: 'true was cancelled'
    })
    expect(await runTool(join(folder, 'none'), [], { limitMs: 1000 })).toEqual({
      ok: false,
      error: expect.stringContaining('ENOENT')
    })
  })
})
