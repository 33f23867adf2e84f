import { DuckDBInstance } from '@duckdb/node-api'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PredictionRecord } from '@shared/domain/policy'
import { NO_NOTES, type EpisodeNotes } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import { fromHalfPlanes } from '@shared/latents/halfFloat'
import { openLibrary, type Library } from '../../../src/main/episodes/library'
import { decodeMessage } from '../../../src/main/episodes/protobuf'
import { openRecording, type Recorded } from '../../../src/main/episodes/recordingReader'
import { createReplayDesk } from '../../../src/main/episodes/replayDesk'
import type { PolicyBackend } from '../../../src/main/policy/backend'
import { repairRecording } from '../../../src/main/recorder/repair'
import { parseMcap } from '../../support/mcapParser'
import { openDemoPolicy, recordRun, type RecordedRun } from '../../support/recordRun'

let folder: string
let backend: PolicyBackend
let run: RecordedRun

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-run-'))
  backend = await openDemoPolicy()
  run = await recordRun(folder, backend)
})
afterAll(async () => {
  await backend.dispose()
  await rm(folder, { recursive: true, force: true })
})

const pathOf = (id: string): string => join(folder, `${id}.mcap`)
const firstId = (): string => run.saved[0]?.id ?? ''
/** What the run itself says of its first episode. */
const firstRecords = (): PredictionRecord[] => run.result.predictions.filter(({ episode }) => episode === 0)

async function messagesOf(id: string, topic: string): Promise<Recorded[]> {
  const opened = await openRecording(pathOf(id))
  if (!opened.ok) throw new Error(opened.error)
  const found: Recorded[] = []
  for await (const message of opened.value.messages({ topics: [topic] })) found.push(message)
  await opened.value.close()
  return found
}

test('one file per episode, each of which says what became of it', () => {
  expect(run.faults).toEqual([])
  expect(run.saved.map(({ end }) => end.outcome?.success)).toEqual(
    run.result.episodes.map(({ outcome }) => outcome.success)
  )
})

test('the files pass a reader of the specification, and their Foxglove channels carry Foxglove schemas', async () => {
  const parsed = parseMcap(await readFile(pathOf(firstId())))
  const schemaOf = new Map(
    [...parsed.channels.values()].map(({ topic, schemaId }) => [topic, parsed.schemas.get(schemaId)?.name])
  )
  expect(schemaOf.get('/robot/state')).toBe('foxglove.JointStates')
  expect(schemaOf.get('/log')).toBe('foxglove.Log')
  expect([...parsed.schemas.values()].every(({ encoding }) => encoding === 'protobuf')).toBe(true)
  const counts = (topic: string): number =>
    parsed.messages.filter((message) => message.topic === topic).length
  expect(counts('/robot/state')).toBe(counts('/robot/command'))
  expect(counts('/policy/prediction')).toBe(firstRecords().length)
  expect(counts('/policy/observation')).toBe(firstRecords().length)
  expect(counts('/policy/iteration')).toBe(firstRecords().reduce((sum, { k }) => sum + k, 0))
})

test('predictions are recorded bit by bit, with their last latent', async () => {
  const recorded = (await messagesOf(firstId(), '/policy/prediction')).map(({ data }) =>
    decodeMessage('depthdeck.Prediction', data)
  )
  expect(recorded.map(({ chunk }) => Float32Array.from(chunk))).toEqual(
    firstRecords().map(({ chunk }) => chunk)
  )
  expect(recorded.map(({ seed }) => seed)).toEqual(firstRecords().map(({ seed }) => seed))
  const [tokens, width] = backend.info.latentShape
  for (const { latent } of recorded) expect(fromHalfPlanes(latent)).toHaveLength(tokens * width)
})

test('observations are what the policy saw: encoded again, they give the same prediction', async () => {
  const [seen] = await messagesOf(firstId(), '/policy/observation')
  const [record] = firstRecords()
  if (!seen || !record) throw new Error('nothing was recorded')
  const observation = decodeMessage('depthdeck.Observation', seen.data)
  await backend.encode({
    images: observation.images.map(({ camera, ...image }) => ({ ...image, name: camera, capturedNanos: 0 })),
    proprioception: observation.proprioception,
    instruction: observation.instruction
  })
  expect(observation.tokenIds).toEqual(backend.tokenIds())
  backend.initialise(record.seed)
  for (let k = 1; k <= record.k; k++) {
    const iterated = await backend.iterate(k)
    expect(iterated.ok && iterated.value.chunk).toEqual(record.iterations[k - 1]?.chunk)
  }
})

test('a replay tells the same predictions, scenes and motion as the run did', async () => {
  const desk = createReplayDesk({ pathOf })
  const opened = await desk.answer({ type: 'openReplay', id: firstId() })
  if (!opened.ok || opened.value.type !== 'openReplay') throw new Error('not opened')
  const { replay, fromNanos, toNanos } = opened.value
  const read = await desk.answer({ type: 'readReplay', replay })
  if (!read.ok || read.value.type !== 'readReplay') throw new Error('not read')
  expect(read.value.done).toBe(true)
  const { entries } = read.value
  const told = entries.flatMap(({ policy }) => (policy?.type === 'prediction' ? [policy.record] : []))
  // All but what is not recorded: when the robot was paused and which rule was overruled.
  expect(told).toEqual(firstRecords())
  const snapshots = entries.flatMap(({ robot }) => (robot?.type === 'snapshot' ? [robot.snapshot] : []))
  expect(snapshots.length).toBeGreaterThan(50)
  expect(snapshots.every(({ state }) => state.position.length === 5)).toBe(true)
  expect(snapshots.some(({ motion }) => motion.kind === 'executing')).toBe(true)
  expect(opened.value.end?.outcome).toEqual(run.result.episodes[0]?.outcome)
  expect(entries.filter(({ robot }) => robot?.type === 'scene').length).toBeGreaterThan(5)
  expect(entries.every(({ nanos }) => nanos >= fromNanos && nanos <= toNanos)).toBe(true)
  expect(await desk.answer({ type: 'closeReplay', replay })).toMatchObject({ ok: true })
  expect(await desk.answer({ type: 'readReplay', replay })).toMatchObject({ ok: false })
  await desk.end()
})

describe('the library', () => {
  const faults: Fault[] = []
  const openHere = (): Promise<Library> =>
    openLibrary({
      folder,
      repair: async (path) => {
        const repaired = await repairRecording(path)
        if (!repaired.ok) return repaired
        return { ok: true, value: repaired.value.kind === 'sound' ? null : repaired.value.kind }
      },
      isOpen: () => false,
      onFault: (fault) => faults.push(fault),
      onChange: () => undefined
    })
  const all = { text: '', outcome: 'all', label: null, sort: 'oldest', offset: 0, limit: 100 } as const
  const idsOf = async (library: Library, query = {}): Promise<string[]> =>
    (await library.list({ ...all, ...query })).rows.map(({ id }) => id)

  test('is made from the files alone, again whenever its index is lost or broken', async () => {
    const library = await openHere()
    await library.refresh()
    const page = await library.list(all)
    expect(page.rows.map(({ id }) => id)).toEqual(run.saved.map(({ id }) => id))
    const [row] = page.rows
    expect(row?.ks).toEqual(firstRecords().map(({ k }) => k))
    expect(row?.heat.map(({ length }) => length)).toEqual(row?.ks)
    expect(row).toMatchObject({ judge: 'bench', success: true, repaired: null, drops: 0, level: 'easy' })
    expect(await library.index.thumbnail(firstId())).toMatchObject({ width: 64, height: 64 })
    library.close()

    await writeFile(join(folder, 'library.duckdb'), 'this is no database')
    const again = await openHere()
    await again.refresh()
    expect((await again.list(all)).rows).toEqual(page.rows)
    expect(faults.map(({ code }) => code)).toEqual(['libraryRebuilt'])
    again.close()
  })

  test('finds by words, outcome and label, and keeps what people say beside the recording', async () => {
    const library = await openHere()
    const before = await readFile(pathOf(firstId()))
    const notes: EpisodeNotes = {
      labels: ['odd', 'for training'],
      notes: 'The light was off.',
      success: false
    }
    expect(await library.annotate(firstId(), notes)).toMatchObject({ ok: true, value: { judge: 'reviewer' } })
    expect(await idsOf(library, { text: 'LIGHT off' })).toEqual([firstId()])
    expect(await idsOf(library, { label: 'odd' })).toEqual([firstId()])
    expect(await idsOf(library, { outcome: 'failure' })).toEqual([firstId()])
    expect((await library.list(all)).labels).toEqual(['for training', 'odd'])
    expect((await readFile(pathOf(firstId()))).equals(before)).toBe(true)
    library.close()

    const again = await openHere()
    await again.refresh()
    expect(await idsOf(again, { label: 'for training' })).toEqual([firstId()])
    await again.annotate(firstId(), NO_NOTES)
    expect((await again.list(all)).rows[0]).toMatchObject({ success: true, judge: 'bench' })
    again.close()
  })

  test.each(['parquet', 'csv'] as const)('writes its predictions as tables: %s', async (format) => {
    const library = await openHere()
    const names = await library.index.writeTables([firstId()], folder, { format, stamp: 'now' })
    expect(names).toEqual([`predictions-now.${format}`, `iterations-now.${format}`])
    library.close()
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const read = async (name: string) =>
      (await connection.runAndReadAll(`SELECT * FROM '${join(folder, name)}'`)).getRowObjectsJS()
    const [predictions, iterations] = await Promise.all(names.map(read))
    expect(predictions?.map(({ k }) => Number(k))).toEqual(firstRecords().map(({ k }) => k))
    expect(iterations?.map(({ action_mse: value }) => value)).toEqual(
      firstRecords().flatMap((record) => record.iterations.map(({ signals }) => signals.actionMse))
    )
    connection.closeSync()
    instance.closeSync()
  })

  test('repairs a cut one, refuses another by name, and moves one to the trash', async () => {
    const ids = run.saved.map(({ id }) => id)
    const [, second = ''] = ids
    const whole = await readFile(pathOf(second))
    await truncate(pathOf(second), Math.round(whole.length / 2))
    const foreign = '20200101-000000-abcd'
    await writeFile(pathOf(foreign), 'something else')
    faults.length = 0
    const library = await openHere()
    await library.refresh()
    const [, cut] = (await library.list(all)).rows
    expect(cut).toMatchObject({
      id: second,
      repaired: 'finished',
      reason: 'the recording was cut off',
      success: null
    })
    expect(faults.map(({ code }) => code).sort()).toEqual(['repaired', 'unreadableEpisode'])
    expect(faults.find(({ code }) => code === 'unreadableEpisode')?.message).toContain(foreign)
    // Told once, not at every look.
    await library.refresh()
    expect(faults).toHaveLength(2)

    expect(await library.trash([second])).toEqual({ ok: true, value: 1 })
    expect(await idsOf(library)).toEqual([ids[0]])
    expect(await readdir(join(folder, 'trash'))).toEqual([`${second}.mcap`])
    expect(await library.trash(['20200101-000000-none'])).toMatchObject({
      ok: false,
      error: { code: 'notTrashed' }
    })
    library.close()
  })
})
