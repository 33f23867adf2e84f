import { expect, test } from 'vitest'
import { createFileSink, type SinkHandle } from '../../../src/main/recorder/fileSink'

/** A disk that takes at most `piece` bytes at once, and refuses what is beyond `room`. */
function disk({ piece = Infinity, room = Infinity } = {}) {
  const written: number[] = []
  const calls: string[] = []
  const handle: SinkHandle = {
    async write(buffer, offset, length) {
      await Promise.resolve()
      if (written.length >= room)
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      const taken = buffer.subarray(offset, offset + Math.min(length, piece, room - written.length))
      written.push(...taken)
      return { bytesWritten: taken.length }
    },
    datasync: async () => void calls.push('datasync'),
    close: async () => void calls.push('close')
  }
  return { handle, written, calls }
}
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

test('short writes are finished, one after another, in order', async () => {
  const { handle, written, calls } = disk({ piece: 2 })
  const sink = createFileSink(Promise.resolve(handle), () => undefined)
  sink.append(bytes(1, 2, 3, 4, 5))
  sink.append(bytes(6, 7, 8))
  expect(sink.backlogBytes()).toBe(8)
  await sink.close()
  expect(written).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(sink.backlogBytes()).toBe(0)
  expect(sink.writtenBytes()).toBe(8)
  expect(calls).toEqual(['datasync', 'close'])
})

test('a full disk is told once; what was written stays, nothing more is taken', async () => {
  const { handle, written } = disk({ room: 4 })
  const failures: string[] = []
  const sink = createFileSink(Promise.resolve(handle), (error) => failures.push(error.message))
  sink.append(bytes(1, 2, 3))
  sink.append(bytes(4, 5, 6))
  sink.append(bytes(7))
  await sink.close()
  sink.append(bytes(8))
  expect(written).toEqual([1, 2, 3, 4])
  expect(failures).toEqual(['no space left on device'])
  expect(sink.failure()?.code).toBe('ENOSPC')
})

test('a file that can’t be opened is a failure like another', async () => {
  const failures: string[] = []
  const sink = createFileSink(Promise.reject(new Error('permission denied')), (error) =>
    failures.push(error.message)
  )
  sink.append(bytes(1))
  await sink.close()
  expect(failures).toEqual(['permission denied'])
})
