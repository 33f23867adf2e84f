import { McapWriter, type IWritable } from '@mcap/core'
import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { timestampOf, type SchemaName } from '../../../src/main/episodes/messages'
import { descriptorOf, encodeMessage } from '../../../src/main/episodes/protobuf'
import { openRecording } from '../../../src/main/episodes/recordingReader'
import { zstdReady } from '../../../src/main/episodes/zstd'
import { createImporter } from '../../support/importer'

const ID = '20261127-065827-e1a827'
const OWN = resolve(import.meta.dirname, `../../fixtures/episodes/${ID}.mcap`)
const START = 1_700_000_000_000_000_000n

let folder: string
beforeEach(async () => {
  await zstdReady()
  folder = await mkdtemp(join(tmpdir(), 'depthdeck-foreign-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Channel {
  readonly topic: string
  readonly schema: SchemaName | 'tf2_msgs/msg/TFMessage'
  readonly encoding?: string
  readonly message: (index: number) => Uint8Array
}

/** Another program's file, by the library's own writer: its channels have no seals. */
async function foreign(name: string, channels: readonly Channel[]): Promise<string> {
  const parts: Uint8Array[] = []
  let position = 0n
  const writable: IWritable = {
    position: () => position,
    async write(bytes) {
      parts.push(bytes.slice())
      position += BigInt(bytes.byteLength)
    }
  }
  const writer = new McapWriter({ writable, useChunks: true })
  await writer.start({ profile: '', library: 'another' })
  for (const { topic, schema, encoding = 'protobuf', message } of channels) {
    const isRos = schema === 'tf2_msgs/msg/TFMessage'
    const schemaId = await writer.registerSchema({
      name: schema,
      encoding: isRos ? 'ros2msg' : 'protobuf',
      data: isRos ? new Uint8Array() : descriptorOf(schema)
    })
    const channelId = await writer.registerChannel({
      topic,
      schemaId,
      messageEncoding: encoding,
      metadata: new Map()
    })
    for (let index = 0; index < 5; index++) {
      const logTime = START + BigInt(index) * 100_000_000n
      const data = message(index)
      await writer.addMessage({ channelId, sequence: index, logTime, publishTime: logTime, data })
    }
  }
  await writer.end()
  const path = join(folder, name)
  await writeFile(path, Buffer.concat(parts))
  return path
}

const timestamp = timestampOf(START)
const jpeg = (topic: string, format = 'jpeg'): Channel => ({
  topic,
  schema: 'foxglove.CompressedImage',
  message: (index) =>
    encodeMessage('foxglove.CompressedImage', {
      timestamp,
      data: Uint8Array.of(0xff, 0xd8, 0xff, index),
      format,
      frameId: 'optical'
    })
})
const JOINTS: Channel = {
  topic: '/joint_states',
  schema: 'foxglove.JointStates',
  message: (index) =>
    encodeMessage('foxglove.JointStates', {
      timestamp,
      joints: [{ name: 'pan', position: index, velocity: null }]
    })
}
const TF: Channel = {
  topic: '/tf',
  schema: 'tf2_msgs/msg/TFMessage',
  encoding: 'cdr',
  message: () => Uint8Array.of(0)
}

test('of another program’s file the channels that match are taken, and the others named', async () => {
  const path = await foreign('run.mcap', [jpeg('/camera/top/compressed'), jpeg('/wrist/image'), JOINTS, TF])
  const { bring, saved } = createImporter(folder)
  expect(await bring(path)).toEqual({
    imported: 1,
    known: 0,
    refused: [{ what: 'run.mcap', reason: 'left out: /tf (tf2_msgs/msg/TFMessage, cdr)' }],
    cancelled: false
  })
  const opened = await openRecording(join(folder, `${saved[0] ?? ''}.mcap`))
  if (!opened.ok) throw new Error(opened.error)
  const { topics, count, firstLogTime, lastLogTime, close } = opened.value
  expect(topics).toEqual(expect.arrayContaining(['/camera/top', '/camera/wrist', '/robot/state']))
  expect(['/camera/top', '/camera/wrist', '/robot/state'].map((topic) => count(topic))).toEqual([5, 5, 5])
  expect(lastLogTime - firstLogTime).toBe(400_000_000n)
  await close()
  expect(await bring(path)).toMatchObject({ imported: 0, known: 1 })
})

test.each([
  ['none of its channels', async () => foreign('tf.mcap', [TF]), /none of its channels .* \/tf \(tf2_msgs/],
  ['an unknown picture format', async () => foreign('webp.mcap', [jpeg('/a', 'webp')]), /\/a|camera\/a/],
  [
    'no MCAP',
    async () => {
      await writeFile(join(folder, 'x.mcap'), 'hello')
      return join(folder, 'x.mcap')
    },
    /no complete MCAP file/
  ],
  [
    'messages that are something else',
    async () => foreign('lie.mcap', [{ ...JOINTS, message: () => Uint8Array.of(0x0a, 0x7f) }]),
    /a message of \/robot\/state is no foxglove\.JointStates/
  ],
  [
    'another kind of file',
    async () => {
      await writeFile(join(folder, 'x.bag'), 'hello')
      return join(folder, 'x.bag')
    },
    /neither a step log/
  ]
])('%s: refused by name, and nothing is left behind', async (_, make, reason) => {
  const path = await make()
  const before = await readdir(folder)
  const { bring, saved } = createImporter(folder)
  const { imported, refused } = await bring(path)
  expect([imported, saved]).toEqual([0, []])
  expect(refused[0]?.reason).toMatch(reason)
  expect(await readdir(folder)).toEqual(before)
})

test('a recording of another workstation is taken byte for byte under its own name, once', async () => {
  const path = join(folder, 'from-the-lab.mcap')
  await copyFile(OWN, path)
  const { bring, saved } = createImporter(folder)
  expect(await bring(path)).toMatchObject({ imported: 1, refused: [] })
  expect(saved).toEqual([ID])
  expect(await readFile(join(folder, `${ID}.mcap`))).toEqual(await readFile(OWN))
  expect(await bring(path)).toMatchObject({ imported: 0, known: 1 })
})

test('a recording that was cut off is made whole', async () => {
  const path = join(folder, 'cut.mcap')
  await copyFile(OWN, path)
  await truncate(path, 60_000)
  const { bring } = createImporter(folder)
  expect(await bring(path)).toMatchObject({ imported: 1, refused: [] })
  const opened = await openRecording(join(folder, `${ID}.mcap`))
  expect(opened.ok).toBe(true)
  if (opened.ok) await opened.value.close()
})

test('another second’s episode with the same suffix is no reason to pass it over', async () => {
  const path = join(folder, 'from-the-lab.mcap')
  await copyFile(OWN, path)
  const { bring, saved } = createImporter(folder)
  saved.push(`20200101-000000-${ID.split('-')[2]}`)
  expect(await bring(path)).toMatchObject({ imported: 1, known: 0, refused: [] })
})
