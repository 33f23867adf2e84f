import { open, rename, type FileHandle } from 'node:fs/promises'
import { McapChunkBuilder, type McapTypes } from '@mcap/core'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import { channelBytes, messagesOfChunk, parseRecord } from '../episodes/chunkRecords'
import { fileReader, type FileReader } from '../episodes/fileReader'
import {
  channelRecords,
  chunkOf,
  chunkRecords,
  closingRecords,
  countMessage,
  emptyLedger,
  headerRecords,
  metadataRecord
} from '../episodes/mcapLedger'
import { NotARecording, scanRecording, type Scan } from '../episodes/scan'
import { zstdReady } from '../episodes/zstd'

/** What became of a recording that was looked at. */
export type Repair =
  | { readonly kind: 'sound'; readonly messages: number }
  /** It just ended: finished where it is. */
  | { readonly kind: 'finished'; readonly messages: number; readonly salvaged: number }
  /** Part of it was damaged: what is sound is in its place, the file as it was is kept beside it. */
  | {
      readonly kind: 'rewritten'
      readonly messages: number
      readonly original: string
      readonly damages: Scan['damages']
    }

/**
 * Makes a recording whole that a crash, a full disk or a failing one left without an end, or damaged.
 *
 * @returns why there is nothing to be made of it; the file is then as it was
 */
export async function repairRecording(path: string): Promise<Result<Repair, string>> {
  await zstdReady()
  let handle: FileHandle
  try {
    handle = await open(path, 'r+')
  } catch (error) {
    return err(`it can't be opened: ${errorText(error)}`)
  }
  try {
    const file = fileReader(handle)
    const scan = await scanRecording(file)
    if (scan.state === 'sound') return ok({ kind: 'sound', messages: scan.messages })
    if (!scan.parts.some((part) => part.kind === 'metadata')) return err('it ends before it says what it is')
    if (scan.state === 'damaged') return ok(await rewrite(path, file, scan))
    await finishInPlace(handle, file, scan)
    return ok({ kind: 'finished', messages: scan.messages, salvaged: scan.salvaged.length })
  } catch (error) {
    if (error instanceof NotARecording) return err(error.message)
    return err(`it can't be repaired: ${errorText(error)}`)
  } finally {
    await handle.close()
  }
}

/** A piece of the file as it should be, and where it belongs. */
interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
  /** It is there already, just so. */
  readonly kept: boolean
}

/** The whole file anew, piece by piece: recordings are larger than memory. */
async function* pieces(file: FileReader, scan: Scan): AsyncGenerator<Piece, void, void> {
  const ledger = emptyLedger()
  const schemas = new Map<number, McapTypes.Schema>()
  const channels: McapTypes.Channel[] = []
  const piece = (bytes: Uint8Array, kept: boolean): Piece => ({
    offset: Number(ledger.position) - bytes.byteLength,
    bytes,
    kept
  })

  function chunkPiece(chunk: McapTypes.Chunk, messages: readonly McapTypes.Message[], kept: boolean): Piece {
    const builder = new McapChunkBuilder({})
    for (const message of messages) {
      builder.addMessage(message)
      countMessage(ledger, message.channelId, message.logTime)
    }
    // The times are outside of the chunk's checksum.
    const { messageStartTime, messageEndTime } = builder
    return piece(
      chunkRecords(ledger, { ...chunk, messageStartTime, messageEndTime }, [...builder.indices]),
      kept
    )
  }

  if (!scan.parts.some((part) => part.kind === 'header'))
    yield piece(headerRecords(ledger, { profile: '', library: '' }), false)
  const last = scan.parts[scan.parts.length - 1]
  for (const part of scan.parts) {
    const bytes = await file.read(BigInt(part.offset), BigInt(part.length))
    // The last chunk's indexes may be torn; the magic before the header is no part of it.
    const at = part.kind === 'header' ? 0n : BigInt(part.offset)
    const kept = ledger.position === at && part !== last
    const record = parseRecord(bytes)
    switch (record.type) {
      case 'Chunk':
        yield chunkPiece(record, messagesOfChunk(bytes, channelBytes(channels)), kept)
        break
      case 'Header':
        yield piece(headerRecords(ledger, record), kept)
        break
      case 'Metadata':
        yield piece(metadataRecord(ledger, record), kept)
        break
      case 'Schema':
        schemas.set(record.id, record)
        break
      case 'Channel': {
        const isNew = !channels.some((channel) => channel.schemaId === record.schemaId)
        channels.push(record)
        const schema = isNew ? (schemas.get(record.schemaId) ?? null) : null
        yield piece(channelRecords(ledger, schema, record), false)
        break
      }
      default:
        throw new Error(`a part of kind ${part.kind} is a ${record.type}`)
    }
  }
  if (scan.salvaged.length > 0) yield chunkPiece(...salvagedChunk(scan.salvaged), false)
  const closing = closingRecords(ledger)
  yield { offset: Number(ledger.position), bytes: closing, kept: false }
}

/** Uncompressed: should this be cut off as well, it can be salvaged again. */
function salvagedChunk(
  messages: readonly McapTypes.Message[]
): [McapTypes.Chunk, readonly McapTypes.Message[]] {
  const builder = new McapChunkBuilder({})
  for (const message of messages) builder.addMessage(message)
  const times = { start: builder.messageStartTime, end: builder.messageEndTime }
  return [chunkOf(builder.buffer.slice(), times, null), messages]
}

/** Only what comes after the last sound piece is written: a crash in the middle of it changes nothing before. */
async function finishInPlace(handle: FileHandle, file: FileReader, scan: Scan): Promise<void> {
  let end = 0
  for await (const { offset, bytes, kept } of pieces(file, scan)) {
    if (!kept) await writeAll(handle, bytes, offset)
    end = offset + bytes.byteLength
  }
  await handle.truncate(end)
  await handle.sync()
}

async function rewrite(path: string, file: FileReader, scan: Scan): Promise<Repair> {
  const original = `${path}.damaged`
  const partial = `${path}.part`
  const handle = await open(partial, 'w')
  try {
    for await (const { offset, bytes } of pieces(file, scan)) await writeAll(handle, bytes, offset)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(path, original)
  await rename(partial, path)
  return { kind: 'rewritten', messages: scan.messages, original, damages: scan.damages }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  let done = 0
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, offset + done)
    if (bytesWritten === 0) throw new Error('the disk took no more bytes')
    done += bytesWritten
  }
}
