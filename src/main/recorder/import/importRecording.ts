import { basename } from 'node:path'
import type { EpisodeInfo } from '@shared/domain/episode'
import { errorText } from '@shared/domain/errorText'
import { Opcode } from '@mcap/core'
import { parseRecord } from '../../episodes/chunkRecords'
import { EPISODE_INFO, readInfo } from '../../episodes/episodeMetadata'
import { openFileReader, type FileReader } from '../../episodes/fileReader'
import { importForeign } from './importForeign'
import type { ImportJob } from './importJob'

/** An MCAP file: one of this app's, from another workstation, or another program's. */
export async function importRecording(path: string, job: ImportJob): Promise<void> {
  const fileName = basename(path)
  let file: FileReader
  try {
    file = await openFileReader(path)
  } catch (error) {
    return job.refuse(fileName, errorText(error))
  }
  try {
    const own = await ownInfo(file)
    if (own) await copyOwn(file, own, job)
    else await importForeign(file, fileName, job)
  } catch (error) {
    job.refuse(fileName, errorText(error))
  } finally {
    await file.close()
  }
}

const MAGIC_BYTES = 8
const HEAD_BYTES = 9
/** Of records before the first chunk: descriptors and settings have some kilobytes. */
const MAX_BYTES = 16 * 1024 * 1024

/** What a recording of this app says of itself before its first message, also when it has no end; null for another's. */
async function ownInfo(file: FileReader): Promise<EpisodeInfo | null> {
  const size = Number(await file.size())
  let at = MAGIC_BYTES
  while (at + HEAD_BYTES <= size) {
    const head = await file.read(BigInt(at), BigInt(HEAD_BYTES))
    const view = new DataView(head.buffer, head.byteOffset)
    const opcode = view.getUint8(0)
    const length = HEAD_BYTES + Number(view.getBigUint64(1, true))
    const isData = opcode === Opcode.CHUNK || opcode === Opcode.MESSAGE || opcode === Opcode.DATA_END
    if (isData || length > MAX_BYTES || at + length > size) return null
    if (opcode === Opcode.METADATA) {
      const record = parseRecord(await file.read(BigInt(at), BigInt(length)))
      if (record.type === 'Metadata' && record.name === EPISODE_INFO) {
        const info = readInfo(new Map([[record.name, record.metadata]]))
        if (!info.ok) throw new Error(info.error)
        return info.value
      }
    }
    at += length
  }
  return null
}

const PART_BYTES = BigInt(8 * 1024 * 1024)

/** Byte for byte; where it was cut off it is made whole as after a crash here. */
async function copyOwn(file: FileReader, { id }: EpisodeInfo, job: ImportJob): Promise<void> {
  // Its suffix is short: another second's episode may have the same.
  if (job.isKnown(id)) return
  const size = await file.size()
  const handle = await job.open(id)
  try {
    for (let at = 0n; at < size; at += PART_BYTES) {
      if (job.isCancelled()) throw new Error('cancelled')
      job.onProgress(Number(at), Number(size), id)
      const part = await file.read(at, size - at < PART_BYTES ? size - at : PART_BYTES)
      for (let done = 0; done < part.byteLength;)
        done += (await handle.write(part, done, part.byteLength - done)).bytesWritten
    }
    await handle.datasync()
  } catch (error) {
    await handle.close()
    await job.remove(id)
    throw error
  }
  await handle.close()
  const repaired = await job.repair(id)
  if (!repaired.ok) {
    await job.remove(id)
    throw new Error(repaired.error)
  }
  job.saved(id)
}
