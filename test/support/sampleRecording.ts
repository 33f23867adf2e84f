import { writeFile } from 'node:fs/promises'
import { timestampOf, type RecordedMessage } from '../../src/main/episodes/messages'
import { descriptorOf, encodeMessage } from '../../src/main/episodes/protobuf'
import { sealed } from '../../src/main/episodes/seal'
import { zstdReady } from '../../src/main/episodes/zstd'
import { createMcapWriter } from '../../src/main/recorder/mcapWriter'

/** A small recording: `ticks` robot states and a frame of noise every third tick, cut every tenth. */
export const SAMPLE_START = 1_800_000_000_000_000_000n
const TICK = 10_000_000n

export const sampleState = (tick: number): RecordedMessage<'foxglove.JointStates'> => ({
  timestamp: timestampOf(SAMPLE_START + BigInt(tick) * TICK),
  joints: [{ name: 'base', position: Math.sin(tick / 10), velocity: tick % 7 === 0 ? null : tick }]
})

export function sampleFrame(tick: number): Uint8Array {
  let value = tick + 1
  return Uint8Array.from({ length: 800 }, () => (value = (value * 1103515245 + 12345) & 0x7fffffff) >>> 16)
}

export async function sampleRecording(ticks: number, finished = true): Promise<Buffer> {
  await zstdReady()
  const pieces: Uint8Array[] = []
  const writer = createMcapWriter({ append: (bytes) => pieces.push(bytes), library: 'sample' })
  const schema = (name: 'foxglove.JointStates' | 'foxglove.CompressedVideo') => ({
    name,
    encoding: 'protobuf',
    data: descriptorOf(name)
  })
  writer.metadata('depthdeck.episode', sealed(new Map([['json', '{"what":"a sample"}']])))
  const state = writer.channel('/robot/state', schema('foxglove.JointStates'))
  const top = writer.channel('/camera/top', schema('foxglove.CompressedVideo'))
  for (let tick = 0; tick < ticks; tick++) {
    const logTime = SAMPLE_START + BigInt(tick) * TICK
    writer.add('trace', state, logTime, encodeMessage('foxglove.JointStates', sampleState(tick)))
    if (tick % 3 === 0) {
      const video = {
        timestamp: timestampOf(logTime),
        frameId: 'top',
        data: sampleFrame(tick),
        format: 'h264'
      }
      writer.add('video', top, logTime, encodeMessage('foxglove.CompressedVideo', video))
    }
    if (tick % 10 === 9) writer.cut()
  }
  if (finished) writer.finish()
  else writer.cut()
  return Buffer.concat(pieces)
}

export const writeSample = async (path: string, ticks: number): Promise<void> =>
  writeFile(path, await sampleRecording(ticks))
