import { beforeAll, describe, expect, test } from 'vitest'
import type { EpisodeEnd } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import type { RobotSnapshot } from '@shared/ipc/ports'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { createRecorder } from '../../../src/main/recorder/recorder'
import { parseMcap, type ParsedMcap } from '../../support/mcapParser'
import { robotSnapshot } from '../renderer/support/samples'

beforeAll(zstdReady)

type Change = Partial<Omit<RobotSnapshot, 'run'>> & { readonly run?: Partial<RobotSnapshot['run']> }

function bench({ on = true, isFull = false } = {}) {
  let nanos = 1e9
  let count = 0
  const files = new Map<string, Uint8Array[]>()
  const saved: { id: string; end: Omit<EpisodeEnd, 'drops'> }[] = []
  const faults: Fault[] = []
  const recorder = createRecorder({
    appVersion: 'test',
    settings: { on, observations: true, fullLatents: false },
    nowNanos: () => nanos,
    wallNanos: () => 1_800_000_000_000_000_000n,
    suffix: () => String(++count).padStart(4, '0'),
    async create(id) {
      const pieces: Uint8Array[] = []
      files.set(id, pieces)
      return {
        async write(buffer, offset, length) {
          if (isFull) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
          pieces.push(buffer.slice(offset, offset + length))
          return { bytesWritten: length }
        },
        datasync: () => Promise.resolve(),
        close: () => Promise.resolve()
      }
    },
    onFault: (fault) => faults.push(fault),
    onSaved: (id, end) => saved.push({ id, end })
  })
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done))
  }
  return {
    recorder,
    saved,
    faults,
    settle,
    /** A tick later, the robot says this. */
    say({ run = {}, ...change }: Change = {}) {
      nanos += 20e6
      const base = robotSnapshot()
      const snapshot = { ...base, ...change, nanos, run: { ...base.run, ...run } }
      recorder.fromRobot({ type: 'said', nanos, message: { type: 'snapshot', snapshot } })
      recorder.tick(nanos)
    },
    end: (success: boolean, episode = 0) =>
      recorder.fromRobot({
        type: 'ended',
        nanos,
        episode,
        sceneSeed: 1,
        outcome: { success, reason: 'placed', message: 'It is there', judge: 'bench' }
      }),
    parsed: (id: string): ParsedMcap => parseMcap(Buffer.concat(files.get(id) ?? []))
  }
}

const RUNNING = { run: { phase: { kind: 'running' } as const } }
const times = (count: number, act: () => void): void => {
  for (let index = 0; index < count; index++) act()
}

describe('an episode', () => {
  test('is recorded from its start to its end, with what led to it and what is still on its way', async () => {
    const { recorder, say, end, saved, settle, parsed } = bench()
    times(20, () => say())
    times(30, () => say(RUNNING))
    expect(recorder.status().current).not.toBeNull()
    end(true)
    expect(recorder.status().current).toBeNull()
    times(20, () => say())
    await settle()
    expect(saved).toHaveLength(1)
    expect(saved[0]?.end.outcome?.success).toBe(true)
    const states = parsed(saved[0]?.id ?? '').messages.filter(({ topic }) => topic === '/robot/state')
    // 0.3 s before and after, at 50 Hz.
    expect(states.length).toBeGreaterThanOrEqual(30 + 15 + 14)
    expect(states.length).toBeLessThanOrEqual(30 + 16 + 16)
  })

  test('ends at once when the next one begins', async () => {
    const { say, end, saved, settle } = bench()
    times(3, () => say(RUNNING))
    end(false)
    times(3, () => say({ run: { phase: { kind: 'running' }, episode: 1 } }))
    await settle()
    expect(saved.map(({ end: { outcome } }) => outcome?.success)).toEqual([false])
  })

  test('that was discarded is saved as such', async () => {
    const { say, saved, settle } = bench()
    times(3, () => say(RUNNING))
    times(20, () => say())
    await settle()
    expect(saved.map(({ end }) => end.discarded)).toEqual([true])
  })

  test('of a robot process that died keeps what it did', async () => {
    const { recorder, say, saved, settle } = bench()
    times(3, () => say(RUNNING))
    recorder.robotLost('killed')
    times(20, () => say())
    await settle()
    expect(saved.map(({ end }) => end.reason)).toEqual(['the robot process ended: killed'])
  })

  test('is closed when the app ends, and nothing begins after that', async () => {
    const { recorder, say, saved } = bench()
    times(3, () => say(RUNNING))
    await recorder.end('closed')
    times(3, () => say(RUNNING))
    recorder.mark(2e9)
    expect(saved.map(({ end }) => end.reason)).toEqual(['closed'])
    expect(recorder.status().current).toBeNull()
  })
})

describe('while nothing is recorded', () => {
  test('a mark keeps the seconds before it', async () => {
    const { recorder, say, saved, settle, parsed } = bench({ on: false })
    times(100, () => say(RUNNING))
    recorder.mark(3e9)
    await settle()
    expect(saved.map(({ end }) => end.reason)).toEqual(['marked by the operator'])
    const { messages } = parsed(saved[0]?.id ?? '')
    expect(messages.filter(({ topic }) => topic === '/robot/state')).toHaveLength(100)
    expect(messages.filter(({ topic }) => topic === '/operator')).toHaveLength(1)
  })

  const held = (code: string) => ({ motion: { kind: 'held' as const, cause: { code, message: 'why' } } })
  test.each([
    ['a hold in a run', { ...RUNNING, ...held('operator') }, 1],
    ['a fault at rest', held('motor'), 1],
    ['a hold at rest that the operator asked for', held('operator'), 0]
  ])('%s keeps %#', async (_, change, kept) => {
    const { say, saved, settle } = bench({ on: false })
    times(10, () => say())
    times(10, () => say(change))
    await settle()
    expect(saved).toHaveLength(kept)
  })
})

test('a full disk is an alarm, once; the rest of the episode is not recorded as another, the next one is', async () => {
  const { recorder, say, end, faults, saved, settle } = bench({ isFull: true })
  times(20, () => say(RUNNING))
  await settle()
  times(20, () => say(RUNNING))
  await settle()
  expect(faults.map(({ code, severity }) => [code, severity])).toEqual([['diskFull', 'high']])
  expect(recorder.status()).toMatchObject({ current: null, failure: { code: 'diskFull' } })
  end(true)
  times(2, () => say({ run: { phase: { kind: 'running' }, episode: 1 } }))
  expect(recorder.status()).toMatchObject({ current: { bytes: expect.any(Number) }, failure: null })
  expect(saved).toEqual([])
})

test('switched off in the middle, an episode ends there; switched on again, the rest is one of its own', async () => {
  const { recorder, say, saved, settle } = bench()
  times(5, () => say(RUNNING))
  recorder.configure({ on: false, observations: true, fullLatents: false })
  times(20, () => say(RUNNING))
  await settle()
  expect(saved.map(({ end }) => end.reason)).toEqual(['recording was switched off'])
  recorder.configure({ on: true, observations: true, fullLatents: false })
  say(RUNNING)
  expect(recorder.status().current).not.toBeNull()
})
